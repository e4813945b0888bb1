"""The mailbox over HTTP: what was sent, how many, and faults on purpose."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from launch.mailbox import Mailbox, Message

PAGE = 1_000
"""Messages listed when no other number is asked for."""


class Mail(BaseModel):
    """One message, as it is shown."""

    model_config = ConfigDict(populate_by_name=True)

    at: str
    sender: str = Field(alias="from")
    to: Sequence[str]
    subject: str
    message_id: str
    headers: dict[str, str]
    text: str


class Count(BaseModel):
    """How much mail there was."""

    received: int
    """Ever, repeats included."""
    kept: int
    """Of these, still shown, after the filter."""
    distinct: int
    """Different Message-IDs among those kept."""


class Refusal(BaseModel):
    """Faults on purpose: answer 451 to the next so many messages, or to all while down."""

    model_config = ConfigDict(extra="forbid")

    refuse_next: int = Field(default=0, ge=0)
    down: bool = False


def routes(mailbox: Mailbox) -> APIRouter:
    """The mailbox's routes."""
    router = APIRouter(prefix="/mail", tags=["mail"])

    @router.get("")
    async def messages(to: str | None = None, limit: int = PAGE) -> list[Mail]:
        """The newest messages, oldest of them first; those to one address when it is given."""
        found = list(mailbox.messages(to))
        return [_shown(message) for message in found[max(0, len(found) - limit) :]]

    @router.get("/count")
    async def count(to: str | None = None) -> Count:
        """How many there were."""
        found = [message.message_id for message in mailbox.messages(to)]
        return Count(received=mailbox.received, kept=len(found), distinct=len(set(found)))

    @router.put("/faults")
    async def refuse(refusal: Refusal) -> Refusal:
        """Refuse mail from now on, or no longer."""
        mailbox.faults.refuse_next, mailbox.faults.down = refusal.refuse_next, refusal.down
        return refusal

    return router


def _shown(message: Message) -> Mail:
    return Mail(
        at=message.at, sender=message.sender, to=message.to, subject=message.subject, message_id=message.message_id,
        headers=message.headers, text=message.text,
    )  # fmt: skip
