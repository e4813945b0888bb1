"""Subscriptions and lines of webhooks: what may be asked of them, and what follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from telling import DIGEST, EXAMPLES, known, received, recorded, requested, told_and_announced

from events import Actor, Event, Recorded
from events.contracts.messages import (
    DeliveryFailed,
    DeliveryQueued,
    DeliveryRequeued,
    DeliverySucceeded,
    FactAnnounced,
    PingAsked,
    SecretRotated,
    SubscriptionDisabled,
    SubscriptionEnabled,
    SubscriptionOpened,
)
from events.contracts.orders import ContractDrafted, OrderAccepted
from events.contracts.purchases import PartsHeld, PartsRequired
from events.testing import MONDAY, given
from notification.correspondence import correspondence
from notification.reactions import reactions
from notification.webhooks.audience import audience
from notification.webhooks.choice import OFFERED
from notification.webhooks.dispatcher import deliveries
from notification.webhooks.ids import delivery_id, line_of
from notification.webhooks.line import Line, Queue, RecordDelivery, RecordRefusal, Redeliver, line
from notification.webhooks.retries import LONGEST_HOLD, MOST_REFUSALS, next_try
from notification.webhooks.subscription import (
    OVERLAP,
    CloseDoor,
    DisableSubscription,
    EnableSubscription,
    OpenSubscription,
    Ping,
    RotateSecret,
    subscription,
)

SYSTEM = Actor("notification", frozenset({"system"}))
ERP = Actor("erp-hv", frozenset({"erp"}), "HV")
GROUP = Actor("erp", frozenset({"erp"}))
URL = "https://erp.example/hooks"
OPENED = SubscriptionOpened(url=URL, events=("order",), description=None, product_company="HV")


def fact(number: int) -> FactAnnounced:
    return FactAnnounced(
        fact=UUID(int=number), type="order.accepted.v1", happened_at=MONDAY, order="7K3M",
        product_company="HV", stream="order-7K3M", version=number,
    )  # fmt: skip


def queue(number: int) -> Queue:
    id = delivery_id("wh_1", "7K3M", UUID(int=number))
    return Queue(delivery=id, subscription="wh_1", product_company="HV", announced=fact(number))


def queued(number: int) -> DeliveryQueued:
    (one,) = given(line).when(queue(number), by=SYSTEM).then_kinds(DeliveryQueued)
    made: DeliveryQueued = one.model_copy(update={"sequence": number})
    return made


def refusal(delivery: str, attempt: int = 1, **more: Any) -> RecordRefusal:
    said: dict[str, Any] = {
        "fault": "refused",
        "status": 500,
        "error": "HTTP 500",
        "retry_after": None,
        "jitter": 0,
    }
    return RecordRefusal(delivery=delivery, attempt=attempt, **said | more)


def announcements(*happened: Event) -> list[FactAnnounced]:
    """What subscribers may hear of after these facts of one order."""
    facts: list[Event] = []
    for one in happened:
        outcome = given(correspondence, *facts).when(told_and_announced(one), by=SYSTEM)
        assert outcome.refusal is None
        facts += outcome.facts
    return [one for one in facts if isinstance(one, FactAnnounced)]


class TestAnnouncement:
    def test_it_says_what_happened_and_where_and_nothing_of_whom(self) -> None:
        (made,) = announcements(received())
        assert (made.type, made.order, made.product_company) == ("order.received.v1", "7K3M", "HV")
        assert "Hengshan" not in made.model_dump_json()
        assert "@" not in made.model_dump_json()

    def test_the_company_is_remembered_for_facts_that_do_not_name_it(self) -> None:
        _, made = announcements(requested(), OrderAccepted(content_version=1))
        assert made.product_company == "HV"

    def test_while_nobody_knows_whose_order_it_is_only_the_group_hears(self) -> None:
        (made,) = announcements(PartsHeld(request=1, reason="Given up"))
        assert made.product_company is None

    def test_the_same_fact_is_announced_once(self) -> None:
        happened = recorded(received())
        first = given(correspondence).when(told_and_announced(happened), by=SYSTEM).facts
        given(correspondence, *first).when(told_and_announced(happened), by=SYSTEM).then_nothing()

    def test_a_fact_and_its_announcement_take_one_command(self) -> None:
        for happened in EXAMPLES:
            if reactions.of(happened):
                assert len(reactions.of(happened)) == 1
                assert (told_and_announced(happened).announcement is not None) == (happened.name in OFFERED)

    def test_what_concerns_subscribers_alone_is_announced_though_nobody_is_told_and_announced(self) -> None:
        drafted = ContractDrafted(contract="HT-17", digest=DIGEST)
        facts = given(correspondence, known()).when(told_and_announced(drafted), by=SYSTEM).facts
        assert [type(one) for one in facts] == [FactAnnounced]


class TestSubscription:
    def test_who_is_of_a_company_hears_of_its_orders(self) -> None:
        asked = OpenSubscription(url=URL, events=("order", "order", "parts.ready.v1"))
        (opened,) = given(subscription).when(asked, by=ERP).then_kinds(SubscriptionOpened)
        assert (opened.product_company, opened.events) == ("HV", ("order", "parts.ready.v1"))

    @pytest.mark.parametrize(
        "wanted", ["orders", "order.", "order.accept", "purchase", "message.addressed.v1"]
    )
    def test_a_name_that_no_fact_has_is_refused_with_those_there_are(self, wanted: str) -> None:
        asked = OpenSubscription(url=URL, events=("order", wanted))
        refused = given(subscription).when(asked, by=ERP).refused("fact-unknown")
        assert list(refused.fields) == ["/events/1"]
        assert all(name in refused.reason for name in OFFERED)

    def test_disabling_and_enabling_twice_changes_nothing(self) -> None:
        off = SubscriptionDisabled(reason="asked")
        given(subscription, OPENED).when(DisableSubscription(), by=ERP).then(off)
        given(subscription, OPENED, off).when(DisableSubscription(), by=ERP).then_nothing()
        given(subscription, OPENED, off).when(EnableSubscription(), by=ERP).then(SubscriptionEnabled())
        given(subscription, OPENED).when(EnableSubscription(), by=ERP).then_nothing()
        given(subscription, OPENED).when(CloseDoor(reason="gone"), by=SYSTEM).then(
            SubscriptionDisabled(reason="gone")
        )
        given(subscription, OPENED, off).when(CloseDoor(reason="gone"), by=SYSTEM).then_nothing()

    def test_each_rotation_is_a_new_generation_and_the_old_one_signs_for_a_while(self) -> None:
        first = SecretRotated(generation=2, old_until=MONDAY + OVERLAP)
        given(subscription, OPENED).when(RotateSecret(), by=ERP).then(first)
        given(subscription, OPENED, first).when(RotateSecret(), by=ERP).then(
            SecretRotated(generation=3, old_until=MONDAY + OVERLAP)
        )

    def test_pings_are_counted_and_not_sent_to_who_is_disabled(self) -> None:
        given(subscription, OPENED, PingAsked(ping=1)).when(Ping(), by=ERP).then(PingAsked(ping=2))
        off = SubscriptionDisabled(reason="gone")
        given(subscription, OPENED, off).when(Ping(), by=ERP).refused("subscription-disabled")

    def test_another_company_knows_nothing_of_it(self) -> None:
        other = Actor("erp-mv", frozenset({"erp"}), "MV")
        given(subscription, OPENED).when(DisableSubscription(), by=other).refused("not-found")
        of_all = OPENED.model_copy(update={"product_company": None})
        given(subscription, of_all).when(DisableSubscription(), by=ERP).refused("not-found")
        given(subscription, of_all).when(CloseDoor(reason="gone"), by=GROUP).refused("role-missing")

    def test_there_is_nothing_to_do_with_one_that_is_not_there(self) -> None:
        for command in (DisableSubscription(), EnableSubscription(), RotateSecret(), Ping()):
            given(subscription).when(command, by=ERP).refused("not-found")


class TestAudience:
    def listener(self, *facts: Event) -> Any:
        row = None
        for position, event in enumerate(facts, 1):
            happened = Recorded.of(event, stream="subscription-wh_1", position=10 * position)
            row = audience.show(row, happened)
        return row

    def test_who_was_enabled_at_that_place_in_the_log_hears_of_it(self) -> None:
        one = self.listener(OPENED, SubscriptionDisabled(reason="asked"), SubscriptionEnabled())
        heard = [position for position in (5, 15, 25, 35) if one.hears(fact(1), position)]
        assert heard == [15, 35]

    def test_of_other_companies_and_other_facts_it_does_not(self) -> None:
        one = self.listener(OPENED)
        for change in ({"product_company": "MV"}, {"product_company": None}, {"type": "parts.ready.v1"}):
            assert not one.hears(fact(1).model_copy(update=change), 15)
        of_all = self.listener(OPENED.model_copy(update={"product_company": None}))
        assert of_all.hears(fact(1).model_copy(update={"product_company": None}), 15)

    def test_the_same_announcement_leads_to_the_same_id_whenever_it_is_dispatched(self) -> None:
        happened = Recorded.of(fact(1), stream="correspondence-7K3M", position=15)
        (first,), (second,) = (deliveries(happened, [self.listener(OPENED)]) for _ in range(2))
        assert first == second
        assert line_of(first.delivery) == "wh_1.7K3M"


class TestLine:
    def test_a_fact_stands_in_it_once(self) -> None:
        given(line, queued(1)).when(queue(1), by=SYSTEM).then_nothing()
        (second,) = given(line, queued(1)).when(queue(2), by=SYSTEM).then_kinds(DeliveryQueued)
        assert second.sequence == 2

    def test_what_was_taken_is_over_and_may_be_asked_for_again(self) -> None:
        id = queued(1).delivery
        done = DeliverySucceeded(delivery=id, attempt=1, status=204)
        given(line, queued(1)).when(RecordDelivery(delivery=id, attempt=1, status=204), by=SYSTEM).then(done)
        given(line, queued(1), done).when(
            RecordDelivery(delivery=id, attempt=1, status=204), by=SYSTEM
        ).then_nothing()
        given(line, queued(1), done).when(refusal(id), by=SYSTEM).then_nothing()
        again = DeliveryRequeued(delivery=id, sequence=1)
        given(line, queued(1), done).when(Redeliver(delivery=id), by=ERP).then(again)
        given(line, queued(1), done, again).when(Redeliver(delivery=id), by=ERP).then_nothing()
        (failed,) = given(line, queued(1), done, again).when(refusal(id, 2), by=SYSTEM).facts
        assert isinstance(failed, DeliveryFailed)

    def test_it_is_given_up_after_many_refusals_and_the_next_one_goes(self) -> None:
        id, facts = queued(1).delivery, [queued(1), queued(2)]
        for attempt in range(1, MOST_REFUSALS + 1):
            (failed,) = given(line, *facts).when(refusal(id, attempt), by=SYSTEM).then_kinds(DeliveryFailed)
            assert (failed.retry_at is None) == (attempt == MOST_REFUSALS)
            facts.append(failed)
        state = line.fold(facts)
        assert state.deliveries[id].state == "given_up"
        assert state.next is not None
        assert state.next.queued == queued(2)

    def test_it_is_never_given_up_because_the_receiver_is_away(self) -> None:
        id, facts = queued(1).delivery, [queued(1)]
        for attempt in range(1, 3 * MOST_REFUSALS):
            away = refusal(id, attempt, fault="away", status=None)
            (failed,) = given(line, *facts).when(away, by=SYSTEM).then_kinds(DeliveryFailed)
            assert failed.retry_at is not None
            facts.append(failed)

    def test_retry_after_is_waited_for_by_the_whole_receiver(self) -> None:
        later = MONDAY + timedelta(hours=1)
        asked = refusal(queued(1).delivery, fault="away", status=429, retry_after=later)
        (failed,) = given(line, queued(1)).when(asked, by=SYSTEM).then_kinds(DeliveryFailed)
        assert failed.retry_at == failed.hold_until == later

    def test_a_ping_is_tried_once(self) -> None:
        ping = Queue(delivery="wh_1.ping.1", subscription="wh_1", product_company="HV", announced=None)
        facts = given(line).when(ping, by=SYSTEM).facts
        asked = refusal("wh_1.ping.1", fault="away", status=None)
        (failed,) = given(line, *facts).when(asked, by=SYSTEM).then_kinds(DeliveryFailed)
        assert failed.retry_at is None

    def test_others_can_neither_send_again_nor_record(self) -> None:
        id = queued(1).delivery
        other = Actor("erp-mv", frozenset({"erp"}), "MV")
        given(line, queued(1)).when(Redeliver(delivery=id), by=other).refused("not-found")
        given(line, queued(1)).when(
            Redeliver(delivery=id), by=Actor("au", frozenset({"auditor"}), "HV")
        ).refused("role-missing")
        given(line, queued(1)).when(RecordDelivery(delivery=id, attempt=1, status=200), by=ERP).refused(
            "role-missing"
        )
        given(line).when(Redeliver(delivery=id), by=GROUP).refused("not-found")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("queue"), st.integers(1, 6)),
        st.tuples(st.sampled_from(["taken", "refused", "away", "given up"]), st.just(0)),
        st.tuples(st.just("again"), st.integers(1, 6)),
    ),
    max_size=60,
)


@for_all(STEPS)
def test_whatever_happens_an_order_is_told_in_order_and_each_fact_has_one_id(steps: list[Any]) -> None:
    facts: list[Event] = []
    ids: dict[UUID, str] = {}
    first_sent: list[int] = []
    for kind, number in steps:
        state = line.fold(facts)
        following = state.next
        if kind == "queue":
            outcome = given(line, *facts).when(queue(number), by=SYSTEM)
        elif kind == "again":
            outcome = given(line, *facts).when(Redeliver(delivery=queue(number).delivery), by=ERP)
            if outcome.refusal is not None:
                assert queue(number).delivery not in state.deliveries
                continue
        elif following is None:
            continue
        else:
            assert all(
                one.state != "pending"
                for one in state.deliveries.values()
                if one.queued.sequence < following.queued.sequence
            ), "an earlier one of the order is still waiting"
            outcome = given(line, *facts).when(_result(state, kind), by=SYSTEM)
            if following.queued.sequence not in first_sent:
                first_sent.append(following.queued.sequence)
        assert outcome.refusal is None
        facts += outcome.facts
        for event in outcome.facts:
            if isinstance(event, DeliveryQueued) and event.announced:
                assert ids.setdefault(event.announced.fact, event.delivery) == event.delivery
    assert first_sent == sorted(first_sent)
    asked = {number for kind, number in steps if kind == "queue"}
    assert len(ids) == len(set(ids.values())) == len(asked) == len(line.fold(facts).deliveries)


def _result(state: Line, kind: str) -> Any:
    assert state.next is not None
    id, attempt = state.next.queued.delivery, state.next.attempts + 1
    if kind == "taken":
        return RecordDelivery(delivery=id, attempt=attempt, status=200)
    return refusal(id, attempt, fault="away" if kind == "away" else "refused")


@for_all(st.sampled_from(["refused", "away"]), st.integers(1, MOST_REFUSALS - 1), st.floats(0, 1))
def test_pauses_grow_stay_bounded_and_keep_to_what_the_receiver_asks(
    fault: Any, times: int, jitter: float
) -> None:
    at = next_try(fault, times, jitter, MONDAY, None)
    assert at is not None
    assert timedelta(seconds=2.5) <= at - MONDAY <= timedelta(hours=6)
    later = MONDAY + LONGEST_HOLD
    assert next_try(fault, times, jitter, MONDAY, later) == later
    assert next_try("refused", MOST_REFUSALS, jitter, MONDAY, later) is None


def test_refusals_are_given_up_after_days() -> None:
    waits = [next_try("refused", times, 1, MONDAY, None) for times in range(1, MOST_REFUSALS)]
    assert sum(((at - MONDAY) for at in waits if at), timedelta()) > timedelta(days=4)


def test_a_supplier_s_order_may_be_for_several_companies_and_is_offered_to_nobody() -> None:
    assert not any(name.startswith("purchase.") for name in OFFERED)
    assert PartsRequired.name in OFFERED
    assert known().name not in OFFERED
