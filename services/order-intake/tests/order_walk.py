"""Random ways of one order: likely and unlikely commands, given by whoever holds any roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st
from order_story import (
    COMPLETE_SET,
    CONTENT,
    CUSTOMER,
    DIGEST,
    FINDING,
    HALF_KNOWN,
    LATER,
    OTHER_DIGEST,
    PARTS,
    PROJECT,
)  # fmt: skip
from side_story import CORES_BOUGHT, DUPLICATE, NOT_GENUINE, NOTHING_BOUGHT

from events import Actor, Command, Context, Event, Refused
from events.contracts.common import Content
from events.contracts.orders import PricedLine
from events.testing import MONDAY
from order_intake.order import order
from order_intake.order.acceptance import AnswerConditions, AnswerExtension, AskExtension, RecordReview
from order_intake.order.cancellation import AskCancellation, DecideCancellation, RecordCommitment
from order_intake.order.changes import AmendOrder, WithdrawOrder
from order_intake.order.contract import DraftContract, RecordContractReview, SignContract
from order_intake.order.doubts import ClearDoubts, DismissOrder, RaiseDoubts
from order_intake.order.intake import CompleteOrder, ConfirmRequirements, ReceiveOrder, RegisterProject
from order_intake.order.production import InstructProduction, RecordParts
from order_intake.order.quotation import AnswerQuotation, QuoteOrder
from order_intake.order.states import State

ROLES = (
    "sales", "contract_desk", "production_manager", "technical", "quality", "logistics", "production",
    "general_manager", "deputy_general_manager", "buyer", "inspector", "legal", "finance", "erp", "auditor",
    "operator", "system",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A command, who gave it on which day, and what came of it."""

    command: Command
    by: Actor
    before: State
    facts: Sequence[Event]
    refusal: Refused | None


@dataclass
class Walk:
    """What happened to the order so far."""

    state: State = order.initial
    facts: list[Event] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    days: int = 0

    def give(self, command: Command, by: Actor) -> Step:
        """Give the order a command, through the role table and the decider."""
        before, refusal = self.state, None
        facts: Sequence[Event] = ()
        try:
            facts = order.handle(before, command, Context(by=by, at=MONDAY + timedelta(days=self.days)))
        except Refused as refused:
            refusal = refused
        self.state = order.fold(facts, before)
        self.facts += facts
        self.steps.append(Step(command, by, before, facts, refusal))
        return self.steps[-1]


def quotation(content: Content) -> QuoteOrder:
    lines = tuple(
        PricedLine(item=line.item, quantity=line.quantity or 1, amount=Decimal("10.10"))
        for line in content.lines
    )
    return QuoteOrder(
        lines=lines,
        total=sum((line.amount for line in lines), Decimal()),
        currency="EUR",
        valid_until=date(2026, 2, 1),
    )


CONTENTS = st.sampled_from([CONTENT, LATER, COMPLETE_SET, HALF_KNOWN, Content()])
VERSIONS = st.sampled_from([1, 1, 1, 2, 3])
ANSWERS = st.one_of(
    st.fixed_dictionaries({"agreed": st.just(True)}),
    st.fixed_dictionaries({"agreed": st.just(False), "reason": st.sampled_from(["dear", "late"])}),
)
VERDICTS = st.builds(
    RecordReview,
    content_version=VERSIONS,
    outcome=st.sampled_from(["accepted", "accepted_with_conditions", "infeasible", "refused"]),
    reason=st.just("so it is"),
    conditions=st.sampled_from([(), ("copper",)]),
    delivery_date=st.sampled_from([None, date(2026, 8, 1)]),
    decided_by=st.just("gao"),
)
DIGESTS = st.sampled_from([DIGEST, DIGEST, DIGEST, OTHER_DIGEST])
CONTRACT_VERDICTS = st.builds(
    RecordContractReview,
    contract=st.just("HT-1"),
    digest=DIGESTS,
    outcome=st.sampled_from(["cleared", "cleared", "returned"]),
    findings=st.just((FINDING,)),
)
REQUESTS = st.sampled_from([1, 1, 1, 2])
COMMITMENTS = st.builds(
    RecordCommitment, request=REQUESTS, commitment=st.sampled_from([NOTHING_BOUGHT, CORES_BOUGHT])
)
DECISIONS = st.builds(
    DecideCancellation,
    request=REQUESTS,
    commitment_version=st.sampled_from([1, 1, 2]),
    approved=st.booleans(),
    reason=st.just("so it is best"),
)
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        ReceiveOrder,
        customer=st.just(CUSTOMER),
        product_company=st.sampled_from(["HV", "LV"]),
        channel=st.just("mail"),
        content=CONTENTS,
    ),
    st.builds(CompleteOrder, content=CONTENTS),
    st.builds(RegisterProject, project=st.just(PROJECT)),
    st.builds(ConfirmRequirements, content_version=VERSIONS),
    st.builds(AmendOrder, content=CONTENTS, reason=st.just("wish")),
    st.builds(WithdrawOrder, reason=st.just("no money")),
    VERDICTS,
    st.builds(AskExtension, delivery_date=st.sampled_from([None, date(2026, 7, 1), date(2026, 9, 1)])),
    st.tuples(VERSIONS, ANSWERS).map(lambda t: AnswerExtension(content_version=t[0], **t[1])),
    st.tuples(VERSIONS, ANSWERS).map(lambda t: AnswerConditions(content_version=t[0], **t[1])),
    CONTENTS.filter(lambda content: bool(content.lines)).map(quotation),
    st.tuples(VERSIONS, ANSWERS).map(lambda t: AnswerQuotation(round=t[0], **t[1])),
    st.builds(DraftContract, contract=st.just("HT-1"), digest=DIGESTS),
    st.builds(
        SignContract,
        side=st.sampled_from(["company", "customer"]),
        digest=DIGESTS,
        signatory=st.sampled_from(["Gao Wen", "Aino Virta"]),
    ),
    st.builds(InstructProduction, parts=st.sampled_from([(), PARTS])),
    st.builds(RecordParts, purchase_orders=st.sampled_from([(), ("P-1",)])),
    st.builds(
        RaiseDoubts,
        content_version=VERSIONS,
        doubts=st.sampled_from([(DUPLICATE,), (NOT_GENUINE,), (DUPLICATE, NOT_GENUINE)]),
    ),
    st.builds(ClearDoubts, content_version=VERSIONS, reason=st.just("both are wanted")),
    st.builds(DismissOrder, reason=st.just("sent twice")),
    CONTRACT_VERDICTS,
    st.builds(AskCancellation, reason=st.sampled_from(["plant not built", "no money"])),
    COMMITMENTS,
    DECISIONS,
)
PEOPLE = st.builds(
    Actor,
    subject=st.sampled_from(["sun", "deng", "gao"]),
    roles=st.sets(st.sampled_from(ROLES), max_size=3).map(frozenset),
    company=st.sampled_from([None, None, "HV", "LV"]),
)
