"""A Kafka that a scenario takes away and brings back, with its data, at the same address."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from events.topic import ensure_topic
from faults.load.house import NAMES
from launch import aot, kafka, ports
from launch.stage import Stage
from launch.supervisor import Supervisor


class Broker:
    """Use `broker`."""

    def __init__(self, stage: Stage) -> None:
        self.bootstrap = ""
        self._stage = stage
        self._place = stage.place / f"broker-{secrets.token_hex(4)}"
        """Its own: what another scenario's services have published is of other logs."""
        self._supervisor: Supervisor | None = None
        self._port: int | None = None

    async def come(self) -> None:
        """Start it; the second time with what it had."""
        kit = await kafka.kit(lambda done, total: None)
        cache = await aot.options(kit, self._stage.supervisor.leash, self._stage.say)
        self._supervisor = Supervisor(self._stage.supervisor.leash, self._stage.say)
        data, log = self._place, self._place.with_suffix(".log")
        started = await kafka.start(self._supervisor, kit, data, log, wished_port=self._port, cache=cache)
        if self.bootstrap not in {"", started.bootstrap}:
            raise RuntimeError(f"somebody took the broker's port: it was at {self.bootstrap}")
        self.bootstrap = started.bootstrap
        self._port = int(started.bootstrap.rpartition(":")[2])

    async def go(self) -> None:
        """Stop it, so that its address refuses connections."""
        if self._supervisor is not None:
            await self._supervisor.close()
            self._supervisor = None
        if self._port is not None:
            ports.give_back(self._port, self._port + 1)


@asynccontextmanager
async def broker(stage: Stage) -> AsyncIterator[Broker]:
    """A broker with a topic for each service, for the length of the block."""
    made = Broker(stage)
    made._port = ports.choose()
    ports.give_back(made._port)
    try:
        await made.come()
        for name in NAMES:
            await ensure_topic(made.bootstrap, name)
        yield made
    finally:
        await made.go()
