"""One trace id, from a request at order-intake over two topics to a message that somebody reads."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from house import House

from demo import bodies
from demo.journeys import tasks
from demo.northwind import orders

pytestmark = pytest.mark.timeout(120)


def test_a_trace_goes_from_the_request_to_the_message(over_each: House) -> None:
    task = next(task for task in tasks(orders(datetime.now(UTC).date()), 7) if task.journey.gaps == ())
    wanted = bodies.request(task, secrets.token_hex(4)).model_dump(mode="json", exclude_unset=True)
    trace = secrets.token_hex(16)
    headers = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}
    with over_each.client("order-intake", "sales") as sales:
        number = sales.post("/orders", json=wanted).raise_for_status().json()["id"]
        confirmation = f"/orders/{number}/requirements-confirmation"
        sales.post(confirmation, json={"content_version": 1}, headers=headers).raise_for_status()
        order = events(sales, f"/orders/{number}")
    with over_each.client("notification", "contract_desk") as desk:
        message = first_message(desk, number)
        told = events(desk, f"/messages/{message}")
    with over_each.client("review", "contract_desk") as desk:
        case = events(desk, f"/cases/{number}")
    by_type = {event["type"]: event for event in [*order, *case, *told]}
    assert by_type["order.received.v1"]["trace_id"] != trace, "that was another request"
    for step in ("order.requirements_confirmed.v1", "review.classified.v1", "message.addressed.v1"):
        assert by_type[step]["trace_id"] == trace, step
        assert by_type[step]["correlation"] == trace, step
    # ... and each effect names the fact it came from.
    assert by_type["review.classified.v1"]["causation"] == by_type["order.requirements_confirmed.v1"]["id"]
    assert by_type["message.addressed.v1"]["causation"] == by_type["review.classified.v1"]["id"]


def first_message(desk: httpx.Client, number: str) -> str:
    """What the contract desk is told about the order: that it is to be judged."""
    while True:
        answer = desk.get("/inbox", params={"order_number": number}).raise_for_status()
        for message in answer.json()["items"]:
            return str(message["id"])
        time.sleep(0.05)


def events(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    """Everything that happened to a thing."""
    found: list[dict[str, Any]] = client.get(f"{path}/events").raise_for_status().json()["items"]
    return found
