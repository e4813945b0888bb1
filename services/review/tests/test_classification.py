"""Every order is classified, with every reason and the rule set that judged (C5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from case_story import CONTENT, RULES
from pydantic import ValidationError

from events.contracts.common import Content
from review.classification import CURRENT, classify, read_rule_set, rule_set

TODAY = date(2026, 1, 5)


def content(**other: Any) -> Content:
    return CONTENT.model_copy(update=other)


def line(number: int, **other: Any) -> Content:
    lines = list(CONTENT.lines)
    lines[number] = lines[number].model_copy(update=other)
    return content(lines=tuple(lines))


def test_c5_an_order_that_no_rule_applies_to_is_conventional() -> None:
    classified = classify(CONTENT, RULES, TODAY)
    assert (classified.kind, classified.reasons) == ("conventional", ())


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (content(complete_set=True), "complete set (成套)"),
        (line(0, non_standard=True), "line 1, CT-110: non-standard (非标)"),
        (line(1, discontinued=True), "line 2, VT-110: discontinued"),
        (content(above_quality_standard=True), "above the company's standard"),
        (content(penalty_clause=True, delivery_date=date(2026, 3, 5)), "tight delivery"),
    ],
)
def test_c5_any_one_reason_makes_an_order_non_conventional(wanted: Content, reason: str) -> None:
    classified = classify(wanted, RULES, TODAY)
    assert classified.kind == "non_conventional"
    (kept,) = classified.reasons
    assert reason in kept


@pytest.mark.parametrize(
    ("penalty", "delivery"),
    [(True, date(2026, 3, 6)), (False, date(2026, 1, 6)), (True, None)],
)
def test_c5_only_a_tight_date_with_a_penalty_is_a_reason(penalty: bool, delivery: date | None) -> None:
    wanted = content(penalty_clause=penalty, delivery_date=delivery)
    assert classify(wanted, RULES, TODAY).kind == "conventional"


def test_c5_every_reason_is_kept_line_by_line() -> None:
    both = line(0, non_standard=True, discontinued=True).model_copy(update={"complete_set": True})
    assert [reason.partition(":")[0] for reason in classify(both, RULES, TODAY).reasons] == [
        "complete set (成套)",
        "line 1, CT-110",
        "line 1, CT-110",
    ]


def test_a_rule_set_that_judged_orders_is_never_edited() -> None:
    """Every classification names it with this digest: a change of rules is a new file under a new name."""
    assert classify(CONTENT, rule_set("2026-01"), TODAY).rule_set == "2026-01@257394fcddd3"


def test_the_current_rule_set_judges() -> None:
    assert RULES.name.startswith(f"{CURRENT}@")


RULE = 'name = "x"\n[[rules]]\nscope = "line"\nreason = "r"\nwhen = [{ field = "discontinued", equals = false }]\n'


def test_rules_are_data() -> None:
    rules = read_rule_set(RULE)
    assert classify(CONTENT, rules, TODAY).reasons == ("r", "r")
    assert read_rule_set(RULE + "# edited").name != rules.name


@pytest.mark.parametrize(
    "broken",
    [
        'name = "x"',
        RULE.replace("discontinued", "colour"),
        RULE.replace("scope", "where"),
        RULE.replace('when = [{ field = "discontinued", equals = false }]', "when = []"),
        RULE.replace(", equals = false", ""),
        RULE.replace("equals = false", "equals = false, below = 3"),
        RULE.replace("discontinued", "complete_set"),
        RULE.replace('"r"', '"{colour}"'),
        RULE.replace('"r"', '"{"'),
    ],
)
def test_a_broken_rule_set_is_refused_not_ignored(broken: str) -> None:
    with pytest.raises(ValidationError):
        read_rule_set(broken)


def test_an_unknown_rule_set_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        rule_set("1999-01")
