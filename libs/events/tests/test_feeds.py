"""What both feeds promise: in order, nothing missing, one reader of a partition, from checkpoint to checkpoint."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.consumer.group_coordinator import GroupCoordinator
from reading import Group, broker_process, running
from ticket import Commented, Opened, append

from events import Log, Unreadable
from events.feed import WHOLE_LOG, Feed, Partition
from events.kafka import KafkaFeed
from events.log_feed import LogFeed
from events.relay import Relay
from events.topic import TopicMissing, ensure_topic
from launch.databases import Database
from launch.fixtures import Postgres


class Wire:
    """A log and a way to follow it."""

    def __init__(self, log: Log, database: Database, postgres: Postgres, bootstrap: str | None) -> None:
        self.log = log
        self.bootstrap = bootstrap
        self.source = f"tickets-{secrets.token_hex(4)}"
        self.relay: Relay | None = None
        self.database = database
        self._postgres = postgres

    def feed(self, most: int = 20, stuck: float = 30) -> Feed:
        dsn = self.database.service_url
        if self.bootstrap is None:
            return LogFeed({self.source: dsn}, locks=dsn, appended=self.log.appended, page=most)
        return KafkaFeed(self.bootstrap, [self.source], most=most, stuck=stuck)

    async def write(self, streams: int, each: int) -> None:
        """So many streams side by side, each with so many facts."""
        await asyncio.gather(*[self._write(secrets.token_hex(4), each) for _ in range(streams)])

    async def _write(self, stream: str, size: int) -> None:
        await append(self.log, f"ticket-{stream}", Opened(title=stream))
        for number in range(1, size):
            await append(self.log, f"ticket-{stream}", Commented(text=str(number)))

    async def arrived(self) -> int:
        """Until all that is in the log can be read; the log's head."""
        head = await self.log.head()
        async with asyncio.timeout(60):
            while self.relay is not None and self.relay.status.published < head:
                await asyncio.sleep(0.02)
        return head

    async def complete(self, group: Group) -> None:
        """Until the group has seen the whole log; then look at the order."""
        head = await self.arrived()
        await group.caught_up(self.feed())
        assert sorted(fact.position for fact in group.facts) == list(range(1, head + 1))
        group.in_order()

    async def cut(self) -> None:
        """Break what the feed reads through: every connection to the database, or the broker."""
        if self.bootstrap is not None:
            broker_process(self.bootstrap).kill()
            return
        admin = await asyncpg.connect(self._postgres.admin_url)
        try:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                self.database.name,
            )
        finally:
            await admin.close()


