"""What is known of a case: what is judged, and every word and question on it, as the facts they are.

Whose word counts, whose is void, which question is open and what was said already all
follow from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from events.contracts.reviews import (
    CaseDecided,
    DeliveryJudged,
    Department,
    OpinionGiven,
    OrderClassified,
    QuestionAsked,
    RefusalApproved,
    RefusalRejected,
    Reviewer,
    ReviewRequested,
)

Word = DeliveryJudged | OpinionGiven | CaseDecided | RefusalApproved | RefusalRejected
"""What a person said on a content."""
Entry = Word | QuestionAsked
"""What stands in the history of a case."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is judged, how it was classified, and all that was said on it, oldest first."""

    request: ReviewRequested
    classified: OrderClassified | None = None
    entries: tuple[Entry, ...] = ()
    """On the present content."""
    earlier: tuple[tuple[int, Entry], ...] = ()
    """On older contents, each with its version: void."""

    def with_entry(self, entry: Entry) -> Dossier:
        return replace(self, entries=(*self.entries, entry))

    def voided(self) -> Dossier:
        """Nothing that was said counts any more."""
        version = self.request.content_version
        return replace(
            self, entries=(), earlier=(*self.earlier, *((version, entry) for entry in self.entries))
        )

    @property
    def words(self) -> tuple[Word, ...]:
        """All words on the present content, also those that were replaced."""
        return tuple(entry for entry in self.entries if not isinstance(entry, QuestionAsked))

    @property
    def counting(self) -> Mapping[Reviewer, int]:
        """Where in `entries` the word of each reviewer stands that counts.

        It is the last one, void once the reviewer is asked again. Production's is void as
        well when a department it builds on speaks or is asked again (C13).
        """
        counting: dict[Reviewer, int] = {}
        for place, entry in enumerate(self.entries):
            match entry:
                case DeliveryJudged(side=side):
                    counting[side] = place
                case OpinionGiven(department=department):
                    counting.pop("production", None)
                    counting[department] = place
                case QuestionAsked(to="contract_desk"):
                    counting.pop("contract_desk", None)
                case QuestionAsked(to=department):
                    counting.pop("production", None)
                    counting.pop(department, None)
        return counting

    @property
    def judgements(self) -> Mapping[str, DeliveryJudged]:
        """The word of each side on the delivery date that counts (C6)."""
        counting = (self.entries[place] for place in self.counting.values())
        return {word.side: word for word in counting if isinstance(word, DeliveryJudged)}

    @property
    def opinions(self) -> Mapping[Department, OpinionGiven]:
        """The opinion of each department that counts (C10 to C13)."""
        counting = (self.entries[place] for place in self.counting.values())
        return {word.department: word for word in counting if isinstance(word, OpinionGiven)}

    def opinions_of(self, person: str) -> tuple[Department, ...]:
        """The departments for which this person's opinion counts."""
        return tuple(one for one, word in self.opinions.items() if word.given_by == person)

    def word_of(self, reviewer: Reviewer) -> DeliveryJudged | OpinionGiven | None:
        """The word of a side or a department that counts."""
        words: tuple[DeliveryJudged | OpinionGiven, ...] = (
            *self.judgements.values(),
            *self.opinions.values(),
        )
        return next((word for word in words if speaker(word) == reviewer), None)

    @property
    def questions(self) -> Iterator[tuple[QuestionAsked, Word | None]]:
        """Every question on the present content with the word that answers it, the next of who was asked."""
        for place, entry in enumerate(self.entries):
            if isinstance(entry, QuestionAsked):
                yield (
                    entry,
                    next((word for word in self._words_after(place) if speaker(word) == entry.to), None),
                )

    @property
    def open_questions(self) -> Mapping[Reviewer, QuestionAsked]:
        """The question that each reviewer is still to answer."""
        return {question.to: question for question, answer in self.questions if answer is None}

    @property
    def given_by(self) -> tuple[str, ...]:
        """Everybody who gave a word, each once."""
        return tuple(dict.fromkeys(giver(word) for word in self.words))

    def _words_after(self, place: int) -> Iterator[Word]:
        return (entry for entry in self.entries[place + 1 :] if not isinstance(entry, QuestionAsked))


def speaker(word: Word) -> Reviewer | None:
    """For which side or department a word was given; None for a manager's decision."""
    match word:
        case DeliveryJudged():
            return word.side
        case OpinionGiven():
            return word.department
    return None


def giver(word: Word) -> str:
    """Whose word it is."""
    match word:
        case DeliveryJudged():
            return word.judged_by
        case OpinionGiven():
            return word.given_by
    return word.decided_by
