"""The house as its staff reaches it: each service's client, and everybody's own token.

Nothing bounds the tries of a request here; `staff` watches whether anything still moves.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from demo.people import Tokens
from fulfilment_client import Connection, OrderIntake, Procurement, Review, connect, static_token

Tell = Callable[[str | None], None]
"""Told why there is no answer that counts yet, and None once there is one."""


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff at the services."""

    intake: OrderIntake
    review: Review
    procurement: Procurement


class House:
    """The services, by name, for whoever has a token."""

    def __init__(self, connections: Mapping[str, Connection], tokens: Tokens) -> None:
        self._connections = connections
        self._tokens = tokens

    def person(self, role: str, company: str, tell: Tell) -> Person:
        """Who has the role for an order of this company."""
        token = static_token(self._tokens.of(role, company))
        intake, review, procurement = (
            replace(self._connections[name], token=token, patience=math.inf, told=tell)
            for name in ("order-intake", "review", "procurement")
        )
        return Person(OrderIntake(intake), Review(review), Procurement(procurement))


@asynccontextmanager
async def entered(services: Mapping[str, str], tokens: Tokens, at_once: int) -> AsyncIterator[House]:
    """The house at these addresses, with as many kept connections as there are calls at once."""
    async with AsyncExitStack() as stack:
        nobody = static_token("")
        yield House(
            {
                name: await stack.enter_async_context(connect(url, nobody, connections=at_once))
                for name, url in services.items()
            },
            tokens,
        )
