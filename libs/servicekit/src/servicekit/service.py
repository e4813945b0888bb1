"""A service as one value: all that is wired, on one screen of its app.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from events.decider import Decider
from events.reaction import Reactions

if TYPE_CHECKING:
    from events.projection import Projection
    from servicekit.runtime import Runtime

Worker = Callable[["Runtime"], Awaitable[None]]
"""Runs for ever beside the HTTP side (such as the mailer); it is started again when it fails."""


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
