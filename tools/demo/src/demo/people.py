"""The simulated staff: who works where, and the tokens they act with.

Duties are kept apart as the rules want it: who asks for something never judges it, and who
buys never inspects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx

from demo.northwind import COMPANIES


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff. Without a company it is somebody of the group."""

    subject: str
    role: str
    company: str | None = None


_GROUP = {
    "erp": "erp", "sales": "sun.yue", "contract_desk": "deng.hua", "logistics": "ma.ling", "buyer": "he.jun",
    "inspector": "wu.min", "legal": "song.yi", "finance": "han.xue",
}  # fmt: skip
_COMPANY = {
    "production_manager": ("guo.feng", "liang.bo", "tang.wei"),
    "technical": ("xu.jing", "zhu.lei", "qin.hai"),
    "quality": ("lin.tao", "feng.rui", "xie.na"),
    "production": ("cao.yong", "peng.gang", "lu.ping"),
    "general_manager": ("gao.wen", "jiang.shan", "shen.li"),
    "deputy_general_manager": ("yu.xin", "dong.mei", "pan.hong"),
}


def staff() -> Iterator[Person]:
    """Everybody: the group's people, and those of each product company."""
    for role, subject in _GROUP.items():
        yield Person(subject, role)
    for role, subjects in _COMPANY.items():
        for company, subject in zip(COMPANIES, subjects, strict=True):
            yield Person(subject, role, company)


class Tokens:
    """The bearer tokens of the staff, by role and product company."""

    def __init__(self, tokens: Mapping[tuple[str, str | None], str]) -> None:
        self._tokens = tokens

    def of(self, role: str, company: str) -> str:
        """The token of who has the role for an order of this company."""
        return self._tokens[role, None if role in _GROUP else company]


async def tokens(http: httpx.AsyncClient, issuer: str) -> Tokens:
    """Ask the development issuer for everybody's token. Raises `httpx.HTTPError`."""
    given = {}
    for person in staff():
        wish = {"sub": person.subject, "roles": [person.role], "company": person.company}
        answer = await http.post(f"{issuer}/token", json=wish)
        given[person.role, person.company] = answer.raise_for_status().json()["access_token"]
    return Tokens(given)
