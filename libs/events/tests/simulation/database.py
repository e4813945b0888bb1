"""PostgreSQL as the simulation has it: what is committed, sessions, transactions and locks.

A transaction sees what was committed and its own writes; its end, or that of its session,
frees what it locked. `statements` says what each statement does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, Protocol

from simulation.chance import Chance
from simulation.loop import Process

Row = Mapping[str, Any]
Place = tuple[str, Hashable]
"""A table and a primary key in it."""


class Database:
    """One service's database."""

    def __init__(self, name: str, chance: Chance) -> None:
        self.name = name
        self.away = False
        self.chance = chance
        self.rows: dict[Place, Row] = {}
        """What is committed, but for the log."""
        self.events: list[tuple[Any, ...]] = []
        self.tips: dict[str, list[tuple[Any, ...]]] = {}
        self.commands: dict[str, tuple[Any, ...]] = {}
        self.sequence = 0
        self.committed: Callable[[Mapping[Place, Row | None]], None] = lambda _: None
        """Called with every change of a row that is committed."""
        self.sessions: list[Session] = []
        self._holders: dict[Hashable, Session] = {}
        self._waiting: deque[Callable[[], None]] = deque()

    def take(self, lock: Hashable, session: Session) -> bool:
        """Whether the lock is the session's now."""
        return self._holders.setdefault(lock, session) is session

    def free(self, session: Session, locks: set[Hashable]) -> None:
        for lock in locks:
            if self._holders.get(lock) is session:
                del self._holders[lock]
        locks.clear()
        waiting, self._waiting = self._waiting, deque()
        for again in waiting:
            self.chance.loop.server(0, again)

    def wait(self, again: Callable[[], None]) -> None:
        """Call `again` when some lock is free."""
        self._waiting.append(again)

    def cut(self) -> None:
        """Every session ends, as when the server is killed."""
        for session in list(self.sessions):
            session.end()


class Blocked(Exception):
    """A statement has to wait for a lock; nothing of it was done."""


class Client(Protocol):
    """The other side of a session."""

    def hear(self, seconds: float) -> None:
        """The server ended the session; the client learns it after so long."""


class Session:
    """The server's side of a connection."""

    def __init__(self, database: Database, process: Process) -> None:
        self.database = database
        self.who = process.name
        self.client: Client | None = None
        self.ended = False
        self.written: dict[Place, Row | None] | None = None
        """What the open transaction wrote; None outside any."""
        self.saved: list[dict[Place, Row | None]] = []
        self.session_locks: set[Hashable] = set()
        self.transaction_locks: set[Hashable] = set()
        database.sessions.append(self)

    def get(self, place: Place) -> Row | None:
        if self.written is not None and place in self.written:
            return self.written[place]
        return self.database.rows.get(place)

    def scan(self, table: str) -> Iterator[Row]:
        merged: dict[Place, Row | None] = {**self.database.rows, **(self.written or {})}
        return (row for place, row in merged.items() if place[0] == table and row is not None)

    def put(self, place: Place, row: Row | None) -> None:
        """Write in the open transaction, or in one of its own. Raises `Blocked` by another's row."""
        self.lock(place)
        if self.written is not None:
            self.written[place] = row
        else:
            self._commit({place: row})

    def lock(self, lock: Hashable) -> None:
        """Have a lock until the transaction ends. Raises `Blocked`."""
        if not self.database.take(lock, self):
            raise Blocked
        if lock not in self.session_locks:
            self.transaction_locks.add(lock)

    def begin(self) -> None:
        if self.written is None:
            self.written = {}
        else:
            self.saved.append(dict(self.written))

    def finish(self, commit: bool) -> None:
        if self.saved:
            before = self.saved.pop()
            self.written = self.written if commit else before
            return
        written, self.written = self.written, None
        if commit:
            self._commit(written or {})
        self.database.free(self, self.transaction_locks)

    def end(self) -> None:
        """Roll back and free everything; the client hears of it later."""
        if self.ended:
            return
        self.ended, self.written, self.saved = True, None, []
        self.database.sessions.remove(self)
        self.database.free(self, self.session_locks | self.transaction_locks)
        if self.client is not None:
            self.client.hear(self.database.chance.delay())

    def do(self, work: Callable[[], Any]) -> Any:
        """One statement, in the open transaction or in one of its own. Raises `Blocked`."""
        outcome = work()
        if self.written is None:
            self.database.free(self, self.transaction_locks)
        return outcome

    def _commit(self, written: Mapping[Place, Row | None]) -> None:
        for place, row in written.items():
            if row is None:
                self.database.rows.pop(place, None)
            else:
                self.database.rows[place] = row
        self.database.committed(written)
