"""Deciders: the pure middle of every service.

`decide(state, command, context)` gives the facts a command leads to, `evolve(state, fact)`
the state after a fact. Neither does I/O nor looks at a clock. A command already fulfilled
gives no facts; an impossible one raises `Refused` with a reason a person can act on.
(The pattern: Jérémie Chassaing, "Functional event sourcing decider", 2021.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from events.event import Event
from events.recorded import Actor, Context

S = TypeVar("S")


class Command(BaseModel):
    """An intent, imperative, and the body of the HTTP request that asks for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Refused(Exception):
    """A command that may not or cannot be done now.

    `code` is stable and for machines (`order-not-complete`), `reason` says to a person
    what is wrong and what to do. `fields` names the parts of the command at fault.
    """

    def __init__(self, code: str, reason: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.fields = dict(fields or {})


class Forbidden(Refused):
    """The actor's roles do not allow the command."""


class NotFound(Refused):
    """There is no such thing, or the actor may not know of it."""


@dataclass(frozen=True)
class Decider(Generic[S]):
    """One kind of thing that commands are given to, such as the order."""

    category: str
    """Prefix of its streams: `order` for `order-7K3M`."""
    initial: S
    decide: Callable[[S, Any, Context], Sequence[Event]]
    evolve: Callable[[S, Event], S]
    may: Mapping[type[Command], frozenset[str]]
    """Which roles may give which command; a command that is not here is refused."""
    company: Callable[[S], str | None] = lambda _: None
    """The product company whose people may see a state; None while anybody may."""
    key: Callable[[str, S], str] = lambda id, _: id
    """What the events are ordered by on their way to consumers: the order's id."""

    def stream(self, id: str) -> str:
        return f"{self.category}-{id}"

    def fold(self, facts: Iterable[Event], state: S | None = None) -> S:
        """The state after `facts`."""
        state = self.initial if state is None else state
        for fact in facts:
            state = self.evolve(state, fact)
        return state

    def handle(self, state: S, command: Command, context: Context) -> Sequence[Event]:
        """Decide, after asking whether the actor may know of the thing and give the command.

        Also checks that the facts fold: a decision that cannot be replayed is never stored.
        """
        if not context.by.sees(self.company(state)):
            raise self._unknown(command, context)
        self.permit(type(command), context.by)
        facts = self.decide(state, command, context)
        self.fold(facts, state)
        return facts

    def permit(self, command: type[Command], actor: Actor) -> None:
        """Raise `Forbidden` when none of the actor's roles, or not its API key, may give such a command."""
        allowed = self.may.get(command, frozenset())
        if not allowed & actor.roles:
            raise Forbidden(
                "role-missing",
                f"{command.__name__} needs one of the roles {', '.join(sorted(allowed)) or '(none)'}; "
                f"{actor.subject} has {', '.join(sorted(actor.roles)) or 'none'}",
            )
        if actor.scopes is not None and command.__name__ not in actor.scopes:
            raise Forbidden(
                "scope-missing",
                f"{command.__name__} is not among the scopes of {actor.subject}; ask an operator for a key that has it",
            )

    def _unknown(self, command: Command, context: Context) -> Refused:
        """The refusal of a command to a thing the actor may not know of: as if there were none, word for word."""
        try:
            self.permit(type(command), context.by)
            self.decide(self.initial, command, context)
        except (NotFound, Forbidden) as refused:
            return refused
        except Refused:
            pass
        return NotFound("not-found", f"no such {self.category.replace('_', ' ')}")

    def admit(self, state: S, actor: Actor) -> None:
        """Raise `NotFound` when the state belongs to a company the actor is not of."""
        if not actor.sees(self.company(state)):
            raise NotFound("not-found", f"no such {self.category.replace('_', ' ')}")
