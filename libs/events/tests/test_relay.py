"""The relay publishes everything, in order, without loss, whatever dies; and says when it cannot."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.partitioner import DefaultPartitioner
from reading import PARTS, Group, broker_process, running
from ticket import Commented, Opened, append

from events import Log, publisher
from events.kafka import KafkaFeed
from events.relay import Relay, RelayStatus
from events.topic import ensure_topic, partition_for
from launch.databases import Database
from launch.fixtures import Postgres


@pytest.fixture
async def topic(kafka: str) -> str:
    name = f"tickets-{secrets.token_hex(4)}"
    await ensure_topic(kafka, name)
    return name


@pytest.fixture
async def admin(postgres: Postgres) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(postgres.admin_url)
    yield connection
    await connection.close()


def relay_to(topic: str, kafka: str, log: Log, database: Database) -> Relay:
    return Relay(dsn=database.service_url, topic=topic, bootstrap=kafka, appended=log.appended, page=50)


async def write(log: Log, streams: int, each: int) -> None:
    async def one(stream: str) -> None:
        await append(log, stream, Opened(title=stream), *[Commented(text=str(n)) for n in range(1, each)])

    await asyncio.gather(*[one(f"ticket-{secrets.token_hex(4)}") for _ in range(streams)])


def leads(relay: Relay) -> bool:
    return relay.status.leading


async def until_published(relay: Relay, log: Log) -> None:
    head = await log.head()
    async with asyncio.timeout(60):
        while relay.status.published < head:
            await asyncio.sleep(0.02)


async def until_failing(relay: Relay, *words: str) -> RelayStatus:
    async with asyncio.timeout(60):
        while not all(word in (relay.status.error or "") for word in words):
            await asyncio.sleep(0.02)
    return relay.status


async def read_all(kafka: str, topic: str) -> Group:
    feed, group = KafkaFeed(kafka, [topic]), Group(f"check-{secrets.token_hex(4)}")
    async with running(group.follow(feed)):
        await group.caught_up(feed)
    return group


async def assert_complete(kafka: str, topic: str, log: Log) -> Group:
    """Everything is on the topic, and in order when repetitions are dropped."""
    group = await read_all(kafka, topic)
    group.in_order()
    assert sorted(fact.position for fact in group.facts) == list(range(1, await log.head() + 1))
    return group


async def test_an_event_loses_nothing_on_its_way(
    log: Log, log_database: Database, kafka: str, topic: str
) -> None:
    await write(log, streams=5, each=30)
    relay = relay_to(topic, kafka, log, log_database)
    async with running(relay.run()):
        await until_published(relay, log)
    group = await assert_complete(kafka, topic, log)
    arrived = {fact.position: fact for fact in group.facts}
    for stored in await log.page(0):
        for part in PARTS:
            assert getattr(arrived[stored.position], part) == getattr(stored, part), part
    assert len(group.seen) == 150, "something came twice"


async def test_a_relay_that_starts_again_repeats_nothing(
    log: Log, log_database: Database, kafka: str, topic: str
) -> None:
    for _ in range(3):
        await write(log, streams=3, each=2)
        relay = relay_to(topic, kafka, log, log_database)
        async with running(relay.run()):
            await until_published(relay, log)
    assert len((await assert_complete(kafka, topic, log)).seen) == 18


async def test_killed_between_publishing_and_its_checkpoint_it_repeats_in_order(
    log: Log, log_database: Database, kafka: str, topic: str, admin: Any
) -> None:
    relay = relay_to(topic, kafka, log, log_database)
    owner = await asyncpg.connect(log_database.owner_url)
    async with running(relay.run()):
        await write(log, streams=1, each=1)
        await until_published(relay, log)
        async with owner.transaction():
            await owner.execute("SELECT FROM feed.relay FOR UPDATE")  # the checkpoint has to wait
            await write(log, streams=6, each=3)
            pid = None
            while pid is None:
                pid = await admin.fetchval(
                    """
                    SELECT pid FROM pg_stat_activity
                    WHERE datname = $1 AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO feed.relay%'""",
                    log_database.name,
                )
            await admin.execute("SELECT pg_terminate_backend($1)", pid)
            await until_failing(relay, "LeadershipLost")
        await until_published(relay, log)
    await owner.close()
    group = await assert_complete(kafka, topic, log)
    assert len(group.seen) > 19, "nothing was published before the kill"


