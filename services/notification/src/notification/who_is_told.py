"""Who is told what: one table, from what happened to who hears of it and in which words.

Read a line as: when this happened, these people get this text (`templates/customer/...` or
`templates/staff/...`). Customers get mail, or a call where they have no address; colleagues
find it in the inbox of their role. What concerns nobody at the moment stands in `SILENT`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from events import Event
from events.contracts import orders, purchases, reviews


@dataclass(frozen=True, slots=True)
class Told:
    """One kind of recipient and the template for them."""

    kind: Literal["customer", "role", "person"]
    names: Callable[[Any], Sequence[str]]  # Any: of the event in whose line it stands
    """The roles or persons; the customer needs no naming."""
    template: str
    only: Callable[[Any], bool] = lambda _: True  # Any: as above
    """Whether this event is one to tell of."""
    once: Literal["opinion_due", "opinions_complete"] | None = None
    """Told when a department's turn to speak has come, or when the last of them spoke (C13, C14)."""


def customer(template: str, **more: Any) -> Told:  # Any: the further fields of Told
    return Told("customer", lambda _: ("customer",), template, **more)


def role(*names: str, template: str, **more: Any) -> Told:  # Any: as above
    return Told("role", lambda _: names, template, **more)


def persons(names: Callable[[Any], Sequence[str]], template: str) -> Told:
    return Told("person", names, template)


GENERAL_MANAGER = ("general_manager", "deputy_general_manager")
PANEL = (
    role("technical", "quality", "logistics", "production", template="opinion_due", once="opinion_due"),
    role(*GENERAL_MANAGER, template="decision_due", once="opinions_complete"),
)


def conventional(fact: reviews.OrderClassified) -> bool:
    return fact.kind == "conventional"


def non_conventional(fact: reviews.OrderClassified) -> bool:
    return fact.kind == "non_conventional"


def something_to_buy(fact: purchases.PartsRequired) -> bool:
    return bool(fact.needs)


def something_was_bought(fact: orders.PartsReported) -> bool:
    return bool(fact.purchase_orders)


TABLE: Mapping[type[Event], Sequence[Told]] = {
    # Order taking (C1 to C4, S1)
    orders.OrderReceived: (customer("order_received"),),
    orders.OrderFoundIncomplete: (customer("items_missing"), role("sales", template="items_to_find_out")),
    orders.OrderCompleted: (role("sales", template="requirements_to_confirm"),),
    orders.RequirementsConfirmed: (customer("requirements_confirmed"),),
    orders.OrderAmended: (customer("order_amended"),),
    # Review (C5 to C14)
    reviews.ReviewRequested: (),
    reviews.OrderClassified: (
        role("contract_desk", "production_manager", template="delivery_to_judge", only=conventional),
        role("contract_desk", template="panel_to_convene", only=non_conventional),
    ),
    reviews.PanelConvened: PANEL,
    reviews.OpinionGiven: PANEL,
    reviews.RefusalProposed: (role(*GENERAL_MANAGER, template="refusal_to_decide"),),
    reviews.RefusalRejected: (role("production_manager", template="taken_at_risk"),),
    reviews.ReviewVoided: (persons(lambda fact: fact.given_by, "word_void"),),
    reviews.ReviewClosed: (),
    # What came of it (C7, C8, C14)
    orders.OrderAccepted: (customer("order_accepted"), role("sales", template="quotation_to_make")),
    orders.OrderFoundInfeasible: (role("sales", template="extension_to_ask"),),
    orders.ExtensionAsked: (customer("extension_asked"),),
    orders.ConditionsProposed: (
        customer("conditions_proposed"),
        role("sales", template="conditions_to_discuss"),
    ),
    orders.ConditionsDeclined: (
        customer("order_closed"),
        role("contract_desk", template="conditions_declined"),
    ),
    orders.OrderRefused: (customer("order_refused"), role("sales", template="order_refused")),
    orders.OrderWithdrawn: (
        customer("order_withdrawn"),
        role("contract_desk", "production_manager", template="order_withdrawn"),
    ),
    # Quotation, contract, instruction (C15 to C17)
    orders.OrderQuoted: (customer("quotation"),),
    orders.QuotationDeclined: (role("sales", template="quotation_to_revise"),),
    orders.QuotationAccepted: (role("contract_desk", template="contract_to_draft"),),
    orders.ContractDrafted: (
        customer("contract_to_sign"),
        role(*GENERAL_MANAGER, template="contract_to_sign"),
    ),
    orders.ContractConcluded: (
        customer("contract_concluded"),
        role("sales", template="contract_concluded"),
        role("contract_desk", template="production_to_instruct"),
    ),
    orders.ProductionInstructed: (
        customer("production_instructed"),
        role("production_manager", template="production_instructed"),
    ),
    # Purchased parts (C18, S19)
    purchases.PartsRequired: (role("buyer", template="parts_to_buy", only=something_to_buy),),
    purchases.SurplusOrdered: (role("buyer", template="surplus_ordered"),),
    purchases.PurchaseOrdered: (),
    purchases.GoodsReceived: (role("inspector", template="goods_to_inspect"),),
    purchases.InspectionFailed: (role("buyer", template="goods_to_replace"),),
    purchases.PartsReady: (role("production_manager", template="parts_ready"),),
    orders.PartsReported: (
        customer("parts_ready", only=something_was_bought),
        role("sales", template="parts_ready"),
    ),
}
"""An event with nobody in its line tells notification itself something: whose order it is, who is in its panel."""

SILENT: frozenset[type[Event]] = frozenset({
    orders.OrderSupplemented,  # complete or still incomplete follows at once and is told
    orders.ProjectRegistered,
    orders.ConditionsAgreed,  # accepted follows at once
    orders.ExtensionAgreed,  # accepted follows at once
    orders.ExtensionDeclined,  # the proposal to refuse follows from review
    orders.ContractSigned,  # concluded follows with the second signature
    reviews.DeliveryJudged,  # what came of it follows from order-intake
    reviews.CaseDecided,
    reviews.RefusalApproved,
    reviews.ReviewConcluded,
    purchases.PartsOrdered,
    purchases.PartsStocked,
    purchases.SurplusStocked,
    purchases.PurchaseConfirmed,
    purchases.InspectionPassed,  # ready follows when it was the last
    purchases.PurchaseFulfilled,
})  # fmt: skip
"""Facts that nobody is told of, so that no new one is forgotten: a test asks for every fact."""
