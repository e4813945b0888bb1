"""The client against the real order-intake, over a socket: what callers rely on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import httpx
import pytest
from listening import Served
from pydantic import ValidationError

from fulfilment_client import Connection, Invalid, NotFound, OrderIntake, Stale, connect, static_token
from fulfilment_client.order_intake import (
    CompleteOrder,
    Content,
    Customer,
    Line,
    PricedLine,
    ReceiveOrder,
    WithdrawOrder,
)

WHOLE = Content(
    lines=[Line(item="CT-110", model="LB6-110", specification="110 kV, 0.2S", quantity=6)],
    technical_requirements="IEC 61869",
    quality_requirements="as standard",
    delivery_date=date(2027, 6, 30),
)


def request(customer: str = "C-7", content: Content = WHOLE) -> ReceiveOrder:
    who = Customer(id=customer, name="Åbo Kraft", language="en")
    return ReceiveOrder(customer=who, product_company="HV", channel="erp", content=content)


@asynccontextmanager
async def connected(served: Served, url: str | None = None) -> AsyncIterator[Connection]:
    async with connect(url or served.url, static_token(served.token("anna", "sales"))) as connection:
        yield connection


@pytest.fixture
async def intake(served: Served) -> AsyncIterator[OrderIntake]:
    async with connected(served) as connection:
        yield OrderIntake(connection)


async def test_the_same_key_has_the_first_answer_and_one_effect(intake: OrderIntake) -> None:
    first = await intake.receive_order(request(), key="erp/PO-17")
    again = await intake.receive_order(request(), key="erp/PO-17")
    assert again == first
    assert [row.number async for row in intake.list_orders(at_least=first.position)] == [first.id]


async def test_a_list_shows_what_its_caller_just_did_over_all_its_pages(intake: OrderIntake) -> None:
    for number in range(5):
        done = await intake.receive_order(request(f"C-{number}"))
    pages = intake.list_orders(limit=2, order="received_at", at_least=done.position)
    assert [row.customer_id async for row in pages] == ["C-0", "C-1", "C-2", "C-3", "C-4"]
    page = await pages.page()
    assert [row.customer_id for row in page.items] == ["C-0", "C-1"]
    assert [row.customer_id for row in (await pages.page(page.next)).items] == ["C-2", "C-3"]


async def test_filters_are_sent_as_the_service_reads_them(intake: OrderIntake) -> None:
    await intake.receive_order(request("C-1"))
    done = await intake.receive_order(request("C-2", WHOLE.model_copy(update={"complete_set": True})))
    chosen = intake.list_orders(
        customer_id=["C-1", "C-2"],
        complete_set=[True],
        delivery_date_from=date(2027, 6, 30),
        at_least=done.position,
    )
    assert [row.customer_id async for row in chosen] == ["C-2"]


async def test_a_command_on_what_changed_since_is_stale(intake: OrderIntake) -> None:
    received = await intake.receive_order(request(content=Content(lines=WHOLE.lines)))
    await intake.complete_order(received.id, CompleteOrder(content=WHOLE), if_version=received.version)
    gone = WithdrawOrder(reason="The plant is not built.")
    with pytest.raises(Stale, match="stale-version"):
        await intake.withdraw_order(received.id, gone, if_version=received.version)
    found = await intake.read_order(received.id)
    await intake.withdraw_order(received.id, gone, if_version=found.version)


async def test_the_past_and_the_history_are_there(intake: OrderIntake) -> None:
    received = await intake.receive_order(request(content=Content(lines=WHOLE.lines)))
    await intake.complete_order(received.id, CompleteOrder(content=WHOLE))
    assert (await intake.read_order(received.id, as_of="2")).state["state"] == "incomplete"
    types = [fact.type async for fact in intake.history_of_order(received.id, limit=1)]
    assert types == [
        "order.received.v1", "order.found_incomplete.v1", "order.supplemented.v1", "order.completed.v1",
    ]  # fmt: skip


async def test_every_fault_of_a_request_is_named(intake: OrderIntake) -> None:
    wrong = request(content=Content(lines=[Line(item="no such/ item!", quantity=0)]))
    with pytest.raises(Invalid) as told:
        await intake.receive_order(wrong)
    assert {fault.pointer for fault in told.value.errors} == {
        "/content/lines/0/item",
        "/content/lines/0/quantity",
    }
    assert told.value.trace_id


async def test_an_id_stays_one_part_of_the_path(intake: OrderIntake) -> None:
    with pytest.raises(NotFound):
        await intake.read_order("../order-numbers/7K3M")


def test_a_wrong_name_is_found_before_it_is_sent() -> None:
    with pytest.raises(ValidationError, match="colour"):
        Line.model_validate({"item": "CT-110", "colour": "red"})


def test_money_is_exact_and_goes_as_text() -> None:
    line = PricedLine(item="CT-110", quantity=3, amount=Decimal("1200.10"))
    assert line.model_dump_json() == '{"item":"CT-110","quantity":3,"amount":"1200.10"}'


async def test_facts_are_followed_through_cuts_without_one_missing_or_coming_twice(served: Served) -> None:
    """A line that is cut after every 2,000 bytes, in the middle of whatever it carries."""
    async with (
        connected(served) as straight,
        cut_after(served.url, 2000) as url,
        connected(served, url) as bad,
    ):
        for number in range(8):
            await OrderIntake(straight).receive_order(request(f"C-{number}"))
        wanted = [fact.position async for fact in OrderIntake(straight).events()]
        following = OrderIntake(bad).events(type=["order"], follow=True, limit=16)
        seen = [fact async for fact in following]
    assert [fact.position for fact in seen] == wanted == list(range(1, 17))
    received = [fact.data["customer"]["id"] for fact in seen if fact.type == "order.received.v1"]
    assert received == [f"C-{number}" for number in range(8)]


async def test_who_follows_hears_of_what_happens_later(served: Served) -> None:
    async with connected(served) as connection:
        intake = OrderIntake(connection)
        await intake.receive_order(request("C-1"))
        async with aclosing(intake.events(type=["order.received"], after="latest", follow=True)) as facts:
            heard = asyncio.ensure_future(anext(facts))
            while not heard.done():  # the first is there once the follower has its place
                await intake.receive_order(request("C-2"))
                await asyncio.wait([heard], timeout=0.2)
            assert heard.result().data["customer"]["id"] == "C-2"


async def test_a_file_of_orders_is_answered_line_by_line(intake: OrderIntake) -> None:
    lines = [request(f"C-{number}").model_dump_json(exclude_unset=True) for number in range(3)]
    lines.insert(1, "this is no order")
    outcomes = [line async for line in intake.import_orders("\n".join(lines).encode())]
    assert [line.status for line in outcomes if hasattr(line, "line")] == [
        "received", "refused", "received", "received",
    ]  # fmt: skip
    assert outcomes[-1].status == "finished"


@asynccontextmanager
async def cut_after(url: str, count: int) -> AsyncIterator[str]:
    """A way to the service that is cut whenever so many bytes came back over a connection."""
    there = urlsplit(url)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection(there.hostname, there.port)
        forth.write(await reader.readuntil(b"\r\n\r\n"))
        left = count
        while left and (data := await back.read(left)):
            writer.write(data)
            left -= len(data)
        forth.close()
        writer.close()

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}"


async def test_the_documented_client_is_httpx_s_own_underneath(served: Served) -> None:
    """A caller with a proxy, certificates or hooks of its own brings its own httpx client."""
    async with httpx.AsyncClient(base_url=served.url) as http:
        own = Connection(http, static_token(served.token("erp", "erp")))
        assert (await OrderIntake(own).receive_order(request())).state["state"] == "complete"
