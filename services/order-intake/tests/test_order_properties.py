"""Whatever is asked by whomever in whatever order, no step of an order's way is skipped (C1)."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from order_promises import (
    RECORDS,
    TAKEN_UNDER_DOUBT,
    assert_decided_knowingly,
    assert_no_step_skipped,
    facts_before,
    present_draft_is_cleared,
)
from order_story import (
    BEFORE_INSTRUCTION,
    COMPLETE_SET,
    CONTENT,
    DECLINED,
    DESK,
    DIGEST,
    FINDING,
    GENERAL_MANAGER,
    INSTRUCTED,
    OTHER_DIGEST,
    PARTS,
    PARTS_READY,
    PROJECT,
    REFUSED,
    SYSTEM,
    WITHDRAWN,
    Story,
    drafted,
)
from order_walk import COMMANDS, COMMITMENTS, PEOPLE, VERDICTS, Walk, quotation
from side_story import (
    ASKED_TO_CANCEL,
    BOUGHT_MEANWHILE,
    CANCELLED,
    DISMISSED,
    DOUBTED,
    GENUINE_AFTER_ALL,
    MADE_ALL_THE_SAME,
    NOT_GENUINE,
    TO_DECIDE,
)

from events import Actor, Command, Event, Recorded
from events.contracts import orders
from events.event import known_events
from order_intake.order import order
from order_intake.order.acceptance import AnswerConditions, AnswerExtension, AskExtension, RecordReview
from order_intake.order.cancellation import AskCancellation, DecideCancellation, RecordCommitment
from order_intake.order.contract import DraftContract, RecordContractReview, SignContract
from order_intake.order.doubts import ClearDoubts, DismissOrder, RaiseDoubts
from order_intake.order.intake import CompleteOrder, ConfirmRequirements, RegisterProject
from order_intake.order.production import InstructProduction
from order_intake.order.quotation import AnswerQuotation
from order_intake.order.standing import standing
from order_intake.order.states import (
    CancellationPending,
    Closed,
    ContractInReview,
    ContractOpen,
    Instructed,
    Unknown,
)
from order_intake.order_book import order_book, show
from order_intake.order_row import OrderRow

STORIES: Sequence[Story] = [
    (), *BEFORE_INSTRUCTION, INSTRUCTED, PARTS_READY, WITHDRAWN, REFUSED, DECLINED,
    DOUBTED, GENUINE_AFTER_ALL, DISMISSED,
    ASKED_TO_CANCEL, TO_DECIDE, BOUGHT_MEANWHILE, MADE_ALL_THE_SAME, CANCELLED,
]  # fmt: skip
STAFF = Actor("sun", frozenset({"sales", "contract_desk"}))
WITH_EVERY_ROLE = [Actor("sun", frozenset().union(*order.may.values()), company) for company in (None, "HV")]


class AnOrderOnItsWay(RuleBasedStateMachine):
    """Anybody tries anything; now and then somebody does what is due, so that orders get far."""

    @initialize(story=st.sampled_from(STORIES))
    def an_order_has_a_history(self, story: Story) -> None:
        self.walk = Walk(state=order.fold(story), facts=list(story))

    @rule(command=COMMANDS, by=PEOPLE)
    def anybody_tries_anything(self, command: Command, by: Actor) -> None:
        self.walk.give(command, by)

    @rule(command=COMMANDS, by=st.sampled_from(WITH_EVERY_ROLE))
    def somebody_with_every_role_tries_anything(self, command: Command, by: Actor) -> None:
        self.walk.give(command, by)

    @rule(by=st.sampled_from(WITH_EVERY_ROLE))
    def somebody_tries_to_skip_steps(self, by: Actor) -> None:
        state = self.walk.state
        if isinstance(state, Unknown):
            return
        version, rounds = state.dossier.content_version, max(state.dossier.rounds, 1)
        digest = getattr(state, "draft", drafted()).digest
        for command in (
            InstructProduction(parts=PARTS),
            SignContract(side="customer", digest=digest, signatory="Aino Virta"),
            SignContract(side="company", digest=digest, signatory="Gao Wen"),
            DraftContract(contract="HT-1", digest=DIGEST),
            AnswerQuotation(round=rounds, agreed=True),
            ConfirmRequirements(content_version=version),
        ):
            self.walk.give(command, by)

    @rule(verdict=VERDICTS, agreed=st.booleans())
    def somebody_does_what_is_due(self, verdict: RecordReview, agreed: bool) -> None:
        state = self.walk.state
        if isinstance(state, Unknown | Closed):
            return
        version = state.dossier.content_version
        no = {} if agreed else {"reason": "late"}
        clearance = "cleared" if agreed else "returned"
        due: dict[str, list[Command]] = {
            "incomplete": [CompleteOrder(content=COMPLETE_SET if agreed else CONTENT)],
            "complete": [RegisterProject(project=PROJECT), ConfirmRequirements(content_version=version)],
            "extension_asked": [AnswerExtension(content_version=version, agreed=agreed, **no)],
            "conditions_proposed": [AnswerConditions(content_version=version, agreed=agreed, **no)],
            "infeasible": [AskExtension()],
            "accepted": [quotation(state.dossier.content)] if state.dossier.content.lines else [],
            "quoted": [AnswerQuotation(round=max(state.dossier.rounds, 1), agreed=agreed, **no)],
            "price_agreed": [DraftContract(contract="HT-1", digest=DIGEST)],
            "contract_returned": [DraftContract(contract="HT-1", digest=OTHER_DIGEST)],
            "contract_cleared": [
                SignContract(side=side, digest=state.draft.digest, signatory="Gao Wen")
                for side in ("company", "customer")
                if isinstance(state, ContractOpen)
            ],
            "contract_concluded": [InstructProduction(parts=PARTS)],
        }
        for command in due.get(standing(state).state, []):
            self.walk.give(command, STAFF)
        self.walk.give(verdict.model_copy(update={"content_version": version}), SYSTEM)
        if isinstance(state, ContractInReview):
            word = {"contract": "HT-1", "digest": state.draft.digest, "outcome": clearance}
            self.walk.give(RecordContractReview.model_validate({**word, "findings": (FINDING,)}), SYSTEM)

    @rule(dismiss=st.booleans())
    def somebody_looks_at_what_is_doubted(self, dismiss: bool) -> None:
        state = self.walk.state
        if isinstance(state, Unknown | Closed) or not state.dossier.doubts:
            return
        clear = ClearDoubts(content_version=state.dossier.content_version, reason="both are wanted")
        self.walk.give(DismissOrder(reason="sent twice") if dismiss else clear, DESK)

    @rule()
    def somebody_doubts_it(self) -> None:
        state = self.walk.state
        if not isinstance(state, Unknown):
            version = state.dossier.content_version
            self.walk.give(RaiseDoubts(content_version=version, doubts=(NOT_GENUINE,)), DESK)

    @rule(
        approved=st.booleans(),
        commitment=COMMITMENTS,
        by=st.sampled_from([GENERAL_MANAGER, *WITH_EVERY_ROLE]),
    )
    def its_cancellation_goes_on(self, approved: bool, commitment: RecordCommitment, by: Actor) -> None:
        self.walk.give(AskCancellation(reason="plant not built"), STAFF)
        state = self.walk.state
        if isinstance(state, CancellationPending):
            request = state.asked.request
            self.walk.give(commitment.model_copy(update={"request": request}), SYSTEM)
            decide = DecideCancellation(
                request=request, commitment_version=1, approved=approved, reason="so it is best"
            )
            self.walk.give(decide, by)

    def teardown(self) -> None:
        event(f"ended {standing(self.walk.state).state}")

    @rule()
    def a_week_passes(self) -> None:
        self.walk.days += 7

    @invariant()
    def every_refusal_has_a_code_and_a_reason(self) -> None:
        for step in self.walk.steps[-2:]:
            if step.refusal:
                assert step.refusal.code.replace("-", "").isalpha()
                assert len(step.refusal.reason) > 10

    @invariant()
    def the_same_again_leads_to_nothing_or_a_refusal(self) -> None:
        if self.walk.steps and self.walk.steps[-1].facts:
            last = self.walk.steps[-1]
            again = Walk(state=self.walk.state, days=self.walk.days).give(last.command, last.by)
            assert not again.facts

    @invariant()
    def only_the_reaction_to_a_verdict_refuses_an_order(self) -> None:
        for step in self.walk.steps[-2:]:
            if any(isinstance(fact, orders.OrderRefused) for fact in step.facts):
                assert isinstance(step.command, RecordReview)
                assert "system" in step.by.roles

    @invariant()
    def s3_while_it_is_doubted_nobody_takes_it_a_step_forward(self) -> None:
        for step in self.walk.steps[-6:]:
            before = step.before
            if isinstance(before, Unknown) or not before.dossier.doubts or isinstance(step.command, RECORDS):
                continue
            assert {type(fact) for fact in step.facts} <= TAKEN_UNDER_DOUBT, step

    @invariant()
    def s3_nobody_clears_or_dismisses_an_order_of_their_own(self) -> None:
        for step in self.walk.steps[-6:]:
            if any(isinstance(fact, orders.DoubtsCleared | orders.OrderDismissed) for fact in step.facts):
                assert not isinstance(step.before, Unknown)
                assert step.by.subject not in step.before.dossier.prepared_by
                assert step.before.dossier.doubts

    @invariant()
    def s6_nobody_signs_what_the_review_has_not_cleared(self) -> None:
        for step in self.walk.steps[-6:]:
            for fact in step.facts:
                if isinstance(fact, orders.ContractSigned):
                    assert present_draft_is_cleared(facts_before(self.walk, step), fact.digest)

    @invariant()
    def nobody_cancels_but_the_general_manager_who_knows_what_was_bought_by_then(self) -> None:
        for step in self.walk.steps[-6:]:
            for fact in step.facts:
                if isinstance(fact, orders.OrderCancelled | orders.CancellationRejected):
                    assert_decided_knowingly(facts_before(self.walk, step), step, fact)

    @invariant()
    def parts_that_were_reported_stay_ready(self) -> None:
        state = self.walk.state
        beneath = state.instructed if isinstance(state, CancellationPending) else state
        if isinstance(beneath, Instructed):
            reported = any(isinstance(fact, orders.PartsReported) for fact in self.walk.facts)
            assert (beneath.parts is not None) == reported

    @invariant()
    def an_order_s_content_is_that_of_its_last_version(self) -> None:
        if not isinstance(self.walk.state, Unknown):
            amended = sum(isinstance(fact, orders.OrderAmended) for fact in self.walk.facts)
            assert self.walk.state.dossier.content_version == 1 + amended

    @precondition(lambda self: any(isinstance(f, orders.ProductionInstructed) for f in self.walk.facts))
    @invariant()
    def nothing_is_made_without_every_step_before_it(self) -> None:
        assert_no_step_skipped(self.walk.facts)

    @invariant()
    def the_order_book_says_what_the_order_says(self) -> None:
        row: OrderRow | None = None
        for version, fact in enumerate(self.walk.facts, 1):
            row = show(row, Recorded.of(fact, stream="order-1", version=version))
        if row is None:
            assert isinstance(self.walk.state, Unknown)
            return
        stand = standing(self.walk.state)
        assert (row.state, row.waiting_for) == (stand.state, stand.waiting_for)


AnOrderOnItsWay.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestAnOrderOnItsWay = AnOrderOnItsWay.TestCase

EVERY_FACT = sorted({fact for story in STORIES for fact in story}, key=lambda fact: fact.name)


@given(st.lists(st.sampled_from(EVERY_FACT), max_size=30))
def test_any_facts_in_any_order_can_be_folded(facts: list[Event]) -> None:
    state = order.fold(facts)
    standing(state)
    row: OrderRow | None = None
    for fact in facts:
        row = show(row, Recorded.of(fact, stream="order-1"))


def test_the_order_book_is_told_of_every_fact_of_an_order() -> None:
    own = {kind for name, kind in known_events() if name.startswith("order.")}
    assert set(order_book.handles) == own == {type(fact) for fact in EVERY_FACT}
