"""Back to one reviewer with a question: that word is waited for again, and nobody else's is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from events import Command, Context, Event, Forbidden, Refused
from events.contracts.common import Text
from events.contracts.reviews import QuestionAsked, Reviewer
from review.case.dossier import giver
from review.case.refusals import about_current, not_due, not_own, of_company
from review.case.roles import JUDGES, SPEAKERS
from review.case.standing import still_to_speak
from review.case.states import InPanel, Judging, State
from review.roles import GENERAL_MANAGER


class AskReviewer(Command):
    """Return a case to one reviewer with a question; their next word answers it.

    Only that word is waited for again, and production's where it builds on it (C13).
    """

    content_version: int = Field(ge=1)
    """The version of the content the question is about, as the case shows it."""
    to: Reviewer
    """Who is asked: a department of the panel, or a side of a conventional order's case."""
    question: Text
    """What is to be looked at again."""


_PRODUCTION = SPEAKERS["production"]
MAY: Mapping[type[Command], frozenset[str]] = {
    AskReviewer: frozenset({"contract_desk"}) | _PRODUCTION | GENERAL_MANAGER
}


def ask(state: State, command: AskReviewer, context: Context) -> Sequence[Event]:
    """A word that was given is asked for again, until the conclusion; production's falls with it (C13)."""
    dossier = about_current(state, command.content_version)
    to, by = command.to, context.by.subject
    not_own(dossier.request, context)
    question = QuestionAsked(to=to, question=command.question, asked_by=by)
    asked = dossier.open_questions.get(to)
    if asked == question:
        return []
    if not isinstance(state, Judging | InPanel):
        raise not_due(state, "a reviewer is asked while the words on a case are given")
    _refuse_who_may_not(state, to, context)
    reviewers = state.panel.departments if isinstance(state, InPanel) else tuple(JUDGES)
    if to not in reviewers:
        raise Refused("not-a-reviewer", f"{to} gives no word on this case: ask {' or '.join(reviewers)}")
    if asked is not None:
        raise Refused("question-open", f"{asked.asked_by} has asked {to} already: wait for the answer")
    word = dossier.word_of(to)
    if word is None:
        raise Refused("word-awaited", f"the word of {to} is waited for anyhow: ask once it is given")
    if giver(word) == by:
        raise Forbidden("own-word", "you gave that word yourself: revise it, or let another person ask")
    return [question]


def _refuse_who_may_not(state: Judging | InPanel, to: Reviewer, context: Context) -> None:
    """The contract desk and the manager ask anybody, production those it builds on, once they spoke (C13)."""
    if "contract_desk" in context.by.roles:
        return
    of_company(state.dossier.request, context)
    if GENERAL_MANAGER & context.by.roles:
        return
    if to == "production":
        raise Forbidden("own-word", "production asks those it builds on, and revises its own word (C13)")
    if isinstance(state, InPanel) and (waiting := still_to_speak(state.dossier, state.panel)):
        raise Refused(
            "others-first", f"production asks once all others spoke: waiting for {', '.join(waiting)}"
        )
