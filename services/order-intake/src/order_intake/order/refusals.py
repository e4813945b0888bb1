"""How an order says no to a step that is not due (C1): where it stands, and what comes first."""

from __future__ import annotations

from events import NotFound, Refused
from order_intake.order.standing import standing
from order_intake.order.states import Closed, State, Unknown


def not_open(state: Unknown | Closed) -> Refused:
    """The refusal of any step of an order that is not there, or at its end."""
    if isinstance(state, Unknown):
        return NotFound("not-found", "no such order: check its number, or receive it first")
    return Refused("order-closed", f"the order {standing(state).words}: nothing more can be done with it")


def not_due(state: State, rule: str) -> Refused:
    """The refusal of a step that does not follow on this state. `rule` says when it would."""
    if isinstance(state, Unknown | Closed):
        return not_open(state)
    return Refused("step-not-due", f"{rule}; now it {standing(state).words}, and no step is skipped (C1)")


def content_changed(given: int, current: int) -> Refused:
    """The refusal of a word on a content that is not the current one."""
    return Refused(
        "content-changed",
        f"this is about version {given} of the content, and the order is at version {current}: read it again",
        {"content_version": f"the current version is {current}"},
    )
