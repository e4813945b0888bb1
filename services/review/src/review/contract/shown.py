"""What the review of a contract looks like from outside: the draft, and all words on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import to_jsonable_python

from events.contracts.common import Digest
from events.contracts.reviews import ClausesJudged
from review.contract.standing import standing
from review.contract.states import Closed, Concluded, Dossier, State, Unknown


def show_contract(state: State) -> dict[str, Any]:
    """A state as the JSON object that callers see; its fields are those of the facts behind it.

    `judgements` are the words that count; `history` has all of them, also those replaced and
    those on earlier drafts, oldest first. When each was said is in the contract's events.
    """
    stand = standing(state)
    shown: dict[str, Any] = {"state": stand.state, "waiting_for": stand.waiting_for}
    if isinstance(state, Unknown):
        return shown
    shown |= dict(state.dossier.draft)
    shown["judgements"] = state.dossier.judgements
    shown["history"] = list(_history(state.dossier))
    match state:
        case Concluded(conclusion=conclusion):
            shown["conclusion"] = conclusion
        case Closed(reason=reason):
            shown["closed"] = reason
    answer: dict[str, Any] = to_jsonable_python(shown)
    return answer


def _history(dossier: Dossier) -> Iterator[dict[str, Any]]:
    for digest, word in dossier.earlier:
        yield _said(digest, word, counts=False)
    last = {word.aspect: place for place, word in enumerate(dossier.words)}
    for place, word in enumerate(dossier.words):
        yield _said(dossier.draft.digest, word, counts=last[word.aspect] == place)


def _said(digest: Digest, word: ClausesJudged, *, counts: bool) -> dict[str, Any]:
    return {"type": word.name, "digest": digest, **dict(word), "counts": counts}
