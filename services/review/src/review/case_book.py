"""Read model `case_book`: every case, where it stands, and which roles are waited for since when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from events import Projection, Recorded
from events.contracts import reviews
from review.case.roles import JUDGES
from review.case_row import CaseRow, requested
from review.waiting import still_waiting


def show(row: CaseRow | None, fact: Recorded[Any]) -> CaseRow | None:
    """The row after a fact."""
    event = fact.event
    after = (
        requested(fact.id_in_stream, event, fact.time) if isinstance(event, reviews.ReviewRequested) else row
    )
    if after is None:
        return None
    after = _after(after, event)
    moved = row is None or (row.state, row.waiting_for) != (after.state, after.waiting_for)
    return replace(
        after,
        waiting_since=still_waiting(after.waiting_since, after.waiting_for, fact.time),
        since=fact.time if moved else after.since,
        updated_at=fact.time,
    )


def _after(row: CaseRow, event: Any) -> CaseRow:  # any fact of review
    match event:
        case reviews.OrderClassified(kind="conventional"):
            row = replace(row, state="judging", judges={})
            return _in_judging(replace(row, kind=event.kind, reasons=event.reasons, rule_set=event.rule_set))
        case reviews.OrderClassified():
            row = replace(row, state="panel_due", waiting_for=("contract_desk",))
            return replace(row, kind=event.kind, reasons=event.reasons, rule_set=event.rule_set)
        case reviews.DeliveryJudged(side=side):
            row = _answered(row, JUDGES[side])
            return _in_judging(replace(row, judges=row.judges | {JUDGES[side]: event.judged_by}))
        case reviews.PanelConvened(departments=departments):
            return _in_panel(replace(row, state="in_panel", departments=departments))
        case reviews.OpinionGiven(department=department):
            row = _without(_answered(row, department), department)
            judges = row.judges | {department: event.given_by}
            return _in_panel(replace(row, spoken=(*row.spoken, department), judges=judges))
        case reviews.QuestionAsked():
            return _asked(row, event)
        case reviews.ReviewConcluded(outcome=outcome):
            return replace(row, state="concluded", waiting_for=(), questions={}, outcome=outcome)
        case reviews.RefusalProposed(proposed_by=proposer):
            preparers = tuple(dict.fromkeys((*row.prepared_by, proposer)))
            return replace(
                row, state="refusal_proposed", waiting_for=("general_manager",), prepared_by=preparers
            )
        case reviews.ReviewVoided():
            row = replace(row, state="voided", waiting_for=("sales",), outcome=None)
            return replace(row, departments=(), spoken=(), judges={}, questions={})
        case reviews.ReviewClosed():
            return replace(row, state="closed", waiting_for=(), questions={})
    return row


def _asked(row: CaseRow, event: reviews.QuestionAsked) -> CaseRow:
    """Their word is waited for again, and production's where it builds on it (C13)."""
    if row.state == "judging":
        role = JUDGES.get(event.to, event.to)
        judges = {judge: person for judge, person in row.judges.items() if judge != role}
        return _in_judging(replace(row, judges=judges, questions={**row.questions, role: event.question}))
    return _in_panel(replace(_without(row, event.to), questions={**row.questions, event.to: event.question}))


def _without(row: CaseRow, department: str) -> CaseRow:
    """That opinion counts no more, nor production's, which builds on it (C13)."""
    gone = {department, "production"}
    return replace(
        row,
        spoken=tuple(one for one in row.spoken if one not in gone),
        judges={one: person for one, person in row.judges.items() if one not in gone},
    )


def _answered(row: CaseRow, role: str) -> CaseRow:
    """Their next word answers the question they were asked."""
    return replace(row, questions={asked: text for asked, text in row.questions.items() if asked != role})


def _in_judging(row: CaseRow) -> CaseRow:
    """Both sides, until each has a word that counts (C6)."""
    return replace(row, waiting_for=tuple(role for role in JUDGES.values() if role not in row.judges))


def _in_panel(row: CaseRow) -> CaseRow:
    """Those side by side first, then production, then the general manager (C10 to C14)."""
    silent = tuple(one for one in row.departments if one not in row.spoken)
    side_by_side = tuple(one for one in silent if one != "production")
    return replace(row, waiting_for=side_by_side or silent or ("general_manager",))


case_book = Projection(
    name="case_book",
    version=2,
    row=CaseRow,
    show=show,
    key=lambda fact: fact.id_in_stream,
    handles=(
        reviews.ReviewRequested,
        reviews.OrderClassified,
        reviews.DeliveryJudged,
        reviews.PanelConvened,
        reviews.OpinionGiven,
        reviews.QuestionAsked,
        reviews.CaseDecided,
        reviews.RefusalProposed,
        reviews.RefusalApproved,
        reviews.RefusalRejected,
        reviews.ReviewConcluded,
        reviews.ReviewVoided,
        reviews.ReviewClosed,
    ),
    indexes=(("state", "company"), ("company",), ("since",), ("customer_id",)),
)
