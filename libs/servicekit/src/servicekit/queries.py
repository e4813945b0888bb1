"""A page of a read model as one SQL query: what is visible, filtered, ordered, after a cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import NoneType
from typing import Annotated, Any, Literal, Union, get_args, get_type_hints

import sqlalchemy as sa
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, create_model

from events.event import Actor
from events.projection import Projection
from servicekit.pages import PageQuery, bad_cursor, cursor_of, place_of

Visible = Callable[[sa.Table, Actor], sa.ColumnElement[bool]]
"""Which rows an actor may see."""
Position = Annotated[int, Field(ge=0, le=2**63 - 1)]


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


@dataclass(frozen=True)
class Listing:
    """What may be asked of a read model."""

    projection: Projection[Any]
    visible: Visible
    filters: Sequence[str]
    ranges: Sequence[str]
    order: Sequence[str]
    """Columns; `-` before one for descending. The first is the default."""

    def __post_init__(self) -> None:
        for name in (*self.filters, *self.ranges, *(one.removeprefix("-") for one in self.order)):
            if name not in self._hints:
                raise ValueError(f"{self.projection.name} has no column {name}: {', '.join(self._hints)}")

    @cached_property
    def _hints(self) -> Mapping[str, Any]:
        return get_type_hints(self.projection.row)

    @cached_property
    def _readers(self) -> Mapping[str, TypeAdapter[Any]]:
        return {name: TypeAdapter(hint) for name, hint in self._hints.items()}

    @cached_property
    def query_model(self) -> type[BaseModel]:
        """The query parameters, with the types of the columns."""
        wanted: dict[str, Any] = {
            "at_least": (Position | None, Field(None, description="As the header Log-Position.")),
        }
        for name in self.filters:
            values = list[_one_of(self._hints[name])]  # type: ignore[misc, valid-type]  # made at run time
            wanted[name] = (values | None, Field(None, description="Any of these.", max_length=50))
        for name in self.ranges:
            kind = _without_none(self._hints[name]) | None
            wanted[f"{name}_from"] = (kind, Field(None, description="This or later."))
            wanted[f"{name}_before"] = (kind, Field(None, description="Earlier than this."))
        orders = sorted({sign + name.removeprefix("-") for name in self.order for sign in ("", "-")})
        allowed = Literal[tuple(orders)]  # type: ignore[valid-type]  # made at run time
        wanted["order"] = (allowed, Field(self.order[0], description="`-` for descending."))
        return create_model(f"{self.projection.name}_query", __base__=PageQuery, **wanted)

    def select(self, query: Any, who: Actor) -> sa.Select[Any]:
        """The rows of a page and one more, which tells whether there is a next."""
        table = self.projection.table
        by, primary, descending = self._order(query)
        select = sa.select(table).where(self.visible(table, who), *self._conditions(query))
        if query.cursor:
            select = select.where(_after(by, primary, self._place(query), descending))
        turn = sa.desc if descending else sa.asc
        places = [by] if by is primary else [by, primary]
        return select.order_by(*(turn(place).nulls_last() for place in places)).limit(query.limit + 1)

    def cursor(self, query: Any, row: Mapping[str, Any]) -> str:
        """The cursor of the page after the one that ends with `row`."""
        by, primary, _ = self._order(query)
        return cursor_of([row[by.name], row[primary.name]], _question(query))

    def _order(self, query: Any) -> tuple[sa.Column[Any], sa.Column[Any], bool]:
        columns = self.projection.table.c
        by = query.order.removeprefix("-")
        return columns[by], columns[self.projection.primary], by != query.order

    def _conditions(self, query: Any) -> Sequence[sa.ColumnElement[bool]]:
        columns = self.projection.table.c
        asked = query.model_dump(exclude_none=True)
        wanted = [_any_of(columns[n], asked[n]) for n in self.filters if n in asked]
        wanted += [columns[n] >= asked[f"{n}_from"] for n in self.ranges if f"{n}_from" in asked]
        wanted += [columns[n] < asked[f"{n}_before"] for n in self.ranges if f"{n}_before" in asked]
        return wanted

    def _place(self, query: Any) -> tuple[Any, Any]:
        """The values a cursor stands for, of the columns' types again."""
        by, primary, _ = self._order(query)
        first, second = place_of(query.cursor, _question(query), 2)
        try:
            return self._readers[by.name].validate_python(first), self._readers[primary.name].validate_python(
                second
            )
        except ValidationError as error:
            raise bad_cursor() from error


def _question(query: Any) -> object:
    """What a cursor belongs to: the filters and the order."""
    return query.model_dump(mode="json", exclude={"cursor", "limit", "at_least"})


def _after(
    by: sa.Column[Any], primary: sa.Column[Any], place: tuple[Any, Any], descending: bool
) -> sa.ColumnElement[bool]:
    """What comes after a row, empty values last; a row comparison where an index can serve it."""
    value, key = place
    tie: sa.ColumnElement[bool] = primary < key if descending else primary > key
    if by is primary:
        return tie
    if value is None:
        return sa.and_(by.is_(None), tie)
    here, there = sa.tuple_(by, primary), sa.tuple_(sa.literal(value, by.type), sa.literal(key, primary.type))
    further: sa.ColumnElement[bool] = here < there if descending else here > there
    return sa.or_(further, by.is_(None)) if by.nullable else further


def _any_of(column: sa.Column[Any], values: list[Any]) -> sa.ColumnElement[bool]:
    """The column is one of the values; a column of several values holds one of them."""
    return column.bool_op("&&")(values) if isinstance(column.type, sa.ARRAY) else column.in_(values)


def _one_of(hint: Any) -> Any:
    """The type of one value of a column that may hold several."""
    return str if hint == tuple[str, ...] else _without_none(hint)


def _without_none(hint: Any) -> Any:
    members = get_args(hint)
    return Union[tuple(m for m in members if m is not NoneType)] if NoneType in members else hint  # noqa: UP007
