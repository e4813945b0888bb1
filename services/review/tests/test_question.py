"""Back to one reviewer with a question: that word is waited for again, and nobody else's is lost."""

from __future__ import annotations

from typing import Any

import pytest
from case_story import (
    ACCEPTED,
    ALL_SPOKEN,
    CLOSED,
    COMPLETE_SET,
    DECIDED,
    DECISION,
    DEPUTY,
    DESK,
    DESK_ASKED,
    FEASIBLE,
    GENERAL_MANAGER,
    HALF_JUDGED,
    IN_PANEL,
    INFEASIBLE,
    JUDGING,
    PANEL_DUE,
    PRODUCTION,
    QUALITY,
    REFUSAL_PENDING,
    SALES,
    SIDE_BY_SIDE,
    SYSTEM,
    TECHNICAL,
    TECHNICAL_ASKED,
    VOIDED,
    WITH_LOGISTICS,
    Story,
    asked,
    judged,
    opinion,
    requested,
)

from events import Actor
from events.contracts.reviews import CaseDecided, ReviewConcluded, Reviewer, ReviewVoided
from events.testing import given
from review.case import case
from review.case.decision import DecideCase
from review.case.delivery import JudgeDelivery
from review.case.panel import GiveOpinion
from review.case.question import AskReviewer
from review.case.request import VoidReview
from review.case.shown import show_case

DECIDE = DecideCase(content_version=1, decision="accept", reason="we want it")


def ask(to: Reviewer, question: str = "does it fit?", version: int = 1) -> AskReviewer:
    return AskReviewer(content_version=version, to=to, question=question)


def give(department: str, words: str = "it can be done") -> GiveOpinion:
    return GiveOpinion.model_validate(
        {"content_version": 1, "department": department, "feasible": True, "opinion": words}
    )


def judge(side: str) -> JudgeDelivery:
    return JudgeDelivery.model_validate({"content_version": 1, "side": side, "feasible": True})


def shown(*story: Any) -> dict[str, Any]:
    return show_case(case.fold(story))


@pytest.mark.parametrize("by", [DESK, GENERAL_MANAGER, DEPUTY, PRODUCTION])
def test_the_desk_production_and_the_manager_return_a_case_to_one_reviewer(by: Actor) -> None:
    given(case, *SIDE_BY_SIDE).when(ask("technical"), by=by).then(asked("technical", by))


@pytest.mark.parametrize("by", [SALES, TECHNICAL, QUALITY])
def test_nobody_else_asks(by: Actor) -> None:
    given(case, *SIDE_BY_SIDE).when(ask("technical"), by=by).refused("role-missing")


def test_only_who_was_asked_is_waited_for_again() -> None:
    assert shown(*SIDE_BY_SIDE, asked("technical", DESK))["waiting_for"] == ["technical"]
    assert set(shown(*SIDE_BY_SIDE, asked("technical", DESK))["opinions"]) == {"quality"}


def test_c13_production_s_opinion_is_void_when_one_it_builds_on_is_asked_again() -> None:
    assert set(shown(*TECHNICAL_ASKED)["opinions"]) == {"quality"}
    answered = (*TECHNICAL_ASKED, opinion("technical", TECHNICAL, "it does"))
    assert shown(*answered)["waiting_for"] == ["production"]
    given(case, *TECHNICAL_ASKED).when(give("production"), by=PRODUCTION).refused("others-first")
    given(case, *answered).when(give("production"), by=PRODUCTION).then(opinion("production", PRODUCTION))


def test_a_question_to_production_leaves_the_others_opinions_standing() -> None:
    story = (*ALL_SPOKEN, asked("production", GENERAL_MANAGER))
    assert shown(*story)["waiting_for"] == ["production"]
    assert set(shown(*story)["opinions"]) == {"technical", "quality"}


def test_c14_nothing_is_decided_while_a_question_is_open() -> None:
    refusal = given(case, *TECHNICAL_ASKED).when(DECIDE, by=GENERAL_MANAGER).refused("opinions-missing")
    assert "technical, who was asked a question" in refusal.reason
    answered = (
        *TECHNICAL_ASKED,
        opinion("technical", TECHNICAL),
        opinion("production", PRODUCTION),
    )
    given(case, *answered).when(DECIDE, by=GENERAL_MANAGER).then_kinds(CaseDecided, ReviewConcluded)


