"""Read model `order_book`: every order, where it stands, and who is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from events import Event, Projection, Recorded
from events.contracts import orders
from order_intake.order.standing import StateName, waiting_for
from order_intake.order_row import NOTED, OrderRow, received


def show(row: OrderRow | None, fact: Recorded[Any]) -> OrderRow | None:
    """The row after a fact. Most facts only say where the order stands now, so they are not even decoded."""
    kind = fact.kind
    if kind is orders.OrderReceived:
        return received(fact)
    if row is None:
        return None
    after = NOTED[kind](row, fact.event) if kind in NOTED else row
    state = AFTER.get(kind, after.state)
    since = row.since if state == row.state else fact.time
    waiting = waiting_for(state, signed=after.signed, doubted=after.doubted)
    return after._replace(
        state=state,
        waiting_for=waiting,
        since=since,
        updated_at=fact.time,
        doubted=after.doubted and bool(waiting),
    )


AFTER: Mapping[type[Event], StateName] = {
    orders.OrderFoundIncomplete: "incomplete",
    orders.OrderSupplemented: "incomplete",
    orders.OrderCompleted: "complete",
    orders.OrderAmended: "incomplete",
    orders.RequirementsConfirmed: "in_review",
    orders.OrderFoundInfeasible: "infeasible",
    orders.ExtensionAsked: "extension_asked",
    orders.ExtensionAgreed: "accepted",
    orders.ExtensionDeclined: "refusal_proposed",
    orders.ConditionsProposed: "conditions_proposed",
    orders.ConditionsAgreed: "accepted",
    orders.ConditionsDeclined: "declined",
    orders.OrderAccepted: "accepted",
    orders.OrderRefused: "refused",
    orders.OrderQuoted: "quoted",
    orders.QuotationDeclined: "accepted",
    orders.QuotationAccepted: "price_agreed",
    orders.ContractDrafted: "contract_in_review",
    orders.ContractCleared: "contract_cleared",
    orders.ContractReturned: "contract_returned",
    orders.ContractSigned: "contract_cleared",
    orders.ContractConcluded: "contract_concluded",
    orders.ProductionInstructed: "instructed",
    orders.CancellationAsked: "cancellation_asked",
    orders.CommitmentReported: "cancellation_to_decide",
    orders.OrderCancelled: "cancelled",
    orders.OrderDismissed: "dismissed",
    orders.OrderWithdrawn: "withdrawn",
}
"""Where an order stands after a fact; as `standing` says it of its state.

After any other fact it stands where it stood, or where `NOTED` has it.
"""


order_book = Projection(
    name="order_book",
    version=2,
    row=OrderRow,
    show=show,
    key=attrgetter("key"),
    handles=tuple({orders.OrderReceived: None, **AFTER, **NOTED, orders.ProjectRegistered: None}),
    indexes=(("state", "company"), ("customer_id",), ("company",), ("received_at",), ("delivery_date",)),
)
