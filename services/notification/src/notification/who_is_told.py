"""Who is told what: one table, from what happened to who hears of it and in which words.

Read a line as: when this happened, these people get this text (`templates/customer/...` or
`templates/staff/...`). Customers get mail, or a call where they have no address; colleagues
find it in the inbox of their role. What concerns nobody at the moment stands in `silence`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from events import Event
from events.contracts import orders, purchases, reviews
from notification.told import Told, asker, customer, persons, reviewer, role

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
    # Duplicates and fakes (S3); the customer hears nothing before somebody has looked
    orders.OrderDoubted: (role("sales", "contract_desk", template="doubts_to_check"),),
    orders.DoubtsCleared: (role("sales", "contract_desk", template="doubts_cleared"),),
    orders.OrderDismissed: (
        customer("order_dismissed"),
        role("sales", "production_manager", template="order_dismissed"),
    ),
    # Review (C5 to C14)
    reviews.ReviewRequested: (),
    reviews.OrderClassified: (
        role("contract_desk", "production_manager", template="delivery_to_judge", only=conventional),
        role("contract_desk", template="panel_to_convene", only=non_conventional),
    ),
    reviews.DeliveryJudged: (asker("delivery_answers"),),
    reviews.PanelConvened: PANEL,
    reviews.OpinionGiven: (*PANEL, asker("opinion_answers")),
    reviews.QuestionAsked: (reviewer(lambda fact: fact.to, "question_asked"),),
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
    # Quotation, contract, instruction (C15 to C17, S6, S7)
    orders.OrderQuoted: (customer("quotation"),),
    orders.QuotationDeclined: (role("sales", template="quotation_to_revise"),),
    orders.QuotationAccepted: (role("contract_desk", template="contract_to_draft"),),
    orders.ContractDrafted: (),  # its review is asked for at once
    reviews.ContractReviewRequested: (
        role("contract_desk", *GENERAL_MANAGER, "legal", "finance", template="contract_to_review"),
    ),
    reviews.ContractReviewClosed: (role("legal", "finance", template="contract_review_closed"),),
    orders.ContractReturned: (role("contract_desk", template="contract_to_mend"),),
    orders.ContractCleared: (
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
    # Cancellation after the instruction
    orders.CancellationAsked: (role("contract_desk", template="cancellation_asked"),),
    orders.CommitmentReported: (role(*GENERAL_MANAGER, template="cancellation_to_decide"),),
    orders.CancellationRejected: (role("sales", "buyer", template="cancellation_rejected"),),
    orders.OrderCancelled: (
        customer("order_cancelled"),
        role("sales", "production_manager", template="order_cancelled"),
    ),
    # Purchased parts (C18, S19)
    purchases.PartsRequired: (role("buyer", template="parts_to_buy", only=something_to_buy),),
    purchases.SurplusOrdered: (role("buyer", template="surplus_ordered"),),
    purchases.PartsReopened: (role("buyer", template="parts_to_reorder"),),
    purchases.PartsHeld: (role("buyer", template="parts_held"),),
    purchases.PartsCancelled: (role("buyer", template="purchases_to_reduce"),),
    purchases.PurchaseOrdered: (),
    purchases.GoodsReceived: (role("inspector", template="goods_to_inspect"),),
    purchases.InspectionFailed: (role("buyer", template="goods_to_replace"),),
    purchases.PartsReady: (role("production_manager", template="parts_ready"),),
    orders.PartsReported: (
        customer("parts_ready", only=something_was_bought),
        role("sales", template="parts_ready"),
    ),
}
"""An event with nobody in its line tells notification itself something (whose order it is, who is in
its panel), or subscribers alone."""
