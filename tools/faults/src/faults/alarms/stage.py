"""Where alerts are provoked: the system under faults, and people who go on working all the while."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import asyncpg
import httpx

from faults import bodies
from faults.assembly import System
from faults.bodies import Body

ORDERS_EVERY, LISTS_EVERY = 0.4, 0.4
"""Seconds between two new orders, and between two looks at each service's list."""
_LISTS = {
    "order-intake": ("sales", "/orders"), "review": ("contract_desk", "/cases"),
    "procurement": ("buyer", "/purchase-orders"), "notification": ("contract_desk", "/inbox"),
}  # fmt: skip


@dataclass(slots=True)
class Stage:
    """The running system, and what causes need of it."""

    system: System
    http: httpx.AsyncClient
    tokens: Mapping[str, str]
    run: str = field(default_factory=lambda: secrets.token_hex(3))
    day: date = field(default_factory=lambda: datetime.now(UTC).date())
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def post(self, role: str, path: str, body: Body) -> httpx.Response:
        """A command at order-intake, answered somehow. Raises `httpx.TransportError`."""
        headers = {"authorization": f"Bearer {self.tokens[role]}"}
        url = self.system.running.services["order-intake"]
        return await self.http.post(f"{url}{path}", headers=headers, json=body)

    async def order(self) -> str:
        """A new order whose review starts; its number. Raises `httpx.HTTPError`."""
        body = bodies.receive(self.run, next(self._numbers), self.day)
        number = str((await self.post("sales", "/orders", body)).raise_for_status().json()["id"])
        path = f"/orders/{number}/requirements-confirmation"
        (await self.post("sales", path, {"content_version": 1})).raise_for_status()
        return number

    async def execute(self, service: str, statement: str, *, owner: bool = False) -> None:
        """A statement in a service's database, past the proxies."""
        connection = await asyncpg.connect(self._url(service, owner))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    @asynccontextmanager
    async def session(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """A session of somebody else in a service's database; what it locks ends with it."""
        connection = await asyncpg.connect(self._url(service, owner=True))
        try:
            yield connection
        finally:
            connection.terminate()

    def _url(self, service: str, owner: bool) -> str:
        database = self.system.running.databases[service]
        return database.owner_url if owner else database.service_url


@asynccontextmanager
async def working(stage: Stage) -> AsyncIterator[None]:
    """People send orders and look at lists for the length of the block, whatever becomes of it."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_orders(stage)) for _ in range(2)]
        tasks += [group.create_task(_looks(stage, service)) for service in _LISTS for _ in range(2)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def _orders(stage: Stage) -> None:
    while True:
        with suppress(httpx.HTTPError):  # the fault at work; an order more or less is no matter
            await stage.order()
        await asyncio.sleep(2 * ORDERS_EVERY)


async def _looks(stage: Stage, service: str) -> None:
    role, path = _LISTS[service]
    headers = {"authorization": f"Bearer {stage.tokens[role]}"}
    url = f"{stage.system.running.services[service]}{path}"
    while True:
        with suppress(httpx.TransportError):  # as above
            await stage.http.get(url, headers=headers)
        await asyncio.sleep(2 * LISTS_EVERY)
