"""Recoveries (11): soon after a fault everybody is ready, and nothing is behind."""

from __future__ import annotations

from faults.checkers.looking import Found
from faults.world import Finding, World

READY, SETTLED = 30.0, 60.0
"""Seconds after the end of a fault."""


async def soon_well(world: World) -> Finding:
    """11: ready within 30 s of the end of a fault, nothing behind within 60 s."""
    found = Found()
    for one in world.recoveries:
        for what, seconds, most in (("ready", one.ready, READY), ("settled", one.settled, SETTLED)):
            if seconds is None or seconds > most:
                took = "not for as long as anybody waited" if seconds is None else f"after {seconds:.1f} s"
                found.add(f"{one.what}: {what} {took}, at most {most:g} s are allowed")
    ready = max((one.ready or 0.0 for one in world.recoveries), default=0.0)
    settled = max((one.settled or 0.0 for one in world.recoveries), default=0.0)
    count = len(world.recoveries)
    looked_at = f"{count} recoveries: at most {ready:.1f} s until ready, {settled:.1f} s until settled"
    return found.finding(looked_at, anything=count > 0)
