"""From the first information to confirmed requirements (C2 to C4, S1), and what is known of every order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from events.contracts.common import Content, Project
from events.contracts.orders import Doubt, OrderReceived


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is known of every order that was received."""

    received: OrderReceived
    content: Content
    content_version: int = 1
    prepared_by: tuple[str, ...] = ()
    """Who received, supplemented or amended the content; they may not judge it."""
    project: Project | None = None
    rounds: int = 0
    """Quotations made so far; a round's number is never used again, also not after an amendment."""
    doubts: tuple[Doubt, ...] = ()
    """Open ones: nobody has looked at them so far (S3). An amendment does not shake them off."""

    def with_content(self, content: Content, by: str, version: int | None = None) -> Dossier:
        """The dossier with content that somebody changed."""
        prepared_by = self.prepared_by if by in self.prepared_by else (*self.prepared_by, by)
        version = self.content_version if version is None else version
        return replace(self, content=content, content_version=version, prepared_by=prepared_by)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody has received such an order."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """Registered and numbered (C2); sales still has to find out what is missing (S1)."""

    dossier: Dossier
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Complete:
    """Nothing is missing; a complete set needs its project (C4), then the requirements are confirmed (C3)."""

    dossier: Dossier
