"""The example of the README runs as it is printed."""

import asyncio
import re
import sys
from pathlib import Path

from launch.databases import Database

README = Path(__file__).parents[1] / "README.md"


async def test_the_example_runs(database: Database, tmp_path: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(code) == 1
    script = tmp_path / "example.py"
    script.write_text(code[0], encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, script, database.owner_url, database.service_url, database.name,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    assert "2 Parcel(goods=('relay',), sent=True)" in out.decode()
    assert "goods=1 sent=True" in out.decode()
    assert "Difference(until=2, rows=1, missing=[], surplus=[], changed=[], failed=[])" in out.decode()