def test_the_same_word_again_answers_a_question() -> None:
    given(case, *TECHNICAL_ASKED).when(give("technical"), by=TECHNICAL).then(opinion("technical", TECHNICAL))


def test_the_next_word_of_who_was_asked_stands_beside_the_question() -> None:
    (open_one,) = shown(*TECHNICAL_ASKED)["questions"]
    assert open_one == {"to": "technical", "question": "does it fit?", "asked_by": "gao", "answer": None}
    others = (opinion("quality", QUALITY, "as before"), opinion("technical", TECHNICAL, "it does"))
    (answered,) = shown(*TECHNICAL_ASKED, *others)["questions"]
    assert answered["answer"]["opinion"] == "it does"
    later = shown(*TECHNICAL_ASKED, *others, opinion("technical", TECHNICAL, "in May"))
    assert later["questions"][0]["answer"]["opinion"] == "it does"


def test_c6_a_side_of_a_conventional_order_is_asked_again() -> None:
    given(case, *HALF_JUDGED).when(ask("contract_desk"), by=GENERAL_MANAGER).then(*DESK_ASKED[-1:])
    assert shown(*DESK_ASKED)["waiting_for"] == ["contract_desk", "production_manager"]
    given(case, *DESK_ASKED).when(judge("production"), by=PRODUCTION).then(judged("production", PRODUCTION))
    other_side = (*DESK_ASKED, judged("production", PRODUCTION))
    given(case, *other_side).when(judge("contract_desk"), by=DESK).then(
        judged("contract_desk", DESK), ACCEPTED.model_copy(update={"decided_by": "deng"})
    )


def test_c6_production_asks_the_desk_it_builds_on() -> None:
    given(case, *HALF_JUDGED).when(ask("contract_desk"), by=PRODUCTION).then(
        asked("contract_desk", PRODUCTION)
    )


def test_c6_the_answer_and_the_other_side_come_from_two_persons() -> None:
    both = Actor("wu", frozenset({"contract_desk", "production_manager"}), "HV")
    story = (*DESK_ASKED, judged("production", both))
    given(case, *story).when(judge("contract_desk"), by=both).refused("second-person-needed")


def test_c13_production_asks_once_all_the_others_spoke_and_never_itself() -> None:
    half = (*IN_PANEL, opinion("technical", TECHNICAL))
    given(case, *half).when(ask("technical"), by=PRODUCTION).refused("others-first")
    given(case, *ALL_SPOKEN).when(ask("production"), by=PRODUCTION).refused("own-word")
    another = Actor("pan", frozenset({"production"}), "HV")
    given(case, *ALL_SPOKEN).when(ask("production"), by=another).refused("own-word")


def test_nobody_asks_themselves() -> None:
    both = Actor("tang", TECHNICAL.roles | DESK.roles, "HV")
    given(case, *SIDE_BY_SIDE).when(ask("technical"), by=both).refused("own-word")
    given(case, *HALF_JUDGED).when(ask("contract_desk"), by=DESK).refused("own-word")
    other_desk = Actor("du", DESK.roles)
    given(case, *HALF_JUDGED).when(ask("contract_desk"), by=other_desk).then(
        asked("contract_desk", other_desk)
    )


@pytest.mark.parametrize("subject", ["sun", "erp-1"])
def test_nobody_asks_for_another_word_on_a_request_of_their_own(subject: str) -> None:
    own = Actor(subject, frozenset({"contract_desk", "general_manager"}), "HV")
    given(case, *SIDE_BY_SIDE).when(ask("technical"), by=own).refused("own-request")


@pytest.mark.parametrize("by", [GENERAL_MANAGER, PRODUCTION])
def test_the_product_company_s_own_people_ask(by: Actor) -> None:
    given(case, *SIDE_BY_SIDE).when(ask("technical"), by=Actor("wu", by.roles)).refused("not-of-company")
    given(case, *SIDE_BY_SIDE).when(ask("technical"), by=Actor("wu", by.roles, "LV")).refused("not-found")


