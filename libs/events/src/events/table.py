"""A read model's table under one name: the live one, or one that is being built."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from pydantic_core import to_json

from events.checkpoint import Connection
from events.feed import Garbled
from events.folding import Folding
from events.projection import Projection
from events.recorded import Recorded

R = TypeVar("R")


class Table(Generic[R]):
    """Rows of a projection in PostgreSQL, as the schema `read` has them."""

    def __init__(self, projection: Projection[R], name: str) -> None:
        self.projection = projection
        self.name = name
        self.relation = f'read."{name}"'
        primary, columns = f'"{projection.primary}"', ", ".join(f'"{c}"' for c in projection.columns)
        update = ", ".join(f'"{c}" = excluded."{c}"' for c in projection.columns if c != projection.primary)
        self._select = f"SELECT {columns} FROM {self.relation} WHERE {primary} = ANY($1::text[])"
        self._delete = f"DELETE FROM {self.relation} WHERE {primary} = ANY($1::text[]) RETURNING {columns}"
        self._upsert = (
            f"INSERT INTO {self.relation} ({columns}) "
            f"SELECT {columns} FROM json_populate_recordset(NULL::{self.relation}, $1::json) "
            f"ON CONFLICT ({primary}) DO " + (f"UPDATE SET {update}" if update else "NOTHING")
        )

    async def create(self, connection: Connection) -> None:
        """Make the table, empty, without its indexes."""
        await connection.execute(self.projection.ddl(self.name)[0])

    async def index(self, connection: Connection) -> None:
        """Make the indexes, and tell the planner what the table is like."""
        for statement in self.projection.ddl(self.name)[1:]:
            await connection.execute(statement)
        await connection.execute(f"ANALYZE {self.relation}")

    async def fold(
        self,
        connection: Connection,
        facts: Sequence[Recorded[Any] | Garbled],
        parked: frozenset[str] = frozenset(),
    ) -> Sequence[tuple[int, str]]:
        """Apply events to their rows, one query in and one statement out.

        Gives the places of those that cannot be applied, and the reasons; `parked` are the keys
        that wait already, whose events are among them.
        """
        folding = Folding(self.projection, parked)
        placed = folding.place(facts)
        before = await self._rows(connection, self._select, {key for _, key, _ in placed})
        after = dict(before)
        failed = folding.show(placed, after)
        await self._upsert_all(connection, [row for key, row in after.items() if row != before.get(key)])
        await self._rows(connection, self._delete, before.keys() - after.keys())
        return failed

    async def take(self, connection: Connection, keys: Collection[str]) -> Mapping[str, R]:
        """Take rows out of the table: they are there no more."""
        return await self._rows(connection, self._delete, keys)

    async def put(self, connection: Connection, rows: Iterable[R]) -> None:
        """Put rows into the table that are not there."""
        await connection.copy_records_to_table(
            self.name,
            schema_name="read",
            columns=list(self.projection.columns),
            records=map(self.projection.dump, rows),
        )

    async def _rows(self, connection: Connection, statement: str, keys: Collection[str]) -> Mapping[str, R]:
        found = await connection.fetch(statement, list(keys)) if keys else ()
        return {record[0]: self.projection.load(record) for record in found}

    async def _upsert_all(self, connection: Connection, rows: Sequence[R]) -> None:
        if rows:
            columns, values = tuple(self.projection.columns), self.projection.values
            fields = [dict(zip(columns, values(row), strict=True)) for row in rows]
            await connection.execute(self._upsert, to_json(fields).decode())
