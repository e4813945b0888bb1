"""Bugs on the way from the log and the topics to their effects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import uuid4
from zlib import crc32

from events import Idempotency, Recorded
from faults.program import swap

EVERY = 10
"""One letter in so many is not sent."""


def commands_of_reactions_have_no_stable_key() -> None:
    """A fact that is delivered again leads to its commands again."""

    def fresh(idempotency: Callable[[str, bytes], Idempotency]) -> Callable[[str, bytes], Idempotency]:
        return lambda key, digest: idempotency(f"{key}/{uuid4()}", digest)

    swap("events.reactor", "Idempotency", fresh)


def a_batch_sees_rows_as_they_were_before_it() -> None:
    """In a batch, an event that follows another on the same row does not see what that one changed."""

    def stale(show: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(self: Any, placed: Iterable[Any], rows: dict[str, Any]) -> Sequence[Any]:
            before, failed = dict(rows), []
            for one in placed:
                seen = {key: row for key, row in before.items() if key == one[1]} or {
                    key: row for key, row in rows.items() if key == one[1]
                }
                failed = list(show(self, [one], seen))
                rows.pop(one[1], None)
                rows.update(seen)
            return failed

        return wrapped

    swap("events.folding:Folding", "show", stale)


def some_letters_are_only_recorded_as_sent() -> None:
    """A letter that the mail server did not take is recorded as sent."""

    def lazy(send: Callable[..., Any]) -> Callable[..., Any]:
        async def wrapped(self: Any, letter: Any) -> Any:
            forgotten = crc32(letter["Message-ID"].encode()) % EVERY == 0
            return None if forgotten else await send(self, letter)

        return wrapped

    swap("notification.mail_server:Connection", "send", lazy)


def some_facts_are_passed_by() -> None:
    """The checkpoint of the reactions moves on past facts that were not reacted to."""

    def hasty(react: Callable[..., Any]) -> Callable[..., Any]:
        async def wrapped(self: Any, fact: Recorded[Any], place: Any) -> None:
            if fact.name != "order.withdrawn.v1" or fact.id.int % 2:
                await react(self, fact, place)

        return wrapped

    swap("events.reactor:Reactor", "_react", hasty)
