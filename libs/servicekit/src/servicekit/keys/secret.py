"""How a key is written: `ff_<service>-<number>_<secret><checksum>`.

The prefix is for scanners that look for secrets in code and logs. The checksum tells a mistyped or
made-up key from a real one without asking the log. A key is stored as the digest of all of it: a
secret of 256 random bits cannot be tried out, so the hash needs neither salt nor slowness.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from zlib import crc32

PREFIX = "ff_"
_KEY = re.compile(r"ff_([a-z][a-z-]{0,40})-([1-9][0-9]{0,8})_([0-9a-f]{64})([0-9a-f]{8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as its bearer sends it."""

    service: str
    number: int
    digest: str = field(repr=False)

    @property
    def id(self) -> str:
        return key_id(self.service, self.number)


def key_id(service: str, number: int) -> str:
    return f"{service}-{number}"


def new_key(service: str, number: int) -> str:
    """A key nobody has had before."""
    head = f"{PREFIX}{key_id(service, number)}_{secrets.token_hex(32)}"
    return f"{head}{_checksum(head)}"


def digest_of(text: str) -> str:
    """What is stored of a key."""
    return sha256(text.encode()).hexdigest()


def read_key(text: str) -> Key | None:
    """A key that is written as one; None for anything else."""
    written = _KEY.fullmatch(text)
    if written is None or _checksum(text[:-8]) != written[4]:
        return None
    return Key(written[1], int(written[2]), digest_of(text))


def _checksum(head: str) -> str:
    return f"{crc32(head.encode()):08x}"
