"""What becomes of each order is dealt from the seed, and all ways are taken early."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from demo import bodies
from demo.expected import TRAITS, planned, seen
from demo.journeys import tasks
from demo.northwind import orders

DAY = date(2026, 11, 22)
BOOK = orders(DAY)
RUN = "2026-11-22.7.3fa9c1"


def test_the_same_seed_deals_the_same_and_another_one_something_else() -> None:
    assert tasks(BOOK, 7) == tasks(BOOK, 7)
    assert tasks(BOOK, 7) != tasks(BOOK, 8)


def test_the_first_orders_go_the_same_ways_however_many_follow() -> None:
    assert tasks(BOOK[:40], 7) == tasks(BOOK, 7)[:40]


@pytest.mark.parametrize("seed", range(20))
def test_forty_orders_take_every_way_there_is(seed: int) -> None:
    taken = {trait for task in tasks(BOOK[:40], seed) for trait in planned(task)}
    assert taken == set(TRAITS)


def test_verdicts_fit_the_kind_of_the_order() -> None:
    """C6 to C8 are of conventional orders, C14 is of the others."""
    of_kind: dict[bool, set[str]] = {True: set(), False: set()}
    for task in tasks(BOOK, 7):
        of_kind[task.conventional].add(task.journey.verdict)
    assert of_kind[True] == {"feasible", "extended", "refused", "taken_at_risk"}
    assert of_kind[False] == {"accepted", "conditions_agreed", "conditions_declined", "refused_by_panel"}


def test_the_ends_of_the_whole_book_are_known_in_advance() -> None:
    ends = Counter(task.journey.end for task in tasks(BOOK, 7))
    assert ends == {"parts_ready": 563, "withdrawn": 90, "refused": 76, "cancelled": 62, "declined": 39}


def test_a_request_comes_twice_beside_the_830_and_never_where_it_would_be_doubted_twice() -> None:
    """S3: content that is supplemented or amended is compared again."""
    whole = tasks(BOOK, 7)
    assert len(whole) == 830
    twins = [task for task in whole if task.journey.twin != "once"]
    assert len(twins) == 78
    assert all(not task.journey.gaps and task.journey.course != "amended" for task in twins)


def test_no_two_orders_of_the_book_are_alike() -> None:
    """S3: or a play would have doubts that no journey has planned."""
    alike = Counter(
        (
            one.company,
            one.customer.id,
            one.delivery_date,
            tuple(sorted((a.item, a.quantity) for a in one.articles)),
        )
        for one in BOOK
    )
    assert set(alike.values()) == {1}


def test_a_book_that_is_played_twice_has_other_customers() -> None:
    """S3: or the second play would be a duplicate from its first order to its last."""
    task = tasks(BOOK, 7)[0]
    ids = {bodies.request(task, f"2026-11-22.7.{run}").customer.id for run in ("3fa9c1", "b07e52")}
    assert ids == {"VINET-3fa9c1", "VINET-b07e52"}


def test_a_trait_is_seen_by_what_happened_and_by_what_did_not() -> None:
    instructed = {"order.production_instructed.v1", "parts.ready.v1"}
    assert seen(instructed) == {"instructed, nothing to buy"}
    assert seen({*instructed, "parts.ordered.v1"}) == set()


def test_what_the_answer_must_name_is_what_the_request_lacks() -> None:
    for task in tasks(BOOK, 7):
        sent, whole = bodies.request(task, RUN).content, bodies.content(task)
        lacking = [f"lines[0].{name}" for name, value in sent.lines[0] if value is None]
        lacking += [name for name, value in sent if value is None]
        assert not [name for name, value in whole if value is None]
        assert sorted(lacking) == sorted(bodies.missing(task))


def test_a_request_is_the_same_whenever_it_is_made() -> None:
    """Or its idempotency key would come with another payload after a crash."""
    first, second = ([bodies.request(task, RUN) for task in tasks(orders(DAY), 7)] for _ in range(2))
    assert first == second


def test_a_quotation_sums_up_and_its_second_round_is_cheaper() -> None:
    for task in tasks(BOOK, 7):
        first, second = (bodies.quotation(task, round, DAY) for round in (1, 2))
        for quotation in (first, second):
            assert sum(line.amount for line in quotation.lines) == quotation.total
        assert second.total < first.total


def test_what_is_bought_is_the_bill_without_what_never_is() -> None:
    """C18: a wooden box is on every bill and on no purchase order."""
    for task in tasks(BOOK, 7):
        bill = [(item.part, item.quantity) for item in bodies.bill(task).parts if item.part != "BOX"]
        bought = [(line.part, line.quantity) for one in bodies.purchases(task, "N") for line in one.lines]
        assert sorted(bill) == sorted(bought)
