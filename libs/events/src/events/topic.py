"""Topics: one for each service, named like it, keeping everything for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from ssl import SSLContext
from typing import Literal, NamedTuple, TypedDict

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code
from aiokafka.partitioner import murmur2

from events.feed import Partition

FOREVER = str(2**63 - 1)
PATIENCE = 30.0
"""Seconds that a question to the brokers may take in all; a client has its own limits only for parts of it."""
HEARD_OF = 20.0
"""Seconds in which the brokers have to hear of a topic that was made."""
SETTINGS = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    # A record is stamped with its event's time; a clock ahead of the broker's must not stop a relay.
    "message.timestamp.after.max.ms": FOREVER,
}


class Security(TypedDict, total=False):
    """How brokers let us in; aiokafka's own words and meanings. Empty: plain text."""

    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
    ssl_context: SSLContext
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
    sasl_plain_username: str
    sasl_plain_password: str


class LastRecord(NamedTuple):
    """What stands last in a partition."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


class TopicMissing(Exception):
    """A topic does not exist, or may not be seen."""

    def __init__(self, topic: str, bootstrap: str) -> None:
        settings = " ".join(f"--config {name}={value}" for name, value in SETTINGS.items())
        super().__init__(
            f"there is no topic {topic!r} at {bootstrap}, or we may not describe it; create it: "
            f"kafka-topics.sh --bootstrap-server {bootstrap} --create --topic {topic} "
            f"--partitions 3 {settings}"
        )


async def ensure_topic(
    bootstrap: str, name: str, partitions: int = 3, *, security: Security | None = None
) -> None:
    """Create the topic, with the broker's number of replicas, unless it exists.

    An existing one is left as it is. Never add partitions later: an order's new events would
    go to another partition than its old ones, and could be read before them.
    """
    async with _admin(bootstrap, security) as admin:
        answer = await admin.create_topics([NewTopic(name, partitions, -1, {}, SETTINGS)])
        for _, code, reason in answer.topic_errors:
            error = for_code(code)
            if code and error is not TopicAlreadyExistsError:
                raise error(f"topic {name!r} was not created: {reason}")
        # The controller has it by now; the brokers that are asked next hear of it a little later.
        async with asyncio.timeout(HEARD_OF):
            while not await _led(admin, name):  # noqa: ASYNC110  # only the brokers know
                await asyncio.sleep(0.05)


async def _led(admin: AIOKafkaAdminClient, name: str) -> bool:
    """Whether brokers know the topic, and a leader for each of its partitions."""
    [described] = await admin.describe_topics([name])
    partitions = described["partitions"]
    return bool(partitions) and all(partition["leader"] >= 0 for partition in partitions)


async def partitions_of(
    bootstrap: str, topics: Collection[str], *, security: Security | None = None
) -> Mapping[str, Sequence[int]]:
    """The partitions of each topic, sorted. Raises `TopicMissing`."""
    async with _admin(bootstrap, security) as admin:
        described = await admin.describe_topics(list(topics))
    known = {topic["topic"]: sorted(p["partition"] for p in topic["partitions"]) for topic in described}
    for topic in topics:
        if not known.get(topic):
            raise TopicMissing(topic, bootstrap)
    return known


async def ends_of(
    bootstrap: str, topics: Collection[str], *, security: Security | None = None
) -> Mapping[Partition, int]:
    """Where each partition ends: the offset that its next record will have. Raises `TopicMissing`."""
    async with _reader(bootstrap, topics, security) as (client, places):
        ends = await client.end_offsets(places)
    return {Partition(place.topic, place.partition): offset for place, offset in ends.items()}


async def last_of(bootstrap: str, topic: str, *, security: Security | None = None) -> Sequence[LastRecord]:
    """The last record of each partition that has any. Raises `TopicMissing`."""
    found: dict[TopicPartition, LastRecord] = {}
    async with _reader(bootstrap, [topic], security) as (client, places):
        first, ends = await client.beginning_offsets(places), await client.end_offsets(places)
        waited_for = [place for place in places if ends[place] > first[place]]
        client.assign(waited_for)
        for place in waited_for:
            client.seek(place, ends[place] - 1)
        while waited_for:
            for place, records in (await client.getmany(*waited_for, timeout_ms=1000)).items():
                found[place] = LastRecord(records[-1].key, records[-1].value, records[-1].headers)
            # What is no record (the end of a transaction) is passed over, and leaves nothing.
            waited_for = [place for place in waited_for if await client.position(place) < ends[place]]
    return list(found.values())


@lru_cache(16_384)  # the same orders again and again, and aiokafka works it out in Python
def partition_for(key: bytes, partitions: int) -> int:
    """Where Kafka's default partitioner puts a key; every client in every language agrees."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)


@asynccontextmanager
async def _reader(
    bootstrap: str, topics: Collection[str], security: Security | None
) -> AsyncIterator[tuple[AIOKafkaConsumer, Sequence[TopicPartition]]]:
    """A client that belongs to no group, and the partitions of the topics."""
    known = await partitions_of(bootstrap, topics, security=security)
    client = AIOKafkaConsumer(bootstrap_servers=bootstrap, request_timeout_ms=10_000, **(security or {}))
    async with asyncio.timeout(PATIENCE):
        try:
            await client.start()
            yield client, [TopicPartition(topic, number) for topic in topics for number in known[topic]]
        finally:
            await client.stop()


@asynccontextmanager
async def _admin(bootstrap: str, security: Security | None) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000, **(security or {}))
    async with asyncio.timeout(PATIENCE):
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()
