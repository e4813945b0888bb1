"""The log keeps every promise of its docstring, on a real PostgreSQL."""

import asyncio
from typing import Any

import asyncpg
import pytest
from ticket import CLERK, Closed, Commented, Opened, append, context

from events import (
    Append,
    Appended,
    Conflict,
    Event,
    Idempotency,
    KeyReused,
    Log,
    Overloaded,
    Tip,
    TooLarge,
    Unavailable,
    schema,
    verify,
)
from launch.databases import Database
from launch.fixtures import Postgres


async def test_what_is_appended_is_read_back_whole(log: Log) -> None:
    await append(log, "ticket-1", Opened(title="开关柜"), Commented(text="on its way"))
    first, second = await log.read("ticket-1")
    assert (first.event, second.event) == (Opened(title="开关柜"), Commented(text="on its way"))
    assert (first.version, second.version, first.position, second.position) == (1, 2, 1, 2)
    assert first.actor == CLERK
    assert first.time == context().at
    assert first.correlation == "test"


async def test_positions_are_dense_over_all_streams_and_writers(log: Log, log_database: Database) -> None:
    async with Log.open(log_database.service_url) as other:
        await asyncio.gather(
            *(
                append(where, f"ticket-{n}", Opened(title=str(n)), Closed(), tip=Tip())
                for n, where in enumerate([log, other] * 100)
            )
        )
    facts = await log.page(0, 1000)
    assert [fact.position for fact in facts] == list(range(1, 401))
    assert await log.head() == 400


async def test_one_of_64_writers_wins_a_version_and_the_others_are_told(log: Log) -> None:
    await append(log, "ticket-1", Opened(title="x"))
    tip = (await log.history("ticket-1", None)).tip
    outcomes = await asyncio.gather(
        *(append(log, "ticket-1", Commented(text=str(n)), tip=tip) for n in range(64)), return_exceptions=True
    )
    assert sum(isinstance(o, Appended) for o in outcomes) == 1
    assert sum(isinstance(o, Conflict) and o.actual == 2 for o in outcomes) == 63
    assert len(await log.read("ticket-1")) == 2


async def test_a_conflict_fails_its_own_command_and_no_other(log: Log) -> None:
    await append(log, "ticket-1", Opened(title="x"))
    late, fine = await asyncio.gather(
        append(log, "ticket-1", Opened(title="y"), tip=Tip()),
        append(log, "ticket-2", Opened(title="z"), tip=Tip()),
        return_exceptions=True,
    )
    assert isinstance(late, Conflict)
    assert isinstance(fine, Appended)


async def test_a_tip_with_the_right_version_and_a_wrong_hash_is_a_conflict(log: Log) -> None:
    await append(log, "ticket-1", Opened(title="x"))
    with pytest.raises(Conflict):
        await append(log, "ticket-1", Closed(), tip=Tip(1, b"\0" * 32))


async def test_a_repeated_key_gives_the_first_outcome(log: Log) -> None:
    first = await append(log, "ticket-1", Opened(title="x"), key="k")
    again = await append(log, "ticket-other", Opened(title="x"), key="k")
    assert again.replayed
    assert (again.stream, again.version, again.position) == (first.stream, first.version, first.position)
    assert await log.read("ticket-other") == []
    assert (await log.history("ticket-1", Idempotency("k", b"asked"))).earlier == again


async def test_the_same_key_twice_at_once_takes_effect_once(log: Log) -> None:
    outcomes = await asyncio.gather(
        *(append(log, f"ticket-{n}", Opened(title="x"), tip=Tip(), key="k") for n in range(20))
    )
    assert len({o.stream for o in outcomes}) == 1
    assert await log.head() == 1


