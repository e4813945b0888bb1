"""Which rows of a read model are asked for: what the asker may see, filters, ranges and a search."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from types import NoneType
from typing import Annotated, Any, Union, get_args, get_type_hints

import sqlalchemy as sa
from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from events.projection import Projection
from events.recorded import Actor
from servicekit.moments import pattern

Visible = Callable[[sa.Table, Actor], sa.ColumnElement[bool]]
"""Which rows an actor may see."""


def _digits(value: object) -> object:
    """Pydantic also takes `+1.0`."""
    if isinstance(value, str) and not re.fullmatch("[0-9]{1,19}", value, re.ASCII):
        raise ValueError("write it in digits")
    return value


Position = Annotated[int, BeforeValidator(_digits), Field(ge=0, le=2**63 - 1)]
POSITION = "0|[1-9][0-9]{0,17}"
"""How `as_of` is written when it is a log position."""
AsOf = Annotated[
    str,
    Field(
        max_length=40,
        description="The list as it stood at a time (RFC 3339) or log position; all its pages are of that moment. "
        "The answer's Log-Position names it.",
        json_schema_extra=pattern(POSITION) | {"examples": ["2026-01-05T09:00:00Z", "412"]},
    ),
]
"""A past moment of a list."""
_Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00]+$")
]


def by_company(column: str) -> Visible:
    """Rows of the actor's own product company and of none; all rows for people of the group."""

    def visible(table: sa.Table, who: Actor) -> sa.ColumnElement[bool]:
        if who.company is None:
            return sa.true()
        return sa.or_(table.c[column] == who.company, table.c[column].is_(None))

    return visible


def everybody(_: sa.Table, __: Actor) -> sa.ColumnElement[bool]:
    """All rows, for whoever has a token."""
    return sa.true()


def _iso(value: object) -> object:
    """Pydantic also takes seconds since 1970, which nobody means."""
    if isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise ValueError("write it as 2026-01-05, and a time as 2026-01-05T09:00:00Z")
    return value


def _written(kind: Any) -> Any:  # a column's type
    """The type of a column as a caller writes it: days and times by RFC 3339, times with their zone."""
    if kind is datetime:
        return Annotated[AwareDatetime, BeforeValidator(_iso)]
    return Annotated[date, BeforeValidator(_iso)] if kind is date else kind


@dataclass(frozen=True)
class Conditions:
    """What rows may be asked for by, as `list_route` is told."""

    projection: Projection[Any]
    visible: Visible
    filters: Sequence[str] = ()
    ranges: Sequence[str] = ()
    search: Sequence[str] = ()
    spoken: Callable[[str], str] | None = None

    def __post_init__(self) -> None:
        self.check(*self.filters, *self.ranges, *self.search)

    def check(self, *names: str) -> None:
        """Raise `ValueError` for columns that are not there."""
        for name in names:
            if name not in self.hints:
                raise ValueError(f"{self.projection.name} has no column {name}: {', '.join(self.hints)}")

    @cached_property
    def hints(self) -> Mapping[str, Any]:
        """The columns' types."""
        return get_type_hints(self.projection.row)

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The query parameters, with the types of the columns, as pydantic makes a model of."""
        wanted: dict[str, Any] = {
            "at_least": (Position | None, Field(None, description="As the header Log-Position.")),
            "as_of": (AsOf | None, None),
        }
        if self.search:
            wanted["q"] = (_Words | None, Field(None, description=_searched(self.search)))
        for name in self.filters:
            values = list[_one_of(self.hints[name])]  # type: ignore[misc, valid-type]  # made at run time
            wanted[name] = (values | None, Field(None, description="Any of these.", max_length=50))
        for name in self.ranges:
            kind = _written(_without_none(self.hints[name])) | None
            wanted[f"{name}_from"] = (kind, Field(None, description="This or later."))
            wanted[f"{name}_before"] = (kind, Field(None, description="Earlier than this."))
        return wanted

    def where(self, table: sa.Table, query: Any, who: Actor) -> Sequence[sa.ColumnElement[bool]]:
        """The conditions of a query, on the live table or one of the past."""
        columns = table.c
        asked = query.model_dump(exclude_none=True)
        wanted = [self.visible(table, who)]
        wanted += [_any_of(columns[n], asked[n]) for n in self.filters if n in asked]
        wanted += [columns[n] >= asked[f"{n}_from"] for n in self.ranges if f"{n}_from" in asked]
        wanted += [columns[n] < asked[f"{n}_before"] for n in self.ranges if f"{n}_before" in asked]
        if "q" in asked:
            wanted.append(self._found(table, asked["q"]))
        return wanted

    def _found(self, table: sa.Table, words: str) -> sa.ColumnElement[bool]:
        """Every word stands in one of the columns, or all of it is the primary key as somebody said it."""
        text = _text([table.c[name] for name in self.search])
        found = sa.and_(*(_holds(text, word) for word in words.split()))
        if self.spoken is not None:
            try:
                return sa.or_(table.c[self.projection.primary] == self.spoken(_narrow(words)), found)
            except ValueError:
                pass  # said otherwise: then it is looked for as text alone
        return found


def _searched(columns: Sequence[str]) -> str:
    return f"Words that all stand somewhere in {', '.join(columns)}; upper and lower case are the same."


def _text(columns: Sequence[sa.Column[Any]]) -> sa.ColumnElement[str]:
    """What is looked through, as one text; a line break keeps the columns apart."""
    parts = [
        sa.func.array_to_string(column, "\n")
        if isinstance(column.type, sa.ARRAY)
        else sa.cast(column, sa.Text)
        for column in columns
    ]
    return sa.func.concat_ws("\n", *parts, type_=sa.Text)


def _holds(text: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    """The word as it was typed, or in the narrow letters that were meant: input methods write ７Ｋ for 7K."""
    spellings = dict.fromkeys([word, _narrow(word)])
    return sa.or_(*(text.ilike(_like(one), escape="\\") for one in spellings))


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _like(word: str) -> str:
    """A pattern for what holds the word itself, whatever characters it is of."""
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _any_of(column: sa.Column[Any], values: list[Any]) -> sa.ColumnElement[bool]:
    """The column is one of the values; a column of several values holds one of them."""
    return column.bool_op("&&")(values) if isinstance(column.type, sa.ARRAY) else column.in_(values)


def _one_of(hint: Any) -> Any:
    """The type of one value of a column that may hold several."""
    return str if hint == tuple[str, ...] else _without_none(hint)


def _without_none(hint: Any) -> Any:
    members = get_args(hint)
    return Union[tuple(m for m in members if m is not NoneType)] if NoneType in members else hint  # noqa: UP007
