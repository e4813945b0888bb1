"""What happened to an order, as far as subscribers may hear of it: `announcement-<number>`.

It says what happened and where that stands, never what it says: no name, address or amount
leaves the house this way. Whoever may read more of it asks the API.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from events import Command, Context, Decider, Event, Refused
from events.contracts.common import Code
from events.contracts.messages import FactAnnounced, FactName


class Announce(Command):
    """A fact of another service concerns an order."""

    fact: UUID
    type: FactName
    happened_at: datetime
    stream: str
    version: int
    order: str
    product_company: Code | None = None
    """Whose order it is, where this fact says so."""


@dataclass(frozen=True, slots=True)
class Announcements:
    """What was announced of one order."""

    company: str | None = None
    """None while unknown."""
    facts: frozenset[UUID] = frozenset()


def decide(state: Announcements, command: Command, context: Context) -> Sequence[Event]:
    match command:
        case Announce(fact=fact) if fact in state.facts:
            return []
        case Announce():
            said = command.model_dump()
            return [FactAnnounced(**said | {"product_company": command.product_company or state.company})]
    raise Refused("command-unknown", f"an announcement takes no {type(command).__name__}")


def evolve(state: Announcements, fact: Event) -> Announcements:
    match fact:
        case FactAnnounced(fact=id, product_company=company):
            return replace(state, company=company, facts=state.facts | {id})
    return state


announcement: Decider[Announcements] = Decider(
    category="announcement",
    initial=Announcements(),
    decide=decide,
    evolve=evolve,
    may={Announce: frozenset({"system"})},
    company=lambda state: state.company,
)
