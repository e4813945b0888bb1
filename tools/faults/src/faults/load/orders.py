"""Requests for new orders, each from a customer of its own, so that no two are taken for the same."""

from __future__ import annotations

import itertools
import secrets
from datetime import date
from typing import Any

from events.contracts.common import Content, Customer, Line
from order_intake.order.intake import ReceiveOrder

PATH = "/orders"
_PLACE = "PO-0000000000000000"
_REST: Any = {  # Any: fields of several types
    "technical_requirements": "GB/T 3906, altitude below 1000 m",
    "quality_requirements": "Routine tests witnessed, a certificate for each panel",
    "delivery_date": date(2027, 6, 30),
}


class Orders:
    """Bodies of `POST /orders`, numbered. One that is `complete` can have its requirements confirmed."""

    def __init__(self, *, complete: bool = False) -> None:
        asked = ReceiveOrder(
            customer=Customer(
                id=_PLACE, name="Hengshan Power Supply", contact="Lin Yue",
                email="orders@hengshan.example", language="en",
            ),
            product_company="switchgear", channel="erp", reference=_PLACE,
            content=Content(
                lines=(Line(item="KYN28A-12", model="KYN28A-12/1250", specification="12 kV, 1250 A", quantity=4),),
                **(_REST if complete else {}),
            ),
        )  # fmt: skip
        self._body = asked.model_dump_json(exclude_defaults=True).encode()
        self._run = secrets.token_hex(4)
        self._numbers = itertools.count(1)

    def next(self) -> bytes:
        """A body with a reference of its own."""
        reference = f"PO-{self._run}{next(self._numbers):08d}"
        return self._body.replace(_PLACE.encode(), reference.encode())
