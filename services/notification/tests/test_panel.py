"""C9 to C14: departments are told when it is their turn, the general manager when all have spoken;
and who asked a reviewer something is told when the answer comes."""

from __future__ import annotations

from telling import SYSTEM, judged, known, opinion, question, requested, told

from events import Event
from events.contracts.messages import MessageAddressed, OpenQuestion, OpinionsAwaited
from events.contracts.reviews import PanelConvened, ReviewVoided
from events.testing import given
from notification.correspondence import correspondence

PANEL = PanelConvened(departments=("technical", "quality", "production"))
WITH_LOGISTICS = PanelConvened(departments=("technical", "quality", "production", "logistics"))
DEPUTIES = ["general_manager", "deputy_general_manager"]


def messages(*happened: Event) -> list[MessageAddressed]:
    """What the last of these facts leads to, after the earlier ones."""
    history: list[Event] = [known()]
    outcome = None
    for fact in happened:
        outcome = given(correspondence, *history).when(told(fact), by=SYSTEM)
        assert outcome.refusal is None
        history += outcome.facts
    assert outcome is not None
    return [fact for fact in outcome.facts if isinstance(fact, MessageAddressed)]


def after(*happened: Event) -> list[str]:
    """Whom the last of these facts is told to, after the earlier ones."""
    return [message.recipient.name for message in messages(*happened)]


def test_c9_technical_and_quality_are_asked_side_by_side_and_production_not_yet() -> None:
    assert after(PANEL) == ["technical", "quality"]


def test_c12_logistics_is_asked_when_it_is_called() -> None:
    assert after(WITH_LOGISTICS) == ["technical", "quality", "logistics"]
    assert after(PANEL, WITH_LOGISTICS) == ["logistics"]


def test_c13_production_is_asked_once_the_others_have_spoken() -> None:
    assert after(PANEL, opinion("technical")) == []
    assert after(PANEL, opinion("technical"), opinion("quality")) == ["production"]


def test_c14_the_general_manager_is_asked_to_decide_when_production_has_spoken() -> None:
    assert after(PANEL, opinion("technical"), opinion("quality"), opinion("production")) == DEPUTIES


def test_c13_production_is_asked_again_when_what_it_built_on_changed() -> None:
    spoken = (PANEL, opinion("technical"), opinion("quality"), opinion("production"))
    assert after(*spoken, opinion("quality", feasible=False)) == ["production"]
    assert after(*spoken, opinion("quality", feasible=False), opinion("production")) == DEPUTIES


def test_a_revised_opinion_asks_nobody_who_is_asked_already() -> None:
    assert after(PANEL, opinion("technical"), opinion("technical", feasible=False)) == []
    spoken = (PANEL, opinion("technical"), opinion("quality"))
    assert after(*spoken, opinion("technical", feasible=False)) == []


def test_logistics_called_late_speaks_before_production() -> None:
    spoken = (PANEL, opinion("technical"), opinion("quality"))
    assert after(*spoken, WITH_LOGISTICS) == ["logistics"]
    assert after(*spoken, WITH_LOGISTICS, opinion("logistics")) == ["production"]


def test_a_changed_content_starts_over() -> None:
    void = ReviewVoided(content_version=2, reason="more panels", given_by=())
    assert after(PANEL, opinion("technical"), void, requested(), PANEL) == ["technical", "quality"]


def test_who_is_waited_for_is_on_record() -> None:
    (fact, *_) = given(correspondence, known()).when(told(PANEL), by=SYSTEM).facts
    assert isinstance(fact, OpinionsAwaited)
    assert fact.panel == fact.awaited == ("production", "quality", "technical")


SPOKEN = (PANEL, opinion("technical"), opinion("quality"), opinion("production"))


def test_a_question_reaches_that_reviewer_alone_with_its_words() -> None:
    (note,) = messages(*SPOKEN, question("technical", "Does it carry 4000 A?"))
    assert (note.recipient.kind, note.recipient.name) == ("role", "technical")
    assert "Does it carry 4000 A?" in note.body


def test_who_asked_is_told_the_answer_and_production_builds_on_it_anew() -> None:
    asked = (*SPOKEN, question("technical", by="gao"))
    assert after(*asked, opinion("quality")) == [], "another reviewer's word answers nothing"
    assert after(*asked, opinion("technical")) == ["production", "gao"]
    assert after(*asked, opinion("technical"), opinion("production")) == DEPUTIES, "c14 decide now"
    assert after(*asked, opinion("technical"), opinion("production"), opinion("technical")) == ["production"]


def test_c13_production_s_word_is_void_with_the_one_it_builds_on_and_nobody_else_s() -> None:
    history: list[Event] = [known()]
    for fact in (*SPOKEN, question("technical")):
        history += given(correspondence, *history).when(told(fact), by=SYSTEM).facts
    assert given(correspondence, *history).state.panel.awaited == {"technical", "production"}


def test_a_question_to_production_is_answered_by_production() -> None:
    assert after(*SPOKEN, question("production")) == ["production"]
    assert after(*SPOKEN, question("production"), opinion("production")) == [*DEPUTIES, "deng"]


def test_production_asks_those_it_builds_on_before_it_speaks() -> None:
    waiting = (PANEL, opinion("technical"), opinion("quality"), question("technical", by="pan"))
    assert after(*waiting, opinion("technical")) == ["production", "pan"]


def test_c6_on_a_delivery_date_the_production_manager_is_asked() -> None:
    assert after(question("production")) == ["production_manager"]
    assert after(question("production"), judged("contract_desk")) == []
    assert after(question("production"), judged("production")) == ["deng"]
    assert after(question("contract_desk", by="gao"), judged("contract_desk")) == ["gao"]
    assert after(judged("production")) == [], "nobody asked"


def test_each_asker_is_told_once_with_all_they_asked() -> None:
    asked = (question("quality", "Which test?"), question("quality", "By whom?"))
    both = (*SPOKEN, *asked, question("quality", "By when?", by="gao"))
    answers = messages(*both, opinion("quality"))[1:]
    assert [one.recipient.name for one in answers] == ["deng", "gao"]
    assert "You asked: Which test?\nYou asked: By whom?\n" in answers[0].body
    assert "By when?" not in answers[0].body


def test_a_question_on_the_old_content_is_void_with_it() -> None:
    void = ReviewVoided(content_version=2, reason="more panels", given_by=())
    assert after(*SPOKEN, question("technical"), void, requested(), PANEL, opinion("technical")) == []


def test_an_open_question_is_on_record() -> None:
    (fact, *_) = given(correspondence, known()).when(told(question("quality")), by=SYSTEM).facts
    assert isinstance(fact, OpinionsAwaited)
    assert fact.questions == (
        OpenQuestion(to="quality", question="Does the busbar carry 4000 A?", asked_by="deng"),
    )
