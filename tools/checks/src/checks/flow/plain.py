"""A plain value for a type: what a field may hold when nothing better is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from checks.flow.annotations import Annotation, is_model, members, of_field, origin

_VALUES: tuple[object, ...] = (
    "plain", "A-1", "a@example.org", "CNY", "0" * 64, True, 1, 0, 0.5, Decimal(1), date(2027, 6, 1),
    datetime(2027, 6, 1, 9, tzinfo=UTC), UUID(int=1), (), {},
)  # fmt: skip


@cache
def plain(kind: Annotation) -> Any:  # Any: a value of whatever annotation
    """A value that the annotation lets in. Raises `LookupError` when none is known."""
    adapter = TypeAdapter(kind)
    for value in _candidates(kind):
        try:
            return adapter.dump_python(adapter.validate_python(value, strict=True))
        except ValueError:
            continue
    raise LookupError(f"no plain value of {kind} is known; give the command's route an example")


def plain_fields(model: type[BaseModel]) -> dict[str, Any]:  # Any: values of whatever fields
    """Plain values for what a model cannot do without. Raises `LookupError`."""
    required = ((name, field) for name, field in model.model_fields.items() if field.is_required())
    return {name: plain(of_field(field)) for name, field in required}


def _candidates(kind: Annotation) -> Iterator[object]:
    for one in members(kind):
        if origin(one) is Literal:
            yield get_args(one)[0]
        elif origin(one) is tuple:
            yield ()
            yield (plain(get_args(one)[0]),)
        elif is_model(one):
            yield one.model_validate(plain_fields(one))
        else:
            yield from _VALUES
