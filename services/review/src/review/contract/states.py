"""Where the review of a contract can stand, and what is known of it there (S6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from events.contracts.common import Aspect, Digest
from events.contracts.reviews import ClausesJudged, ContractReviewConcluded, ContractReviewRequested


@dataclass(frozen=True, slots=True)
class Dossier:
    """The draft that is reviewed, and all words on it, oldest first."""

    draft: ContractReviewRequested
    words: tuple[ClausesJudged, ...] = ()
    earlier: tuple[tuple[Digest, ClausesJudged], ...] = ()
    """On drafts before it, each with the digest of that draft: void."""
    drafts: tuple[ContractReviewRequested, ...] = ()
    """Those before it."""

    def with_word(self, word: ClausesJudged) -> Dossier:
        return replace(self, words=(*self.words, word))

    @property
    def drafters(self) -> frozenset[str]:
        """Who put this very text forward, now or before; none of them judges it."""
        same_text = (one for one in (self.draft, *self.drafts) if one.digest == self.draft.digest)
        return frozenset(one.drafted_by for one in same_text)

    @property
    def voided(self) -> tuple[tuple[Digest, ClausesJudged], ...]:
        """All words so far as those on an earlier draft."""
        return (*self.earlier, *((self.draft.digest, word) for word in self.words))

    @property
    def judgements(self) -> Mapping[Aspect, ClausesJudged]:
        """The word on each aspect that counts: its last one."""
        return {word.aspect: word for word in self.words}


@dataclass(frozen=True, slots=True)
class Unknown:
    """No contract was drafted for this order."""


@dataclass(frozen=True, slots=True)
class InReview:
    """Risk, legal and financial clauses are looked at, side by side."""

    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Concluded:
    """Looked at from all sides: cleared, or returned with findings."""

    dossier: Dossier
    conclusion: ContractReviewConcluded


@dataclass(frozen=True, slots=True)
class Closed:
    """The order was amended or ended: this draft is reviewed no more, another may be."""

    dossier: Dossier
    reason: str


State = Unknown | InReview | Concluded | Closed
