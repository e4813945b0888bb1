"""C9 to C14: departments are told when it is their turn, the general manager when all have spoken."""

from __future__ import annotations

from telling import SYSTEM, known, opinion, requested, told

from events import Event
from events.contracts.messages import MessageAddressed, OpinionsAwaited
from events.contracts.reviews import PanelConvened, ReviewVoided
from events.testing import given
from notification.correspondence import correspondence

PANEL = PanelConvened(departments=("technical", "quality", "production"))
WITH_LOGISTICS = PanelConvened(departments=("technical", "quality", "production", "logistics"))
DEPUTIES = ["general_manager", "deputy_general_manager"]


def after(*happened: Event) -> list[str]:
    """Whom the last of these facts is told to, after the earlier ones."""
    history: list[Event] = [known()]
    outcome = None
    for fact in happened:
        outcome = given(correspondence, *history).when(told(fact), by=SYSTEM)
        assert outcome.refusal is None
        history += outcome.facts
    assert outcome is not None
    return [fact.recipient.name for fact in outcome.facts if isinstance(fact, MessageAddressed)]


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
