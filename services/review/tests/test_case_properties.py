"""Whatever is said by whomever in whatever order, no approval is passed by (C8, C14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from case_story import (
    CLOSED,
    COMPLETE_SET,
    CONTENT,
    CUSTOMER,
    DEPUTY,
    DESK,
    EVERY_STAGE,
    GENERAL_MANAGER,
    LATER,
    LOGISTICS,
    PRODUCTION,
    QUALITY,
    SYSTEM,
    TECHNICAL,
    Story,
)  # fmt: skip
from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from events import Actor, Command, Context, Event, Recorded, Refused
from events.contracts import reviews
from events.event import known_events
from events.testing import MONDAY
from review.case import case
from review.case.decision import DecideCase
from review.case.delivery import JudgeDelivery
from review.case.dossier import Dossier, giver
from review.case.panel import ConvenePanel, GiveOpinion
from review.case.question import AskReviewer
from review.case.refusal import DecideRefusal, ProposeRefusal
from review.case.request import CloseReview, RequestReview, VoidReview
from review.case.roles import JUDGES
from review.case.shown import show_case
from review.case.standing import standing
from review.case.states import State, Unknown
from review.case_book import case_book, show
from review.case_row import CaseRow

ROLES = sorted({role for roles in case.may.values() for role in roles} | {"sales", "erp", "auditor"})
VERSIONS = st.sampled_from([1, 1, 1, 2, 3])
DATES = st.sampled_from([None, date(2026, 6, 1), date(2026, 8, 1), date(2026, 9, 1)])
WORDS = st.sampled_from(["it can be done", "two weeks longer"])


def judgement(values: dict[str, Any]) -> JudgeDelivery:
    return JudgeDelivery.model_validate({**values, "feasible": values["earliest_date"] is None})


COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        RequestReview,
        customer=st.just(CUSTOMER),
        product_company=st.just("HV"),
        content=st.sampled_from([CONTENT, COMPLETE_SET, LATER]),
        content_version=VERSIONS,
        requested_by=st.just("sun"),
        prepared_by=st.just(("erp-1",)),
    ),
    st.builds(VoidReview, content_version=VERSIONS, reason=WORDS),
    st.builds(CloseReview, reason=WORDS),
    st.fixed_dictionaries(
        {
            "content_version": VERSIONS,
            "side": st.sampled_from(["contract_desk", "production"]),
            "earliest_date": DATES,
        }
    ).map(judgement),
    st.builds(ConvenePanel, content_version=VERSIONS, logistics=st.booleans()),
    st.builds(
        GiveOpinion,
        content_version=VERSIONS,
        department=st.sampled_from(["technical", "quality", "logistics", "production"]),
        feasible=st.booleans(),
        opinion=WORDS,
    ),
    st.builds(
        DecideCase,
        content_version=VERSIONS,
        decision=st.sampled_from(["accept", "accept_with_conditions", "refuse"]),
        conditions=st.sampled_from([(), ("copper",)]),
        delivery_date=DATES,
        reason=WORDS,
    ),
    st.builds(
        AskReviewer,
        content_version=VERSIONS,
        to=st.sampled_from(["contract_desk", "technical", "quality", "logistics", "production"]),
        question=WORDS,
    ),
    st.builds(ProposeRefusal, content_version=VERSIONS, reason=WORDS, proposed_by=st.just("sun")),
    st.builds(DecideRefusal, content_version=VERSIONS, approved=st.booleans(), reason=WORDS),
)
STAFF = st.sampled_from([DESK, PRODUCTION, TECHNICAL, QUALITY, LOGISTICS, GENERAL_MANAGER, DEPUTY, SYSTEM])
ANYBODY = st.builds(
    Actor,
    subject=st.sampled_from(["sun", "erp-1", "deng", "gao"]),
    roles=st.sets(st.sampled_from(ROLES), max_size=4).map(frozenset),
    company=st.sampled_from([None, "HV", "HV", "LV"]),
)


@dataclass(frozen=True)
class Step:
    """A command, who gave it, where the case stood, and what came of it."""

    command: Command
    by: Actor
    before: State
    facts: Sequence[Event]
    refusal: Refused | None


def step(state: State, command: Command, by: Actor) -> Step:
    try:
        return Step(command, by, state, case.handle(state, command, Context(by=by, at=MONDAY)), None)
    except Refused as refused:
        return Step(command, by, state, (), refused)


class ACaseOnItsWay(RuleBasedStateMachine):
    """The right people say likely things, and anybody says anything."""

    last: Step | None = None

    @initialize(story=st.sampled_from([(), *EVERY_STAGE, CLOSED]))
    def a_case_has_a_history(self, story: Story) -> None:
        self.facts = list(story)
        self.state = case.fold(story)

    @rule(command=COMMANDS, by=st.one_of(STAFF, STAFF, ANYBODY))
    def somebody_says_something(self, command: Command, by: Actor) -> None:
        self.last = step(self.state, command, by)
        self.facts += self.last.facts
        self.state = case.fold(self.last.facts, self.state)

    def teardown(self) -> None:
        event(f"ended {standing(self.state).state}")

    @invariant()
    def every_refusal_has_a_code_and_a_reason(self) -> None:
        if self.last and self.last.refusal:
            assert self.last.refusal.code.replace("-", "").isalpha()
            assert len(self.last.refusal.reason) > 10

    @invariant()
    def the_same_again_leads_to_nothing_or_a_refusal(self) -> None:
        if self.last and self.last.facts:
            assert not step(self.state, self.last.command, self.last.by).facts

    @invariant()
    def nobody_judges_their_own_request_and_managers_alone_decide(self) -> None:
        if self.last is None or not self.last.facts or "system" in self.last.by.roles:
            return
        assert not isinstance(self.last.before, Unknown)
        by, dossier = self.last.by, self.last.before.dossier
        for fact in self.last.facts:
            if not isinstance(fact, reviews.PanelConvened):  # which says nothing on the order
                assert by.subject not in {dossier.request.requested_by, *dossier.request.prepared_by}
            if refuses_or_decides(fact):
                assert by.roles & {"general_manager", "deputy_general_manager"}
                assert by.company == "HV"

    @invariant()
    def every_conclusion_stands_on_all_the_words_it_needs(self) -> None:
        if self.last and any(isinstance(fact, reviews.ReviewConcluded) for fact in self.last.facts):
            assert not isinstance(self.state, Unknown)
            assert_well_founded(self.state.dossier, self.facts)

    @invariant()
    def nothing_is_concluded_while_a_question_is_open(self) -> None:
        if self.last and any(isinstance(fact, reviews.ReviewConcluded) for fact in self.last.facts):
            assert not isinstance(self.state, Unknown)
            assert not self.state.dossier.open_questions

    @invariant()
    def a_question_takes_one_word_away_and_production_s_with_it(self) -> None:
        """C13: production's opinion falls with one it builds on; nobody else's does."""
        if self.last is None or isinstance(self.last.before, Unknown):
            return
        for fact in self.last.facts:
            if isinstance(fact, reviews.QuestionAsked):
                before, after = self.last.before.dossier, self.dossier
                lost = before.counting.keys() - after.counting.keys()
                conventional = fact.to == "contract_desk" or not before.opinions
                assert {fact.to} <= lost <= ({fact.to} if conventional else {fact.to, "production"})
                word = before.word_of(fact.to)
                assert word is not None
                assert giver(word) != fact.asked_by

    @invariant()
    def no_word_is_lost_from_the_history(self) -> None:
        said = [fact for fact in self.facts if isinstance(fact, SAID)]
        if not isinstance(self.state, Unknown):
            dossier = self.state.dossier
            assert [*(entry for _, entry in dossier.earlier), *dossier.entries] == said

    @property
    def dossier(self) -> Dossier:
        assert not isinstance(self.state, Unknown)
        return self.state.dossier

    @invariant()
    def the_case_book_says_what_the_case_says(self) -> None:
        row: CaseRow | None = None
        for fact in self.facts:
            row = show(row, Recorded.of(fact, stream="review-1"))
        if row is None:
            assert isinstance(self.state, Unknown)
            return
        stand = standing(self.state)
        assert (row.state, row.waiting_for) == (stand.state, stand.waiting_for)
        assert tuple(row.waiting_since) == row.waiting_for
        if row.state == "in_panel":
            assert set(row.spoken) == set(self.dossier.opinions)
        if row.state == "judging":
            words = self.dossier.judgements.items()
            assert row.judges == {JUDGES[side]: word.judged_by for side, word in words}
        if row.waiting_for and row.state != "voided":
            asked = {
                JUDGES.get(to, to) if row.state == "judging" else to: question.question
                for to, question in self.dossier.open_questions.items()
            }
            assert row.questions == asked


SAID = (
    reviews.DeliveryJudged,
    reviews.OpinionGiven,
    reviews.QuestionAsked,
    reviews.CaseDecided,
    reviews.RefusalApproved,
    reviews.RefusalRejected,
)


def refuses_or_decides(fact: Event) -> bool:
    return isinstance(fact, reviews.CaseDecided | reviews.RefusalApproved | reviews.RefusalRejected) or (
        isinstance(fact, reviews.ReviewConcluded) and fact.outcome in {"refused", "accepted_with_conditions"}
    )


def assert_well_founded(dossier: Dossier, facts: Sequence[Event]) -> None:
    """C6: two words by two persons. C10 to C14: every department, production last, then the decision."""
    assert dossier.classified is not None
    if dossier.classified.kind == "conventional":
        assert len({word.judged_by for word in dossier.judgements.values()}) == 2
        return
    *opinions, decision = dossier.words
    assert isinstance(decision, reviews.CaseDecided)
    last = opinions[-1]
    assert isinstance(last, reviews.OpinionGiven)
    assert last.department == "production"
    convened = next(fact for fact in reversed(facts) if isinstance(fact, reviews.PanelConvened))
    assert set(dossier.opinions) == set(convened.departments)


ACaseOnItsWay.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestACaseOnItsWay = ACaseOnItsWay.TestCase

EVERY_FACT = sorted({fact for story in (*EVERY_STAGE, CLOSED) for fact in story}, key=lambda fact: fact.name)


@given(st.lists(st.sampled_from(EVERY_FACT), max_size=30))
def test_any_facts_in_any_order_can_be_folded(facts: list[Event]) -> None:
    show_case(case.fold(facts))
    row: CaseRow | None = None
    for fact in facts:
        row = show(row, Recorded.of(fact, stream="review-1"))


@given(st.sampled_from(EVERY_STAGE), COMMANDS, COMMANDS, STAFF, STAFF)
def test_who_comes_second_is_judged_on_what_the_first_said(
    story: Story, first: Command, second: Command, one: Actor, other: Actor
) -> None:
    """Two at the same moment: one is decided anew, so a question never comes beside a decision."""
    state = case.fold(story)
    after = case.fold(step(state, first, one).facts, state)
    late = step(after, second, other)
    if isinstance(first, AskReviewer) and after != state:
        assert not any(isinstance(fact, reviews.CaseDecided) for fact in late.facts)


def test_the_case_book_is_told_of_every_fact_of_a_case() -> None:
    assert set(case_book.handles) == {kind for name, kind in known_events() if name.startswith("review.")}
