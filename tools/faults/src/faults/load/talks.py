"""What people say to the services, again and again."""

from __future__ import annotations

import json

from faults.load.crowd import Person, Talk
from faults.load.orders import PATH, Orders

CONFIRM = b'{"content_version":1}'


def order_and_confirm(confirmed: list[str]) -> Talk:
    """A new, complete order, and its requirements confirmed: a case for review follows. Ids go into `confirmed`."""
    orders = Orders(complete=True)

    async def talk(person: Person) -> None:
        made = await person.ask("POST", PATH, orders.next())
        if made is None:
            return
        number = json.loads(made.body)["id"]
        if await person.ask("POST", f"{PATH}/{number}/requirements-confirmation", CONFIRM):
            confirmed.append(number)

    return talk


def reading(path: str) -> Talk:
    """A list, once."""

    async def talk(person: Person) -> None:
        await person.ask("GET", path)

    return talk