async def test_a_key_with_another_payload_is_an_error(log: Log) -> None:
    await append(log, "ticket-1", Opened(title="x"), key="k")
    with pytest.raises(KeyReused):
        await log.append(
            "ticket-2", Tip(), [Opened(title="y")], context(), key="2", idempotency=Idempotency("k", b"other")
        )
    with pytest.raises(KeyReused):
        await log.history("ticket-2", Idempotency("k", b"other"))


async def test_a_command_without_facts_still_uses_up_its_key(log: Log) -> None:
    await append(log, "ticket-1", Opened(title="x"))
    await append(log, "ticket-1", key="nothing")
    assert (await log.history("ticket-1", Idempotency("nothing", b"asked"))).earlier == Appended(
        "ticket-1", 1, 0, 1, True
    )


async def test_one_command_that_cannot_be_stored_takes_no_other_with_it(log: Log) -> None:
    bad, fine = await asyncio.gather(
        append(log, "ticket-\x00", Opened(title="x"), tip=Tip()),
        append(log, "ticket-2", Opened(title="z"), tip=Tip()),
        return_exceptions=True,
    )
    assert isinstance(bad, asyncpg.PostgresError)
    assert isinstance(fine, Appended)


def _one(stream: str, *facts: Event, key: str | None = None, asked: bytes = b"asked") -> Append:
    return Append(stream, Tip(), facts, context(), stream, Idempotency(key, asked) if key else None)


async def test_a_batch_is_one_transaction_and_each_of_it_has_its_own_outcome(
    log: Log, log_database: Database
) -> None:
    await append(log, "ticket-1", Opened(title="x"), key="k")
    outcomes = await log.append_batch(
        [
            _one("ticket-2", Opened(title="y"), Closed()),
            _one("ticket-1", Opened(title="y")),
            _one("ticket-3", Opened(title="x"), key="k"),
            _one("ticket-4", Opened(title="x" * 900_001)),
            _one("ticket-5", Opened(title="z"), key="l"),
        ]
    )
    fine, late, replayed, large, last = outcomes
    assert fine == Appended("ticket-2", 2, 2, 3)
    assert isinstance(late, Conflict)
    assert replayed == Appended("ticket-1", 1, 1, 1, replayed=True)
    assert isinstance(large, TooLarge)
    assert last == Appended("ticket-5", 1, 1, 4)
    owner = await asyncpg.connect(log_database.owner_url)
    try:
        transactions = await owner.fetchval(
            "SELECT count(DISTINCT xmin::text) FROM log.event WHERE position > 1"
        )
        assert transactions == 1
        assert (await verify(owner)).sound
    finally:
        await owner.close()


async def test_a_key_of_a_batch_with_another_payload_names_what_it_was_used_for(log: Log) -> None:
    await append(log, "ticket-1", Opened(title="x"), key="k")
    (outcome,) = await log.append_batch([_one("ticket-2", Opened(title="y"), key="k", asked=b"other")])
    assert isinstance(outcome, KeyReused)
    assert outcome.stream == "ticket-1"


async def test_one_of_a_batch_that_cannot_be_stored_takes_no_other_with_it(log: Log) -> None:
    bad, fine = await log.append_batch([_one("ticket-\x00", Opened(title="x")), _one("ticket-2", Closed())])
    (alone,) = await log.append_batch([_one("ticket-\x00", Opened(title="x"))])
    assert isinstance(bad, asyncpg.PostgresError)
    assert isinstance(alone, asyncpg.PostgresError)
    assert isinstance(fine, Appended)


