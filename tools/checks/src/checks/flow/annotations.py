"""Reading the annotations of models: the alternatives in them, and the models."""

from __future__ import annotations

import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Annotation = Any
"""Whatever stands behind a colon; the language has no type for it."""


def of_field(field: FieldInfo) -> Annotation:
    """A field's type with the limits that stand beside it."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def origin(kind: Annotation) -> object:
    """`tuple` for `tuple[int, ...]`; None for what has no brackets."""
    found: object = get_origin(kind)
    return found


def members(kind: Annotation) -> Iterator[Annotation]:
    """The alternatives of a union, or the one there is; without limits."""
    if origin(kind) is Annotated:
        yield from members(get_args(kind)[0])
    elif origin(kind) in (Union, types.UnionType):
        for one in get_args(kind):
            yield from members(one)
    else:
        yield kind


def is_model(kind: Annotation) -> TypeGuard[type[BaseModel]]:
    """Whether values of it are models."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


@cache
def names(kind: type[BaseModel]) -> frozenset[str]:
    """The names of all fields in a model, and in the models in it."""
    found = set(kind.model_fields)
    for field in kind.model_fields.values():
        for inner in _models(field.annotation):
            found |= names(inner)
    return frozenset(found)


def _models(kind: Annotation) -> Iterator[type[BaseModel]]:
    for one in members(kind):
        if is_model(one):
            yield one
        for inner in get_args(one):
            yield from _models(inner)
