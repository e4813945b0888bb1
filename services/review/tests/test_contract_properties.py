"""Whatever is said by whomever in whatever order, no contract is cleared past its review (S6)."""

from __future__ import annotations

from collections.abc import Sequence

from case_story import SYSTEM
from contract_story import DRAFT, EVERY_STAGE, OTHER_TEXT, REDRAFT, STAFF, TEXT, Story
from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from events import Actor, Command, Context, Event, Recorded, Refused
from events.contracts import reviews
from events.event import known_events
from events.testing import MONDAY
from review.contract import contract
from review.contract.judging import JudgeClauses, Remark
from review.contract.request import CloseContractReview
from review.contract.shown import show_contract
from review.contract.standing import standing
from review.contract.states import State, Unknown
from review.contract_book import ContractRow, contract_book, show

REMARK = Remark(clause="7.2", finding="names no limit", remedy="limit it to 5 %")
JUDGEMENTS = st.builds(
    JudgeClauses,
    aspect=st.sampled_from(["risk", "legal", "financial"]),
    digest=st.sampled_from([TEXT, TEXT, OTHER_TEXT]),
    findings=st.sampled_from([(), (), (REMARK,)]),
)
OF_THE_ORDER: st.SearchStrategy[Command] = st.sampled_from(
    [DRAFT, DRAFT, REDRAFT, CloseContractReview(reason="more")]
)
ROLES = sorted({role for roles in contract.may.values() for role in roles} | {"sales", "auditor"})
ANYBODY = st.one_of(
    st.sampled_from(STAFF),
    st.builds(
        Actor,
        subject=st.sampled_from(["dong", "liang", "deng"]),
        roles=st.sets(st.sampled_from(ROLES), max_size=4).map(frozenset),
        company=st.sampled_from([None, "HV", "LV"]),
    ),
)


def step(state: State, command: Command, context: Context) -> tuple[Sequence[Event], Refused | None]:
    try:
        return contract.handle(state, command, context), None
    except Refused as refused:
        return (), refused


class AContractOnItsWay(RuleBasedStateMachine):
    """The right people say likely things, and anybody says anything."""

    @initialize(story=st.sampled_from([(), *EVERY_STAGE]))
    def a_contract_has_a_history(self, story: Story) -> None:
        self.facts = list(story)
        self.state: State = contract.fold(story)

    @rule(command=OF_THE_ORDER, seldom=st.integers(0, 5))
    def the_order_goes_on(self, command: Command, seldom: int) -> None:
        if not seldom:
            self.is_told(command, SYSTEM)

    @rule(command=JUDGEMENTS, by=st.sampled_from(STAFF))
    def somebody_judges(self, command: Command, by: Actor) -> None:
        self.is_told(command, by)

    @rule(command=st.one_of(JUDGEMENTS, OF_THE_ORDER), by=ANYBODY)
    def anybody_says_anything(self, command: Command, by: Actor) -> None:
        self.is_told(command, by)

    def is_told(self, command: Command, by: Actor) -> None:
        context = Context(by=by, at=MONDAY)
        facts, refusal = step(self.state, command, context)
        if refusal:
            assert refusal.code.replace("-", "").isalpha()
            assert len(refusal.reason) > 10
        self.state = contract.fold(facts, self.state)
        self.facts += facts
        if facts:
            self.nobody_judges_their_own_draft(facts, by)
            assert not step(self.state, command, context)[0]

    def nobody_judges_their_own_draft(self, facts: Sequence[Event], by: Actor) -> None:
        assert not isinstance(self.state, Unknown)
        for fact in facts:
            if isinstance(fact, reviews.ClausesJudged):
                assert fact.judged_by == by.subject != self.state.dossier.draft.drafted_by

    def teardown(self) -> None:
        event(f"ended {standing(self.state).state}")

    @invariant()
    def every_conclusion_stands_on_three_words_by_three_persons_on_that_text(self) -> None:
        words: dict[str, reviews.ClausesJudged] = {}
        draft: reviews.ContractReviewRequested | None = None
        for fact in self.facts:
            match fact:
                case reviews.ContractReviewRequested():
                    draft, words = fact, {}
                case reviews.ClausesJudged():
                    words[fact.aspect] = fact
                case reviews.ContractReviewConcluded():
                    assert draft is not None
                    assert fact.digest == draft.digest
                    assert len({word.judged_by for word in words.values()} - {draft.drafted_by}) == 3
                    found = [finding for word in words.values() for finding in word.findings]
                    assert sorted(fact.findings, key=str) == sorted(found, key=str)
                    assert (fact.outcome == "cleared") == (not found)

    @invariant()
    def the_contract_book_says_what_the_review_says(self) -> None:
        row: ContractRow | None = None
        for fact in self.facts:
            row = show(row, Recorded.of(fact, stream="contract-1"))
        if row is None:
            assert isinstance(self.state, Unknown)
            return
        stand = standing(self.state)
        assert (row.state, row.waiting_for) == (stand.state, stand.waiting_for)
        assert tuple(row.waiting_since) == row.waiting_for


AContractOnItsWay.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
TestAContractOnItsWay = AContractOnItsWay.TestCase

EVERY_FACT = sorted({fact for story in EVERY_STAGE for fact in story}, key=lambda fact: fact.name)


@given(st.lists(st.sampled_from(EVERY_FACT), max_size=30))
def test_any_facts_in_any_order_can_be_folded(facts: list[Event]) -> None:
    show_contract(contract.fold(facts))
    row: ContractRow | None = None
    for fact in facts:
        row = show(row, Recorded.of(fact, stream="contract-1"))


def test_the_contract_book_is_told_of_every_fact_of_a_contract_s_review() -> None:
    ours = {kind for name, kind in known_events() if name.startswith("contract_review.")}
    assert set(contract_book.handles) == ours
