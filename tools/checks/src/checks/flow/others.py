"""Other values for a place in a command: what was said under its name, then what its type lets in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Literal, get_args

from checks.flow.annotations import Annotation, is_model, members, of_field, origin
from checks.flow.heard import Heard, Tree
from checks.flow.plain import plain

LATER = timedelta(days=400)
"""After it, what was valid for a time has lapsed."""
_CODE = re.compile(r"[A-Z][A-Z0-9._/-]*[0-9][A-Z0-9._/-]*")
"""A key of something, such as a part's number."""


@dataclass(frozen=True, slots=True)
class Others:
    """`told` is what the thing's own history says, `vocabulary` what is said anywhere."""

    told: Heard
    vocabulary: Heard

    def of(self, kind: Annotation, value: Tree, name: str) -> Iterator[Tree]:
        """What a person might have said instead of `value` in the field of this name."""
        yield from self.told.get(name, ())
        kinds = list(members(kind))
        if value is None:
            yield from (plain(one) for one in kinds if one is not type(None))
        elif type(None) in kinds:
            yield None
        match value:
            case bool():
                yield not value
            case int():
                yield from (value + 1, 1)
            case date():
                yield value + LATER
            case str():
                literals = (get_args(one) for one in kinds if origin(one) is Literal)
                yield from (one for several in literals for one in several if one != value)
                yield from (one for one in self.vocabulary.get(name, ()) if isinstance(one, str))
            case dict():
                yield from self._in_model(kinds, value)
            case tuple():
                yield from self._in_tuple(kinds, value, name)

    def _in_model(self, kinds: Sequence[Annotation], value: dict[str, Tree]) -> Iterator[Tree]:
        fitting = (kind for kind in kinds if is_model(kind) and kind.model_fields.keys() == value.keys())
        for kind in islice(fitting, 1):
            for name, field in kind.model_fields.items():
                for other in self.of(of_field(field), value[name], name):
                    yield {**value, name: other}

    def _in_tuple(self, kinds: Sequence[Annotation], value: tuple[Tree, ...], name: str) -> Iterator[Tree]:
        element = next((get_args(kind)[0] for kind in kinds if origin(kind) is tuple), None)
        yield () if value else (plain(element),)
        if len(value) > 1:
            yield value[:1]
        for place, one in islice(enumerate(value), 2):
            for other in self.of(element, one, name):
                yield (*value[:place], other, *value[place + 1 :])


def pointed(tree: Tree, told: Heard, name: str = "") -> Iterator[Tree]:
    """The same with another number, or about another thing that the history names; else as it was sent."""
    match tree:
        case bool():
            return
        case int():
            yield from (*told.get(name, ()), tree + 1)
        case str() if _CODE.fullmatch(tree):
            yield from told.get(name, ())
        case dict():
            for key, value in tree.items():
                yield from ({**tree, key: other} for other in pointed(value, told, key))
        case tuple():
            for place, one in enumerate(tree):
                yield from ((*tree[:place], other, *tree[place + 1 :]) for other in pointed(one, told, name))
