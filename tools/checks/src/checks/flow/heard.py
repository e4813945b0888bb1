"""What was said under which name: who answers a quotation names its round as they read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

Heard = Mapping[str, Sequence[object]]
"""Values by the name of the field they stood in."""
Tree = Any
"""A model as pydantic dumps it: dictionaries, tuples and values. The language has no type for it."""
_FEW = 5


def heard(said: Iterable[BaseModel]) -> Heard:
    """The first few values of each name, those said first in front."""
    found: dict[str, list[object]] = {}
    for one in said:
        _hear(one.model_dump(), found)
    return {name: values for name, values in found.items() if values}


def _hear(tree: Tree, found: dict[str, list[object]]) -> None:
    if isinstance(tree, dict):
        for name, value in tree.items():
            values = found.setdefault(name, [])
            if len(values) < _FEW and value is not None and value not in values:
                values.append(value)
            _hear(value, found)
    elif isinstance(tree, tuple | list):
        for element in tree:
            _hear(element, found)