def test_one_question_at_a_time_is_put_to_a_reviewer() -> None:
    given(case, *TECHNICAL_ASKED).when(ask("technical"), by=GENERAL_MANAGER).then_nothing()
    given(case, *TECHNICAL_ASKED).when(ask("technical", "and by when?"), by=DESK).refused("question-open")
    given(case, *TECHNICAL_ASKED).when(ask("quality"), by=DESK).then(asked("quality", DESK))


def test_a_question_is_put_to_who_has_spoken() -> None:
    given(case, *IN_PANEL).when(ask("technical"), by=DESK).refused("word-awaited")
    given(case, *JUDGING).when(ask("production"), by=GENERAL_MANAGER).refused("word-awaited")
    void = (*ALL_SPOKEN, opinion("technical", TECHNICAL, "two weeks longer"))
    given(case, *void).when(ask("production"), by=GENERAL_MANAGER).refused("word-awaited")


def test_a_question_is_put_to_who_has_a_word_on_the_case() -> None:
    given(case, *ALL_SPOKEN).when(ask("logistics"), by=DESK).refused("not-a-reviewer")
    given(case, *ALL_SPOKEN).when(ask("contract_desk"), by=GENERAL_MANAGER).refused("not-a-reviewer")
    given(case, *HALF_JUDGED).when(ask("technical"), by=DESK).refused("not-a-reviewer")
    given(case, *WITH_LOGISTICS).when(ask("logistics"), by=DESK).refused("word-awaited")


@pytest.mark.parametrize(
    "story", [PANEL_DUE, FEASIBLE, INFEASIBLE, REFUSAL_PENDING, DECISION, VOIDED, CLOSED]
)
def test_nothing_is_asked_before_the_words_or_after_the_conclusion(story: Story) -> None:
    given(case, *story).when(ask("technical"), by=GENERAL_MANAGER).refused("step-not-due")
    given(case).when(ask("technical"), by=GENERAL_MANAGER).refused("not-found")


def test_a_question_on_another_content_is_refused() -> None:
    given(case, *ALL_SPOKEN).when(ask("technical", version=2), by=DESK).refused("content-changed")


def test_a_changed_content_ends_the_question_and_names_no_asker_among_the_words() -> None:
    void = VoidReview(content_version=2, reason="later")
    given(case, *TECHNICAL_ASKED).when(void, by=SYSTEM).then(
        ReviewVoided(content_version=2, reason="later", given_by=("tang", "qian", "peng"))
    )
    anew = (
        *TECHNICAL_ASKED,
        ReviewVoided(content_version=2, reason="later", given_by=()),
        requested(COMPLETE_SET, 2),
    )
    assert shown(*anew)["questions"] == []


class TestHistory:
    """An opinion can be revised until the decision, and the case shows all that was said."""

    def test_a_revised_opinion_stays_in_the_history_and_counts_no_more(self) -> None:
        story = (*SIDE_BY_SIDE, opinion("technical", TECHNICAL, "two weeks longer"))
        history = [(said["opinion"], said["given_by"], said["counts"]) for said in shown(*story)["history"]]
        assert history == [
            ("it can be done", "tang", False),
            ("it can be done", "qian", True),
            ("two weeks longer", "tang", True),
        ]

    def test_a_question_stands_where_it_was_asked(self) -> None:
        kinds = [said["type"] for said in shown(*TECHNICAL_ASKED)["history"]]
        assert kinds == ["review.opinion_given.v1"] * 3 + ["review.question_asked.v1"]
        assert [said.get("counts") for said in shown(*TECHNICAL_ASKED)["history"]] == [
            False,
            True,
            False,
            None,
        ]

    def test_the_manager_s_decision_counts(self) -> None:
        assert shown(*ALL_SPOKEN, DECIDED)["history"][-1]["counts"] is True

    def test_words_on_an_older_content_are_kept_and_void(self) -> None:
        voided = ReviewVoided(content_version=2, reason="later", given_by=())
        for story in ((*ALL_SPOKEN, voided), (*ALL_SPOKEN, requested(COMPLETE_SET, 2))):
            history = shown(*story)["history"]
            assert [(said["content_version"], said["counts"]) for said in history] == [(1, False)] * 3

    def test_a_revised_judgement_stays_as_well(self) -> None:
        story = (*HALF_JUDGED, judged("contract_desk", DESK))
        assert [said["counts"] for said in shown(*story)["history"]] == [False, True]