@pytest.fixture(params=["log", "kafka"])
def bootstrap(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("kafka") if request.param == "kafka" else None


@pytest.fixture
async def wire(
    log: Log, log_database: Database, postgres: Postgres, bootstrap: str | None
) -> AsyncIterator[Wire]:
    wire = Wire(log, log_database, postgres, bootstrap)
    async with _relayed(wire):
        yield wire


@asynccontextmanager
async def _relayed(wire: Wire) -> AsyncIterator[None]:
    if wire.bootstrap is None:
        yield
        return
    await ensure_topic(wire.bootstrap, wire.source)
    wire.relay = Relay(
        dsn=wire.database.service_url, topic=wire.source, bootstrap=wire.bootstrap, appended=wire.log.appended
    )
    async with running(wire.relay.run()):
        yield


async def test_everything_comes_in_order(wire: Wire) -> None:
    await wire.write(streams=12, each=9)
    group = Group("reader")
    async with running(group.follow(wire.feed(most=7))):
        await wire.complete(group)
    assert not group.outages


async def test_a_reader_goes_on_from_its_checkpoint(wire: Wire) -> None:
    await wire.write(streams=10, each=5)
    await wire.arrived()
    group = Group("reader")
    await group.read(wire.feed(most=10), batches=3)
    before = len(group.seen)
    assert 0 < before <= 30
    async with running(group.follow(wire.feed(most=10))):
        await wire.complete(group)
    assert len(group.seen) == 50, "something came twice"


async def test_a_reader_without_a_checkpoint_starts_at_the_beginning(wire: Wire) -> None:
    await wire.write(streams=2, each=3)
    first, second = Group("reader"), Group("another")
    async with running(first.follow(wire.feed()), second.follow(wire.feed())):
        await wire.complete(first)
        await wire.complete(second)


async def test_nothing_is_missed_while_many_write(wire: Wire) -> None:
    group = Group("reader")
    async with running(group.follow(wire.feed(most=7))):
        await asyncio.gather(*[wire.write(streams=8, each=12) for _ in range(2)])
        await wire.complete(group)
    assert not group.outages


async def test_the_ends_are_where_a_reader_that_saw_all_stands(wire: Wire) -> None:
    assert set((await wire.feed().ends()).values()) == {0}
    await wire.write(streams=6, each=2)
    await wire.arrived()
    group = Group("reader")
    async with running(group.follow(wire.feed())):
        await wire.complete(group)
    ends = await wire.feed().ends()
    assert group.checkpoints == {partition: end for partition, end in ends.items() if end}
    assert sum(ends.values()) == 12


async def test_members_of_a_group_never_read_one_partition_together(wire: Wire) -> None:
    group = Group("readers")
    async with running(group.follow(wire.feed(most=5), member="one")) as [one]:
        await wire.write(streams=5, each=5)
        await wire.complete(group)
        async with running(group.follow(wire.feed(most=5), member="two")):
            await wire.write(streams=10, each=10)
            await wire.complete(group)
            one.cancel()  # the other has to take over what it read
            await asyncio.wait([one])
            await wire.write(streams=5, each=5)
            await wire.complete(group)
    assert not group.outages
    assert len(group.seen) == 150, "something came twice"


@pytest.mark.skipif(os.environ.get("TEST_WITH") == "docker", reason="the broker's process is out of reach")
@pytest.mark.parametrize("stuck", [30, 2], ids=["ridden-out", "opened-again"])
async def test_after_an_outage_nothing_is_missing(wire: Wire, stuck: float) -> None:
    group = Group(f"reader-{stuck}")
    async with running(group.follow(wire.feed(most=10, stuck=stuck))):
        await wire.write(streams=5, each=4)
        await wire.complete(group)
        async with running(wire.write(streams=10, each=30)) as [writing]:
            while len(group.facts) < 50:
                await asyncio.sleep(0.01)
            await wire.cut()
            await writing
        await wire.complete(group)
    if wire.bootstrap is None or stuck == 2:
        assert group.outages, "the reader was not told"


async def test_the_broker_is_told_how_far_a_group_is_but_not_believed(
    log: Log, log_database: Database, kafka: str
) -> None:
    topic = f"tickets-{secrets.token_hex(4)}"
    await ensure_topic(kafka, topic, partitions=1)
    relay = Relay(dsn=log_database.service_url, topic=topic, bootstrap=kafka, appended=log.appended)
    group, feed = Group(f"reader-{topic}"), KafkaFeed(kafka, [topic])
    async with running(relay.run()):
        for number in range(5):
            await append(log, f"ticket-{number}", Opened(title="a"))
        await _published(relay, 5)
    async with running(group.follow(feed)), asyncio.timeout(30):
        while await _committed(kafka, group) != {TopicPartition(topic, 0): 5}:
            await asyncio.sleep(0.1)
    again = Group(group.name)  # as if the consumer's database came back from a backup
    async with running(again.follow(feed)):
        await again.caught_up(feed)
    assert [fact.position for fact in again.facts] == [1, 2, 3, 4, 5]


async def test_garbage_on_a_topic_is_handed_on_in_its_place(
    log: Log, log_database: Database, kafka: str
) -> None:
    topic = f"tickets-{secrets.token_hex(4)}"
    await ensure_topic(kafka, topic, partitions=1)
    relay = Relay(dsn=log_database.service_url, topic=topic, bootstrap=kafka, appended=log.appended)
    group = Group("reader")
    feed = KafkaFeed(kafka, [topic])
    async with (
        running(relay.run(), group.follow(feed)),
        AIOKafkaProducer(bootstrap_servers=kafka) as producer,
    ):
        await append(log, "ticket-1", Opened(title="a"))
        await _published(relay, 1)
        await producer.send_and_wait(topic, b"\xff\x00 garbage", b"ticket-1")
        await producer.send_and_wait(topic, None, b"ticket-2")
        await producer.send_and_wait(topic, b"x" * 1_000_000)
        await append(log, "ticket-1", Commented(text="b"))
        await _published(relay, 2)
        await group.caught_up(feed)
    assert [fact.version for fact in group.facts] == [1, 2]
    assert [garbled.key for garbled in group.garbled] == ["ticket-1", "ticket-2", f"{topic}/0/3"]
    assert all(garbled.reason for garbled in group.garbled)
    assert len(group.garbled[2].raw) == 1_000_000
    assert [delivery.offset for _, delivery in group.seen] == [0, 1, 2, 3, 4]


async def test_an_event_of_the_future_arrives_and_says_so_when_it_is_read(
    log: Log, log_database: Database, kafka: str
) -> None:
    topic = f"tickets-{secrets.token_hex(4)}"
    await ensure_topic(kafka, topic, partitions=1)
    group = Group("reader")
    headers = [
        ("ce_specversion", b"1.0"), ("ce_type", b"ticket.teleported.v9"), ("ce_source", topic.encode()),
        ("ce_id", b"6f1c0e0e-3f1f-4f7e-9f8e-5f1b1d1c1b1a"), ("ce_time", b"2031-01-01T00:00:00Z"),
        ("ce_subject", b"ticket-1"), ("ce_sequence", b"1"), ("ce_streamversion", b"1"), ("ce_actor", b"lin"),
    ]  # fmt: skip
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        await producer.send_and_wait(topic, b"{}", b"ticket-1", headers=headers)
    await group.read(KafkaFeed(kafka, [topic]), batches=1)
    [fact] = group.facts
    with pytest.raises(Unreadable, match=r"no code here knows ticket\.teleported\.v9"):
        _ = fact.event


async def test_what_was_left_out_when_a_group_shared_out_is_shared_out_later(
    log: Log, log_database: Database, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = f"tickets-{secrets.token_hex(4)}"
    await ensure_topic(kafka, topic)
    relay = Relay(dsn=log_database.service_url, topic=topic, bootstrap=kafka, appended=log.appended)
    share_out, too_early = GroupCoordinator._perform_assignment, 1

    async def share_out_early(coordinator: Any, response: Any) -> Any:
        """As with a broker that is starting, and has not yet heard of its topics."""
        nonlocal too_early
        with pytest.MonkeyPatch.context() as patched:
            if too_early:
                too_early = 0
                patched.setattr(coordinator._cluster, "partitions_for_topic", lambda topic: None)
            return await share_out(coordinator, response)

    monkeypatch.setattr(GroupCoordinator, "_perform_assignment", share_out_early)
    group, feed = Group(f"reader-{topic}"), KafkaFeed(kafka, [topic])
    async with running(relay.run(), group.follow(feed)):
        await append(log, "ticket-1", Opened(title="a"))
        await _published(relay, 1)
        await group.caught_up(feed)
    assert not too_early
    assert [fact.position for fact in group.facts] == [1]


async def test_a_missing_topic_is_named_with_what_to_do(kafka: str) -> None:
    feed = KafkaFeed(kafka, ["nobody-made-this"])
    with pytest.raises(TopicMissing, match=r"kafka-topics\.sh .*--create --topic nobody-made-this"):
        await Group("reader").read(feed, batches=1)
    with pytest.raises(TopicMissing):
        await feed.ends()


async def test_sources_of_the_embedded_feed_come_side_by_side(
    log: Log, log_database: Database, postgres: Postgres
) -> None:
    dsn = log_database.service_url
    feed = LogFeed({"here": dsn, "there": dsn}, locks=dsn, page=3)
    for number in range(10):
        await append(log, f"ticket-{number}", Opened(title="a"))
    group = Group("reader")
    await group.read(feed, batches=2)
    assert group.checkpoints == {Partition("here", WHOLE_LOG): 6, Partition("there", WHOLE_LOG): 6}


async def _committed(bootstrap: str, group: Group) -> dict[TopicPartition, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        offsets = await admin.list_consumer_group_offsets(group.name)
        return {place: offset.offset for place, offset in offsets.items()}
    finally:
        await admin.close()


async def _published(relay: Relay, position: int) -> None:
    async with asyncio.timeout(30):
        while relay.status.published < position:
            await asyncio.sleep(0.02)
