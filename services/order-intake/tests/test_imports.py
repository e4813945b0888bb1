"""Orders by the thousand (S2): each line has its own outcome, and the same file creates nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from import_house import CONTENT, NDJSON, ORDER, House, house, lines_of, ndjson, numbered, numbers, statuses
from order_story import SALES

from events import Context, verify
from events.testing import MONDAY
from launch.databases import Database
from order_intake.imports import answer
from order_intake.imports.answer import ImportAnswer
from order_intake.imports.lines import LONGEST
from order_intake.imports.sameness import Sameness
from order_intake.numbers import read_number
from order_intake.order import order
from order_intake.order.intake import ReceiveOrder


@pytest.fixture
async def intake(database: Database) -> AsyncIterator[House]:
    async with house(database) as opened:
        yield opened


async def test_s1_each_line_has_its_own_outcome_and_the_last_line_counts_them(intake: House) -> None:
    incomplete = {key: value for key, value in CONTENT.items() if key != "quality_requirements"}
    told = await intake.told(
        ndjson(
            {**ORDER, "reference": "PO-1"},
            b'{"customer": {"id": "C-7"',
            {**ORDER, "reference": "PO-2", "content": incomplete},
            {**ORDER, "channel": "telepathy", "colour": "red"},
            b"",
            b'{"customer": "\xff\xfe"}',
            b"[]",
            {**ORDER, "reference": "PO-3"},
        )
    )
    assert [(line["line"], line["status"]) for line in told[:-1]] == [
        (1, "received"),
        (2, "refused"),
        (3, "received"),
        (4, "refused"),
        (6, "refused"),
        (7, "refused"),
        (8, "received"),
    ]
    assert told[0]["missing"] == []
    assert read_number(told[0]["order"]) == told[0]["order"]
    assert told[2]["missing"] == ["quality_requirements"]
    assert told[1]["problem"]["type"] == "/problems/malformed-json"
    wrong = told[3]["problem"]
    assert (wrong["type"], wrong["status"]) == ("/problems/invalid-request", 422)
    assert {error["pointer"] for error in wrong["errors"]} == {"/channel", "/colour"}
    assert told[-1] == {
        "status": "finished", "lines": 8, "received": 3, "already_received": 0, "refused": 4, "position": 6,
    }  # fmt: skip
    assert await intake.orders() == numbers(told)


async def test_an_imported_order_is_an_order_like_any_other(intake: House) -> None:
    number = numbers(await intake.told(ndjson({**ORDER, "reference": "PO-1"})))[0]
    sales = intake.local.client("sun", "sales")
    read = (await sales.get(f"/orders/{number}")).json()
    assert read["state"]["state"] == "complete"
    assert read["state"]["reference"] == "PO-1"
    history = (await sales.get(f"/orders/{number}/events")).json()["items"]
    assert [fact["type"] for fact in history] == ["order.received.v1", "order.completed.v1"]
    assert history[0]["actor"]["subject"] == "sun"
    async with intake.local.runtime.pool.acquire() as connection:
        assert (await verify(connection)).sound


async def test_the_same_file_sent_twice_creates_nothing_twice(intake: House) -> None:
    file = ndjson(*numbered(1200))
    first, again = await intake.told(file), await intake.told(file)
    assert statuses(first) == ["received"] * 1200 + ["finished"]
    assert statuses(again) == ["already_received"] * 1200 + ["finished"]
    assert [line["order"] for line in again[:-1]] == numbers(first) == await intake.orders()


async def test_the_same_file_sent_twice_at_once_to_two_processes_creates_nothing_twice(
    database: Database,
) -> None:
    file = ndjson(*numbered(1500))
    async with house(database) as one, house(database) as other:
        told = [line for lines in await asyncio.gather(one.told(file), other.told(file)) for line in lines]
        assert sorted(numbers(told)) == sorted(await one.orders())
    assert statuses(told).count("received") == statuses(told).count("already_received") == 1500
    assert len({line["order"] for line in told if "order" in line}) == 1500


async def test_who_sends_it_and_how_it_is_written_make_no_other_order_of_it(intake: House) -> None:
    await intake.told(ndjson({**ORDER, "reference": "PO-1"}))
    backwards = dict(reversed({**ORDER, "reference": " PO-1 "}.items()))
    customer = {**ORDER["customer"], "contact": None, "language": "zh"}
    told = lines_of(
        (
            await intake.send(
                ndjson({**backwards, "customer": customer}), token=intake.token("erp", company="HV")
            )
        ).content
    )
    assert statuses(told) == ["already_received", "finished"]


async def test_another_content_under_the_same_reference_is_refused_and_names_the_order(intake: House) -> None:
    other = {**ORDER, "content": {**CONTENT, "delivery_date": "2099-12-31"}}
    told = await intake.told(ndjson({**ORDER, "reference": "PO-1"}, {**other, "reference": "PO-1"}))
    assert statuses(told) == ["received", "refused", "finished"]
    assert told[1]["problem"]["type"] == "/problems/reference-taken"
    assert told[1]["order"] == told[0]["order"]
    elsewhere = {**other, "reference": "PO-1", "product_company": "LV"}
    customer = {**other, "reference": "PO-1", "customer": {"id": "C-8", "name": "Bo"}}
    assert statuses(await intake.told(ndjson(elsewhere, customer))) == ["received", "received", "finished"]


async def test_s3_equal_orders_without_a_reference_are_not_dropped_and_not_doubled_by_a_second_sending(
    intake: House,
) -> None:
    file = ndjson(ORDER, {**ORDER, "reference": "PO-1"}, ORDER, {**ORDER, "reference": "PO-1"})
    told = await intake.told(file)
    assert statuses(told) == ["received", "received", "received", "already_received", "finished"]
    assert len(set(numbers(told))) == 3
    again = await intake.told(file)
    assert statuses(again)[:-1] == ["already_received"] * 4
    assert [line["order"] for line in again[:-1]] == [line["order"] for line in told[:-1]]


async def test_a_file_cut_in_the_middle_leaves_whole_orders_and_is_completed_by_sending_it_again(
    intake: House,
) -> None:
    orders = numbered(3000)
    file = ndjson(*orders)
    async with intake.open(length=len(file)) as cut:
        await cut.say(file[: len(file) // 2])
        assert (await cut.next())["status"] == "received"
    there = await _calm(intake)
    assert 0 < len(there) <= 1500
    assert ImportAnswer.under_way == 0
    told = await intake.told(file)
    assert (told[-1]["already_received"], told[-1]["received"]) == (len(there), 3000 - len(there))
    assert len(set(await intake.orders())) == len(await intake.orders()) == 3000
    assert await intake.local.runtime.log.head() == 6000


async def _calm(intake: House) -> list[str]:
    """The orders there are once no more come."""
    before = -1
    while (now := len(await intake.orders())) != before:
        before = now
        await asyncio.sleep(0.3)
    return await intake.orders()


async def test_a_line_that_is_too_long_is_refused_and_the_next_ones_are_read(intake: House) -> None:
    long = {**ORDER, "reference": "x" * 3_000_000}
    first, last = numbered(2)
    told = await intake.told(ndjson(first, long, b"x" * (LONGEST + 1), last))
    assert statuses(told) == ["received", "refused", "refused", "received", "finished"]
    assert {told[1]["problem"]["type"], told[2]["problem"]["type"]} == {"/problems/line-too-long"}
    exactly = ndjson({**ORDER, "reference": "PO-9"}).rstrip()
    told = await intake.told(exactly + b" " * (LONGEST - len(exactly)))
    assert statuses(told) == ["received", "finished"]


async def test_orders_for_another_product_company_are_refused_line_by_line(intake: House) -> None:
    theirs = {**ORDER, "product_company": "LV", "reference": "PO-1"}
    await intake.told(ndjson(theirs))
    answer = await intake.send(
        ndjson(theirs, {**ORDER, "reference": "PO-2"}), token=intake.token("sales", company="HV")
    )
    told = lines_of(answer.content)
    assert statuses(told) == ["refused", "received", "finished"]
    assert told[0]["problem"]["type"] == "/problems/other-company"
    assert "order" not in told[0]


async def test_who_may_not_receive_an_order_may_not_import_one(intake: House) -> None:
    answer = await intake.send(ndjson(ORDER), token=intake.token("general_manager", "auditor"))
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/role-missing"
    assert await intake.orders() == []


@pytest.mark.parametrize(
    "kind", ["application/json", "text/csv; charset=latin-1", f"{NDJSON}; charset=utf-16"]
)
async def test_a_format_that_is_not_read_is_told_which_are(intake: House, kind: str) -> None:
    answer = await intake.send(ndjson(ORDER), kind)
    assert answer.status_code == 415
    assert "x-ndjson or text/csv" in answer.json()["detail"]


async def test_an_empty_file_is_finished_at_once(intake: House) -> None:
    assert statuses(await intake.told(b"\n \r\n")) == ["finished"]


async def test_outcomes_are_told_while_the_file_is_still_being_written(intake: House) -> None:
    first, second = numbered(2)
    async with intake.open() as talk:
        await talk.say(ndjson(first))
        assert (await talk.next())["status"] == "received"
        await talk.say(ndjson(second))
        assert (await talk.next())["line"] == 2
        await talk.say(b"")
        assert (await talk.next())["status"] == "finished"


async def test_a_reader_who_reads_nothing_before_all_is_sent_gets_all_and_holds_nobody_up(
    intake: House,
) -> None:
    """40,000 refusals are 10 MB: more than sockets hold."""
    file = b"x\n" * 40_000
    async with intake.open(length=len(file)) as slow:
        await asyncio.wait_for(slow.say(file), 60)
        assert statuses(await intake.told(ndjson(*numbered(3)))) == ["received"] * 3 + ["finished"]
        for number in range(1, 40_001):
            assert (await slow.next())["line"] == number
        assert (await slow.next())["status"] == "finished"


async def test_c2_a_number_that_another_order_has_is_not_given_twice(intake: House) -> None:
    asked = {**ORDER, "reference": "PO-1"}
    number = Sameness().identity(ReceiveOrder.model_validate(asked)).number(1)
    other = ReceiveOrder.model_validate({**ORDER, "reference": "from elsewhere"})
    await intake.local.runtime.handler.handle(order, number, other, Context(SALES, MONDAY))
    told, again = await intake.told(ndjson(asked)), await intake.told(ndjson(asked))
    assert statuses(told) == ["received", "finished"]
    assert statuses(again) == ["already_received", "finished"]
    assert told[0]["order"] == again[0]["order"] != number


async def test_while_the_file_pauses_the_answer_says_that_it_is_alive(
    intake: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "BEAT", 0.05)
    async with intake.open() as talk:
        await talk.say(b"x\n")
        assert (await talk.next())["status"] == "refused"
        assert (await talk.next()) == {
            "status": "working", "lines": 1, "received": 0, "already_received": 0, "refused": 1, "position": 0,
        }  # fmt: skip
        await talk.say(b"")
        assert (await talk.last())["status"] == "finished"


async def test_more_imports_than_a_process_takes_are_told_to_come_again(
    intake: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPORTS_AT_ONCE", "1")
    async with intake.open() as first:
        await first.say(b"x\n")
        await first.next()
        refused = await intake.send(ndjson(ORDER))
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/overloaded")
        assert "retry-after" in refused.headers
        await first.say(b"")
        await first.last()
    assert (await intake.send(ndjson(ORDER))).status_code == 200


async def test_bytes_in_gb18030_are_read_as_such(intake: House) -> None:
    order = {**ORDER, "customer": {"id": "C-7", "name": "衡山供电局"}, "reference": "合同-17"}
    told = await intake.told(ndjson(order).decode().encode("gb18030"), f"{NDJSON}; charset=gb2312")
    assert statuses(told) == ["received", "finished"]
    told = await intake.told(b"\xef\xbb\xbf" + ndjson(order))
    assert statuses(told) == ["already_received", "finished"]
