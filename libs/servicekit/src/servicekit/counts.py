"""Counts for a dashboard: how many rows of a list there are, by some of its columns, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, create_model

from events.recorded import Actor
from servicekit.conditions import Conditions
from servicekit.faults import Fault
from servicekit.problems import invalid

MOST_GROUPS = 1000


class CountedGroup(BaseModel):
    """The rows that agree in the columns asked for."""

    by: dict[str, Any] = Field(examples=[{"state": "quoted"}])
    count: int


class Counts(BaseModel):
    """How many there are. A row that holds several values of a column counts once for each."""

    groups: list[CountedGroup] = Field(description="Largest first; none without `by`.")
    total: int = Field(description="All rows, each once.")


@dataclass(frozen=True)
class Counting:
    """Which counts may be asked of a read model: those by its filters."""

    conditions: Conditions

    @cached_property
    def query_model(self) -> type[BaseModel]:
        """The query parameters: those of the list, and what to count by."""
        fields: dict[str, Any] = dict(self.conditions.fields)
        if self.conditions.filters:
            columns: Any = list[Literal[tuple(self.conditions.filters)]]  # type: ignore[misc]  # made at run time
            fields["by"] = (columns, Field([], description="Count for each value of these.", max_length=3))
        name = f"{self.conditions.projection.name}_counts_query"
        return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)

    def select(self, table: sa.Table, query: Any, who: Actor) -> sa.Select[Any]:
        """Rows of: whether it is the total, the count, and the value of each column."""
        source: sa.FromClause = table
        values: list[sa.ColumnElement[Any]] = []
        several = False
        for name in _by(query):
            column: sa.ColumnElement[Any] = table.c[name]
            if isinstance(column.type, sa.ARRAY):
                each = sa.func.unnest(column).table_valued("value").render_derived(f"each_{name}")
                source, column, several = source.outerjoin(each, sa.true()), each.c.value, True
            values.append(column.label(name))
        primary = table.c[self.conditions.projection.primary]
        # Values of one column multiply the rows: then each is counted once.
        count = sa.func.count(sa.distinct(primary)) if several else sa.func.count()
        total = sa.func.grouping(values[0]) if values else sa.literal(1)
        select = (
            sa.select(total, count, *values)
            .select_from(source)
            .where(*self.conditions.where(table, query, who))
            .order_by(total.desc(), count.desc(), *(value.asc().nulls_last() for value in values))
            .limit(MOST_GROUPS + 2)
        )
        return select.group_by(sa.func.grouping_sets(sa.tuple_(*values), sa.tuple_())) if values else select

    def answer(self, query: Any, rows: Sequence[Any]) -> dict[str, Any]:  # rows of `select`
        """As `Counts` has it, ready for JSON. Raises a 422 problem for too many groups."""
        if len(rows) > MOST_GROUPS + 1:
            detail = f"there are more than {MOST_GROUPS:,} groups; take fewer columns, or filter"
            raise invalid([Fault(parameter="by", detail=detail)])
        names = _by(query)
        groups = [
            {"by": dict(zip(names, values, strict=True)), "count": count}
            for is_total, count, *values in rows
            if not is_total
        ]
        return {"groups": groups, "total": next((count for is_total, count, *_ in rows if is_total), 0)}


def _by(query: Any) -> Sequence[str]:
    return list(dict.fromkeys(getattr(query, "by", ())))
