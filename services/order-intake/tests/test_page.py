"""The order's page and timeline by themselves: the order of entries, and what remains when nobody answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from order_office import RECEPTION, Office

from order_intake.page.causation import in_order
from servicekit.of_order import Entry
from servicekit.testing import LocalService

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


def entry(
    id: str, seconds: float = 0, *, service: str = "order-intake", version: int = 1, by: str | None = None
) -> Entry:
    """An event of a stream of its service, some seconds after nine by that service's clock."""
    return Entry(
        time=NINE + timedelta(seconds=seconds), service=service, type="order.received.v1", meaning=None,
        who="sun", roles=[], company=None, why=None, href="/", stream="order-7K3M", version=version,
        position=version, id=id, causation=by, trace_id=None,
    )  # fmt: skip


def ids(*entries: Entry) -> list[str]:
    return [one.id for one in in_order(entries)]


def test_things_that_happen_by_themselves_stand_by_time() -> None:
    late, early = entry("late", 9), entry("early", 1, service="review")
    assert ids(late, early) == ["early", "late"]


def test_a_cause_stands_before_its_effect_though_the_clock_there_is_slow() -> None:
    cause = entry("cause", 10)
    effect = entry("effect", 7, service="review", by="cause")
    further = entry("further", 8, service="notification", by="effect")
    other = entry("other", 9, service="procurement")
    assert ids(effect, further, other, cause) == ["other", "cause", "effect", "further"]


def test_a_stream_stands_in_its_own_order_though_a_replica_s_clock_is_slow() -> None:
    assert ids(entry("second", 1, version=2), entry("first", 5)) == ["first", "second"]


def test_a_cause_that_nobody_showed_keeps_nothing_back() -> None:
    assert ids(entry("b", 2, by="hidden"), entry("a", 1, service="review", by="hidden")) == ["a", "b"]


def test_entries_that_wait_for_each_other_are_still_shown() -> None:
    one, other = entry("one", 2, by="other"), entry("other", 1, service="review", by="one")
    assert ids(one, other, entry("fine", 9, service="procurement")) == ["fine", "other", "one"]


@given(st.data(), st.integers(1, 25))
def test_whatever_the_clocks_say_no_effect_stands_before_its_cause(data: st.DataObject, size: int) -> None:
    entries: list[Entry] = []
    for number in range(size):
        cause = data.draw(st.sampled_from([None, *(one.id for one in entries)]))
        service = data.draw(st.sampled_from(["order-intake", "review", "procurement"]))
        version = 1 + sum(one.service == service for one in entries)
        seconds = data.draw(st.integers(0, 5))
        entries.append(entry(f"{number}", seconds, service=service, version=version, by=cause))
    found = ids(*data.draw(st.permutations(entries)))
    assert sorted(found) == sorted(one.id for one in entries)
    for one in entries:
        assert one.causation is None or found.index(one.causation) < found.index(one.id)
    for service in {one.service for one in entries}:
        mine = [one.id for one in entries if one.service == service]
        assert [id for id in found if id in mine] == mine


@pytest.mark.parametrize("part", ["page", "timeline"])
async def test_an_order_is_shown_though_no_other_service_is_there(intake: LocalService, part: str) -> None:
    number = await Office(intake).receive()
    async with intake.client("otto", "auditor", company=RECEPTION["product_company"]) as otto:
        shown = (await otto.get(f"/orders/{number}/{part}")).json()
        assert (await otto.get(f"/orders/0000-0000-0/{part}")).status_code == 404
    assert {one["service"]: one["reason"] for one in shown["unavailable"]} == dict.fromkeys(
        ("review", "procurement", "notification"), "no_address"
    )
    if part == "page":
        assert shown["order"]["href"] == f"/orders/{number}"
        assert shown["purchase_orders"] == []
    else:
        received = shown["entries"][0]
        assert (received["type"], received["who"]) == ("order.received.v1", "sun")
        assert received["meaning"] == "A request was registered and numbered (C2)."
    async with intake.client("omar", "auditor", company="another") as omar:
        assert (await omar.get(f"/orders/{number}/{part}")).status_code == 404


async def test_the_reason_that_was_given_stands_in_the_timeline(intake: LocalService) -> None:
    number = await Office(intake).receive()
    await Office(intake).by_sales(number, "withdrawal", {"reason": "The plant is not built."})
    async with intake.client("otto", "auditor") as otto:
        last = (await otto.get(f"/orders/{number}/timeline")).json()["entries"][-1]
    assert (last["type"], last["why"]) == ("order.withdrawn.v1", "The plant is not built.")
