"""A contract's clauses, judged for risk, law and finance by three persons (S6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from events import Command, Context, Event, Forbidden, NotFound, Part, Refused
from events.contracts.common import Aspect, Digest, Finding, Name
from events.contracts.reviews import ClausesJudged, ContractReviewConcluded
from review.contract.roles import JUDGES
from review.contract.standing import standing
from review.contract.states import Dossier, InReview, State, Unknown

Sentence = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=r"^[^\x00]+$")
]
"""At most 1,000 characters, so that all findings of a review fit into the one fact that returns it."""


class Remark(Part):
    """What is wrong with one clause, and how it is mended (S6)."""

    clause: Name
    """Which clause: "7.2 liquidated damages"."""
    finding: Sentence
    """What is unclear, wrong or missing."""
    remedy: Sentence
    """How the next draft should read."""


class JudgeClauses(Command):
    """Judge a drafted contract's clauses from one side (S6). Until all three spoke a later word replaces it."""

    aspect: Aspect
    """From which side: risk, legal or financial."""
    digest: Digest
    """SHA-256 of the text that was read, as the contract's review shows it."""
    findings: Annotated[tuple[Remark, ...], Field(max_length=20)] = ()
    """What is to be mended; none when the clauses are clear, accurate and complete."""


MAY: Mapping[type[Command], frozenset[str]] = {JudgeClauses: frozenset().union(*JUDGES.values())}


def judge(state: State, command: JudgeClauses, context: Context) -> Sequence[Event]:
    """S6: three persons look from three sides, none of them who drafted; the third word concludes."""
    dossier = _about_present(state, command)
    _refuse_who_may_not(dossier, command.aspect, context)
    findings = tuple(Finding(aspect=command.aspect, **dict(remark)) for remark in command.findings)
    word = ClausesJudged(aspect=command.aspect, findings=findings, judged_by=context.by.subject)
    if dossier.judgements.get(command.aspect) == word:
        return []
    if not isinstance(state, InReview):
        raise Refused(
            "step-not-due", f"clauses are judged while the draft is in review; it {standing(state).words}"
        )
    _refuse_second_side(dossier, word)
    judgements = {**dossier.judgements, word.aspect: word}
    return [word] if len(judgements) < len(JUDGES) else [word, _conclusion(dossier, judgements)]


def _about_present(state: State, command: JudgeClauses) -> Dossier:
    if isinstance(state, Unknown):
        raise NotFound("not-found", "no such contract: an order has one once it is drafted (C16)")
    present = state.dossier.draft.digest
    if command.digest != present:
        raise Refused(
            "draft-changed",
            f"the present draft has the digest {present}: read that text and judge it",
            {"digest": "not the digest of the present draft"},
        )
    return state.dossier


def _refuse_who_may_not(dossier: Dossier, aspect: Aspect, context: Context) -> None:
    mine, company = JUDGES[aspect] & context.by.roles, dossier.draft.product_company
    if not mine:
        roles = ", ".join(sorted(JUDGES[aspect]))
        raise Forbidden("role-missing", f"the {aspect} clauses are judged by one of the roles {roles}")
    if aspect == "risk" and "contract_desk" not in mine and context.by.company != company:
        raise Forbidden(
            "not-of-company", f"this word belongs to the manager of {company}: use a token of that company"
        )
    if context.by.subject in dossier.drafters:
        raise Forbidden("own-draft", f"{context.by.subject} drafted this contract: another person reviews it")


def _refuse_second_side(dossier: Dossier, word: ClausesJudged) -> None:
    for aspect, other in dossier.judgements.items():
        if aspect != word.aspect and other.judged_by == word.judged_by:
            raise Forbidden(
                "second-person-needed",
                f"{word.judged_by} judged the {aspect} clauses: each side is looked at by a person of its own",
            )


def _conclusion(dossier: Dossier, judgements: Mapping[Aspect, ClausesJudged]) -> ContractReviewConcluded:
    findings = tuple(finding for aspect in JUDGES for finding in judgements[aspect].findings)
    return ContractReviewConcluded(
        contract=dossier.draft.contract,
        digest=dossier.draft.digest,
        outcome="returned" if findings else "cleared",
        findings=findings,
    )
