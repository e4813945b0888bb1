"""Names in code as words for readers, and the numbers of the rules that a text cites.

Rules are numbered in the company's procedures: C1 to C18 are the core, S1 to S38 make it useful.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_ONE = r"[CS][1-9][0-9]?"
_CITED = re.compile(rf"\b({_ONE})\b(?:\s+(?:to|through)\s+({_ONE})\b|[-–]({_ONE})\b)?")


def words(name: str) -> str:
    """`ConfirmRequirements`, `in_review` or `order-intake` as words: confirm requirements."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_-]", " ", name).lower()


def cited(text: str | None) -> frozenset[str]:
    """The rules a text names; `C10 to C13` names all four."""
    found: set[str] = set()
    for first, to, dash in _CITED.findall(text or ""):
        last = to or dash or first
        same = last[0] == first[0]
        numbers = range(int(first[1:]), int(last[1:]) + 1) if same else ()
        found |= {f"{first[0]}{number}" for number in numbers} or {first, last}
    return frozenset(found)


def shared(one: str | None, other: str | None) -> frozenset[str]:
    """The rules that both texts cite; when they share none, all."""
    return cited(one) & cited(other) or cited(one) | cited(other)


def in_order(rules: Iterable[str]) -> list[str]:
    """Rules by letter and number: C2 before C10."""
    return sorted(rules, key=lambda rule: (rule[0], int(rule[1:])))


def listed(rules: Iterable[str]) -> str:
    """Rules for a reader, three or more in a row as a range: `C3, C6 to C8`."""
    return ", ".join(_runs(in_order(rules)))


def _runs(rules: list[str]) -> Iterator[str]:
    while rules:
        letter, number = rules[0][0], int(rules[0][1:])
        run = 1
        while run < len(rules) and rules[run] == f"{letter}{number + run}":
            run += 1
        if run >= 3:
            yield f"{rules[0]} to {rules[run - 1]}"
        else:
            yield from rules[:run]
        rules = rules[run:]
