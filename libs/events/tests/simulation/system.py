"""The simulated system: two services with two replicas each, made of the library's real parts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import asyncpg

from events import (
    CommandHandler,
    Context,
    Log,
    LogFeed,
    Projector,
    Reactor,
    Recorded,
    backoff,
    kafka,
    publisher,
    topic,
)
from events.appending import Idempotency
from events.backoff import pauses
from events.feed import Feed
from events.handler import Outcome
from events.kafka import KafkaFeed
from events.parking import replay_parked
from events.relay import Relay
from simulation.broker import Broker
from simulation.business import COPIES, PAGES, WRITER, Write, heard, page, reactions, shown
from simulation.chance import Chance
from simulation.clients import Admin, Consumer, Producer
from simulation.connection import Connection, Pool, connect
from simulation.database import Database
from simulation.loop import Process, here

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
PAGE = 4
"""Events that are read or published at once: few, so that much can happen in between."""
POLL = 1.0
"""Seconds between looks at a log whose writer is another process."""


class System:
    """Databases, a broker, and the processes of both services."""

    def __init__(self, chance: Chance, *, over_kafka: bool) -> None:
        self.chance = chance
        self.over_kafka = over_kafka
        self.databases = {name: Database(name, chance) for name in (PAGES, COPIES)}
        self.broker = Broker(chance, {PAGES: 3})
        self.processes: dict[str, Process] = {}
        self.over = False
        """Nothing is started any more."""
        self._replicas: dict[str, Replica] = {}

    def now(self) -> datetime:
        return START + timedelta(seconds=self.chance.loop.time())

    @property
    def names(self) -> Sequence[str]:
        return [f"{service}-{number}" for service in (PAGES, COPIES) for number in (1, 2)]

    def start(self, name: str) -> None:
        """Start a replica, as its supervisor does after it was killed."""
        self.chance.note(name, "world", "starts")
        process = self.processes[name] = Process(name, self.chance.loop)
        replica = self._replicas[name] = Replica()
        serve = self._serve_pages(replica) if name.startswith(PAGES) else self._serve_copies()
        process.start(serve)

    def kill(self, name: str) -> None:
        self.chance.note(name, "world", "is killed")
        self.processes[name].kill()
        self._replicas[name].lose()
        self._silent(name)

    def start_again(self, name: str) -> None:
        if not self.processes[name].alive and not self.over:
            self.start(name)

    def stop(self, name: str) -> None:
        """As by SIGSTOP: its connections stay, and it does not know that time passes."""
        self.chance.note(name, "world", "is stopped")
        self.processes[name].stopped = True
        self._silent(name)

    def resume(self, name: str) -> None:
        self.chance.note(name, "world", "goes on")
        self.processes[name].stopped = False

    async def write(self, name: str, id: str, command: Write, key: str) -> Outcome[None]:
        """Send a command to a replica. Raises when the answer is lost; what became of it is unknown."""
        answer: asyncio.Future[Outcome[None]] = asyncio.get_running_loop().create_future()
        replica, context = self._replicas[name], Context(WRITER, self.now())

        async def carry_out(handler: CommandHandler) -> None:
            try:
                outcome = await handler.handle(
                    page, id, command, context, idempotency=Idempotency(key, key.encode())
                )
            except Exception as error:  # noqa: BLE001  # told to whoever asked
                if not answer.done():
                    answer.set_exception(error)
            else:
                if not answer.done():
                    answer.set_result(outcome)

        if replica.handler is None:
            raise ConnectionRefusedError(f"{name} does not listen")
        replica.asked.append(answer)
        self.processes[name].start(carry_out(replica.handler))
        async with asyncio.timeout(15):
            return await answer

    def operate(self) -> None:
        """Start to replay what is parked, again and again."""
        process = self.processes["operator"] = Process("operator", self.chance.loop)
        process.start(self._operate())

    async def _serve_pages(self, replica: Replica) -> None:
        async with Log.open(PAGES) as log, asyncio.TaskGroup() as group:
            pool = Pool(self.databases[PAGES])
            feed = LogFeed({PAGES: PAGES}, locks=PAGES, appended=log.appended, poll=POLL, page=PAGE)
            relay = Relay(dsn=PAGES, topic=PAGES, bootstrap="", appended=log.appended, poll=POLL, page=PAGE)
            group.create_task(relay.run())
            group.create_task(self._supervised(Projector(shown, pool, feed).run))
            replica.handler = CommandHandler(log)

    async def _serve_copies(self) -> None:
        async with Log.open(COPIES) as log, asyncio.TaskGroup() as group:
            pool = Pool(self.databases[COPIES])
            group.create_task(self._supervised(self._reactor(log, pool).run))
            group.create_task(self._supervised(Projector(heard, pool, self._feed()).run))

    async def _operate(self) -> None:
        async with Log.open(COPIES) as log:
            pools = {name: Pool(database) for name, database in self.databases.items()}
            reactor = self._reactor(log, pools[COPIES])
            replays: Mapping[str, tuple[str, Callable[[Any, Recorded[Any]], Awaitable[None]]]] = {
                reactor.consumer: (COPIES, reactor.replay),
                heard.consumer: (COPIES, Projector(heard, pools[COPIES], self._feed()).replay),
                shown.consumer: (PAGES, Projector(shown, pools[PAGES], self._feed()).replay),
            }
            while True:
                for consumer, (name, replay) in replays.items():
                    for key in self.parked(name, consumer):
                        try:
                            await replay_parked(pools[name], consumer, key, replay)
                        except Exception as error:  # noqa: BLE001  # an operator tries again
                            self.chance.note("operator", name, type(error).__name__)
                await asyncio.sleep(1)

    def parked(self, database: str, consumer: str | None = None) -> Sequence[str]:
        """The keys of what is parked."""
        rows = self.databases[database].rows.items()
        found = {
            row["key"] for (t, _), row in rows if t == "feed.parked" and consumer in (None, row["consumer"])
        }
        return sorted(found)

    async def _supervised(self, run: Callable[[], Awaitable[None]]) -> None:
        waits = pauses()
        while True:
            try:
                await run()
            except Exception as error:  # noqa: BLE001  # an outage, which is what is simulated; the checks judge
                self.chance.note(here().name, "world", type(error).__name__)
            await asyncio.sleep(next(waits))

    def _reactor(self, log: Log, pool: Pool) -> Reactor:
        return Reactor(COPIES, reactions, CommandHandler(log), pool, self._feed(), self.now)

    def _feed(self) -> Feed:
        if self.over_kafka:
            return KafkaFeed("", [PAGES], most=PAGE)
        return LogFeed({PAGES: PAGES}, locks=COPIES, poll=POLL, page=PAGE)

    def _silent(self, name: str) -> None:
        for group in self.broker.groups.values():
            for member in group.members:
                if member.process is self.processes[name]:
                    group.silent(member)

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Where the library reaches for a driver or for chance, it finds the simulation's."""

        def connecting(dsn: str, *, command_timeout: float | None = None, **_: Any) -> Awaitable[Connection]:
            return connect(self.databases[dsn], command_timeout)

        def consumer(*, group_id: str | None = None, max_poll_records: int = 1, **_: Any) -> Consumer:
            return Consumer(self.broker, group_id, max_poll_records)

        with ExitStack() as stack:
            for place, name, stand_in in (
                (asyncpg, "connect", connecting),
                (publisher, "AIOKafkaProducer", lambda **_: Producer(self.broker)),
                (kafka, "AIOKafkaConsumer", consumer),
                (topic, "AIOKafkaConsumer", consumer),
                (topic, "AIOKafkaAdminClient", lambda **_: Admin(self.broker)),
                (backoff, "uniform", self.chance.random.uniform),
            ):
                stack.enter_context(patch.object(place, name, stand_in))
            yield


class Replica:
    """Where a process takes commands, and who waits for its answers."""

    def __init__(self) -> None:
        self.handler: CommandHandler | None = None
        self.asked: list[asyncio.Future[Outcome[None]]] = []

    def lose(self) -> None:
        for answer in self.asked:
            if not answer.done():
                answer.set_exception(ConnectionResetError("the process is gone"))
