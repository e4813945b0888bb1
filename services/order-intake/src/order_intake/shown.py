"""What an order looks like from outside: where it stands, and all that is known of it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pydantic_core import to_jsonable_python

from order_intake.order.standing import standing
from order_intake.order.states import Bound, CancellationPending, State, Unknown


def show_order(state: State) -> dict[str, Any]:
    """A state as the JSON object that callers see; its fields are those of the facts behind it."""
    stand = standing(state)
    shown: dict[str, Any] = {"state": stand.state, "waiting_for": stand.waiting_for}
    if isinstance(state, Unknown):
        return shown
    dossier = state.dossier
    shown |= dict(dossier.received)
    shown |= {
        "content": dossier.content,
        "content_version": dossier.content_version,
        "prepared_by": dossier.prepared_by,
        "project": dossier.project,
        "doubts": dossier.doubts,
    }
    if isinstance(state, CancellationPending):
        shown |= _own(state.instructed)
    shown |= _own(state)
    answer: dict[str, Any] = to_jsonable_python(shown)
    return answer


def _own(state: State) -> dict[str, Any]:
    """What only some states have, by its name there: `missing`, `quotation`, `draft`, `signatures`..."""
    own = {field.name for field in fields(state)} - {"dossier", "terms", "instructed"}
    shown = {name: getattr(state, name) for name in sorted(own)}
    if isinstance(state, Bound):
        shown["promised_delivery_date"] = state.terms.delivery_date(state.dossier.content)
        shown["agreed"] = state.terms.agreed
    return shown
