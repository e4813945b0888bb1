"""Facts of access: which keys a service gave to other systems. Every service records its own.

Streams: `api_key-<service>-<number>`. Of a key's secret only a digest is here, from which nobody
gets the secret back: it is 256 random bits. The names are the storage: never change one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from events.contracts.common import Code, Digest, Name
from events.event import Event

Scope = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,80}$")]
"""The name of a command, such as `ReceiveOrder`, or `read`."""


class ApiKeyIssued(Event, name="api_key.issued.v1"):
    """Another system may act here, as `key:<id>` with the role `erp`, within these scopes."""

    called: Name
    """What it is for, in the words of whoever issued it."""
    scopes: tuple[Scope, ...]
    company: Code | None = None
    """The product company it belongs to; None for the whole group."""
    expires_at: datetime | None = None
    """When it ends by itself; None for never."""
    digest: Digest
    """Of the whole key."""


class ApiKeyRevoked(Event, name="api_key.revoked.v1"):
    """The key opens nothing any more."""
