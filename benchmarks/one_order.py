"""What one order costs, read off a system that orders were played through: `python -m benchmarks.one_order`.

It looks at the system that `make run` started, after `make demo`: the figures are of all that happened
there since its data was new, divided by the orders there are.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg
import httpx
from rich.console import Console
from rich.table import Table

from launch import Running, find


@dataclass(frozen=True, slots=True)
class Share:
    """What one service did, in all."""

    events: int
    data: int
    """Bytes of the events as JSON, with who and when."""
    disk: int
    """Bytes of the log with its indexes."""
    commands: int
    """That came with an idempotency key: clients' and reactions'."""
    read_models: int
    """Bytes of tables and indexes."""
    commits: int
    """Transactions of the database, reads included."""
    requests: int
    seconds: float
    """That requests took, from the first byte to the last."""


async def share(database: str, url: str) -> Share:
    """Of one service, from its database and its metrics."""
    connection = await asyncpg.connect(database)
    try:
        [row] = await connection.fetch(_ASKED)
    finally:
        await connection.close()
    async with httpx.AsyncClient(timeout=30) as http:
        told = (await http.get(f"{url}/metrics")).raise_for_status().text
    return Share(**row, requests=int(_sum("count", told)), seconds=_sum("sum", told))


_ASKED = """
    SELECT (SELECT count(*) FROM log.event) AS events,
           (SELECT coalesce(sum(octet_length(data::text) + octet_length(metadata::text)), 0) FROM log.event) AS data,
           pg_total_relation_size('log.event') + pg_total_relation_size('log.command') AS disk,
           (SELECT count(*) FROM log.command) AS commands,
           (SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
            WHERE c.relnamespace = 'read'::regnamespace AND c.relkind = 'r') AS read_models,
           (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS commits"""


def _sum(part: str, told: str) -> float:
    lines = re.findall(rf"^http_server_request_duration_seconds_{part}\{{.*\}} (\S+)$", told, re.MULTILINE)
    return sum(map(float, lines))


async def shares(running: Running) -> tuple[int, Mapping[str, Share]]:
    """How many orders there are, and what each service did for all of them."""
    intake = await asyncpg.connect(running.databases["order-intake"].owner_url)
    try:
        orders = await intake.fetchval("SELECT count(*) FROM log.event WHERE name = 'order.received.v1'")
    finally:
        await intake.close()
    found = {
        name: await share(running.databases[name].owner_url, url) for name, url in running.services.items()
    }
    return int(orders), found


def show(console: Console, orders: int, found: Mapping[str, Share]) -> None:
    """A line for each service, everything by order."""
    table = Table(
        "service", "events", "kB of JSON", "kB on disk", "commands", "kB of read models", "commits", "requests",
        "ms each", title=f"one order of {orders:,}", title_justify="left",
    )  # fmt: skip
    for name, one in found.items():
        table.add_row(
            name, f"{one.events / orders:.1f}", f"{one.data / orders / 1e3:.1f}", f"{one.disk / orders / 1e3:.1f}",
            f"{one.commands / orders:.1f}", f"{one.read_models / orders / 1e3:.1f}", f"{one.commits / orders:.0f}",
            f"{one.requests / orders:.1f}", f"{one.seconds / max(one.requests, 1) * 1e3:.1f}",
        )  # fmt: skip
    console.print(table)


def main() -> None:
    """Look, and print."""
    running = find()
    if running is None:
        sys.exit("nothing runs here: start it with `make run`, and play orders with `make demo`")
    orders, found = asyncio.run(shares(running))
    if not orders:
        sys.exit("there are no orders yet: play some with `make demo`")
    show(Console(highlight=False, width=None if sys.stdout.isatty() else 120), orders, found)


if __name__ == "__main__":
    main()
