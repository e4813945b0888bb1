"""People, facts and stages that the tests of review speak of."""

from __future__ import annotations

from datetime import date

from events import Actor, Event
from events.contracts.common import Content, Customer, Line
from events.contracts.reviews import (
    CaseDecided,
    DeliveryJudged,
    OpinionGiven,
    OrderClassified,
    PanelConvened,
    QuestionAsked,
    RefusalProposed,
    ReviewClosed,
    ReviewConcluded,
    Reviewer,
    ReviewRequested,
    ReviewVoided,
)
from review.classification import CURRENT, rule_set

SYSTEM = Actor("review", frozenset({"system"}))
SALES = Actor("sun", frozenset({"sales"}))
DESK = Actor("deng", frozenset({"contract_desk"}))
LOGISTICS = Actor("luo", frozenset({"logistics"}))
PRODUCTION = Actor("peng", frozenset({"production_manager"}), "HV")
TECHNICAL = Actor("tang", frozenset({"technical"}), "HV")
QUALITY = Actor("qian", frozenset({"quality"}), "HV")
GENERAL_MANAGER = Actor("gao", frozenset({"general_manager"}), "HV")
DEPUTY = Actor("fu", frozenset({"deputy_general_manager"}), "HV")

CUSTOMER = Customer(id="C-7", name="Åbo Kraft")
CONTENT = Content(
    lines=(
        Line(item="CT-110", model="LB6-110", specification="110 kV, 0.2S", quantity=6),
        Line(item="VT-110", model="JCC-110", specification="110 kV, 0.2", quantity=2),
    ),
    technical_requirements="IEC 61869",
    quality_requirements="as standard",
    delivery_date=date(2026, 6, 30),
)
COMPLETE_SET = CONTENT.model_copy(update={"complete_set": True})
LATER = CONTENT.model_copy(update={"delivery_date": date(2026, 9, 30)})
RULES = rule_set(CURRENT)


def requested(content: Content = CONTENT, version: int = 1) -> ReviewRequested:
    return ReviewRequested(
        customer=CUSTOMER,
        product_company="HV",
        content=content,
        content_version=version,
        requested_by=SALES.subject,
        prepared_by=("sun", "erp-1"),
    )


def judged(side: str, by: Actor, earliest: date | None = None) -> DeliveryJudged:
    return DeliveryJudged.model_validate(
        {"side": side, "feasible": earliest is None, "earliest_date": earliest, "judged_by": by.subject}
    )


def opinion(department: str, by: Actor, words: str = "it can be done") -> OpinionGiven:
    return OpinionGiven.model_validate(
        {"department": department, "feasible": True, "opinion": words, "given_by": by.subject}
    )


def asked(to: Reviewer, by: Actor, question: str = "does it fit?") -> QuestionAsked:
    return QuestionAsked(to=to, question=question, asked_by=by.subject)


Story = tuple[Event, ...]
CONVENTIONAL = OrderClassified(kind="conventional", reasons=(), rule_set=RULES.name)
NON_CONVENTIONAL = OrderClassified(
    kind="non_conventional",
    reasons=("complete set (成套): an engineering project that needs a design of its own",),
    rule_set=RULES.name,
)
ACCEPTED = ReviewConcluded(
    content_version=1,
    outcome="accepted",
    reason="the delivery date can be met",
    decided_by=PRODUCTION.subject,
)
NOT_FEASIBLE = ReviewConcluded(
    content_version=1,
    outcome="infeasible",
    reason="the earliest delivery is on 2026-08-01",
    delivery_date=date(2026, 8, 1),
    decided_by=PRODUCTION.subject,
)
PROPOSED = RefusalProposed(reason="the outage is fixed", proposed_by=SALES.subject)
DECIDED = CaseDecided(decision="accept", reason="we want it", decided_by=GENERAL_MANAGER.subject)

JUDGING: Story = (requested(), CONVENTIONAL)
HALF_JUDGED: Story = (*JUDGING, judged("contract_desk", DESK))
FEASIBLE: Story = (*HALF_JUDGED, judged("production", PRODUCTION), ACCEPTED)
INFEASIBLE: Story = (*HALF_JUDGED, judged("production", PRODUCTION, date(2026, 8, 1)), NOT_FEASIBLE)
REFUSAL_PENDING: Story = (*INFEASIBLE, PROPOSED)
PANEL_DUE: Story = (requested(COMPLETE_SET), NON_CONVENTIONAL)
IN_PANEL: Story = (*PANEL_DUE, PanelConvened(departments=("technical", "quality", "production")))
WITH_LOGISTICS: Story = (
    *PANEL_DUE,
    PanelConvened(departments=("technical", "quality", "production", "logistics")),
)
SIDE_BY_SIDE: Story = (*IN_PANEL, opinion("technical", TECHNICAL), opinion("quality", QUALITY))
ALL_SPOKEN: Story = (*SIDE_BY_SIDE, opinion("production", PRODUCTION))
DESK_ASKED: Story = (*HALF_JUDGED, asked("contract_desk", GENERAL_MANAGER))
TECHNICAL_ASKED: Story = (*ALL_SPOKEN, asked("technical", GENERAL_MANAGER))
DECISION: Story = (
    *ALL_SPOKEN,
    DECIDED,
    ReviewConcluded(content_version=1, outcome="accepted", reason="we want it", decided_by="gao"),
)
VOIDED: Story = (*JUDGING, ReviewVoided(content_version=2, reason="later", given_by=()))
CLOSED: Story = (*JUDGING, ReviewClosed(reason="no money"))
EVERY_STAGE = (
    JUDGING, HALF_JUDGED, FEASIBLE, INFEASIBLE, REFUSAL_PENDING, PANEL_DUE, IN_PANEL, WITH_LOGISTICS,
    SIDE_BY_SIDE, ALL_SPOKEN, DESK_ASKED, TECHNICAL_ASKED, DECISION, VOIDED,
)  # fmt: skip
