"""What an instructed order needs to have bought, until all of it is in stock (C18).

One stream for each order, `parts-<number>`. Only the service itself gives these commands, as
reactions to what happens to orders and to purchase orders. Two buyers may order the same part at
the same moment, and for an order that is being cancelled: what an order needs is counted, what is
beyond it is recorded as surplus, and nothing is refused or lost.

Its stages have files of their own: `instruction`, `buying`, `cancellation`, with `commitment`
beside it. Where parts can stand is in `states`, what a fact makes of them in `evolve`.
"""

from __future__ import annotations

from collections.abc import Sequence

from events import Command, Context, Decider, Event
from procurement.parts import buying, cancellation, instruction
from procurement.parts.buying import NoteOrdered, ReopenParts, StockParts
from procurement.parts.cancellation import CancelParts, HoldParts, ReleaseParts
from procurement.parts.commitment import restate
from procurement.parts.evolve import evolve
from procurement.parts.instruction import RequireParts
from procurement.parts.states import Required, State, Uninstructed


def decide(state: State, command: Command, context: Context) -> Sequence[Event]:
    """The facts a command leads to; for a held order also its commitment, whenever that has changed."""
    facts = _decide(state, command)
    return [*facts, *restate(parts.fold(facts, state))]


def _decide(state: State, command: Command) -> Sequence[Event]:
    match command:
        case RequireParts():
            return instruction.require(state, command)
        case NoteOrdered():
            return buying.note_ordered(state, command)
        case ReopenParts():
            return buying.reopen(state, command)
        case StockParts():
            return buying.stock(state, command)
        case HoldParts():
            return cancellation.hold(state, command)
        case ReleaseParts():
            return cancellation.release(state, command)
        case CancelParts():
            return cancellation.cancel(state, command)
    raise TypeError(f"{type(command).__name__} is no command of parts")


def company(state: State) -> str | None:
    """The product company whose people may see the order's parts."""
    return state.product_company if isinstance(state, Required) else None


parts: Decider[State] = Decider(
    category="parts",
    initial=Uninstructed(),
    decide=decide,
    evolve=evolve,
    may={**instruction.MAY, **buying.MAY, **cancellation.MAY},
    company=company,
)
