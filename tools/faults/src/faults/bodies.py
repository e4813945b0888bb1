"""What is asked for: the bodies of commands. Pure, and the same for the same numbers."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from faults.people import COMPANY

Body = dict[str, Any]
"""A JSON object."""
ITEM, PART = "KYN28A-12", "VS1-12"
SUPPLIERS = 8


def receive(run: str, number: int, day: date) -> Body:
    """A request that lacks nothing; each has a customer of its own, so that no two are alike."""
    customer = {
        "id": f"C-{run}-{number}", "name": f"Hengshan Power Supply {number}",
        "email": f"orders-{number}@hengshan.example", "language": "en",
    }  # fmt: skip
    return {"customer": customer, "product_company": COMPANY, "channel": "phone", "content": content(day)}


def content(day: date, altitude: int = 1000) -> Body:
    """The wishes; another altitude makes other ones."""
    line = {"item": ITEM, "model": f"{ITEM}/1250", "specification": "12 kV, 1250 A", "quantity": 6}
    return {
        "lines": [line],
        "technical_requirements": f"GB/T 3906, altitude {altitude} m",
        "quality_requirements": "routine tests",
        "delivery_date": str(day + timedelta(days=200)),
    }


def amend(day: date, altitude: int) -> Body:
    """Another content version."""
    return {"content": content(day, altitude), "reason": f"the site is at {altitude} m"}


def judge(side: str) -> Body:
    """Yes to the delivery date."""
    return {"content_version": 1, "side": side, "feasible": True}


def quote(day: date) -> Body:
    """The first quotation."""
    line = {"item": ITEM, "quantity": 6, "amount": "348000.00"}
    valid = str(day + timedelta(days=30))
    return {"lines": [line], "total": "348000.00", "currency": "CNY", "valid_until": valid}


def digest(order: str) -> str:
    """Of the text of an order's contract."""
    return sha256(f"contract on {order}".encode()).hexdigest()


def sign(order: str, side: str) -> Body:
    """One side's signature."""
    return {"side": side, "digest": digest(order), "signatory": "Gao Wen" if side == "company" else "Lin Yue"}


def instruct() -> Body:
    """A bill with one part to buy."""
    return {
        "parts": [{"part": PART, "name": "Vacuum circuit breaker", "kind": "component", "quantity": 6}],
    }


def purchase(supplier: str, order: str) -> Body:
    """All that the order needs."""
    return {"supplier": supplier, "lines": [needed(order)], "currency": "CNY"}


def needed(order: str) -> Body:
    """The one line of its purchase order."""
    return {"order": order, "part": PART, "quantity": 6, "unit_price": "9800.00"}


def offer(part: int, price: int) -> Body:
    """A supplier's offer, which replaces its earlier one of the same part."""
    return {
        "part": f"P-{part}", "channel": "manufacturer", "lead_time_days": 21,
        "unit_price": f"{price}.00", "currency": "CNY",
    }  # fmt: skip