@pytest.mark.parametrize("name", ["", "ticket-1\nticket-2"])
async def test_streams_and_keys_are_one_line_each(log: Log, name: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        await append(log, name, Opened(title="x"))
    bad_key = Append("ticket-2", Tip(), [Closed()], context(), "ticket-2", Idempotency(name, b"asked"))
    *bad, fine = await log.append_batch(
        [_one(name, Closed()), bad_key, _one("ticket-3", Opened(title="a\nb"))]
    )
    assert [type(one) for one in bad] == [ValueError, ValueError]
    assert isinstance(fine, Appended)
    assert (await log.read("ticket-3"))[0].event == Opened(title="a\nb")


async def test_a_batch_holds_a_stream_and_a_key_once(log: Log) -> None:
    with pytest.raises(ValueError, match="twice"):
        await log.append_batch([_one("ticket-1", Closed()), _one("ticket-1", Closed())])
    with pytest.raises(ValueError, match="twice"):
        await log.append_batch([_one("ticket-1", Closed(), key="k"), _one("ticket-2", Closed(), key="k")])
    assert await log.append_batch([]) == []
    assert await log.head() == 0


async def test_batches_and_single_commands_share_one_log(log: Log) -> None:
    batches = [[_one(f"ticket-{b}-{n}", Opened(title="x"), Closed()) for n in range(50)] for b in range(6)]
    await asyncio.gather(
        *(log.append_batch(batch) for batch in batches),
        *(append(log, f"ticket-{n}", Opened(title="x"), tip=Tip()) for n in range(100)),
    )
    assert [fact.position for fact in await log.page(0, 1000)] == list(range(1, 701))


async def test_an_event_too_large_for_a_topic_is_refused(log: Log) -> None:
    with pytest.raises(TooLarge, match="900,000"):
        await append(log, "ticket-1", Opened(title="x" * 900_001))
    with pytest.raises(TooLarge, match="would have 1,200,012 bytes"):
        await append(log, "ticket-1", Opened(title="柜" * 400_000))


async def test_more_than_may_wait_are_refused_and_the_others_served(log_database: Database) -> None:
    async with Log.open(log_database.service_url, limit=10) as log:
        outcomes = await asyncio.gather(
            *(append(log, f"ticket-{n}", Opened(title="x"), tip=Tip()) for n in range(50)),
            return_exceptions=True,
        )
    assert sum(isinstance(o, Appended) for o in outcomes) == 10
    assert sum(isinstance(o, Overloaded) for o in outcomes) == 40


async def test_a_cancelled_caller_leaves_the_log_whole(log: Log) -> None:
    tasks = [
        asyncio.create_task(append(log, f"ticket-{n}", Opened(title="x"), tip=Tip())) for n in range(300)
    ]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(o, Appended) for o in outcomes[1::2])
    assert await log.head() == len(await log.page(0))


async def test_connections_cut_in_the_middle_lose_and_double_nothing(
    log: Log, log_database: Database, postgres: Postgres, pool: Any
) -> None:
    admin = await asyncpg.connect(postgres.admin_url)

    async def write(writer: int) -> None:
        for n in range(40):
            await append(log, f"ticket-{writer}-{n}", Opened(title="x"), Closed(), tip=Tip())

    async def cut() -> None:
        for _ in range(15):
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND pid <> pg_backend_pid()",
                log_database.name,
            )
            await asyncio.sleep(0.02)

    try:
        await asyncio.gather(cut(), *(write(n) for n in range(16)))
        facts = await log.page(0, 5000)
        assert len(facts) == 16 * 40 * 2
        assert len({fact.id for fact in facts}) == len(facts)
        async with pool.acquire() as connection:
            assert (await verify(connection)).sound
    finally:
        await admin.close()


async def test_a_cancellation_that_nobody_asked_for_is_an_outage_and_one_that_somebody_did_is_not(
    log: Log,
) -> None:
    asked = []

    async def head(connection: Any) -> int:
        asked.append(connection)
        if len(asked) == 1:
            raise asyncio.CancelledError  # as a client whose connection breaks may do
        return int(await connection.fetchval("SELECT position FROM log.head"))

    assert await log.ask(head) == 0
    assert asked[0] is not asked[1]
    reading = asyncio.create_task(log.ask(lambda connection: connection.fetchval("SELECT pg_sleep(60)")))
    await asyncio.sleep(0.1)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await log.head() == 0


