"""Every list in its usual order is read off an index: its first page costs as much with a million rows as with ten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from launch.databases import Database
from notification.app import service as notification
from order_intake.app import service as order_intake
from procurement.app import service as procurement
from review.app import service as review
from servicekit import Service
from servicekit.testing import LocalService, running

SERVICES = (order_intake, review, procurement, notification)
FEW = {"subscriptions"}
"""Lists of what people enter by hand: hundreds, which are sorted in no time."""


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_no_list_is_sorted_as_a_whole(service: Service, database: Database) -> None:
    async with running(replace(service, sources=(), workers=()), database) as opened:
        await opened.settled()
        asked = await _asked(opened)
        assert asked
        connection = await asyncpg.connect(database.service_url)
        try:
            # Tables are empty here; so say which way is dear, and see whether there is another.
            for way in ("seqscan", "sort", "bitmapscan"):
                await connection.execute(f"SET enable_{way} = off")
            for path, (statement, values) in asked.items():
                plan = json.loads(await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *values))
                kinds = {node["Node Type"] for node in _nodes(plan[0]["Plan"])}
                assert not kinds & {"Sort", "Seq Scan"}, f"{path} is sorted: {kinds}\n{statement}"
        finally:
            await connection.close()


async def _asked(opened: LocalService) -> dict[str, tuple[str, Any]]:
    """The query that each list's first page leads to, by path."""
    document = (await opened.nobody.get("/openapi.json")).json()
    paths = [
        path
        for path, operations in document["paths"].items()
        if "{" not in path
        and path.rpartition("/")[2] not in FEW
        and any(
            one["name"] == "order" and "enum" in one["schema"]
            for one in operations.get("get", {}).get("parameters", ())
        )
    ]
    statements: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        statements.append((statement, values))

    sa.event.listen(opened.runtime.engine.sync_engine, "before_cursor_execute", note)
    auditor = opened.client("gil", "auditor", "sales", "buyer", "reviewer", "contract_desk")
    asked = {}
    for path in paths:
        statements.clear()
        answer = await auditor.get(path)
        assert answer.status_code == 200, answer.text
        (asked[path],) = statements
    return asked


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)
