"""An instructed order may be cancelled: buying is held, and goes on or ends with the decision (C18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from events import Command, Event
from events.contracts.common import Text
from events.contracts.purchases import PartsCancelled, PartsHeld, PartsReleased
from procurement.parts.commitment import commitment
from procurement.parts.states import Cancelled, Going, Held, State


class HoldParts(Command):
    """The order may be cancelled: buy nothing more for it until that is decided."""

    request: int
    reason: Text


class ReleaseParts(Command):
    """The order is made all the same: buying goes on."""

    request: int


class CancelParts(Command):
    """The order is cancelled: it needs nothing any more."""

    request: int


SYSTEM = frozenset({"system"})
MAY: Mapping[type[Command], frozenset[str]] = {HoldParts: SYSTEM, ReleaseParts: SYSTEM, CancelParts: SYSTEM}


def hold(state: State, command: HoldParts) -> Sequence[Event]:
    """C18: held whether or not anything was bought; what was bought is said beside it."""
    match state.course:
        case Going(released=decided) | Held(request=decided) if decided < command.request:
            return [PartsHeld(request=command.request, reason=command.reason)]
    return []


def release(state: State, command: ReleaseParts) -> Sequence[Event]:
    """C18: only the request that holds it is rejected."""
    match state.course:
        case Held(request=held) if held == command.request:
            return [PartsReleased(request=command.request)]
    return []


def cancel(state: State, command: CancelParts) -> Sequence[Event]:
    """C18: what was bought, and all that still comes, is surplus from now on."""
    if isinstance(state.course, Cancelled):
        return []
    return [PartsCancelled(request=command.request, commitment=commitment(state.ledger))]
