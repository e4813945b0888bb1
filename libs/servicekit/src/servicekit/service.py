"""A service as one value: all that is wired, on one screen of its app.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from events.decider import Decider
from events.reaction import Reactions

if TYPE_CHECKING:
    from events.projection import Projection
    from events.recorded import Recorded
    from servicekit.addresses import Thing
    from servicekit.runtime import Runtime

Worker = Callable[["Runtime"], Awaitable[None]]
"""Runs for ever beside the HTTP side (such as the mailer); it is started again when it fails."""


@dataclass(frozen=True)
class OfOrder:
    """What an order has in this service: the thing under the order's own number, or things that its facts name."""

    thing: Thing[Any]  # Any: each has a state of its own
    named_by: Callable[[Recorded[Any]], str | None] | None = None
    """Gives the id of one from a fact that stands under the order's number; None where it names none."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """What a service is made of. `servicekit.create_app` and the command line run it."""

    name: str
    """Also the name of its topic, such as `order-intake`; its package is `order_intake`."""
    package: Path
    """The folder its code and `migrations/` are in: `Path(__file__).parent`."""
    summary: str = ""
    """One sentence for the head of its API documentation."""
    deciders: Sequence[Decider[Any]]  # Any: each has a state of its own
    projections: Sequence[Projection[Any]] = ()  # Any: each has a row of its own
    reactions: Reactions = Reactions()
    sources: Sequence[str] = ()
    """The services whose facts it reacts to; its own name for reactions to its own facts."""
    routers: Sequence[APIRouter]
    workers: Sequence[Worker] = ()
    of_order: Sequence[OfOrder] = ()
    """What an order's page and timeline show of this service."""
    streamed: Collection[str] = ()
    """Paths whose routes read the body as a stream, with bounds of their own: the limit on bodies is not for them."""
