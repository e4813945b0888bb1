"""What is counted: every attempt at a mail or webhook, once it is recorded."""

from __future__ import annotations

from typing import Literal

from opentelemetry import metrics

_attempts = metrics.get_meter("notification").create_counter(
    "notification_delivery", description="Attempts at mails and webhooks, by channel and outcome."
)


def attempted(channel: Literal["mail", "webhook"], *, taken: bool) -> None:
    """An attempt was made, and the other side took it or did not."""
    _attempts.add(1, {"channel": channel, "outcome": "delivered" if taken else "failed"})
