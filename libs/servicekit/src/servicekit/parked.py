"""Parked events, for ops: what waits, why, and again after a fix."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from events.feed import Garbled
from events.handler import CommandHandler
from events.parking import Handle, discard, list_parked, replay_parked, show_parked
from events.projector import Projector
from events.reactor import Reactor
from servicekit.bench import Bench, Mistaken, line
from servicekit.runtime import own_feed, utc_now


async def listed(bench: Bench) -> bool:
    """A table of all, in the order they will be replayed in."""
    parked = await list_parked(bench.pool)
    if not parked:
        bench.say("nothing is parked")
        return True
    table = Table("number")
    for name in ("consumer", "key"):  # what `replay` is told: never shortened
        table.add_column(name, no_wrap=True, min_width=max(len(getattr(one, name)) for one in parked))
    for name in ("event", "since", "attempts", "reason"):
        table.add_column(name)
    for one in parked:
        what = "garbled" if isinstance(one.fact, Garbled) else one.fact.name
        since = f"{one.parked_at:%Y-%m-%d %H:%M:%SZ}"
        table.add_row(
            str(one.number), one.consumer, escape(one.key), what, since, str(one.attempts), escape(one.reason)
        )
    bench.console.print(table)
    return True


async def shown(bench: Bench, number: int) -> bool:
    """One of them, whole."""
    one = await show_parked(bench.pool, number)
    if one is None:
        raise Mistaken(f"nothing is parked under the number {number}")
    place = f"{one.partition.source}/{one.partition.number}/{one.offset}"
    bench.say(f"[bold]{escape(one.key)}[/bold] at {place} for {one.consumer}, {one.attempts} attempts")
    bench.say(escape(one.reason))
    bench.say(
        escape(repr(one.fact.raw)) if isinstance(one.fact, Garbled) else line(one.fact), highlight=False
    )
    return True


async def replayed(bench: Bench, number: int | None) -> bool:
    """Handle again the order of one parked event, or all; whether none is left."""
    parked = await list_parked(bench.pool, limit=100_000)
    waiting = list(dict.fromkeys((one.consumer, one.key) for one in parked if number in (None, one.number)))
    if number is not None and not waiting:
        raise Mistaken(f"nothing is parked under the number {number}")
    handles = _handles(bench)
    for consumer, key in waiting:
        if consumer not in handles:
            bench.say(f"{consumer} is not of this version any more; {escape(key)} stays parked")
            continue
        done = await replay_parked(bench.pool, consumer, key, handles[consumer])
        left = await list_parked(bench.pool, consumer=consumer, key=key)
        said = f"{len(left)} still wait: {escape(left[0].reason)}" if left else "none waits"
        bench.say(f"{consumer} {escape(key)}: {done} replayed, {said}")
    return not await list_parked(bench.pool, limit=1)


async def discarded(bench: Bench, number: int) -> bool:
    """Give up what was on the topic and is no event at all, which no fix can make one."""
    one = await show_parked(bench.pool, number)
    if one is None:
        raise Mistaken(f"nothing is parked under the number {number}")
    if not isinstance(one.fact, Garbled):
        raise Mistaken(
            f"number {number} is an event, {one.fact.name}: its order must not go on without it. "
            "Mend what stops it, then `parked replay`"
        )
    await discard(bench.pool, number)
    left = await list_parked(bench.pool, consumer=one.consumer, key=one.key)
    said = f"{len(left)} later ones wait: `parked replay`" if left else "none waits behind it"
    bench.say(f"{one.consumer} {escape(one.key)}: given up, {said}")
    return True


def _handles(bench: Bench) -> dict[str, Handle]:
    """What each consumer of the service does with one of its parked events."""
    service, handler = bench.service, CommandHandler(bench.log)
    feed = own_feed(service, bench.dsn)
    projectors = [Projector(projection, bench.pool, feed) for projection in service.projections]
    reactor = Reactor(service.name, service.reactions, handler, bench.pool, feed, utc_now)
    return {reactor.consumer: reactor.replay} | {p.projection.consumer: p.replay for p in projectors}
