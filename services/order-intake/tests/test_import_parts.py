"""The parts of an import by themselves: lines, identities, the spool, and what happens when the log is away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_house import ORDER, ndjson
from order_story import SALES
from starlette.types import Message

from events import Context, Log, Unavailable
from events.testing import MONDAY
from order_intake.imports import stream
from order_intake.imports.batch import Batch
from order_intake.imports.entry import Entry
from order_intake.imports.lines import LONGEST, Line, Lines
from order_intake.imports.ndjson import Ndjson
from order_intake.imports.outcome import Tally
from order_intake.imports.sameness import Sameness
from order_intake.imports.spool import IN_MEMORY, Spool
from order_intake.imports.stream import Import
from order_intake.order.intake import ReceiveOrder

NOBODY = "postgresql://nobody:none@127.0.0.1:9/none"


@given(st.lists(st.binary(max_size=9)), st.data())
def test_lines_are_the_same_however_the_bytes_come_in(lines: Sequence[bytes], data: st.DataObject) -> None:
    body = b"\n".join(lines)
    reader = Lines()
    found: list[Line] = []
    while body:
        size = data.draw(st.integers(1, len(body)))
        found += reader.take(body[:size])
        body = body[size:]
    found += reader.end()
    expected = b"\n".join(lines).split(b"\n")
    if not expected[-1]:
        expected.pop()
    assert [line.text for line in found] == expected
    assert [line.number for line in found] == list(range(1, len(expected) + 1))


def test_of_a_line_without_end_only_its_beginning_is_kept() -> None:
    reader = Lines()
    for _ in range(100):
        assert list(reader.take(b"x" * 10_000)) == []
        assert len(reader._rest) <= LONGEST + 1
    long, short = reader.take(b"\nshort\n")
    assert (long.whole, len(long.text)) == (False, LONGEST)
    assert (short.whole, short.text) == (True, b"short")
    assert len(list(reader.take(b"x\n" + b"x" * 1_000_000))) == 1
    assert len(reader._rest) <= LONGEST + 1


def test_c2_the_number_of_an_order_follows_from_its_identity() -> None:
    asked = ReceiveOrder.model_validate({**ORDER, "reference": "PO-1"})
    one, same = Sameness().identity(asked), Sameness().identity(asked)
    assert one == same
    assert one.number(1) == same.number(1) != one.number(2)
    other = Sameness().identity(asked.model_copy(update={"reference": "PO-2"}))
    assert other.number(1) != one.number(1)


def test_texts_in_an_identity_cannot_be_taken_for_each_other() -> None:
    asked = ReceiveOrder.model_validate({**ORDER, "reference": 'x","y'})
    customer = asked.customer.model_copy(update={"id": "C-7/x"})
    keys = {
        Sameness().identity(one).idempotency.key
        for one in (
            asked,
            asked.model_copy(update={"reference": "x"}),
            asked.model_copy(update={"customer": customer}),
            asked.model_copy(update={"reference": None}),
            asked.model_copy(update={"product_company": "LV"}),
        )
    }
    assert len(keys) == 5


def test_equal_orders_without_a_reference_are_counted_and_the_count_has_a_bound() -> None:
    asked = [
        ReceiveOrder.model_validate({**ORDER, "customer": {"id": f"C-{number}", "name": "Bo"}})
        for number in (1, 1, 2, 1, 3, 1)
    ]

    def keys(remembered: int) -> list[str]:
        sameness = Sameness(remembered)
        return [sameness.identity(one).idempotency.key for one in asked]

    assert len(set(keys(3))) == 6
    forgetful = keys(2)  # the third customer pushes the first one out
    assert forgetful[5] == forgetful[0]
    assert forgetful == keys(2)


@given(st.lists(st.binary(max_size=40)))
def test_a_spool_gives_back_what_was_put(pieces: Sequence[bytes]) -> None:
    async def through() -> bytes:
        with closing(Spool()) as spool:
            for piece in pieces:
                await spool.put(piece)
            spool.end()
            return await _rest(spool)

    assert asyncio.run(through()) == b"".join(pieces)


async def _rest(spool: Spool) -> bytes:
    taken = []
    while piece := await spool.take():
        taken.append(piece)
    return b"".join(taken)


async def test_a_spool_goes_to_the_disk_and_then_makes_its_writer_wait() -> None:
    with closing(Spool(most=3 * IN_MEMORY)) as spool:

        async def write() -> None:
            for number in range(10):
                await spool.put(b"%d" % number * IN_MEMORY)
            spool.end()

        writing = asyncio.create_task(write())
        await asyncio.sleep(0.05)
        assert spool._written == 3 * IN_MEMORY
        assert await _rest(spool) == b"".join(b"%d" % number * IN_MEMORY for number in range(10))
        await writing


async def test_an_empty_piece_is_not_the_end() -> None:
    with closing(Spool()) as spool:
        await spool.put(b"")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await spool.take()
        await spool.put(b"x")
        assert await spool.take() == b"x"


class Body:
    """What a client sends; when it is over, the client is silent."""

    def __init__(self, *pieces: bytes, more: bool = True) -> None:
        self.left = [*pieces]
        self.more = more

    async def receive(self) -> Message:
        if not self.left:
            await asyncio.Event().wait()
        piece = self.left.pop(0)
        return {"type": "http.request", "body": piece, "more_body": self.more or bool(self.left)}


async def _import(log: Log, body: Body, spool: Spool, *, stopping: bool = False) -> list[dict[str, object]]:
    work = Import(log, Ndjson("utf-8"), spool, lambda: Context(SALES, MONDAY), batch=2)
    await work.run(body.receive, lambda: stopping)
    return [json.loads(line) for line in (await _rest(spool)).splitlines()]


async def test_when_the_log_is_away_from_the_beginning_that_is_the_answer() -> None:
    async with Log.open(NOBODY, patience=0.1) as log:
        with closing(Spool()) as spool, pytest.raises(Unavailable):
            await _import(log, Body(ndjson(ORDER), more=False), spool)


async def test_when_the_log_goes_away_in_the_middle_the_last_line_says_so() -> None:
    async with Log.open(NOBODY, patience=0.1) as log:
        with closing(Spool()) as spool:
            told = await _import(log, Body(ndjson(b"x", b"x", ORDER)), spool)
    assert [line["status"] for line in told] == ["refused", "refused", "broken_off"]
    assert "unavailable" in str(told[-1]["problem"])


async def test_a_client_who_sends_nothing_for_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PATIENCE", timedelta(milliseconds=100).total_seconds())
    async with Log.open(NOBODY) as log:
        with closing(Spool()) as spool:
            told = await _import(log, Body(b"x\n"), spool)
    assert [line["status"] for line in told] == ["refused", "broken_off"]
    assert "body-stalled" in str(told[-1]["problem"])


async def test_when_the_service_ends_the_last_line_says_so() -> None:
    async with Log.open(NOBODY) as log:
        with closing(Spool()) as spool:
            told = await _import(log, Body(b"x\n", b"y\n"), spool, stopping=True)
    assert [(line["status"], line.get("line")) for line in told] == [("refused", 1), ("broken_off", None)]


async def test_an_order_that_breaks_the_decider_stops_no_other() -> None:
    """Which is a fault of ours, so the answer gives nothing away."""
    asked = ReceiveOrder.model_validate(ORDER)
    batch = Batch(lambda: Context(SALES, "no time"))  # type: ignore[arg-type]  # what breaks it
    batch.decide(Entry(1, 1, 9, asked), asked, Sameness().identity(asked))
    async with Log.open(NOBODY) as log:
        told = json.loads(await batch.register(log, Tally()))
    assert (told["status"], told["problem"]["type"]) == ("refused", "/problems/internal-error")
    assert "no time" not in str(told)