async def test_one_relay_leads_and_another_takes_over(
    log: Log, log_database: Database, kafka: str, topic: str, admin: Any
) -> None:
    one, two = (relay_to(topic, kafka, log, log_database) for _ in range(2))
    async with running(one.run()) as [first]:
        await write(log, streams=2, each=2)
        await until_published(one, log)
        async with running(two.run()):
            await write(log, streams=5, each=4)
            await until_published(one, log)
            assert [leads(relay) for relay in (one, two)] == [True, False]
            leader = (
                "SELECT pg_terminate_backend(pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            )
            await admin.execute(f"{leader} WHERE locktype = 'advisory' AND datname = $1", log_database.name)
            await until_failing(one, "LeadershipLost")
            first.cancel()
            await asyncio.wait([first])
            await write(log, streams=5, each=4)
            await until_published(two, log)
            assert leads(two)
    await assert_complete(kafka, topic, log)


async def test_an_outage_is_told_with_what_waits(log: Log, log_database: Database) -> None:
    await write(log, streams=2, each=3)
    relay = relay_to("tickets", "127.0.0.1:1", log, log_database)
    async with running(relay.run()):
        status = await until_failing(relay, "Unable to bootstrap")
        assert (status.published, status.head) == (0, 6)
        assert status.oldest is not None
        assert status.failing_since is not None
        assert not status.leading


async def test_a_missing_topic_is_named_and_nothing_is_lost(
    log: Log, log_database: Database, kafka: str
) -> None:
    topic = f"tickets-{secrets.token_hex(4)}"
    await write(log, streams=2, each=3)
    relay = relay_to(topic, kafka, log, log_database)
    async with running(relay.run()):
        await until_failing(relay, f"no topic '{topic}'", "kafka-topics.sh", "--create")
        await ensure_topic(kafka, topic)
        await until_published(relay, log)
        assert relay.status.error is None
        assert relay.status.oldest is None
    await assert_complete(kafka, topic, log)


async def test_a_new_topic_gets_everything_from_the_first_event_on(
    log: Log, log_database: Database, kafka: str, topic: str
) -> None:
    await write(log, streams=3, each=4)
    relay = relay_to(topic, kafka, log, log_database)
    async with running(relay.run()):
        await until_published(relay, log)
    broker = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await broker.start()
    await broker.delete_topics([topic])
    while topic in await broker.list_topics():
        await asyncio.sleep(0.05)
    await broker.close()
    await ensure_topic(kafka, topic)
    await write(log, streams=1, each=1)
    relay = relay_to(topic, kafka, log, log_database)
    async with running(relay.run()):
        await until_published(relay, log)
    await assert_complete(kafka, topic, log)


async def test_nothing_follows_what_a_log_from_an_older_copy_has_forgotten(
    log: Log, log_database: Database, kafka: str, topic: str
) -> None:
    await write(log, streams=5, each=4)
    relay = relay_to(topic, kafka, log, log_database)
    async with running(relay.run()):
        await until_published(relay, log)
    await forget(log_database, after=15)
    relay = relay_to(topic, kafka, log, log_database)
    async with running(relay.run()):
        await until_failing(relay, topic, "an event 20 with id", "the log ends at 15", "older copy")
        await write(log, streams=5, each=2)  # other events in the places of those
        await until_failing(relay, topic, "in its place")
    assert len((await read_all(kafka, topic)).seen) == 20


async def forget(database: Database, after: int) -> None:
    """Make of the log what an older copy of it is."""
    owner = await asyncpg.connect(database.owner_url)
    async with owner.transaction():
        await owner.execute("ALTER TABLE log.event DISABLE TRIGGER append_only")
        await owner.execute("DELETE FROM log.event WHERE position > $1", after)
        await owner.execute("UPDATE log.head SET position = $1", after)
        await owner.execute("UPDATE feed.relay SET position = least(position, $1)", after)
        await owner.execute("ALTER TABLE log.event ENABLE TRIGGER append_only")
    await owner.close()


async def test_what_is_no_event_at_the_end_of_a_topic_stops_nothing(
    log: Log, log_database: Database, kafka: str, topic: str
) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka, transactional_id=topic) as producer:
        async with producer.transaction():  # its end takes an offset, and is no record
            await producer.send(topic, b"not an event", partition=0)
        async with producer.transaction():
            await producer.send(topic, None, key=b"a tombstone", partition=1)
    await write(log, streams=5, each=4)
    relay = relay_to(topic, kafka, log, log_database)
    async with running(relay.run()):
        await until_published(relay, log)


async def test_an_event_too_large_for_the_topic_is_told_and_not_skipped(
    log: Log, log_database: Database, kafka: str
) -> None:
    topic = f"tickets-{secrets.token_hex(4)}"
    broker = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await broker.start()
    await broker.create_topics([NewTopic(topic, 1, 1, topic_configs={"max.message.bytes": "20000"})])
    relay = relay_to(topic, kafka, log, log_database)
    async with running(relay.run()):
        await append(log, "ticket-1", Opened(title="small"))
        await until_published(relay, log)
        await append(log, "ticket-2", Opened(title="large" * 20_000))
        await append(log, "ticket-1", Commented(text="small"))
        status = await until_failing(relay, "too large", "max.message.bytes")
        assert status.published == 1
        larger = ConfigResource(ConfigResourceType.TOPIC, topic, {"max.message.bytes": "1048588"})
        await broker.alter_configs([larger])
        await until_published(relay, log)
    await broker.close()
    await assert_complete(kafka, topic, log)


@pytest.mark.skipif(os.environ.get("TEST_WITH") == "docker", reason="the broker's process is out of reach")
async def test_a_broker_that_hangs_is_left_and_tried_again(
    log: Log, log_database: Database, kafka: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "PATIENCE", 0.5)
    relay, broker = relay_to(topic, kafka, log, log_database), broker_process(kafka)
    async with running(relay.run()):
        await write(log, streams=2, each=2)
        await until_published(relay, log)
        broker.send_signal(signal.SIGSTOP)
        try:
            await write(log, streams=4, each=3)
            status = await until_failing(relay, "no acknowledgement")
            assert status.published == 4 < status.head
        finally:
            broker.send_signal(signal.SIGCONT)
        await until_published(relay, log)
    await assert_complete(kafka, topic, log)


def test_a_key_goes_where_every_other_client_would_put_it() -> None:
    for key in (b"", b"7", b"7K3M2Q9X", "序号".encode()):
        for partitions in (1, 3, 12):
            everywhere = list(range(partitions))
            assert partition_for(key, partitions) == DefaultPartitioner()(key, everywhere, everywhere)
