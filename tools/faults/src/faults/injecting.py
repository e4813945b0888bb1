"""Making faults happen to a running system, and taking them back."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

import asyncpg

from events.connections import OUTAGES
from faults.assembly import System
from faults.plan import Fault
from faults.points import armed, disarm
from launch.databases import Database

_PATIENCE = 6.0
"""Seconds that a fault waits for its victim to be up: one that is down already cannot be hit."""
_POLL = 0.05


class Injector:
    """Carries out bursts. What could not be hit is left over, for a later burst."""

    def __init__(self, system: System, happened: Callable[[Fault], None]) -> None:
        self._system = system
        self._happened = happened
        self._healed = asyncio.Event()
        self._cuts: Counter[str] = Counter()

    async def burst(self, faults: Sequence[Fault], shortest: float, longest: float) -> Sequence[Fault]:
        """Each fault at its time, then all is healed. Gives those that did not happen.

        It lasts until all have happened, `shortest` to `longest` seconds.
        """
        self._healed.clear()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._one(fault)) for fault in faults]
            await asyncio.sleep(shortest)
            if tasks:
                await asyncio.wait(tasks, timeout=longest - shortest)
            self._healed.set()
        return [fault for fault, task in zip(faults, tasks, strict=True) if not task.result()]

    async def _one(self, fault: Fault) -> bool:
        await asyncio.sleep(fault.at)
        try:
            happened = await _DO[fault.kind](self, fault)
        except (*OUTAGES, ProcessLookupError):
            return False  # its victim was away
        if happened:
            self._happened(fault)
        return happened

    async def _last(self, seconds: float) -> None:
        """While a fault lasts: so long, but not beyond the end of the burst."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._healed.wait(), seconds)

    async def _up(self, name: str) -> bool:
        try:
            await asyncio.wait_for(self._system.processes[name].ready(), _PATIENCE)
        except TimeoutError:
            return False
        return not self._healed.is_set()

    async def _kill(self, fault: Fault) -> bool:
        if up := await self._up(fault.target):
            self._system.processes[fault.target].kill()
        return up

    async def _stop(self, fault: Fault) -> bool:
        kind, _, name = fault.target.rpartition(" ")
        if not await self._up("postgres" if kind else name):
            return False
        if kind:
            pids: Sequence[int] = [await self._backend(self._system.running.databases[name])]
        elif name == "postgres":
            pids = _family(self._system.processes[name].pid)
        else:
            pids = [self._system.processes[name].pid]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        try:
            await self._last(fault.seconds)
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
        return True

    async def _backend(self, database: Database) -> int:
        """A backend that works for the service, preferably at this moment."""
        query = (
            "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND usename = $1 "
            "ORDER BY state = 'active' DESC, state_change DESC LIMIT 1"
        )
        async with asyncio.timeout(_PATIENCE):
            pid = await self._ask(lambda c: c.fetchval(query, database.name))
        if pid is None:
            raise ProcessLookupError
        return int(pid)

    async def _terminate(self, fault: Fault) -> bool:
        name = self._system.running.databases[fault.target].name
        query = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = $1 AND usename = $1 AND random() < $2"
        )
        return bool(await self._ask(lambda c: c.fetchval(query, name, fault.amount)))

    async def _ask(
        self, work: Callable[[asyncpg.Connection[asyncpg.Record]], Awaitable[int | None]]
    ) -> int | None:
        connection = await asyncpg.connect(
            self._system.running.postgres_admin_url, timeout=_PATIENCE, command_timeout=_PATIENCE
        )
        try:
            return await work(connection)
        finally:
            connection.terminate()

    async def _cut(self, fault: Fault) -> bool:
        proxy = self._system.proxies[fault.target]
        self._cuts[fault.target] += 1
        await proxy.cut()
        try:
            await self._last(fault.seconds)
        finally:
            self._cuts[fault.target] -= 1
            if not self._cuts[fault.target]:
                await proxy.mend()
        return True

    async def _reset(self, fault: Fault) -> bool:
        await self._system.proxies[fault.target].reset()
        return True

    async def _delay(self, fault: Fault) -> bool:
        proxy = self._system.proxies[fault.target]
        proxy.delay = fault.amount
        try:
            await self._last(fault.seconds)
        finally:
            proxy.delay = 0.0
        return True

    async def _fill(self, fault: Fault) -> bool:
        try:
            await asyncio.to_thread(self._system.disk.fill)
            await self._last(fault.seconds)
        finally:
            self._system.disk.clear()
        return True

    async def _crash(self, fault: Fault) -> bool:
        """Arm the point, and see whether the process came by before the burst ended."""
        service, _, point = fault.target.partition(".")
        file = armed(self._system.armed, service, point)
        while file.exists() and not self._healed.is_set():  # noqa: ASYNC110  # another process removes it
            await asyncio.sleep(_POLL)
        if not await self._up(service):
            return False
        file.touch()
        while file.exists():
            if self._healed.is_set() and disarm(self._system.armed, service, point):
                return False
            await asyncio.sleep(_POLL)
        return True


def _family(postmaster: int) -> Sequence[int]:
    """PostgreSQL's processes; each is in a group of its own."""
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text()
    return [postmaster, *map(int, children.split())]


_DO: dict[str, Callable[[Injector, Fault], Awaitable[bool]]] = {
    "kill": Injector._kill,
    "stop": Injector._stop,
    "terminate": Injector._terminate,
    "cut": Injector._cut,
    "reset": Injector._reset,
    "delay": Injector._delay,
    "fill disk": Injector._fill,
    "crash point": Injector._crash,
}
