"""The decider of API keys: issued and revoked by an operator, never more than the role `erp` may.

Which commands those are is a table of the service's own deciders, so each service has a decider
of its keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from events.contracts.access import ApiKeyIssued, ApiKeyRevoked, Scope
from events.contracts.common import Code, Digest, Name
from events.decider import Command, Decider, Forbidden, NotFound, Refused
from events.event import Event
from events.recorded import Context

READ = "read"
"""The scope of all that asks and changes nothing."""
ROLE = "erp"
"""The role of every key."""
GROUP_ONLY = ""
"""The company of a group's key: people of a product company may not even know of it."""


class WantApiKey(Command):
    """A key for another system. It is shown once, in the answer."""

    name: Name
    """What it is for."""
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=50)]
    """The commands it may give, by name (`ReceiveOrder`), and `read`."""
    company: Code | None = None
    """The product company it belongs to; without one it sees the whole group's, which only the group may give."""
    expires: AwareDatetime | None = None
    """When it ends by itself; without it, when it is revoked."""


class IssueApiKey(WantApiKey):
    """The key, made: of its secret only the digest comes here."""

    digest: Digest


class RevokeApiKey(Command):
    """Let the key open nothing any more, from the next request on."""


@dataclass(frozen=True, slots=True)
class Unissued:
    """There is none of this id."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, what it may do, and for how long."""

    name: str
    scopes: tuple[str, ...]
    company: str | None
    expires: datetime | None
    digest: str
    revoked: bool = False

    def stands(self, now: datetime) -> str:
        """`active`, `revoked` or `expired`."""
        if self.revoked:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "active"


State = Unissued | ApiKey
OPERATORS = frozenset({"operator"})


def api_keys(deciders: Iterable[Decider[Any]]) -> Decider[State]:
    """The decider of a service's keys; `deciders` are that service's."""
    grantable = frozenset(
        command.__name__ for decider in deciders for command, roles in decider.may.items() if ROLE in roles
    )

    def decide(state: State, command: Command, context: Context) -> Sequence[Event]:
        match command, state:
            case IssueApiKey(), Unissued():
                return _issue(command, context, grantable)
            case RevokeApiKey(), ApiKey(revoked=revoked):
                return [] if revoked else [ApiKeyRevoked()]
            case IssueApiKey(), ApiKey():
                raise Refused("key-exists", "there is a key of this number; take the next")
        raise NotFound("not-found", "no such API key; /api-keys lists them")

    return Decider(
        category="api_key",
        initial=Unissued(),
        decide=decide,
        evolve=evolve,
        may={IssueApiKey: OPERATORS, RevokeApiKey: OPERATORS},
        company=lambda state: (state.company or GROUP_ONLY) if isinstance(state, ApiKey) else None,
    )


def evolve(state: State, fact: Event) -> State:
    match fact, state:
        case ApiKeyIssued(), _:
            return ApiKey(fact.called, fact.scopes, fact.company, fact.expires_at, fact.digest)
        case ApiKeyRevoked(), ApiKey():
            return replace(state, revoked=True)
    return state


def _issue(command: IssueApiKey, context: Context, grantable: frozenset[str]) -> Sequence[Event]:
    if unknown := sorted(set(command.scopes) - grantable - {READ}):
        offered = ", ".join([READ, *sorted(grantable)])
        detail = f"{', '.join(unknown)}: a key of this service may have {offered}"
        raise Refused("scope-unknown", detail, {"scopes": detail})
    company = command.company or context.by.company
    if not context.by.sees(company):
        raise Forbidden(
            "company-foreign", f"{context.by.subject} may issue keys of {context.by.company} alone"
        )
    if command.expires is not None and command.expires <= context.at:
        raise Refused(
            "expiry-past", "it would have expired already; name a later time", {"expires": "is past"}
        )
    return [
        ApiKeyIssued(
            called=command.name,
            scopes=tuple(dict.fromkeys(command.scopes)),
            company=company,
            expires_at=command.expires,
            digest=command.digest,
        )
    ]
