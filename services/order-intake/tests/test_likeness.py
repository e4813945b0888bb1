"""Orders with customer, articles and delivery date in common are found, amended ones as well (S3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import pytest
from order_story import CONTENT, LATER, SALES, SYSTEM, completed

from events import Event, Recorded
from events.contracts.common import Content
from events.contracts.orders import LikenessNoted, OrderCompleted
from events.testing import MONDAY, given
from order_intake.likeness import MOST, NoteLikeness, Policy, likeness, likeness_by, likeness_of, read_policy
from order_intake.order import order
from order_intake.order.doubts import RaiseDoubts
from order_intake.reactions import when_likeness_noted, when_order_completed

E = TypeVar("E", bound=Event)
TODAY = MONDAY.date()
WEEK = likeness_by(Policy(window_days=7))
"""What is noted under a policy that looks back a week."""


def noted(order: str, days_ago: int = 0, version: int = 1, earlier: Sequence[str] = ()) -> LikenessNoted:
    return LikenessNoted(
        order=order,
        content_version=version,
        on=TODAY - timedelta(days=days_ago),
        window_days=7,
        earlier=tuple(earlier),
    )


def note(order: str, version: int = 1) -> NoteLikeness:
    return NoteLikeness(order=order, content_version=version, on=TODAY)


def test_s3_the_first_of_its_kind_is_like_none() -> None:
    given(WEEK).when(note("A"), by=SYSTEM).then(noted("A"))


def test_s3_another_with_the_same_customer_content_and_date_is_like_those_before_it() -> None:
    given(WEEK, noted("A", 3), noted("B", 1)).when(note("C"), by=SYSTEM).then(noted("C", earlier=["B", "A"]))


@pytest.mark.parametrize(("days_ago", "earlier"), [(7, ["A"]), (8, [])])
def test_s3_only_orders_within_the_window_are_alike(days_ago: int, earlier: list[str]) -> None:
    given(WEEK, noted("A", days_ago)).when(note("B"), by=SYSTEM).then(noted("B", earlier=earlier))


def test_s3_a_note_that_overtook_another_one_over_midnight_counts() -> None:
    given(WEEK, noted("A", -1)).when(note("B"), by=SYSTEM).then(noted("B", earlier=["A"]))


def test_s3_an_order_is_not_like_itself_when_it_is_amended_back() -> None:
    given(WEEK, noted("A", 2)).when(note("A", version=3), by=SYSTEM).then(noted("A", version=3))


def test_s3_amended_content_is_looked_at_again() -> None:
    story = (noted("A", 3), noted("B", 2, earlier=["A"]))
    given(WEEK, *story).when(note("B", version=3), by=SYSTEM).then(noted("B", version=3, earlier=["A"]))


def test_an_order_is_noted_once_for_each_content() -> None:
    given(WEEK, noted("A")).when(note("A"), by=SYSTEM).then_nothing()


def test_only_so_many_are_named_the_latest_first() -> None:
    story = [noted(f"N{number}", 3) for number in range(MOST + 2)]
    (fact,) = given(WEEK, *story).when(note("Z"), by=SYSTEM).then_kinds(LikenessNoted)
    assert fact.earlier == ("N6", "N5", "N4", "N3", "N2")


def test_people_do_not_note_likenesses() -> None:
    given(WEEK).when(note("A"), by=SALES).refused("role-missing")


def test_the_notes_of_all_that_is_alike_keep_their_order_on_the_way() -> None:
    assert WEEK.key("digest", WEEK.fold([noted("A", 3), noted("B")])) == "digest"


def happened(event: E) -> Recorded[E]:
    return Recorded.of(event, stream="order-B", key="B", time=datetime(2026, 1, 5, 23, 59, tzinfo=UTC))


class TestWhatIsAlike:
    def test_s3_neither_the_order_of_lines_nor_how_they_are_split_or_described_matters(self) -> None:
        first, second = CONTENT.lines
        half = first.model_copy(update={"quantity": 3, "specification": "110 kV, class 0.2S"})
        retold = CONTENT.model_copy(
            update={"lines": (half, second, half), "technical_requirements": "iec 61869-2"}
        )
        assert likeness_of("HV", "C-7", retold) == likeness_of("HV", "c-7", CONTENT)

    @pytest.mark.parametrize(
        ("company", "customer", "content"),
        [
            ("HV", "C-8", CONTENT),
            ("HV", "C-7", LATER),
            ("HV", "C-7", CONTENT.model_copy(update={"lines": CONTENT.lines[:1]})),
            ("LV", "C-7", CONTENT),
        ],
        ids=["another customer", "another day", "fewer articles", "another product company"],
    )
    def test_s3_any_other_is_another_order(self, company: str, customer: str, content: Content) -> None:
        assert likeness_of(company, customer, content) != likeness_of("HV", "C-7", CONTENT)


class TestReactions:
    def test_s3_complete_content_is_compared(self) -> None:
        sent = when_order_completed(happened(completed(LATER, 2)))
        assert sent is not None
        assert sent.decider is likeness
        assert sent.id == likeness_of("HV", "C-7", LATER)
        assert sent.command == NoteLikeness(order="B", content_version=2, on=date(2026, 1, 5))

    def test_what_was_complete_before_orders_were_compared_is_left_alone(self) -> None:
        assert when_order_completed(happened(OrderCompleted(content=CONTENT))) is None

    def test_s3_an_order_like_others_is_doubted_for_each_of_them(self) -> None:
        sent = when_likeness_noted(happened(noted("B", earlier=["A", "0"])))
        assert sent is not None
        assert (sent.decider, sent.id) == (order, "B")
        assert isinstance(sent.command, RaiseDoubts)
        assert [doubt.resembles for doubt in sent.command.doubts] == ["A", "0"]
        assert {doubt.kind for doubt in sent.command.doubts} == {"duplicate"}

    def test_s3_an_order_like_no_other_is_not_doubted(self) -> None:
        assert when_likeness_noted(happened(noted("A"))) is None


class TestPolicy:
    def test_s3_the_window_is_read_from_a_file_of_data(self) -> None:
        assert read_policy("window_days = 14").window_days == 14
        (fact,) = given(likeness).when(note("A"), by=SYSTEM).then_kinds(LikenessNoted)
        assert fact.window_days == 30, "as likeness.toml has it"

    @pytest.mark.parametrize("text", ["", "window_days = -1", "window = 30\nwindow_days = 3"])
    def test_a_policy_that_says_nothing_sensible_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="window"):
            read_policy(text)
