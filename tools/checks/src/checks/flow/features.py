"""What tells one state, fact or command from another, as a set: what is there, how many, which kind.

Free text, names, days and money are left out: they differ in every order and decide nothing.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Set
from typing import Any

from pydantic import BaseModel

Features = frozenset[tuple[object, ...]]
_KIND = re.compile(r"[a-z][a-z_]{0,30}")
"""A word that a program chose, such as `technical`; what people write has capitals, digits or spaces."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,30}")
"""A key of something, such as a part's number."""
_MANY = 3
"""From here on a number is only `many`."""


def features(value: object, *, codes: bool = False) -> Features:
    """The features of a state, a fact or a command; with those of `codes` also which things it names."""
    return frozenset(_features(value, (), _CODE if codes else _KIND))


def _features(
    value: object, place: tuple[object, ...], telling: re.Pattern[str]
) -> Iterator[tuple[object, ...]]:
    if value is None or isinstance(value, bool):
        yield (*place, value)
    elif isinstance(value, int):
        yield (*place, min(value, _MANY))
    elif isinstance(value, str):
        if telling.fullmatch(value):
            yield (*place, value)
    elif isinstance(value, Mapping):
        yield from _of_many(list(value.items()), place, telling)
    elif isinstance(value, tuple | list | Set):
        yield from _of_many(list(value), place, telling)
    elif isinstance(value, BaseModel) or dataclasses.is_dataclass(value):
        yield (*place, type(value).__name__)
        for name in _names(type(value)):
            yield from _features(getattr(value, name), (*place, name), telling)


def _of_many(
    elements: list[Any],  # Any: whatever it holds
    place: tuple[object, ...],
    telling: re.Pattern[str],
) -> Iterator[tuple[object, ...]]:
    """Those of each element, and the whole as one: two opinions are more than the one and the other."""
    each = [frozenset(_features(element, place, telling)) for element in elements]
    yield (*place, "all", frozenset(each))
    for one in each:
        yield from one


def _names(kind: type) -> list[str]:
    """Fields, and what a class says of itself by properties: `fulfilled`, `outstanding`."""
    if issubclass(kind, BaseModel):
        return list(kind.model_fields)
    derived = [name for name, member in vars(kind).items() if isinstance(member, property)]
    return [field.name for field in dataclasses.fields(kind)] + derived  # type: ignore[arg-type]  # it is one
