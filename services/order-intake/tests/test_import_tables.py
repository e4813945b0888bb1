"""Orders as CSV, as spreadsheets and ERP systems write it."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from import_house import House, house, numbers, statuses

from launch.databases import Database
from order_intake.imports.columns import OF_LINE, OF_ORDER
from order_intake.imports.entry import Entry
from order_intake.imports.lines import LONGEST
from order_intake.imports.table import MOST_ROWS, Table
from order_intake.order.intake import ReceiveOrder
from servicekit import Problem

HEADER = (
    "product_company,channel,customer_id,customer_name,reference,item,model,specification,quantity,"
    "technical_requirements,quality_requirements,delivery_date,complete_set"
)
ROW = 'HV,erp,C-7,Åbo Kraft,{reference},{item},LB6-110,"110 kV, 0.2S",{quantity},IEC 61869,as standard,2099-06-30,{set}'


@pytest.fixture
async def intake(database: Database) -> AsyncIterator[House]:
    async with house(database) as opened:
        yield opened


def row(reference: str = "PO-1", item: str = "CT-110", quantity: object = 6, set: str = "") -> str:
    return ROW.format(reference=reference, item=item, quantity=quantity, set=set)


def table(*rows: str) -> str:
    return "".join(f"{line}\r\n" for line in (HEADER, *rows))


def read(text: str | bytes, charset: str = "utf-8", size: int = 7) -> list[Entry]:
    """All entries of a table that comes in pieces."""
    body = text if isinstance(text, bytes) else text.encode()
    reader = Table(charset)
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return [entry for piece in pieces for entry in reader.take(piece)] + list(reader.end())


def order_of(entry: Entry) -> ReceiveOrder:
    assert isinstance(entry.asked, ReceiveOrder), entry.asked
    return entry.asked


def problem_of(entry: Entry) -> Problem:
    assert isinstance(entry.asked, Problem), entry.asked
    return entry.asked


async def test_a_table_becomes_orders_and_rows_of_one_reference_one_order(intake: House) -> None:
    told = await intake.told(
        table(
            row(), row(item="VT-110", quantity=2), row("PO-2", quantity=""), row("PO-3", quantity="many")
        ).encode(),
        "text/csv",
    )
    assert [(line["line"], line.get("rows"), line["status"]) for line in told[:-1]] == [
        (2, 2, "received"),
        (4, None, "received"),
        (5, None, "refused"),
    ]
    assert told[1]["missing"] == ["lines[0].quantity"]
    assert told[2]["problem"]["errors"][0]["pointer"] == "/5/quantity"
    assert told[-1]["lines"] == 5
    found = await intake.local.client("sun", "sales").get(f"/orders/{numbers(told)[0]}")
    assert [line["item"] for line in found.json()["state"]["content"]["lines"]] == ["CT-110", "VT-110"]


async def test_a_table_and_the_same_orders_as_ndjson_are_the_same_orders(intake: House) -> None:
    body = table(row()).encode()
    first = await intake.told(body, "text/csv; header=present; charset=UTF-8")
    line = order_of(read(body)[0]).model_dump_json().encode()
    again = await intake.told(line)
    assert statuses(first)[0] == "received"
    assert statuses(again)[0] == "already_received"
    assert again[0]["order"] == first[0]["order"]


async def test_a_header_that_cannot_be_read_is_refused_before_anything_is_done(intake: House) -> None:
    header = HEADER.replace("channel", "chanel").replace("model", "item")
    answer = await intake.send(table(row()).replace(HEADER, header).encode(), "text/csv")
    assert answer.status_code == 422
    assert {(fault["pointer"], fault["detail"].split(";")[0]) for fault in answer.json()["errors"]} >= {
        ("/item", "stands twice in the header"),
        ("/channel", "is not in the header"),
    }
    assert "/chanel" in {fault["pointer"] for fault in answer.json()["errors"]}
    assert await intake.orders() == []


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_utf_8_is_read_with_and_without_a_byte_order_mark(start: bytes) -> None:
    entries = read(start + table(row()).replace("Åbo Kraft", "衡山供电局").encode())
    assert order_of(entries[0]).customer.name == "衡山供电局"


def test_gb18030_is_read_when_declared_and_told_when_not() -> None:
    body = table(row(), row("PO-2")).replace("Åbo Kraft", "衡山供电局").encode("gb18030")
    assert order_of(read(body, "gb18030")[0]).customer.name == "衡山供电局"
    assert {problem_of(entry).code for entry in read(body)} == {"malformed-text"}


def test_cells_may_hold_commas_quotes_and_line_ends() -> None:
    text = 'a "tight" fit,\r\nas on drawing 7'
    quoted = text.replace('"', '""')
    entry, other = read(table(row().replace("IEC 61869", f'"{quoted}"'), row("PO-2")))
    assert order_of(entry).content.technical_requirements == text.replace("\r\n", "\n")
    assert (entry.line, other.line) == (2, 4)


def test_what_is_empty_is_not_known_and_empty_rows_are_none() -> None:
    entries = read(
        table(row(item="", quantity="").replace("LB6-110", "").replace('"110 kV, 0.2S"', ""), "," * 12, "")
    )
    assert len(entries) == 1
    assert order_of(entries[0]).content.lines == ()


def test_rows_without_a_reference_are_orders_by_themselves() -> None:
    assert [entry.rows for entry in read(table(row(""), row(""), row("PO-1"), row("PO-1")))] == [1, 1, 2]


def test_rows_of_an_order_that_contradict_each_other_are_told_where() -> None:
    problem = problem_of(read(table(row(), row(item="VT-110", set="true")))[0])
    assert [(fault.pointer, fault.detail) for fault in problem.errors] == [
        ("/3/complete_set", "differs from line 2, the order's first: mend one of them")
    ]


def test_every_wrong_cell_of_an_order_is_named_at_once() -> None:
    bad = row(quantity=0).replace("erp", "telepathy").replace("2099-06-30", "soon")
    problem = problem_of(read(table(bad, bad.replace("CT-110", "").replace(",0,", ",x,")))[0])
    assert {fault.pointer for fault in problem.errors} == {
        "/2/channel", "/2/delivery_date", "/2/quantity", "/3/quantity", "/3/item",
    }  # fmt: skip


BROKEN = {
    "a quote that is never closed": row("PO-2").replace("IEC", '"IEC'),
    "a quote within a text": row("PO-2").replace("IEC", 'I"EC'),
    "too few cells": row("PO-2").rpartition(",")[0],
    "too many cells": row("PO-2") + ",x",
    "too long": row("PO-2") + " " * 70_000,
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("after", ["end", "rows", "quoted rows"])
def test_a_broken_row_costs_itself_and_no_other(how: str, after: str) -> None:
    more = {"end": 0, "rows": 300, "quoted rows": 300}[after]
    rest = [row(f"PO-{number}") for number in range(3, 3 + more)]
    if after == "rows":
        rest = [line.replace('"110 kV, 0.2S"', "110 kV") for line in rest]
    first, broken, *others = read(table(row(), BROKEN[how], *rest), size=4096)
    assert order_of(first).reference == "PO-1"
    assert (broken.line, problem_of(broken).status_code) == (3, 413 if how == "too long" else 400)
    assert [order_of(entry).reference for entry in others] == [f"PO-{n}" for n in range(3, 3 + more)]


def test_a_quote_that_is_never_closed_does_not_hold_the_rest_of_the_file() -> None:
    plain = row("PO-3").replace('"110 kV, 0.2S"', "110 kV")
    reader = Table("utf-8")
    taken = list(reader.take(table(row(), BROKEN["a quote that is never closed"], *[plain] * 2000).encode()))
    assert [entry.line for entry in taken] == [2, 3]
    held = sum(len(line.text) for line in reader._records._open)
    assert held <= LONGEST


@pytest.mark.parametrize("broken", [BROKEN["too few cells"].replace("PO-2", "PO-1"), "x"])
def test_half_an_order_is_none(broken: str) -> None:
    """A broken row that names an order, or stands in its middle, spoils all of it, and the next order not."""
    spoiled, fine = read(table(row(), broken, row(item="VT-110"), row("PO-3")))
    assert (spoiled.line, spoiled.rows) == (2, 3)
    assert problem_of(spoiled).detail.startswith("line 3: it has")
    assert order_of(fine).reference == "PO-3"


def test_an_order_of_endless_rows_is_refused_as_one() -> None:
    huge, fine = read(table(*[row()] * (MOST_ROWS + 50), row("PO-2")), size=4096)
    assert (huge.rows, problem_of(huge).code) == (MOST_ROWS + 50, "order-too-large")
    assert order_of(fine).reference == "PO-2"


CELL = st.text(st.characters(codec="gb18030", exclude_characters="\r\x00"), max_size=12)


@given(st.lists(CELL, min_size=1, max_size=6), st.sampled_from(["utf-8", "gb18030"]), st.integers(1, 40))
@settings(max_examples=60)
def test_whatever_a_spreadsheet_writes_is_read_back(texts: Sequence[str], charset: str, size: int) -> None:
    """However the bytes are cut on their way."""
    columns = [*OF_ORDER, *OF_LINE]
    known: dict[str, Any] = dict(
        zip(columns, ["HV", "erp", "", "C-7", "Åbo Kraft"] + [""] * (len(columns) - 5), strict=True)
    )
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    for text in texts:
        writer.writerow({**known, "quality_requirements": text, "technical_requirements": "as catalogue"})
    entries = read(out.getvalue().encode(charset), charset, size)
    assert [order_of(entry).content.quality_requirements or "" for entry in entries] == [
        t.strip() for t in texts
    ]
