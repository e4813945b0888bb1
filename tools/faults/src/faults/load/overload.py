"""Three times as much as one worker of order-intake can do: what it can do goes on, the rest is refused at once."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from faults.load.house import House, Stopwatch, sampled
from faults.load.offering import Offered, Wish, apart
from faults.load.table import Row

LEVELS = (32, 64, 128)
"""Connections of the closed loops among which the peak is looked for."""
CONNECTIONS = 800
"""Of the open loop: more than are ever waiting for an answer, or else it would not be open."""
TIMES = 3
DEADLINE = 1.0
GROWTH = 100
"""MiB that the process may grow by."""


async def overload(house: House) -> Sequence[Row]:
    """Peak and three times the peak in turns, so that what else goes on at the machine disturbs both."""
    rounds, short, long = (2, 2.0, 4.0) if house.quick else (6, 5.0, 10.0)
    watch = Stopwatch(house.progress, 1.2 * (len(LEVELS) * short + rounds * (short + long) + short))
    databases = await house.stage.migrated("order-intake", "review", "procurement")
    url, program = house.stage.serving("order-intake", house.around(databases))

    async def offered(what: str, seconds: float, connections: int, rate: float | None = None) -> Offered:
        watch.tell(what)
        return await apart(Wish(url, house.token(), seconds, connections, rate, deadline=DEADLINE))

    async with house.stage.running(program) as (service,), sampled(service.pid) as sizes:
        found = {level: await offered("looking for the peak", short, level) for level in LEVELS}
        level = max(found, key=lambda level: found[level].goodput)
        peaks, floods = [], []
        for _ in range(rounds):
            peaks.append(await offered("at its peak", short, level))
            rate = TIMES * peaks[-1].goodput
            floods.append(await offered(f"at {TIMES} times its peak", long, CONNECTIONS, rate))
        after = await offered("afterwards", short, level)
    return _rows(level, peaks, floods, after, sizes)


def _rows(
    level: int, peaks: Sequence[Offered], floods: Sequence[Offered], after: Offered, sizes: Sequence[float]
) -> Sequence[Row]:
    peak, flood = median(one.goodput for one in peaks), median(one.goodput for one in floods)
    ratios = [during.goodput / before.goodput for before, during in zip(peaks, floods, strict=True)]
    sent = sum(one.sent for one in floods)
    refused = sum(one.statuses.get("503", 0) + one.statuses.get("429", 0) for one in floods)
    accepted = sum(one.statuses.get("201", 0) for one in floods)
    lost, unsent = (sum(one.statuses.get(what, 0) for one in floods) for what in ("lost", "unsent"))
    waits = {wait for one in floods for wait in one.retry_after}
    numbers = sorted(int(wait) for wait in waits if wait.isdigit())
    seconds = sum(one.seconds for one in floods)
    slowest = max(one.accepted_ms[1] for one in floods)
    return [
        Row(f"peak goodput of one worker, closed loop of {level} connections", f"{peak:,.0f}/s", ""),
        Row(
            f"goodput at {sent / seconds / peak:.1f} times that",
            f"{flood:,.0f}/s, {median(ratios):.0%} of the peak just before ({_spread(ratios)})",
            "at least 90 % of the peak", median(ratios) >= 0.9,
        ),
        Row(
            "the rest", f"of {sent:,}: {accepted:,} done, {refused:,} refused, {lost:,} without an answer"
            + (f"; {unsent:,} not sent for want of a connection" if unsent else ""),
            "all others refused, none without an answer", lost == 0 and accepted + refused == sent,
        ),
        Row(
            "Retry-After of the refused", f"{', '.join(map(str, numbers))} s" if numbers else "none",
            "whole seconds from 1, not the same for all", len(numbers) > 1 and len(numbers) == len(waits),
        ),
        Row(
            "p99 of the accepted; of the refused", f"{slowest:,.0f} ms; {max(o.refused_ms[1] for o in floods):,.0f} ms",
            f"at most {DEADLINE * 1000:,.0f} ms for the accepted", slowest <= DEADLINE * 1000,
        ),
        Row(
            "memory of the worker", f"{sizes[0]:.0f} MiB before, {max(sizes):.0f} MiB at most",
            f"at most {GROWTH} MiB more", max(sizes) - sizes[0] <= GROWTH,
        ),
        Row(
            "goodput afterwards", f"{after.goodput:,.0f}/s, {after.goodput / peak:.0%} of the peak",
            "at least 90 %", after.goodput >= 0.9 * peak,
        ),
    ]  # fmt: skip


def _spread(values: Sequence[float]) -> str:
    return f"{min(values):.0%} to {max(values):.0%} in {len(values)} rounds"
