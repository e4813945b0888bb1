"""How a message looks from outside, folded from its correspondence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_jsonable_python

from notification.states import Correspondence, Message


def show_message(message: Message) -> Mapping[str, Any]:
    """What was said to whom, and what became of it."""
    shown = {
        **message.addressed.model_dump(mode="json", exclude={"message"}),
        "state": message.state,
        "attempts": message.attempts,
        "error": None if message.mailed or message.failure is None else message.failure.error,
        "retry_at": None if message.mailed else message.retry_at,
        "readers": sorted(message.readers),
    }
    answer: Mapping[str, Any] = to_jsonable_python(shown)
    return answer


def show_correspondence(state: Correspondence) -> Mapping[str, Any]:
    """All messages of an order, in the order they were addressed in."""
    return {
        "customer": to_jsonable_python(state.customer),
        "product_company": state.company or None,
        "messages": [{"id": id, **show_message(message)} for id, message in state.messages.items()],
    }
