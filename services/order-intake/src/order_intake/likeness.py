"""Likeness: which orders have customer, articles and delivery date in common, and came close together (S3).

One stream for each likeness, `likeness-<digest>`; `likeness` is its decider. How close is a policy,
a file of data: `likeness.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from events import Command, Context, Decider, Event
from events.contracts.common import Content, Day, Name
from events.contracts.orders import LikenessNoted

MOST = 5
"""Earlier orders that a note names at most: enough for a person to see what is going on."""


def likeness_of(product_company: str, customer_id: str, content: Content) -> str:
    """The digest of what orders have in common that may be the same one.

    How many of which articles, for whom and by when, whatever the order of the lines. The words around
    them (models, specifications, requirements) are not compared: who tells something twice tells it
    differently. Orders of two product companies are never alike, for neither may hear of the other's.
    """
    pieces: dict[str, int] = {}
    for line in content.lines:
        article = line.item.casefold()
        pieces[article] = pieces.get(article, 0) + (line.quantity or 0)
    alike = [product_company, customer_id.casefold(), sorted(pieces.items()), content.delivery_date]
    return sha256(to_json(alike)).hexdigest()


class NoteLikeness(Command):
    """Note that an order is of this likeness; given by the reaction to its complete content."""

    order: Name
    content_version: int
    on: Day


@dataclass(frozen=True, slots=True)
class Alike:
    """The orders of one likeness, the last one noted at the end."""

    notes: tuple[LikenessNoted, ...] = ()


class Policy(BaseModel):
    """What is read from `likeness.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window_days: Annotated[int, Field(ge=0, le=3650)]


def read_policy(text: str) -> Policy:
    """A policy from its TOML. Raises `ValueError` naming what is wrong with it."""
    return Policy.model_validate(tomllib.loads(text))


def note(policy: Policy, state: Alike, command: NoteLikeness, context: Context) -> Sequence[Event]:
    """S3: an order is compared with those noted before it, whatever became of them: a person judges.

    Content that was amended comes again as another version, and is looked at again.
    """
    if any(
        (one.order, one.content_version) == (command.order, command.content_version) for one in state.notes
    ):
        return []
    near = (one.order for one in reversed(state.notes) if _near(one, command.on, policy))
    earlier = [number for number in dict.fromkeys(near) if number != command.order][:MOST]
    return [LikenessNoted(**dict(command), window_days=policy.window_days, earlier=tuple(earlier))]


def evolve(state: Alike, fact: Event) -> Alike:
    """The orders alike after a fact."""
    return Alike((*state.notes, fact)) if isinstance(fact, LikenessNoted) else state


def likeness_by(policy: Policy) -> Decider[Alike]:
    """The decider under a policy."""
    return Decider(
        category="likeness",
        initial=Alike(),
        decide=partial(note, policy),
        evolve=evolve,
        may={NoteLikeness: frozenset({"system"})},
    )


def _near(one: LikenessNoted, on: date, policy: Policy) -> bool:
    """Whether it was noted within the window; a little later counts, for notes may overtake one another."""
    return one.on is not None and abs((one.on - on).days) <= policy.window_days


likeness = likeness_by(read_policy(files("order_intake").joinpath("likeness.toml").read_text("utf-8")))
