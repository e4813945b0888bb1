"""A page of a read model as one SQL query: what is asked for, ordered, after a cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, create_model

from events.recorded import Actor
from servicekit.conditions import Conditions, Position
from servicekit.pages import PageQuery, bad_cursor, cursor_of, place_of

_position: TypeAdapter[int] = TypeAdapter(Position)


@dataclass(frozen=True)
class Listing:
    """What may be asked of a read model, page by page."""

    conditions: Conditions
    order: Sequence[str]
    """Columns; `-` before one for descending. The first is the default."""

    def __post_init__(self) -> None:
        self.conditions.check(*(one.removeprefix("-") for one in self.order))

    @cached_property
    def _readers(self) -> Mapping[str, TypeAdapter[Any]]:
        return {name: TypeAdapter(hint) for name, hint in self.conditions.hints.items()}

    @cached_property
    def query_model(self) -> type[BaseModel]:
        """The query parameters, with the types of the columns."""
        orders = sorted({sign + name.removeprefix("-") for name in self.order for sign in ("", "-")})
        allowed = Literal[tuple(orders)]  # type: ignore[valid-type]  # made at run time
        order = (allowed, Field(self.order[0], description="`-` for descending."))
        fields: dict[str, Any] = {**self.conditions.fields, "order": order}
        return create_model(f"{self.conditions.projection.name}_query", __base__=PageQuery, **fields)

    def select(self, table: sa.Table, query: Any, who: Actor) -> sa.Select[Any]:
        """The rows of a page and one more, which tells whether there is a next."""
        by, primary, descending = self._order(table, query)
        select = sa.select(table).where(*self.conditions.where(table, query, who))
        if query.cursor:
            place = self._read(by, query, 0), self._read(primary, query, 1)
            select = select.where(_after(by, primary, place, descending))
        turn = sa.desc if descending else sa.asc
        places = [turn(place) for place in ([by] if by is primary else [by, primary])]
        if by.nullable:  # else not even said: read backwards, an index has what is empty first
            places[0] = places[0].nulls_last()
        return select.order_by(*places).limit(query.limit + 1)

    def cursor(self, query: Any, row: Mapping[str, Any], at: int | None) -> str:
        """The cursor of the page after the one that ends with `row`, of the list as it stood at a position."""
        by, primary, _ = self._order(self.conditions.projection.table, query)
        return cursor_of([row[by.name], row[primary.name], at], _question(query))

    def position(self, query: Any) -> int | None:
        """The position that the pages before this one were of; None for a first page, and for one of now."""
        if query.cursor is None or query.as_of is None:
            return None
        try:
            return _position.validate_python(place_of(query.cursor, _question(query), 3)[2], strict=True)
        except ValidationError as error:
            raise bad_cursor() from error

    def _order(self, table: sa.Table, query: Any) -> tuple[sa.Column[Any], sa.Column[Any], bool]:
        by = query.order.removeprefix("-")
        return table.c[by], table.c[self.conditions.projection.primary], by != query.order

    def _read(self, column: sa.Column[Any], query: Any, number: int) -> Any:
        """A value that a cursor stands for, of the column's type again."""
        try:
            value = place_of(query.cursor, _question(query), 3)[number]
            return self._readers[column.name].validate_python(value)
        except ValidationError as error:
            raise bad_cursor() from error


def _question(query: Any) -> object:
    """What a cursor belongs to: the filters, the order and the moment."""
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
