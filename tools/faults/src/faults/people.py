"""Who gives the commands: one person for each role, and their tokens."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

COMPANY = "switchgear"
"""The product company of all orders."""
_GROUP = {
    "sales": "sun.yue", "contract_desk": "deng.hua", "buyer": "he.jun", "inspector": "wu.min",
    "legal": "lei.ping", "finance": "fang.min",
}  # fmt: skip
_COMPANY = {"production_manager": "guo.feng", "general_manager": "gao.wen"}


async def tokens(issuer: str) -> Mapping[str, str]:
    """A bearer token for each role."""
    given = {}
    async with httpx.AsyncClient(timeout=10) as http:
        for role, subject in {**_GROUP, **_COMPANY}.items():
            wish = {"sub": subject, "roles": [role], "company": COMPANY if role in _COMPANY else None}
            answer = await http.post(f"{issuer}/token", json=wish)
            given[role] = str(answer.raise_for_status().json()["access_token"])
    return given
