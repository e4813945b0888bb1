"""Whatever is asked by whomever in whatever order, no step of an order's way is skipped (C1)."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from order_story import (
    BEFORE_INSTRUCTION,
    COMPLETE_SET,
    CONTENT,
    DECLINED,
    DIGEST,
    INSTRUCTED,
    PARTS,
    PARTS_READY,
    PROJECT,
    REFUSED,
    WITHDRAWN,
    Story,
)
from order_walk import COMMANDS, PEOPLE, VERDICTS, Walk, quotation

from events import Actor, Command, Event, Recorded
from events.contracts import orders
from events.event import known_events
from order_intake.order import order
from order_intake.order.acceptance import AnswerConditions, AnswerExtension, AskExtension, RecordReview
from order_intake.order.contract import DraftContract, SignContract
from order_intake.order.intake import CompleteOrder, ConfirmRequirements, RegisterProject
from order_intake.order.production import InstructProduction
from order_intake.order.quotation import AnswerQuotation
from order_intake.order.standing import standing
from order_intake.order.states import Closed, Unknown
from order_intake.order_book import OrderRow, order_book, show

STORIES: Sequence[Story] = [*BEFORE_INSTRUCTION, INSTRUCTED, PARTS_READY, WITHDRAWN, REFUSED, DECLINED, ()]
STAFF = Actor("sun", frozenset({"sales", "contract_desk"}))


class AnOrderOnItsWay(RuleBasedStateMachine):
    """Anybody tries anything; now and then somebody does what is due, so that orders get far."""

    @initialize(story=st.sampled_from(STORIES))
    def an_order_has_a_history(self, story: Story) -> None:
        self.walk = Walk(state=order.fold(story), facts=list(story))

    @rule(command=COMMANDS, by=PEOPLE)
    def anybody_tries_anything(self, command: Command, by: Actor) -> None:
        self.walk.give(command, by)

    @rule(command=COMMANDS)
    def somebody_with_every_role_tries_anything(self, command: Command) -> None:
        everything = Actor("sun", frozenset().union(*order.may.values()))
        self.walk.give(command, everything)

    @rule(verdict=VERDICTS, agreed=st.booleans())
    def somebody_does_what_is_due(self, verdict: RecordReview, agreed: bool) -> None:
        state = self.walk.state
        if isinstance(state, Unknown | Closed):
            return
        version = state.dossier.content_version
        no = {} if agreed else {"reason": "late"}
        due: dict[str, list[Command]] = {
            "incomplete": [CompleteOrder(content=COMPLETE_SET if agreed else CONTENT)],
            "complete": [RegisterProject(project=PROJECT), ConfirmRequirements(content_version=version)],
            "extension_asked": [AnswerExtension(content_version=version, agreed=agreed, **no)],
            "conditions_proposed": [AnswerConditions(content_version=version, agreed=agreed, **no)],
            "infeasible": [AskExtension()],
            "accepted": [quotation(state.dossier.content)] if state.dossier.content.lines else [],
            "quoted": [AnswerQuotation(round=max(state.dossier.rounds, 1), agreed=agreed, **no)],
            "price_agreed": [DraftContract(contract="HT-1", digest=DIGEST)],
            "contract_drafted": [
                SignContract(side=side, digest=DIGEST, signatory="Gao Wen")
                for side in ("company", "customer")
            ],
            "contract_concluded": [InstructProduction(parts=PARTS)],
        }
        for command in due.get(standing(state).state, []):
            self.walk.give(command, STAFF)
        reviewed = verdict.model_copy(update={"content_version": version})
        self.walk.give(reviewed, Actor("order-intake", frozenset({"system"})))

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


def assert_no_step_skipped(facts: Sequence[Event]) -> None:
    """C1: since its last change of content an instructed order went through every step, in order."""
    instructed = next(n for n, fact in enumerate(facts) if isinstance(fact, orders.ProductionInstructed))
    way = facts[:instructed]
    changed = max((n for n, fact in enumerate(way) if isinstance(fact, orders.OrderAmended)), default=0)
    way = way[changed:]

    def last(kind: type[Event]) -> int:
        return max(n for n, fact in enumerate(way) if isinstance(fact, kind))

    steps: list[type[Event]] = [
        orders.OrderCompleted,
        orders.RequirementsConfirmed,
        orders.OrderAccepted,
        orders.OrderQuoted,
        orders.QuotationAccepted,
        orders.ContractDrafted,
        orders.ContractSigned,
        orders.ContractConcluded,
    ]
    places = [last(step) for step in steps]
    assert places == sorted(places)
    draft = way[last(orders.ContractDrafted)]
    assert isinstance(draft, orders.ContractDrafted)
    signatures = [
        fact for fact in way if isinstance(fact, orders.ContractSigned) and fact.digest == draft.digest
    ]
    assert {signature.side for signature in signatures} == {"company", "customer"}
    for proposed, answered in (
        (orders.ConditionsProposed, orders.ConditionsAgreed),
        (orders.ExtensionAsked, orders.ExtensionAgreed | orders.ExtensionDeclined),
    ):
        asked = sum(isinstance(fact, proposed) for fact in way)
        assert asked == sum(isinstance(fact, answered) for fact in way)
    confirmed = way[last(orders.RequirementsConfirmed)]
    assert isinstance(confirmed, orders.RequirementsConfirmed)
    assert confirmed.project is not None or not confirmed.content.complete_set


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
