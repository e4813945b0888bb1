"""What a webhook says: thin, so that nothing is in it that its receiver may not read."""

from __future__ import annotations

from datetime import datetime

from pydantic_core import to_json

from events.contracts.messages import DeliveryQueued


def payload(queued: DeliveryQueued, at: datetime) -> str:
    """The body, always the same for the same delivery. `at` is when a ping was queued."""
    announced = queued.announced
    if announced is None:
        said = {"type": "webhook.ping", "timestamp": at, "data": {"subscription": queued.subscription}}
        return to_json(said).decode()
    data = {
        "order": announced.order,
        "product_company": announced.product_company,
        "fact": announced.fact,
        "stream": announced.stream,
        "version": announced.version,
        "sequence": queued.sequence,
    }
    return to_json({"type": announced.type, "timestamp": announced.happened_at, "data": data}).decode()
