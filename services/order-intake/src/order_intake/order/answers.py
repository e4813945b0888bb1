"""A customer's yes or no, which sales passes on."""

from __future__ import annotations

from pydantic import Field, ValidationInfo, field_validator

from events import Command
from events.contracts.common import Text


class Answer(Command):
    """What the customer said; a no comes with its reason."""

    agreed: bool
    """Whether the customer agrees."""
    reason: Text | None = Field(default=None, validate_default=True)
    """Why not; needed with a no."""

    @field_validator("reason")
    @classmethod
    def _a_no_has_a_reason(cls, reason: str | None, answer: ValidationInfo) -> str | None:
        if reason is None and answer.data.get("agreed") is False:
            raise ValueError("say why the customer does not agree")
        return reason
