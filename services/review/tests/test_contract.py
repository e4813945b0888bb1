"""The review of a drafted contract: risk, legal and financial clauses, by three persons (S6)."""

from __future__ import annotations

from typing import Any

import pytest
from case_story import DEPUTY, DESK, GENERAL_MANAGER, PRODUCTION, SALES, SYSTEM
from contract_story import (
    BY_TWO,
    CLEARED,
    CLOSED,
    DRAFT,
    DRAFTED,
    DRAFTER,
    EVERY_STAGE,
    FINANCE,
    JUDGES,
    LEGAL,
    OTHER_TEXT,
    REDRAFT,
    REDRAFTED,
    RETURNED,
    TEXT,
    Story,
    concluded,
    drafted,
    fault,
    judged,
)
from pydantic import ValidationError

from events import Actor
from events.appending import LARGEST_EVENT
from events.contracts.common import Aspect
from events.contracts.reviews import ClausesJudged, ContractReviewClosed, ContractReviewConcluded
from events.testing import given
from review.contract import contract
from review.contract.judging import JudgeClauses, Remark
from review.contract.request import CloseContractReview, RequestContractReview
from review.contract.shown import show_contract

REMARK = Remark(clause="7.2", finding="names no limit", remedy="limit it to 5 %")
CLOSE = CloseContractReview(reason="more of them")


def judge(aspect: Aspect, *remarks: Remark, digest: str = TEXT) -> JudgeClauses:
    return JudgeClauses(aspect=aspect, digest=digest, findings=remarks)


def shown(*story: Any) -> dict[str, Any]:
    return show_contract(contract.fold(story))


def test_s6_a_drafted_contract_is_to_be_reviewed_from_three_sides() -> None:
    given(contract).when(DRAFT, by=SYSTEM).then(drafted())
    assert shown(drafted())["waiting_for"] == ["contract_desk", "legal", "finance"]


@pytest.mark.parametrize("aspect", ["risk", "legal", "financial"])
def test_s6_each_side_is_judged_for_itself(aspect: Aspect) -> None:
    given(contract, *DRAFTED).when(judge(aspect), by=JUDGES[aspect]).then(judged(aspect))
    given(contract, *DRAFTED).when(judge(aspect, REMARK), by=JUDGES[aspect]).then(
        judged(aspect, fault(aspect))
    )


def test_s6_with_three_words_free_of_findings_the_draft_is_cleared() -> None:
    given(contract, *BY_TWO).when(judge("financial"), by=FINANCE).then(judged("financial"), concluded())


def test_s6_with_any_finding_the_draft_is_returned_with_all_of_them() -> None:
    story = (*DRAFTED, judged("financial", fault("financial", "4.1")), judged("risk", fault("risk", "9")))
    given(contract, *story).when(judge("legal"), by=LEGAL).then(
        judged("legal"), concluded(fault("risk", "9"), fault("financial", "4.1"))
    )


@pytest.mark.parametrize("by", [DESK, GENERAL_MANAGER, DEPUTY])
def test_s6_risk_is_judged_by_the_desk_or_the_product_company_s_manager(by: Actor) -> None:
    given(contract, *DRAFTED).when(judge("risk"), by=by).then(judged("risk", by=by))


def test_s6_the_manager_is_that_of_the_product_company() -> None:
    given(contract, *DRAFTED).when(judge("risk"), by=Actor("gao", GENERAL_MANAGER.roles)).refused(
        "not-of-company"
    )
    of_another = Actor("gao", GENERAL_MANAGER.roles, "LV")
    given(contract, *DRAFTED).when(judge("risk"), by=of_another).refused("not-found")


@pytest.mark.parametrize("aspect", ["risk", "legal", "financial"])
def test_s6_no_other_role_judges_a_side(aspect: Aspect) -> None:
    for other, by in (*JUDGES.items(), ("nobody", SALES), ("nobody", PRODUCTION)):
        if other != aspect:
            given(contract, *DRAFTED).when(judge(aspect), by=by).refused("role-missing")


@pytest.mark.parametrize("aspect", ["risk", "legal", "financial"])
def test_s6_who_drafted_a_contract_reviews_none_of_it(aspect: Aspect) -> None:
    every_role = frozenset({"contract_desk", "legal", "finance", "general_manager"})
    own = Actor(DRAFTER.subject, every_role, "HV")
    given(contract, *DRAFTED).when(judge(aspect), by=own).refused("own-draft")


def test_s6_a_colleague_who_puts_the_same_text_forward_does_not_make_it_another_persons() -> None:
    again = drafted(DRAFT.model_copy(update={"drafted_by": "hong", "document": "https://x.example/2"}))
    own = Actor(DRAFTER.subject, frozenset({"contract_desk"}))
    given(contract, *DRAFTED, again).when(judge("risk"), by=own).refused("own-draft")
    given(contract, *REDRAFTED, again).when(judge("risk"), by=own).refused("own-draft")
    other = drafted(REDRAFT.model_copy(update={"drafted_by": "hong"}))
    given(contract, *DRAFTED, other).when(judge("risk", digest=OTHER_TEXT), by=own).then(
        ClausesJudged(aspect="risk", findings=(), judged_by=own.subject)
    )


def test_s6_nobody_judges_two_sides() -> None:
    both = Actor("liang", LEGAL.roles | FINANCE.roles)
    refusal = given(contract, *BY_TWO).when(judge("financial"), by=both).refused("second-person-needed")
    assert "legal" in refusal.reason


