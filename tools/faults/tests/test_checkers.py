"""Each checker is green where all is well, and red on what it is for."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from notebook import Written, published, tampered

from events import Log, Recorded
from faults.checkers import CHECKERS, read_models
from faults.checkers.looking import SERVICES
from faults.journal import Entry
from faults.plants import in_reading
from faults.world import Race, Recovery, World


async def violations(number: int, world: World) -> str:
    return "\n".join((await CHECKERS[number](world)).violations)


@pytest.mark.parametrize("number", [n for n in CHECKERS if n != 7])
async def test_where_all_is_well_nothing_is_found(notebook: Written, number: int) -> None:
    found = await CHECKERS[number](notebook.world)
    assert found.violations == []
    assert any(digit in found.looked_at for digit in "123456789")


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 8, 9, 10, 11])
async def test_a_checker_that_looked_at_nothing_is_red(notebook: Written, number: int) -> None:
    nothing = replace(notebook.world, databases={}, journal=[], recoveries=[], tailed={}, races=[])
    assert "nothing was looked at" in await violations(number, nothing)


async def test_1_an_acknowledged_command_without_a_trace(notebook: Written) -> None:
    notes, _ = notebook.databases
    gone = "DELETE FROM log.command WHERE key LIKE '%\"k7\"]'"
    async with tampered(notes, "log.command", gone):
        assert "key k7), done n1@3 ['note.taken.v1'] at 7 is not in the log" in await violations(
            1, notebook.world
        )


async def test_1_an_acknowledged_command_without_its_event(notebook: Written) -> None:
    notes, _ = notebook.databases
    async with tampered(
        notes, "log.event", "DELETE FROM log.event WHERE stream = 'note-n1' AND version = 12"
    ):
        assert "lacks events: note-n1 has 11 up to version 12" in await violations(1, notebook.world)


async def test_1_a_command_that_took_effect_twice(notebook: Written) -> None:
    notes, _ = notebook.databases
    again = """INSERT INTO log.command SELECT '["http","HV","mei","k7"]', digest, stream, version, size, position
               FROM log.command WHERE key LIKE '%"k7"]'"""
    async with tampered(notes, "log.command", again):
        found = await violations(1, notebook.world)
    assert "took effect twice" in found
    assert "note-n1@3 is the effect of" in found


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ({"outcome": "failed", "status": 422}, "failed took effect: note-n1 up to version 3"),
        ({"version": 4}, "is in the log as ('n1', 3, 7, ('note.taken.v1',))"),
        ({"events": ("note.torn.v1",)}, "is in the log as ('n1', 3, 7, ('note.taken.v1',))"),
        ({"outcome": "unknown"}, ""),
        ({"outcome": "unknown", "key": "never heard of"}, ""),
        ({"outcome": "failed", "key": "never heard of"}, ""),
    ],
)
async def test_1_what_was_told_against_what_is_so(
    notebook: Written, known: dict[str, Any], text: str
) -> None:
    journal = [replace(entry, **known) if entry.key == "k7" else entry for entry in notebook.world.journal]
    found = await violations(1, replace(notebook.world, journal=journal))
    assert text in found if text else not found


async def on_another_topic(notebook: Written, *facts: Recorded[Any]) -> World:
    """The log of notes beside a topic on which these stand."""
    topic = f"other-{secrets.token_hex(4)}"
    await published(notebook.world.kafka, topic, facts)
    return replace(notebook.world, databases={topic: notebook.databases[0]})


async def log_of(notebook: Written) -> list[Recorded[Any]]:
    async with Log.open(notebook.databases[0].service_url) as log:
        return list(await log.page(0))


async def test_2_an_event_on_the_topic_that_was_never_committed(notebook: Written) -> None:
    facts = await log_of(notebook)
    made_up = Recorded.of(facts[-1].event, stream="note-n9", position=37, key="n9")
    assert "note-n9@1 note.taken.v1" in await violations(2, await on_another_topic(notebook, *facts, made_up))


async def test_2_an_event_on_the_topic_with_another_content(notebook: Written) -> None:
    facts = await log_of(notebook)
    facts[4].data = '{"text":"forged"}'
    world = await on_another_topic(notebook, *facts)
    assert "<5 note-n2@2 note.taken.v1> is not what was committed" in await violations(2, world)
    assert not await violations(3, world)


async def test_3_a_committed_event_that_is_not_on_the_topic(notebook: Written) -> None:
    facts = await log_of(notebook)
    world = await on_another_topic(notebook, *facts[:35])
    assert "<36 note-n3@12 note.taken.v1> is not on the topic" in await violations(3, world)
    assert not await violations(2, world)


async def test_4_versions_out_of_order(notebook: Written) -> None:
    facts = await log_of(notebook)
    swapped = [*facts[:3], facts[6], facts[3], *facts]
    world = await on_another_topic(notebook, *swapped)
    assert "<7 note-n1@3 note.taken.v1> came before version 2" in await violations(4, world)
    assert not await violations(3, world)


async def test_4_an_order_in_two_partitions(notebook: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = await log_of(notebook)
    monkeypatch.setattr("events.publisher.partition_for", lambda key, count: (len(key) + 1) % count)
    world = await on_another_topic(notebook, *facts)
    assert "note.taken.v1> is in partition" in await violations(4, world)


async def test_4_repetitions_are_no_disorder(notebook: Written) -> None:
    facts = await log_of(notebook)
    world = await on_another_topic(notebook, *facts[:20], *facts[5:30], *facts[10:])
    assert [await violations(number, world) for number in (2, 3, 4)] == ["", "", ""]


async def test_5_a_reaction_that_did_not_happen(notebook: Written) -> None:
    _, copies = notebook.databases
    facts = await log_of(notebook)
    key = f"{facts[8].id}/when_taken/0"
    async with tampered(copies, "log.command", f"DELETE FROM log.command WHERE key = '{key}'"):
        found = await violations(5, notebook.world)
    assert f"{key} is missing, due to {notebook.notes.name} 9" in found
    assert "is the effect of 0 commands" in found


async def test_5_a_reaction_that_happened_twice(notebook: Written) -> None:
    _, copies = notebook.databases
    facts = await log_of(notebook)
    again = f"{facts[8].id}/when_taken/0/{uuid4()}"
    doubled = f"""INSERT INTO log.command SELECT '{again}', digest, stream, version, size, position
                  FROM log.command WHERE key = '{facts[8].id}/when_taken/0'"""
    async with tampered(copies, "log.command", doubled):
        assert f"{again} led to copy-n3@3, and no fact leads to it" in await violations(5, notebook.world)


async def test_6_a_live_row_that_no_replay_gives(notebook: Written) -> None:
    notes, _ = notebook.databases
    async with tampered(
        notes, "read.pages_v1", "UPDATE read.pages_v1 SET lines = '{forged}' WHERE id = 'n2'"
    ):
        assert "changed=['n2']" in await violations(6, notebook.world)


async def test_6_rows_that_depend_on_the_size_of_batches(
    notebook: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    from events.folding import Folding

    monkeypatch.setattr(Folding, "show", Folding.show)  # as it was, after the test
    monkeypatch.setattr(read_models, "POSITIONS", 3)  # so that there are several lines of a note between two
    in_reading.a_batch_sees_rows_as_they_were_before_it()
    assert "depends on the size of batches: 1: " in await violations(6, notebook.world)


async def test_8_reactions_that_are_past_a_fact_they_did_nothing_about(notebook: Written) -> None:
    _, copies = notebook.databases
    facts = await log_of(notebook)
    key = f"{facts[8].id}/when_taken/0"
    async with tampered(copies, "log.command", f"DELETE FROM log.command WHERE key = '{key}'"):
        found = await violations(8, notebook.world)
    assert f"reactions are past {notebook.notes.name} 9, without {key}" in found


async def test_8_reactions_that_go_on_further_than_they_took_in(notebook: Written) -> None:
    _, copies = notebook.databases
    back = "UPDATE feed.checkpoint SET position = 1 WHERE partition >= 0"
    async with tampered(copies, "feed.checkpoint", back):
        assert f"goes on at {notebook.notes.name}/" in await violations(8, notebook.world)


async def test_8_a_relay_that_is_past_what_it_published(
    notebook: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await on_another_topic(notebook, *(await log_of(notebook))[:35])
    (topic,) = world.databases
    monkeypatch.setitem(
        SERVICES, topic, replace(notebook.notes, name=topic)
    )  # the same, which publishes there
    assert f"{topic}: the relay is at 36, and 36 is not on the topic" in await violations(8, world)


async def test_8_a_read_model_that_is_past_what_it_shows(notebook: Written) -> None:
    notes, _ = notebook.databases
    async with tampered(notes, "read.pages_v1", "DELETE FROM read.pages_v1 WHERE id = 'n2'"):
        assert "pages is at 36, without the row n2" in await violations(8, notebook.world)


async def test_8_a_checkpoint_past_the_end_of_the_log(notebook: Written) -> None:
    notes, _ = notebook.databases
    async with tampered(notes, "feed.relay", "UPDATE feed.relay SET position = 40"):
        assert "the relay is at 40, the log ends at 36" in await violations(8, notebook.world)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda seen: seen[:9] + seen[10:], "missed 10"),
        (lambda seen: [*seen[:9], seen[10], seen[9], *seen[11:]], "saw 11 after 9"),
        (lambda seen: [*seen[:9], (10, uuid4()), *seen[10:]], "at 10, the log has"),
        (lambda seen: seen[:30], "ended at 30, an acknowledged command at 36"),
        (lambda seen: [*seen, (37, uuid4())], "the log has nothing at 37"),
        (lambda _: [], "saw nothing of 36 positions"),
    ],
)
async def test_9_a_reader_that_saw_another_log(notebook: Written, change: Any, text: str) -> None:
    seen = {name: change(list(tailed)) for name, tailed in notebook.world.tailed.items()}
    assert text in await violations(9, replace(notebook.world, tailed=seen))


def told(key: str, outcome: Any, status: int, version: int | None, *events: str) -> Entry:
    return Entry(0, "here", "/notes/n1", key, outcome, status, "n1", version, version, events)


WON = told("k4", "done", 200, 2, "note.taken.v1")
LOST = told("k40", "failed", 412, None)


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ([WON, LOST, LOST], ""),
        ([WON, replace(LOST, status=422)], ""),
        ([WON, told("k5", "done", 200, 3, "note.taken.v1")], "2 won: k4, k5"),
        ([WON, told("k5", "done", 200, 3)], "on another version than it named"),
        ([told("k5", "done", 200, 2, "note.taken.v1"), LOST], "won, and the next version is not its"),
        ([WON, replace(LOST, status=503)], "was answered with 503"),
        ([replace(LOST, key="k4")], "was told that it lost, and the next version is its"),
    ],
)
async def test_10_a_race(notebook: Written, entries: list[Entry], text: str) -> None:
    race = Race("n1", 1, [replace(entry, service=notebook.notes.name) for entry in entries])
    found = await violations(10, replace(notebook.world, races=[race]))
    assert text in found if text else not found


async def test_10_a_race_that_nobody_won(notebook: Written) -> None:
    race = Race("n1", 12, [replace(LOST, service=notebook.notes.name)])
    found = await violations(10, replace(notebook.world, races=[race]))
    assert "somebody was told that another was faster, and nobody was" in found


@pytest.mark.parametrize(
    ("recovery", "text"),
    [
        (Recovery("kill", 30.5, 40.0), "ready after 30.5 s, at most 30 s are allowed"),
        (Recovery("kill", 1.0, 61.0), "settled after 61.0 s"),
        (Recovery("kill", 1.0, None), "settled not for as long as anybody waited"),
        (Recovery("kill", None, None), "ready not for as long"),
    ],
)
async def test_11_a_slow_recovery(notebook: Written, recovery: Recovery, text: str) -> None:
    assert text in await violations(11, replace(notebook.world, recoveries=[recovery]))
