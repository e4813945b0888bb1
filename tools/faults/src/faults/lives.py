"""Little lives of orders: whole ones, from the request to inspected parts, and many short ones.

Each is a sequence of commands that goes on as soon as the services have done their part, which a
reader of their logs tells. A command that fails ends its life.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from faults import bodies
from faults.bodies import Body
from faults.journal import Entry
from faults.sending import Sender
from faults.tailing import Tails
from faults.world import Race

INTAKE, REVIEW, BUYING = "order-intake", "review", "procurement"
_REACTION = 120.0
"""Seconds that somebody waits for what a service does by itself."""


class Ended(Exception):
    """A command was refused or its outcome stayed unknown: this life goes no further."""


@dataclass(slots=True)
class Stage:
    """Where lives are lived."""

    sender: Sender
    tails: Tails
    random: Random
    run: str
    day: date
    crowd: int
    """Commands in a race."""
    races: list[Race] = field(default_factory=list)
    born: int = 0

    async def give(self, service: str, role: str, path: str, body: Body) -> Entry:
        """A command that is to be done."""
        entry = await self.sender.send(service, role, path, body)
        if entry.outcome != "done":
            raise Ended
        return entry

    async def after(self, service: str, key: str, *names: str) -> None:
        """Wait until one of these events of `key` is in the log of a service."""
        if not await self.tails[service].happened(key, *names, seconds=_REACTION):
            raise Ended

    async def receive(self) -> str:
        """A new order; its number."""
        self.born += 1
        body = bodies.receive(self.run, self.born, self.day)
        return str((await self.give(INTAKE, "sales", "/orders", body)).id)


Life = Callable[[Stage], Awaitable[None]]


async def whole(stage: Stage) -> None:
    """From the request to the production instruction, and mostly to parts in stock."""
    order = await stage.receive()
    at, case = f"/orders/{order}", f"/cases/{order}/delivery-judgement"
    await stage.give(INTAKE, "sales", f"{at}/requirements-confirmation", {"content_version": 1})
    await stage.after(REVIEW, order, "review.classified.v1")
    await stage.give(REVIEW, "contract_desk", case, bodies.judge("contract_desk"))
    await stage.give(REVIEW, "production_manager", case, bodies.judge("production"))
    await stage.after(INTAKE, order, "order.accepted.v1")
    await stage.give(INTAKE, "sales", f"{at}/quotations", bodies.quote(stage.day))
    await stage.give(INTAKE, "sales", f"{at}/quotation-answer", {"round": 1, "agreed": True})
    await _contract(stage, order, at)
    await stage.give(INTAKE, "contract_desk", f"{at}/production-instruction", bodies.instruct())
    await stage.after(BUYING, order, "parts.required.v1")
    if stage.random.random() < 0.7:
        await _buy(stage, order)


async def _contract(stage: Stage, order: str, at: str) -> None:
    digest = bodies.digest(order)
    drafted = {"contract": f"HT-{order}", "digest": digest}
    await stage.give(INTAKE, "contract_desk", f"{at}/contract", drafted)
    await stage.after(REVIEW, order, "contract_review.requested.v1")
    for role, aspect in (("general_manager", "risk"), ("legal", "legal"), ("finance", "financial")):
        judged = {"aspect": aspect, "digest": digest}
        await stage.give(REVIEW, role, f"/contracts/{order}/clause-judgements", judged)
    await stage.after(INTAKE, order, "order.contract_cleared.v1")
    for side in ("company", "customer"):
        await stage.give(INTAKE, "contract_desk", f"{at}/contract/signatures", bodies.sign(order, side))


async def _buy(stage: Stage, order: str) -> None:
    supplier = f"S-{stage.random.randrange(bodies.SUPPLIERS)}"
    await stage.give(BUYING, "buyer", f"/suppliers/{supplier}/registration", {"supplier_name": supplier})
    bought = await stage.give(BUYING, "buyer", "/purchase-orders", bodies.purchase(supplier, order))
    at = f"/purchase-orders/{bought.id}"
    await stage.give(BUYING, "buyer", f"{at}/receipts", {"lines": [bodies.needed(order)]})
    await stage.give(BUYING, "inspector", f"{at}/inspections", {"delivery": 1, "result": "passed"})


async def withdrawn(stage: Stage) -> None:
    """Received, confirmed, and taken back."""
    order = await stage.receive()
    confirmed = {"content_version": 1}
    await stage.give(INTAKE, "sales", f"/orders/{order}/requirements-confirmation", confirmed)
    await stage.give(INTAKE, "sales", f"/orders/{order}/withdrawal", {"reason": "the plant is not built"})


async def changed(stage: Stage) -> None:
    """Changes of mind; some change nothing, and some come after the end and are refused."""
    order = await stage.receive()
    at = f"/orders/{order}"
    for _ in range(stage.random.randint(1, 4)):
        altitude = stage.random.choice((1000, 1500, 2000))
        await stage.give(INTAKE, "sales", f"{at}/amendments", bodies.amend(stage.day, altitude))
    await stage.give(INTAKE, "sales", f"{at}/withdrawal", {"reason": "the plant is not built"})
    await stage.give(INTAKE, "sales", f"{at}/amendments", bodies.amend(stage.day, 3000))


async def offered(stage: Stage) -> None:
    """A supplier and its prices: commands that lead to nothing elsewhere."""
    supplier = f"S-{bodies.SUPPLIERS + stage.random.randrange(200)}"
    at = f"/suppliers/{supplier}"
    await stage.give(BUYING, "buyer", f"{at}/registration", {"supplier_name": supplier})
    for _ in range(stage.random.randint(8, 24)):
        body = bodies.offer(stage.random.randrange(40), stage.random.randint(100, 999))
        await stage.give(BUYING, "buyer", f"{at}/offers", body)


async def raced(stage: Stage) -> None:
    """Many amendments at the same moment that all expect the same version."""
    order = await stage.receive()
    version = 2
    for _ in range(2):
        entries: Sequence[Entry] = await asyncio.gather(*[
            stage.sender.send(
                INTAKE, "sales", f"/orders/{order}/amendments",
                bodies.amend(stage.day, 1000 * version + number), expected=version, at_once=True,
            )
            for number in range(1, stage.crowd + 1)
        ])  # fmt: skip
        stage.races.append(Race(order, version, entries))
        won = [entry.version for entry in entries if entry.outcome == "done" and entry.version]
        if not won:
            raise Ended
        version = max(won)


LIVES: Sequence[tuple[Life, int]] = ((whole, 12), (withdrawn, 14), (changed, 14), (offered, 60))
"""Which lives there are, and how often each is begun."""


def choose(random: Random) -> Life:
    """The next one."""
    lives, weights = zip(*LIVES, strict=True)
    chosen: Life = random.choices(lives, weights)[0]
    return chosen
