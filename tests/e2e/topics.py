"""What is on the topics, against what is in the logs: nothing less, nothing more, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from faults.checkers.topics import compare
from launch import Running


def faults(running: Running) -> Sequence[str]:
    """How topics and logs differ, for all services."""
    return [fault for name in running.services for fault in asyncio.run(_faults(running, name))]


async def _faults(running: Running, name: str) -> Sequence[str]:
    assert running.kafka
    found = await compare(name, running.databases[name].service_url, running.kafka)
    return [*found.uncommitted.texts, *found.unpublished.texts, *found.disordered.texts]
