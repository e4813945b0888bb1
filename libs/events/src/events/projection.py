"""Projections: a read model is a table and one pure row function.

`show(row | None, fact) -> row | None` gives the row after a fact. The table is made from the
row's type; raise the version and a new one is built beside the old.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from events.event import Event
from events.recorded import Recorded

R = TypeVar("R")
T = TypeVar("T", bound=tuple[Any, ...])
_TYPES: Mapping[Any, Any] = {
    str: sa.Text(), int: sa.BigInteger(), bool: sa.Boolean(), Decimal: sa.Numeric(), date: sa.Date(),
    datetime: sa.DateTime(timezone=True), UUID: sa.Uuid(), tuple[str, ...]: postgresql.ARRAY(sa.Text()),
}  # fmt: skip


@dataclass(frozen=True)
class Projection(Generic[R]):
    """A read model over the service's own log.

    `row` is a NamedTuple (three times as fast to change) or a frozen dataclass; its first field
    is the primary key. Fields may be str, int, bool, Decimal, date, datetime, UUID,
    tuple[str, ...], an optional of these, or anything else pydantic knows, which is stored
    as jsonb.
    """

    name: str
    version: int
    """Raise it whenever `show` or the row's type changes."""
    row: type[R]
    show: Callable[[R | None, Recorded[Any]], R | None]
    key: Callable[[Recorded[Any]], str]
    """Which row an event concerns: the value of its primary key."""
    handles: tuple[type[Event], ...]
    """Other events are passed by without being decoded."""
    indexes: tuple[tuple[str, ...], ...] = field(default=())

    @property
    def consumer(self) -> str:
        """The name its checkpoint, parked events and table stand under."""
        return f"{self.name}_v{self.version}"

    @cached_property
    def stems(self) -> frozenset[str]:
        """The handled events' names without their versions: an unknown version is for us too."""
        return frozenset(stem(kind.name) for kind in self.handles)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(kind.name for kind in self.handles)

    def concerns(self, name: str) -> bool:
        """Whether an event stored under this name is for this projection."""
        return name in self._names or stem(name) in self.stems

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """The table's columns by name."""
        return {name: _column(name, hint) for name, hint in get_type_hints(self.row).items()}

    @cached_property
    def primary(self) -> str:
        """The primary key's column."""
        return next(iter(self.columns))

    @cached_property
    def table(self) -> sa.Table:
        """What readers select from: a view on the table of the version that is live."""
        return self.table_named(self.name)

    def table_named(self, name: str) -> sa.Table:
        """The table under another name, for building beside the live one."""
        columns = [
            sa.Column(c.name, c.type, primary_key=c.name == self.primary, nullable=c.optional)
            for c in self.columns.values()
        ]
        return sa.Table(name, sa.MetaData(schema="read"), *columns)

    def ddl(self, name: str) -> Sequence[str]:
        """Statements that make the table and its indexes under `name`."""
        table = self.table_named(name)
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap
        indexes = [
            sa.Index(f"{name}_{number}", *(table.c[c] for c in columns))
            for number, columns in enumerate(self.indexes, 1)
        ]
        statements: list[sa.schema.ExecutableDDLElement] = [CreateTable(table), *map(CreateIndex, indexes)]
        return [str(statement.compile(dialect=dialect)) for statement in statements]

    @property
    def shape(self) -> Sequence[tuple[str, str]]:
        """The table's columns with their types, as PostgreSQL tells them."""
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap
        return [
            (c.name, c.type.compile(dialect).lower() + ("" if c.nullable else " NOT NULL"))
            for c in self.table.columns
        ]

    @cached_property
    def values(self) -> Callable[[R], Sequence[Any]]:
        """Gives a row's values in the order of the columns."""
        if issubclass(self.row, tuple):
            return tuple  # type: ignore[return-value]  # mypy does not see that such an R is iterable
        if len(self.columns) == 1:
            return lambda row: (getattr(row, self.primary),)
        return attrgetter(*self.columns)

    def load(self, record: Any) -> R:  # an asyncpg record of all columns
        """A stored row as the row type."""
        values = list(record)
        for place, column in self._adapted:
            if values[place] is not None:
                values[place] = column.load(values[place])
        return self.row(*values)

    def dump(self, row: R) -> Sequence[Any]:
        """A row as what asyncpg stores."""
        values = list(self.values(row))
        for place, column in self._adapted:
            if values[place] is not None:
                values[place] = column.dump(values[place])
        return values

    @cached_property
    def _adapted(self) -> Sequence[tuple[int, Column]]:
        """The columns, with their places, whose values are of another type for asyncpg."""
        return [
            (place, column) for place, column in enumerate(self.columns.values()) if column.load is not _as_is
        ]


def changed(row: T, changes: Mapping[str, Any]) -> T:
    """A row with other values in some fields; in half the time that `_replace` takes."""
    values, places = list(row), _places(type(row))
    for name, value in changes.items():
        values[places[name]] = value
    return tuple.__new__(type(row), values)


@lru_cache(256)
def _places(kind: type[Any]) -> Mapping[str, int]:
    """Where each field of a NamedTuple stands."""
    return {name: place for place, name in enumerate(kind._fields)}


def _as_is(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Column:
    """How a field of a row is stored."""

    name: str
    type: Any  # a SQLAlchemy type
    optional: bool
    load: Callable[[Any], Any] = _as_is
    """From asyncpg's type; never asked about None."""
    dump: Callable[[Any], Any] = _as_is


def stem(name: str) -> str:
    """An event's name without its version."""
    return name.rpartition(".")[0]


def _column(name: str, hint: Any) -> Column:
    optional = False
    if get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint):
        optional = True
        hint = Union[tuple(a for a in get_args(hint) if a is not type(None))]  # noqa: UP007  # built at run time
    kind = _TYPES.get(hint)
    if kind is None and all(isinstance(a, str) for a in get_args(hint)) and get_args(hint):
        kind = _TYPES[str]  # a Literal of strings
    if kind is None:
        adapter = TypeAdapter(hint)
        return Column(
            name, postgresql.JSONB(), optional, adapter.validate_json, lambda v: adapter.dump_json(v).decode()
        )
    if hint == tuple[str, ...]:
        return Column(name, kind, optional, tuple)
    return Column(name, kind, optional)
