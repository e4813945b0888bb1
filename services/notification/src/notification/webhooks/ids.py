"""The ids of webhooks: each says whose subscription and which order it belongs to."""

from __future__ import annotations

from uuid import UUID, uuid5

_IDS = UUID("b8a7c3de-5a0f-5f53-8d5e-0f4f0b6d2c91")
"""The namespace of delivery ids; storage, never change it."""
PINGS = "ping"
"""Stands where the order's number stands in the ids of test pings."""


def delivery_id(subscription: str, number: str, fact: UUID) -> str:
    """The id of telling this subscription of this fact; the same whenever it is made."""
    return f"{line_id(subscription, number)}.{uuid5(_IDS, f'{subscription}/{fact}').hex[:12]}"


def ping_id(subscription: str, ping: int) -> str:
    return f"{line_id(subscription, PINGS)}.{ping}"


def line_id(subscription: str, number: str) -> str:
    """Of the line in which a subscription hears of one order."""
    return f"{subscription}.{number}"


def line_of(delivery: str) -> str:
    """The line that a delivery's id names."""
    return delivery.rpartition(".")[0]
