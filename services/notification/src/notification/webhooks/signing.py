"""Signatures (Standard Webhooks v1) with secrets that follow from one key of the service.

A subscription's secret is an HMAC of its id and generation. Nothing secret is stored: not in
the log, not on the topic, not in a read model. Whoever changes the key changes all secrets.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from standardwebhooks import Webhook

from notification.webhooks.subscription import Subscription


class WebhookSettings(BaseSettings):
    """Read from the environment."""

    model_config = SettingsConfigDict(env_ignore_empty=True, hide_input_in_errors=True)

    webhooks_key: SecretStr | None = Field(default=None, min_length=32)
    """What all signing secrets follow from; without it webhooks wait, and none can be subscribed to."""
    webhooks_allow_private: bool = False
    """Also http, and loopback and private addresses: for development only."""


def secret(key: SecretStr, subscription: str, generation: int) -> str:
    """The signing secret of a subscription, as its receiver is given it."""
    made = hmac.new(
        key.get_secret_value().encode(), f"webhook/{subscription}/{generation}".encode(), hashlib.sha256
    )
    return f"whsec_{b64encode(made.digest()).decode()}"


def headers(
    key: SecretStr, id: str, delivery: str, state: Subscription, at: datetime, body: str
) -> Mapping[str, str]:
    """The headers of one attempt: signed with the secret, and for a while with the one before."""
    generations = [state.generation]
    if state.old_until and at < state.old_until:
        generations.append(state.generation - 1)
    signatures = [
        Webhook(secret(key, id, generation)).sign(msg_id=delivery, timestamp=at, data=body)
        for generation in generations
    ]
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
        "content-type": "application/json",
        "user-agent": "fulfilment-webhooks/1",
    }
