"""The receiver of webhooks that the storm subscribes with."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from faults.hooks import receiving


async def test_it_writes_down_what_it_takes(tmp_path: Path) -> None:
    async with receiving(tmp_path / "hooks") as url, httpx.AsyncClient() as http:
        for key in ("wh_1.A.1", "wh_1.A.2"):
            answer = await http.post(url, content=b"{}", headers={"webhook-id": key})
            assert answer.status_code == 204
    lines = (tmp_path / "hooks").read_text().splitlines()
    assert [json.loads(line)["webhook_id"] for line in lines] == ["wh_1.A.1", "wh_1.A.2"]
