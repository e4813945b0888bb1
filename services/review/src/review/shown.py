"""What a case looks like from outside: where it stands, what is judged, and all words on it."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_jsonable_python

from review.case.standing import standing
from review.case.states import Closed, Concluded, InPanel, RefusalPending, State, Unknown, Voided


def show_case(state: State) -> dict[str, Any]:
    """A state as the JSON object that callers see; its fields are those of the facts behind it."""
    stand = standing(state)
    shown: dict[str, Any] = {"state": stand.state, "waiting_for": stand.waiting_for}
    if isinstance(state, Unknown):
        return shown
    dossier = state.dossier
    shown |= dict(dossier.request)
    shown["classification"] = dossier.classified
    shown["judgements"] = dossier.judgements
    shown["opinions"] = dossier.opinions
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