def test_s6_a_word_is_revised_until_the_review_is_concluded() -> None:
    revised = judged("legal", fault("legal"))
    given(contract, *BY_TWO).when(judge("legal", REMARK), by=LEGAL).then(revised)
    given(contract, *BY_TWO, revised).when(judge("financial"), by=FINANCE).then(
        judged("financial"), concluded(fault("legal"))
    )
    given(contract, *CLEARED).when(judge("legal", REMARK), by=LEGAL).refused("step-not-due")
    given(contract, *RETURNED).when(judge("financial"), by=FINANCE).refused("step-not-due")


def test_s6_a_colleague_who_revised_a_word_has_it_now_and_the_first_is_free_for_another_side() -> None:
    another = Actor("lin", LEGAL.roles)
    both = Actor("liang", LEGAL.roles | FINANCE.roles)
    story = (*BY_TWO, judged("legal", by=another))
    given(contract, *story).when(judge("financial"), by=both).then(judged("financial", by=both), concluded())


def test_the_same_word_again_changes_nothing() -> None:
    given(contract, *BY_TWO).when(judge("legal"), by=LEGAL).then_nothing()
    given(contract, *CLEARED).when(judge("financial"), by=FINANCE).then_nothing()


def test_s6_a_word_is_about_the_present_text() -> None:
    refusal = given(contract, *REDRAFTED).when(judge("legal"), by=LEGAL).refused("draft-changed")
    assert refusal.fields.keys() == {"digest"}
    given(contract, *REDRAFTED).when(judge("legal", digest=OTHER_TEXT), by=LEGAL).then(judged("legal"))


@pytest.mark.parametrize("story", [DRAFTED, BY_TWO, CLEARED, RETURNED, CLOSED])
def test_s6_another_text_is_reviewed_from_the_beginning(story: Story) -> None:
    given(contract, *story).when(REDRAFT, by=SYSTEM).then(drafted(REDRAFT))
    assert shown(*story, drafted(REDRAFT))["judgements"] == {}


@pytest.mark.parametrize("story", [DRAFTED, BY_TWO, CLEARED, RETURNED])
def test_s6_the_same_draft_again_changes_nothing(story: Story) -> None:
    given(contract, *story).when(DRAFT, by=SYSTEM).then_nothing()


def test_s6_the_same_text_for_another_total_is_another_draft() -> None:
    dearer = DRAFT.model_copy(update={"total": 1})
    given(contract, *CLEARED).when(dearer, by=SYSTEM).then(drafted(dearer))


@pytest.mark.parametrize("story", [DRAFTED, BY_TWO, CLEARED, RETURNED, REDRAFTED])
def test_s6_an_amended_or_ended_order_closes_the_review_of_its_contract(story: Story) -> None:
    given(contract, *story).when(CLOSE, by=SYSTEM).then(ContractReviewClosed(reason="more of them"))


def test_s6_after_an_amendment_the_very_same_draft_is_reviewed_again() -> None:
    given(contract, *CLOSED).when(DRAFT, by=SYSTEM).then(drafted())


def test_what_is_closed_is_not_closed_again_nor_judged() -> None:
    given(contract).when(CLOSE, by=SYSTEM).then_nothing()
    given(contract, *CLOSED).when(CLOSE, by=SYSTEM).then_nothing()
    given(contract, *CLOSED).when(judge("financial"), by=FINANCE).refused("step-not-due")


def test_without_a_draft_there_is_nothing_to_judge() -> None:
    given(contract).when(judge("legal"), by=LEGAL).refused("not-found")


@pytest.mark.parametrize("command", [DRAFT, CLOSE])
def test_no_person_gives_these_commands(command: RequestContractReview | CloseContractReview) -> None:
    given(contract, *DRAFTED).when(command, by=DRAFTER).refused("role-missing")


def test_all_words_stay_in_the_history_also_those_on_earlier_drafts() -> None:
    story = (*DRAFTED, judged("legal", fault("legal")), judged("legal"))
    assert [said["counts"] for said in shown(*story)["history"]] == [False, True]
    redrafted = shown(*REDRAFTED)
    assert [(said["digest"], said["counts"]) for said in redrafted["history"]] == [(TEXT, False)] * 3


def test_a_returned_contract_shows_what_is_to_be_mended() -> None:
    returned = shown(*RETURNED)
    assert returned["state"] == "returned"
    assert returned["conclusion"]["findings"][0]["remedy"] == "limit it to 5 %"
    assert shown(*CLOSED)["closed"] == "more of them"


def test_s6_a_finding_names_its_clause_what_is_wrong_and_the_remedy() -> None:
    with pytest.raises(ValidationError, match="remedy"):
        Remark.model_validate({"clause": "7.2", "finding": "names no limit"})


def test_as_many_findings_as_are_taken_fit_into_the_fact_that_returns_the_draft() -> None:
    longest = Remark(clause="条" * 200, finding="\x01" * 1000, remedy="\x01" * 1000)
    words = [
        ClausesJudged.model_validate(
            {"aspect": aspect, "findings": [{"aspect": aspect, **dict(longest)}] * 20, "judged_by": aspect}
        )
        for aspect in ("risk", "legal")
    ]
    outcome = given(contract, *DRAFTED, *words).when(judge("financial", *[longest] * 20), by=FINANCE)
    _, conclusion = outcome.then_kinds(ClausesJudged, ContractReviewConcluded)
    assert len(conclusion.model_dump_json().encode()) < LARGEST_EVENT


def test_every_stage_can_be_shown() -> None:
    states = [shown(*story)["state"] for story in EVERY_STAGE]
    assert states == ["in_review", "in_review", "cleared", "returned", "in_review", "closed"]
