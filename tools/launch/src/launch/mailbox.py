"""The mail sink's memory: every message goes to a file, the last ones are shown.

It refuses on purpose when a test asks for it, so that senders show what they do about that.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

KEPT = 20_000
"""Messages shown; older ones are in the file only."""


@dataclass(frozen=True, slots=True)
class Message:
    """One received mail. `sender` and `to` are the envelope's, as SMTP gave them."""

    at: str
    sender: str
    to: tuple[str, ...]
    subject: str
    message_id: str
    headers: dict[str, str]
    text: str


@dataclass(slots=True)
class Faults:
    """What to do wrong on purpose: refuse the next so many messages, or all while `down`."""

    refuse_next: int = 0
    down: bool = False

    def refuse(self) -> bool:
        """Whether to refuse the message at hand; counts it."""
        if self.refuse_next > 0:
            self.refuse_next -= 1
            return True
        return self.down


class Mailbox:
    """The messages in `file`, one JSON object a line."""

    def __init__(self, file: Path, kept: int = KEPT) -> None:
        self._file = file
        self.faults = Faults()
        self.received = 0
        """Messages since the file was begun, shown or not."""
        self._shown: deque[Message] = deque(maxlen=kept)
        if file.exists():
            _cut_off_half_a_line(file)
            with file.open() as lines:
                last = deque(lines, maxlen=kept)
            with file.open("rb") as lines:
                self.received = sum(1 for _ in lines)
            self._shown.extend(_message(line) for line in last)

    def deliver(self, sender: str, to: list[str], content: bytes) -> None:
        """Keep a message."""
        parsed = message_from_bytes(content, policy=policy.default)
        body = parsed.get_body(("plain", "html"))
        message = Message(
            at=datetime.now(UTC).isoformat(), sender=sender, to=tuple(to), subject=str(parsed["subject"] or ""),
            message_id=str(parsed["message-id"] or ""), headers={name: str(value) for name, value in parsed.items()},
            text=body.get_content() if body is not None else "",
        )  # fmt: skip
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a") as file:
            file.write(json.dumps(asdict(message)) + "\n")
        self._shown.append(message)
        self.received += 1

    def messages(self, to: str | None = None) -> Iterator[Message]:
        """The kept messages, oldest first; those to one address when it is given."""
        return (message for message in self._shown if to is None or to in message.to)


def _cut_off_half_a_line(file: Path) -> None:
    """What a kill in the middle of a write leaves was not acknowledged, and would spoil the next line."""
    content = file.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(file, whole)


def _message(line: str) -> Message:
    fields = json.loads(line)
    return Message(**{**fields, "to": tuple(fields["to"])})
