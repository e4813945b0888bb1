"""What a case looks like from outside: where it stands, what is judged, and all that was said on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import to_jsonable_python

from events.contracts.reviews import QuestionAsked
from review.case.dossier import Dossier, Entry, speaker
from review.case.standing import standing
from review.case.states import Closed, Concluded, InPanel, RefusalPending, State, Unknown, Voided


def show_case(state: State) -> dict[str, Any]:
    """A state as the JSON object that callers see; its fields are those of the facts behind it.

    `judgements` and `opinions` are the words that count; `history` has all of them, also those
    replaced or void, oldest first. When each was said is in the case's events.
    """
    stand = standing(state)
    shown: dict[str, Any] = {"state": stand.state, "waiting_for": stand.waiting_for}
    if isinstance(state, Unknown):
        return shown
    dossier = state.dossier
    shown |= dict(dossier.request)
    shown["classification"] = dossier.classified
    shown["judgements"] = dossier.judgements
    shown["opinions"] = dossier.opinions
    shown["questions"] = [{**dict(question), "answer": answer} for question, answer in dossier.questions]
    shown["history"] = list(_history(dossier))
    match state:
        case InPanel(panel=panel):
            shown["departments"] = panel.departments
        case RefusalPending(proposed=proposed):
            shown["refusal"] = proposed
        case Concluded(conclusion=conclusion):
            shown["conclusion"] = conclusion
        case Voided(voided=voided):
            shown["voided"] = voided
        case Closed(reason=reason):
            shown["closed"] = reason
    answer: dict[str, Any] = to_jsonable_python(shown)
    return answer


def _history(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """Every word with whether it counts, and every question, by content version."""
    for version, entry in dossier.earlier:
        yield _said(version, entry, counts=False)
    counting = frozenset(dossier.counting.values())
    for place, entry in enumerate(dossier.entries):
        manager_s = not isinstance(entry, QuestionAsked) and speaker(entry) is None
        yield _said(dossier.request.content_version, entry, counts=place in counting or manager_s)


def _said(version: int, entry: Entry, *, counts: bool) -> dict[str, Any]:
    said = {"type": entry.name, "content_version": version, **dict(entry)}
    return said if isinstance(entry, QuestionAsked) else {**said, "counts": counts}
