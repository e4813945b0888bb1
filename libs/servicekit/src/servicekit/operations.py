"""What ops do with a log: look at it, replay read models from it, verify it.

Each gives whether all is well.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from rich.markup import escape

from events import replay as replaying
from events import verify as verifying
from events.projection import Projection
from servicekit.bench import Bench, Mistaken, line

PAUSE = 0.3
"""Seconds between two looks at the end of the log."""


async def tail(bench: Bench, *, after: int | None, name: str | None, follow: bool) -> bool:
    """Print events, by default from the last ten on."""
    at = max(await bench.log.head() - 10, 0) if after is None else after
    while True:
        facts = await bench.log.page(at)
        for fact in facts:
            if name in (None, fact.name):
                bench.say(line(fact), highlight=False)
        if facts:
            at = facts[-1].position
        elif follow:
            await asyncio.sleep(PAUSE)
        else:
            return True


async def replay(bench: Bench, name: str, *, until: int | datetime | None = None, swap: bool = False) -> bool:
    """Build a read model from the first event and tell how the live one differs; `swap` replaces it."""
    projection = _projection(bench, name)
    with bench.progress(f"replaying {name}") as progress:
        difference = await replaying(projection, bench.pool, until=until, swap=swap, progress=progress)
    bench.say(f"{difference.rows:,} rows at position {difference.until:,}")
    for kind, keys in (
        ("missing in the live table", difference.missing),
        ("only in the live table", difference.surplus),
        ("different", difference.changed),
        ("not showable", difference.failed),
    ):
        if keys:
            bench.say(f"[yellow]{kind}[/yellow]: {escape(', '.join(keys))}")
    if difference.none:
        bench.say("[green]no difference to the live table[/green]")
    if swap:
        bench.say("the rebuilt table is live")
        return not difference.failed
    return difference.none or until is not None


async def verify(bench: Bench) -> bool:
    """Recompute all hashes and look for gaps."""
    with bench.progress("verifying") as progress:
        async with bench.pool.acquire() as connection:
            verdict = await verifying(connection, progress)
    for fault in verdict.faults:
        bench.say(f"[red]{escape(fault)}[/red]")
    said = "[green]sound[/green]" if verdict.sound else "[red]not sound[/red]"
    bench.say(f"{verdict.events:,} events in {verdict.streams:,} streams: {said}")
    return verdict.sound


def _projection(bench: Bench, name: str) -> Projection[Any]:
    for projection in bench.service.projections:
        if projection.name == name:
            return projection
    known = ", ".join(projection.name for projection in bench.service.projections)
    raise Mistaken(f"there is no read model {name}; {bench.service.name} has {known}")
