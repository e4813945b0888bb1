"""The fixtures give what their names promise."""

from __future__ import annotations

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from events.topic import ensure_topic
from launch.databases import Database
from launch.fixtures import Postgres


async def test_a_service_role_cannot_reach_another_database(postgres: Postgres, database: Database) -> None:
    other = postgres.create_database("test_other")
    try:
        trespassing = other.service_url.rpartition("/")[0] + f"/{database.name}"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(trespassing)
    finally:
        postgres.drop_database("test_other")


async def test_every_role_can_log_in_and_only_the_owner_can_make_tables(database: Database) -> None:
    for url, may in [(database.owner_url, True), (database.service_url, False), (database.reader_url, False)]:
        connection = await asyncpg.connect(url)
        try:
            assert await connection.fetchval("SELECT has_schema_privilege('public', 'CREATE')") is may
        finally:
            await connection.close()


async def test_commits_are_durable(database: Database) -> None:
    connection = await asyncpg.connect(database.service_url)
    try:
        assert await connection.fetchval("SHOW fsync") == "on"
        assert await connection.fetchval("SHOW server_version_num") >= "180000"
    finally:
        await connection.close()


async def test_a_message_goes_through_kafka(kafka: str) -> None:
    await ensure_topic(kafka, "launch-test")
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        await producer.send_and_wait("launch-test", b"hello", key=b"k")
    async with AIOKafkaConsumer(
        "launch-test", bootstrap_servers=kafka, auto_offset_reset="earliest"
    ) as consumer:
        assert (await consumer.getone()).value == b"hello"