async def test_an_outage_that_lasts_is_told() -> None:
    async with Log.open("postgresql://nobody:none@127.0.0.1:9/none", patience=0.3) as log:
        with pytest.raises(Unavailable, match="did not answer"):
            await log.head()


async def test_a_log_of_the_version_before_learns_to_take_texts_from_whom_it_took_arrays(
    log_database: Database,
) -> None:
    owner = await asyncpg.connect(log_database.owner_url)
    try:
        await owner.execute("DROP FUNCTION log.append")
        await owner.execute(
            "CREATE FUNCTION log.append(streams text[]) RETURNS int LANGUAGE sql AS 'SELECT 1'"
        )
        await owner.execute("REVOKE ALL ON FUNCTION log.append FROM PUBLIC")
        await owner.execute(f'GRANT EXECUTE ON FUNCTION log.append TO "{log_database.name}"')
        for _ in range(2):  # a migration that was broken off is run again
            for statement in schema.APPEND_BY_TEXTS:
                await owner.execute(statement)
        may = "SELECT bool_or(has_function_privilege('public', oid, 'EXECUTE')) FROM pg_proc WHERE proname = 'append'"
        assert await owner.fetchval(may) is False
    finally:
        await owner.close()
    async with Log.open(log_database.service_url) as log:
        await append(log, "ticket-1", Opened(title="x"))
        assert await log.head() == 1
    service = await asyncpg.connect(log_database.service_url)
    try:
        assert await service.fetchval("SELECT log.append(ARRAY['ticket-1'])") == 1
    finally:
        await service.close()


async def test_the_service_role_can_neither_change_nor_write_past_the_function(
    log_database: Database, log: Log
) -> None:
    await append(log, "ticket-1", Opened(title="x"))
    service = await asyncpg.connect(log_database.service_url)
    owner = await asyncpg.connect(log_database.owner_url)
    try:
        for statement in (
            "UPDATE log.event SET data = '{}'", "DELETE FROM log.event", "TRUNCATE log.event",
            "DELETE FROM log.command",
            "INSERT INTO log.event SELECT 9, 's', 1, name, key, id, time, data, metadata, hash FROM log.event",
            "UPDATE log.head SET position = 0", "ALTER TABLE log.event DISABLE TRIGGER ALL",
        ):  # fmt: skip
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await service.execute(statement)
        for statement in ("UPDATE log.event SET data = '{}'", "DELETE FROM log.event", "TRUNCATE log.event"):
            with pytest.raises(asyncpg.RaiseError, match="append-only"):
                await owner.execute(statement)
    finally:
        await service.close()
        await owner.close()


TAMPERING = {
    "edited": 'UPDATE log.event SET data = \'{"title":"forged"}\' WHERE position = 1',
    "actor edited": "UPDATE log.event SET metadata = replace(metadata::text, 'lin', 'eve')::json WHERE position = 2",
    "deleted": "DELETE FROM log.event WHERE position = 2",
    "tail cut": "DELETE FROM log.event WHERE position = 6",
    "reordered": "UPDATE log.event SET version = 5 - version WHERE stream = 'ticket-1' AND version IN (2, 3)",
    "moved": "UPDATE log.event SET position = position + 100 WHERE position = 5",
}


@pytest.mark.parametrize("how", TAMPERING)
async def test_verify_finds_tampering(log: Log, log_database: Database, how: str) -> None:
    await append(log, "ticket-1", Opened(title="x"), Commented(text="a"), Commented(text="b"), Closed())
    await append(log, "ticket-2", Opened(title="y"), Closed())
    owner = await asyncpg.connect(log_database.owner_url)
    try:
        assert (await verify(owner)).sound
        await owner.execute(
            "ALTER TABLE log.event DISABLE TRIGGER ALL; ALTER TABLE log.event DROP CONSTRAINT event_stream_version_key"
        )
        await owner.execute(TAMPERING[how])
        assert not (await verify(owner)).sound
    finally:
        await owner.close()
