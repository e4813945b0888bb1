"""What the page and the timeline of an order look like, made of the services' parts. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, Field

from order_intake.page.causation import in_order
from servicekit.of_order import Entry, StandsAt
from servicekit.peers import Answers, Missing

_Unavailable = Field(description="Services whose part is missing now, and why. Empty: it is all there.")


class Timeline(BaseModel):
    """All that happened to an order and because of it, causes before effects."""

    order: str
    entries: list[Entry]
    unavailable: list[Missing] = _Unavailable


class Page(BaseModel):
    """One order: where it and all that belongs to it stand, each with its address in its service."""

    order: StandsAt
    review: StandsAt | None = Field(description="The case: can it be made? (C5 to C14)")
    contract_review: StandsAt | None = Field(description="May its contract be signed? (S6)")
    requirement: StandsAt | None = Field(description="What is to be bought for it (C18).")
    purchase_orders: list[StandsAt] = Field(
        description="Those that name it; a bundle's are the group's to see."
    )
    messages: StandsAt | None = Field(description="Who was told what, and whether it reached them.")
    unavailable: list[Missing] = _Unavailable


_BOOKKEEPING = ("announcement.", "correspondence.")
"""Whose order it is, and that subscribers hear of a fact: nothing that happened to the order."""


def timeline(number: str, answers: Answers[list[Entry]]) -> Timeline:
    """The parts of all services as one story, without what notification keeps for itself."""
    entries = in_order(entry for part in answers.parts.values() for entry in part)
    told = [entry for entry in entries if not entry.type.startswith(_BOOKKEEPING)]
    return Timeline(order=number, entries=told, unavailable=list(answers.missing))


def page(answers: Answers[list[StandsAt]]) -> Page:
    """The parts of all services in their places. The order is among them."""
    found = [thing for part in answers.parts.values() for thing in part]
    order = _only(found, "order")
    assert order is not None, "who asks was let in because of it"
    return Page(
        order=order,
        review=_only(found, "review"),
        contract_review=_only(found, "contract"),
        requirement=_only(found, "parts"),
        purchase_orders=[thing for thing in found if thing.kind == "purchase"],
        messages=_only(found, "correspondence"),
        unavailable=list(answers.missing),
    )


def _only(found: Iterable[StandsAt], kind: str) -> StandsAt | None:
    return next((thing for thing in found if thing.kind == kind), None)
