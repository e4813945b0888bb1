"""A service that is open: its log, its readers, and the loops that follow the log.

This and each service's app.py are the only places where things are wired.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import asyncpg
import httpx
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from events.feed import Feed
from events.handler import Clock, CommandHandler
from events.kafka import KafkaFeed
from events.log import Log
from events.log_feed import LogFeed
from events.past import Past
from events.projection import Projection
from events.projector import Projector
from events.reactor import Reactor
from events.relay import Relay
from events.signal import Signal
from events.topic import TopicMissing, ensure_topic, partitions_of
from servicekit.followers import Followers
from servicekit.identity import Issuer
from servicekit.keys.api_key import api_keys
from servicekit.keys.door import KeyDoor
from servicekit.lags import Lags
from servicekit.migrate import Revisions
from servicekit.owners import Owners
from servicekit.peers import Peers
from servicekit.pool import TimedPool
from servicekit.service import Service, Worker
from servicekit.settings import DatabaseSettings, Settings
from servicekit.supervision import Loop, supervised

PACE = 0.05
"""Seconds in which a read model gathers what is appended while nobody waits for it: under load a
transaction shows several commands' events instead of one's."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(kw_only=True)
class Runtime:
    """What routes and workers of an open service may use."""

    service: Service
    settings: Settings
    clock: Clock
    log: Log
    handler: CommandHandler
    engine: AsyncEngine
    """For reads; effects go through commands alone."""
    pool: Any  # an asyncpg pool, which has no types
    issuer: Issuer
    keys: KeyDoor
    revisions: Revisions
    projectors: Mapping[str, Projector[Any]]
    past: Past
    reactor: Reactor | None
    lags: Lags | None
    """Of the reactions."""
    followers: Followers
    peers: Peers
    relay: Relay | None
    """None when the embedded feed is used: there is no topic to fill."""
    loops: Sequence[Loop] = ()
    keys_in_flight: set[str] = field(default_factory=set)
    """Idempotency keys of the requests this process is at."""
    stopping: bool = False
    """Set when the process was told to end: readiness fails, requests are still answered."""

    async def shown(self, projection: Projection[Any], position: int, seconds: float) -> bool:
        """Wait until a read model has seen the log up to `position`; False when that takes too long."""
        return await self.projectors[projection.name].wait(position, seconds)


@asynccontextmanager
async def opened(
    service: Service, settings: Settings, *, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[Runtime]:
    """Open everything of a service and run its loops for the length of the block.

    A database that is away does not stop it from opening: readiness says so, and what needs
    the database tries again.
    """
    dsn = settings.database_url.get_secret_value()
    async with AsyncExitStack() as stack:
        log = await stack.enter_async_context(Log.open(dsn, limit=settings.max_waiting_commands))
        pool = await stack.enter_async_context(
            asyncpg.create_pool(
                dsn, min_size=0, max_size=len(service.projections) + 4, command_timeout=60, reset=_nothing
            )
        )
        building = await stack.enter_async_context(asyncpg.create_pool(dsn, min_size=0, max_size=2))
        engine = _engine(dsn, settings)
        stack.push_async_callback(engine.dispose)
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=5))
        handler = CommandHandler(log)
        runtime = Runtime(
            service=service,
            settings=settings,
            clock=clock,
            log=log,
            handler=handler,
            engine=engine,
            pool=pool,
            issuer=Issuer(
                http,
                jwks_url=settings.jwks_url,
                issuer=settings.token_issuer,
                audience=settings.token_audience,
            ),
            keys=KeyDoor(service.name, api_keys(service.deciders), log, clock),
            revisions=Revisions(service.package),
            projectors={p.name: _projector(p, service, dsn, pool, log) for p in service.projections},
            past=Past(pool, building, most=settings.past_tables, keep=settings.past_kept),
            reactor=_reactor(service, settings, handler, pool, log, clock),
            lags=Lags(f"{service.name}.reactions", source_feed(service, settings))
            if service.sources
            else None,
            relay=_relay(service, settings, log),
            followers=Followers(
                log,
                Owners(log, service.deciders),
                most=settings.max_followers,
                heartbeat=settings.follower_heartbeat,
                longest=settings.follower_seconds,
            ),
            peers=Peers(http, settings.peers, settings.peer_patience),
        )
        runtime.loops = _loops(runtime)
        await stack.enter_async_context(supervised(runtime.loops))
        yield runtime


