"""asyncpg as the library uses it, with a simulated database behind it.

A request takes effect after a while and its answer comes after another; the connection may be
lost before either, and who asked cannot tell which it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import asyncpg

from simulation import statements
from simulation.database import Blocked, Database, Session
from simulation.loop import Process, here

T = TypeVar("T")


class Connection:
    """What `asyncpg.connect` gives."""

    def __init__(self, session: Session, process: Process, patience: float | None) -> None:
        self._session = session
        self._process = process
        self._patience = patience
        self._chance = session.database.chance
        self._closed = False
        self._asked: _Asked | None = None
        self._listeners: list[Callable[[Connection], None]] = []
        session.client = self
        process.at_end(self._hang_up)

    @property
    def in_transaction(self) -> bool:
        return self._session.written is not None

    def is_closed(self) -> bool:
        return self._closed

    def terminate(self) -> None:
        if self._process.alive:
            self._hang_up()
            self._lost()

    async def close(self, timeout: float | None = None) -> None:
        self.terminate()

    def add_termination_listener(self, listener: Callable[[Connection], None]) -> None:
        self._listeners.append(listener)

    def hear(self, seconds: float) -> None:
        """The server ended the session; this side learns it after so long."""
        self._process.call_later(seconds, self._lost)

    async def fetch(self, statement: str, *values: Any) -> Sequence[Any]:
        work = statements.find(statement)
        return await self._ask(
            work.__name__.replace("_", " ").strip(), lambda: work(self._session, statement, *values)
        )

    async def fetchrow(self, statement: str, *values: Any) -> Any:
        rows = await self.fetch(statement, *values)
        return rows[0] if rows else None

    async def fetchval(self, statement: str, *values: Any) -> Any:
        row = await self.fetchrow(statement, *values)
        return None if row is None else row[0]

    async def execute(self, statement: str, *values: Any) -> None:
        await self.fetch(statement, *values)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        await self._ask("BEGIN", self._session.begin)
        try:
            yield
        except BaseException:
            await self._ask("ROLLBACK", lambda: self._session.finish(commit=False))
            raise
        await self._ask("COMMIT", lambda: self._session.finish(commit=True))

    async def _ask(self, what: str, work: Callable[[], T]) -> T:
        here()
        if self._closed:
            raise asyncpg.InterfaceError("connection is closed")
        assert self._asked is None, "a connection does one thing at a time"
        asked = self._asked = _Asked(self._session, what, work, self._patience)
        try:
            return cast(T, await asked.answer)  # the future carries what `work` gave
        finally:
            asked.give_up()
            self._asked = None

    def _hang_up(self) -> None:
        if self._asked is not None:
            self._asked.give_up()
        self._session.client = None
        self._session.end()

    def _lost(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._asked is not None:
            self._asked.fail()
        for listener in self._listeners:
            self._process.call_later(self._chance.delay(), lambda listener=listener: listener(self))  # type: ignore[misc]  # a default binds it


class _Asked:
    """A request on its way: it takes effect after a while, and its answer comes after another, or never."""

    def __init__(self, session: Session, what: str, work: Callable[[], Any], patience: float | None) -> None:
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._session = session
        self._what = what
        self._work = work
        self._patience = patience
        self._open = True
        self._chance = session.database.chance
        self._cut = self._chance.cut()
        self._chance.loop.server(self._chance.delay(), self._arrive)

    def _arrive(self) -> None:
        if not self._open or self._session.ended:
            self.fail_later()
        elif self._cut == "before":
            self._session.end()
        else:
            try:
                outcome = self._session.do(self._work)
            except Blocked:
                self._session.database.wait(self._arrive)
                if self._patience is not None:
                    self._chance.loop.server(self._patience, self._time_out)
                    self._patience = None
                return
            self._open = False
            self._chance.note(self._session.who, self._session.database.name, self._what)
            if self._cut == "after":
                self._session.end()
            else:
                self._chance.loop.server(self._chance.delay(), lambda: self._succeed(outcome))

    def give_up(self) -> None:
        """The client waits no more: what it asked for is done, or never will be."""
        if self._open and self._chance.even() and not self._session.ended:
            try:
                self._session.do(self._work)
            except Blocked:
                pass
            else:
                self._chance.note(self._session.who, self._session.database.name, f"{self._what}, unheard")
        self._open = False

    def _succeed(self, outcome: Any) -> None:
        if not self.answer.done():
            self.answer.set_result(outcome)

    def fail(self) -> None:
        self._open = False
        if not self.answer.done():
            self.answer.set_exception(asyncpg.ConnectionDoesNotExistError("connection was closed"))

    def _time_out(self) -> None:
        if self._open and not self.answer.done():
            self._open = False
            self.answer.set_exception(TimeoutError())

    def fail_later(self) -> None:
        self._chance.loop.server(self._chance.delay(), self.fail)


class Pool:
    """What `asyncpg.create_pool` gives; at most four connections."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._idle: list[Connection] = []
        self._places = asyncio.Semaphore(4)

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        async with self._places:
            while self._idle and self._idle[-1].is_closed():
                self._idle.pop()
            connection = self._idle.pop() if self._idle else await connect(self._database, 10)
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.terminate()
                elif not connection.is_closed():
                    self._idle.append(connection)

    async def fetch(self, statement: str, *values: Any) -> Sequence[Any]:
        async with self.acquire() as connection:
            return await connection.fetch(statement, *values)

    async def fetchval(self, statement: str, *values: Any) -> Any:
        async with self.acquire() as connection:
            return await connection.fetchval(statement, *values)

    async def execute(self, statement: str, *values: Any) -> None:
        async with self.acquire() as connection:
            await connection.execute(statement, *values)


async def connect(database: Database, patience: float | None) -> Connection:
    """Raises `OSError` while the database is away."""
    process = here()
    await asyncio.sleep(database.chance.delay())
    here()
    if database.away or database.chance.cut() == "before":
        raise ConnectionRefusedError(f"{database.name} is away")
    return Connection(Session(database, process), process, patience)
