"""What can be seen of an order's journey afterwards: traits, told by the events that happened to it.

Before the play a journey says which traits an order will have; after it the histories say
which it has. Both must be the same, order by order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from demo.journeys import Task


@dataclass(frozen=True, slots=True)
class Trait:
    """Something that happens to some orders and not to others."""

    planned: Callable[[Task], bool]
    has: frozenset[str]
    """Events that all stand in the histories of such an order."""
    lacks: frozenset[str] = frozenset()
    """Events of which none does."""

    def seen(self, events: Collection[str]) -> bool:
        return self.has <= set(events) and self.lacks.isdisjoint(events)


def _trait(planned: Callable[[Task], bool], *has: str, lacks: Sequence[str] = ()) -> Trait:
    return Trait(planned, frozenset(has), frozenset(lacks))


_INSTRUCTED = "order.production_instructed.v1"
TRAITS: Mapping[str, Trait] = {
    "received incomplete, completed later": _trait(
        lambda task: bool(task.journey.gaps), "order.found_incomplete.v1", "order.completed.v1"
    ),
    "came twice by mistake, one dismissed": _trait(
        lambda task: task.journey.twin == "dismissed", "order.doubted.v1", "order.dismissed.v1"
    ),
    "came twice, doubt cleared": _trait(
        lambda task: task.journey.twin == "cleared", "order.doubted.v1", "order.doubts_cleared.v1"
    ),
    "complete set with its project": _trait(
        lambda task: task.journey.mark == "complete_set", "order.project_registered.v1"
    ),
    "complete set, conditions agreed": _trait(
        lambda task: task.journey.mark == "complete_set" and task.journey.verdict == "conditions_agreed",
        "order.project_registered.v1", "order.conditions_agreed.v1",
    ),
    "conventional": _trait(
        lambda task: task.conventional, "review.delivery_judged.v1", lacks=["review.panel_convened.v1"]
    ),
    "non-conventional, judged by a panel": _trait(
        lambda task: not task.conventional, "review.panel_convened.v1", "review.decided.v1"
    ),
    "amended in the middle of the panel": _trait(
        lambda task: task.journey.course == "amended", "order.amended.v1", "review.voided.v1"
    ),
    "back to one reviewer with a question": _trait(
        lambda task: task.journey.course == "questioned", "review.question_asked.v1"
    ),
    "infeasible, customer agrees to wait": _trait(
        lambda task: task.journey.verdict == "extended", "order.found_infeasible.v1", "order.extension_agreed.v1"
    ),
    "infeasible, refusal approved": _trait(
        lambda task: task.journey.verdict == "refused", "review.refusal_approved.v1", "order.refused.v1"
    ),
    "infeasible, taken at our own risk": _trait(
        lambda task: task.journey.verdict == "taken_at_risk", "review.refusal_rejected.v1", "order.accepted.v1"
    ),
    "refused after the panel": _trait(
        lambda task: task.journey.verdict == "refused_by_panel", "review.decided.v1", "order.refused.v1"
    ),
    "conditions agreed": _trait(
        lambda task: task.journey.verdict == "conditions_agreed", "order.conditions_agreed.v1"
    ),
    "conditions declined": _trait(
        lambda task: task.journey.verdict == "conditions_declined", "order.conditions_declined.v1"
    ),
    "sold in the second round": _trait(
        lambda task: task.journey.sold and task.journey.deal == "second_round",
        "order.quotation_declined.v1", "order.quotation_accepted.v1",
    ),
    "withdrawn while quoted": _trait(
        lambda task: task.journey.end == "withdrawn", "order.quoted.v1", "order.withdrawn.v1"
    ),
    "contract reviewed, signed, instructed": _trait(
        lambda task: task.journey.instructed,
        "contract_review.judged.v1", "order.contract_cleared.v1", "order.contract_concluded.v1", _INSTRUCTED,
    ),
    "contract returned once by its review": _trait(
        lambda task: task.journey.clauses == "returned",
        "order.contract_returned.v1", "order.contract_cleared.v1",
    ),
    "cancelled while parts were bought": _trait(
        lambda task: task.journey.fate == "cancelled",
        "order.commitment_reported.v1", "order.cancelled.v1", "parts.cancelled.v1",
    ),
    "cancellation rejected": _trait(
        lambda task: task.journey.fate == "cancellation_rejected",
        "order.cancellation_rejected.v1", "parts.released.v1", "order.parts_ready.v1",
    ),
    "goods failed, were replaced": _trait(
        lambda task: task.journey.supply == "replaced",
        _INSTRUCTED, "purchase.inspection_failed.v1", "purchase.fulfilled.v1",
        lacks=["purchase.goods_returned.v1"],
    ),
    "goods given back, bought elsewhere": _trait(
        lambda task: task.journey.supply == "bought_elsewhere",
        "purchase.inspection_failed.v1", "purchase.goods_returned.v1", "parts.reopened.v1", "parts.ready.v1",
    ),
    "instructed, nothing to buy": _trait(
        lambda task: task.journey.supply == "nothing_bought",
        _INSTRUCTED, "parts.ready.v1", lacks=["parts.ordered.v1"],
    ),
}  # fmt: skip


def planned(task: Task) -> frozenset[str]:
    """The traits an order will have."""
    return frozenset(name for name, trait in TRAITS.items() if trait.planned(task))


def seen(events: Collection[str]) -> frozenset[str]:
    """The traits an order has, by the names of all events that happened to it in any service."""
    return frozenset(name for name, trait in TRAITS.items() if trait.seen(events))
