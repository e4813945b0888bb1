"""The hash chain of a stream: each event's hash covers the one before it.

hash(n) = SHA-256(hash(n-1) + stream, version, name, key, id, time in microseconds since 1970,
data and metadata as stored, joined by newlines). JSON is stored compact, so no part but the
last two can hold a newline, and those are JSON objects, which end by themselves.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def link(
    previous: bytes,
    *,
    stream: str,
    version: int,
    name: str,
    key: str,
    id: UUID,
    time: datetime,
    data: str,
    metadata: str,
) -> bytes:
    """The hash (32 bytes) of an event after `previous`, which is empty for a stream's first."""
    return hashed(previous, stream, version, name, key, str(id), microseconds(time), data, metadata)


def hashed(
    previous: bytes,
    stream: str,
    version: int,
    name: str,
    key: str,
    id: str,
    micros: int,
    data: str,
    metadata: str,
) -> bytes:
    """As `link`, for who has an id's text and a time's microseconds at hand for many events."""
    text = f"{stream}\n{version}\n{name}\n{key}\n{id}\n{micros}\n{data}\n{metadata}"
    return sha256(previous + text.encode()).digest()


def microseconds(time: datetime) -> int:
    """Since 1970."""
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