def own_feed(service: Service, dsn: str, log: Log | None = None, hurry: Signal | None = None) -> LogFeed:
    """The service's own log; with `log`, its appends are seen at once, or `PACE` later unless in a `hurry`."""
    return LogFeed(
        {service.name: dsn}, locks=dsn, appended=log.appended if log else None,
        hurry=hurry, pace=PACE if hurry else 0.0,
    )  # fmt: skip


def source_feed(service: Service, settings: DatabaseSettings, log: Log | None = None) -> Feed:
    """What the service reacts to: Kafka's topics, or straight the logs where there is no broker."""
    dsn = settings.database_url.get_secret_value()
    if settings.kafka_bootstrap_servers:
        return KafkaFeed(settings.kafka_bootstrap_servers, service.sources)
    urls = {name: url.get_secret_value() for name, url in settings.log_urls.items()} | {service.name: dsn}
    missing = [source for source in service.sources if source not in urls]
    if missing:
        raise ValueError(
            f"{service.name} reacts to {', '.join(missing)}: set KAFKA_BOOTSTRAP_SERVERS, "
            f'or LOG_URLS={{"{missing[0]}": "postgresql://..."}} to read the log itself'
        )
    sources = {source: urls[source] for source in service.sources}
    return LogFeed(sources, locks=dsn, appended=log.appended if log and service.name in sources else None)


def _engine(dsn: str, settings: Settings) -> AsyncEngine:
    async def connect() -> Any:  # by asyncpg itself, which knows all that a URL may say (sslmode and so on)
        return await asyncpg.connect(
            dsn, timeout=settings.read_timeout, command_timeout=settings.read_timeout
        )

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        poolclass=TimedPool,
        pool_size=settings.read_pool_size,
        max_overflow=0,
        pool_timeout=settings.read_pool_wait,
        pool_pre_ping=True,
        isolation_level="AUTOCOMMIT",  # single reads: no transaction is left open between round trips
        hide_parameters=True,  # what people asked for is in no error
    )


def _projector(
    projection: Projection[Any], service: Service, dsn: str, pool: Any, log: Log
) -> Projector[Any]:  # Any: rows of any kind, and asyncpg's pool
    hurry = Signal()
    return Projector(projection, pool, own_feed(service, dsn, log, hurry), hurry)


async def _nothing(_: Any) -> None:
    """In place of asyncpg's reset of what a session may have been left with: none here is left with anything."""


def _reactor(
    service: Service, settings: Settings, handler: CommandHandler, pool: Any, log: Log, clock: Clock
) -> Reactor | None:
    if not service.sources:
        return None
    return Reactor(service.name, service.reactions, handler, pool, source_feed(service, settings, log), clock)


def _relay(service: Service, settings: Settings, log: Log) -> Relay | None:
    if not settings.kafka_bootstrap_servers:
        return None
    return Relay(
        dsn=settings.database_url.get_secret_value(), topic=service.name,
        bootstrap=settings.kafka_bootstrap_servers, appended=log.appended,
    )  # fmt: skip


def _loops(runtime: Runtime) -> Sequence[Loop]:
    service = runtime.service
    loops = [Loop(f"projection {name}", projector.run) for name, projector in runtime.projectors.items()]
    if service.projections:
        loops.append(Loop("past read models", runtime.past.run))
    if runtime.reactor:
        loops.append(Loop("reactions", partial(_with_topics, runtime, service.sources, runtime.reactor.run)))
    if runtime.lags:
        watch = partial(_with_topics, runtime, service.sources, runtime.lags.watch)
        loops.append(Loop("reactions' lag", watch))
    if runtime.relay:
        loops.append(Loop("relay", partial(_with_topics, runtime, [service.name], runtime.relay.run)))
    loops += [Loop("followers", runtime.followers.watch), Loop("followers' reads", runtime.followers.read)]
    loops += [Loop(_name(worker), partial(worker, runtime)) for worker in service.workers]
    return loops


async def _with_topics(runtime: Runtime, topics: Sequence[str], run: Callable[[], Awaitable[None]]) -> None:
    """Run once the topics are there. Whoever needs one first makes it, if the brokers let us."""
    bootstrap = runtime.settings.kafka_bootstrap_servers
    if bootstrap:
        for topic in topics:
            try:
                await partitions_of(bootstrap, [topic])
            except TopicMissing:
                await ensure_topic(bootstrap, topic)
    await run()


def _name(worker: Worker) -> str:
    return f"worker {getattr(worker, '__name__', type(worker).__name__)}"
