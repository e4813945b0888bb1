"""What becomes of each order is dealt from the seed, and all ways are taken early."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest

from demo import bodies
from demo.expected import TRAITS, planned, seen
from demo.journeys import tasks
from demo.northwind import orders

DAY = date(2026, 11, 22)
BOOK = orders(DAY)


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
    assert ends == {"parts_ready": 605, "refused": 86, "withdrawn": 87, "declined": 52}


def test_a_trait_is_seen_by_what_happened_and_by_what_did_not() -> None:
    instructed = {"order.production_instructed.v1", "parts.ready.v1"}
    assert seen(instructed) == {"instructed, nothing to buy"}
    assert seen({*instructed, "parts.ordered.v1"}) == set()


def test_what_the_answer_must_name_is_what_the_request_lacks() -> None:
    for task in tasks(BOOK, 7):
        sent, whole = bodies.request(task)["content"], bodies.content(task)
        lacking = [f"lines[0].{name}" for name in whole["lines"][0] if name not in sent["lines"][0]]
        lacking += [name for name in whole if name not in sent]
        assert sorted(lacking) == sorted(bodies.missing(task))


def test_a_request_is_the_same_whenever_it_is_made() -> None:
    """Or its idempotency key would come with another payload after a crash."""
    first, second = (json.dumps([bodies.request(task) for task in tasks(orders(DAY), 7)]) for _ in range(2))
    assert first == second


def test_a_quotation_sums_up_and_its_second_round_is_cheaper() -> None:
    for task in tasks(BOOK, 7):
        first, second = (bodies.quotation(task, round, DAY) for round in (1, 2))
        for quotation in (first, second):
            cents = sum(round(float(line["amount"]) * 100) for line in quotation["lines"])
            assert cents == round(float(quotation["total"]) * 100)
        assert float(second["total"]) < float(first["total"])


def test_what_is_bought_is_the_bill_without_what_never_is() -> None:
    """C18: a wooden box is on every bill and on no purchase order."""
    for task in tasks(BOOK, 7):
        bill = [
            (part["part"], part["quantity"]) for part in bodies.bill(task)["parts"] if part["part"] != "BOX"
        ]
        bought = [
            (line["part"], line["quantity"]) for one in bodies.purchases(task, "N") for line in one.lines
        ]
        assert sorted(bill) == sorted(bought)
