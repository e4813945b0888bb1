"""Read model `order_book`: every order, where it stands, and who is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from events import Event, Projection, Recorded
from events.contracts import orders
from events.projection import changed
from order_intake.order.standing import StateName, waiting_for
from order_intake.order_row import NOTED, OrderRow, received


def show(row: OrderRow | None, fact: Recorded[Any]) -> OrderRow | None:
    """The row after a fact. Most facts only say where the order stands now, so they are not even decoded."""
    kind = fact.kind
    if kind is orders.OrderReceived:
        return received(fact)
    if row is None:
        return None
    noted = NOTED.get(kind)
    changes = dict(noted(row, fact)) if noted else {}
    state = AFTER.get(kind) or changes.get("state", row.state)
    doubted = changes.get("doubted", row.doubted)
    waiting = waiting_for(state, signed=changes.get("signed", row.signed), doubted=doubted)
    changes |= {
        "state": state,
        "waiting_for": waiting,
        "since": row.since if state == row.state else fact.time,
        "updated_at": fact.time,
        "doubted": doubted and bool(waiting),
    }
    return changed(row, changes)


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
