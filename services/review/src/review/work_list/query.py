"""The work list as one SQL query: a row for each word that is waited for and is the asker's to give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from events import Actor
from review.work_list.sources import CASES, CONTRACTS, Roles, Source
from servicekit import by_company

Place = tuple[date, datetime, str, str, str]
"""Where a page ends: due, since, number, thing and for whom is waited."""
_NEVER = date.max
"""What has no delivery date yet comes after all that has one."""


def select_work(
    cases: sa.Table, contracts: sa.Table, who: Actor, limit: int, after: Place | None
) -> sa.Select[Any]:
    """What waits for `who`: by delivery date, then by how long it has waited. The tables may be of the past."""
    work = sa.union_all(_waiting(CASES, cases, who), _waiting(CONTRACTS, contracts, who)).subquery("work")
    place = (work.c.due, work.c.since, work.c.number, work.c.thing, work.c.awaited)
    select = sa.select(work).order_by(*place).limit(limit)
    if after is None:
        return select
    values = (sa.literal(value, column.type) for value, column in zip(after, place, strict=True))
    return select.where(sa.tuple_(*place) > sa.tuple_(*values))


def _waiting(source: Source, table: sa.Table, who: Actor) -> sa.Select[Any]:
    waited = (
        sa.func.unnest(table.c.waiting_for)
        .table_valued(sa.column("awaited", sa.Text), name="waited")
        .render_derived()
    )
    columns, awaited = table.c, waited.c.awaited
    return (
        sa.select(
            sa.literal(source.thing, sa.Text).label("thing"),
            columns.number,
            awaited,
            columns.state,
            columns.customer_name,
            columns.company,
            columns.delivery_date,
            columns.waiting_since,
            _question(table),
            sa.func.coalesce(columns.delivery_date, _NEVER).label("due"),
            sa.cast(columns.waiting_since[awaited].astext, sa.DateTime(timezone=True)).label("since"),
        )
        .select_from(table.join(waited, sa.true()))
        .where(
            columns.state.in_(source.states),
            by_company("company")(table, who),
            sa.not_(source.own(table, who.subject)),
            sa.or_(
                awaited.in_(_mine(source.of_group, who)),
                sa.and_(columns.company == who.company, awaited.in_(_mine(source.of_company, who))),
            ),
        )
    )


def _question(table: sa.Table) -> sa.ColumnElement[Any]:
    """The open questions by role; contracts have none."""
    return (
        table.c.questions if "questions" in table.c else sa.cast(sa.literal("{}"), JSONB).label("questions")
    )


def _mine(roles: Roles, who: Actor) -> Sequence[str]:
    return [awaited for awaited, several in roles.items() if several & who.roles]
