"""An order's correspondence: nothing told twice, mail in order, nothing given up too early."""

from __future__ import annotations

from datetime import timedelta

from telling import ANN, CONTENT, LIN, SALES, SYSTEM, known, received, recorded, requested, told

from events import Actor, Event
from events.contracts.messages import (
    MailFailed,
    MessageAddressed,
    MessageMailed,
    MessageRead,
    PartiesKnown,
)
from events.contracts.orders import OrderCompleted, OrderWithdrawn, RequirementsConfirmed
from events.contracts.purchases import PartsRequired, PurchaseOrdered
from events.contracts.reviews import ReviewVoided
from events.testing import MONDAY, Given, given
from notification.correspondence import Correspondence, MarkRead, RecordFailure, RecordMailed, correspondence
from notification.retries import MOST_REFUSALS
from notification.states import CALLER
from notification.who_is_told import TABLE

RECEIVED = recorded(received())
BUYER = Actor("bao", frozenset({"buyer"}))


def history(*facts: Event) -> list[Event]:
    """The correspondence after these facts were told."""
    events: list[Event] = []
    for fact in facts:
        outcome = given(correspondence, *events).when(told(fact), by=SYSTEM)
        assert outcome.refusal is None
        events += outcome.facts
    return events


def with_mail() -> tuple[Given[Correspondence], str]:
    """An order whose customer has one letter to get, and the letter's id."""
    events = [*given(correspondence).when(told(RECEIVED), by=SYSTEM).facts]
    return given(correspondence, *events), next(
        fact.message for fact in events if isinstance(fact, MessageAddressed)
    )


def failure(
    message: str, attempt: int = 1, *, for_good: bool = False, fault: str = "refused"
) -> RecordFailure:
    return RecordFailure.model_validate(
        {
            "message": message,
            "attempt": attempt,
            "fault": fault,
            "for_good": for_good,
            "error": "450 later",
            "jitter": 0,
        }
    )


def test_the_customer_is_remembered_from_the_first_fact_of_the_order() -> None:
    parties, message = given(correspondence).when(told(received(ANN)), by=SYSTEM).facts
    assert parties == PartiesKnown(product_company="HV", customer=ANN)
    assert isinstance(message, MessageAddressed)
    assert message.recipient.address == ANN.email
    later = given(correspondence, parties, message).when(told(OrderWithdrawn(reason="Not built")), by=SYSTEM)
    assert [fact.recipient.name for fact in later.facts] == ["C-2", "contract_desk", "production_manager"]  # type: ignore[attr-defined]


def test_the_same_fact_delivered_again_tells_nobody_again() -> None:
    events = given(correspondence).when(told(RECEIVED), by=SYSTEM).facts
    given(correspondence, *events).when(told(RECEIVED), by=SYSTEM).then_nothing()


def test_another_fact_of_the_same_kind_is_told_anew() -> None:
    withdrawn = OrderWithdrawn(reason="Not built")
    events = [known(), *given(correspondence, known()).when(told(recorded(withdrawn)), by=SYSTEM).facts]
    again = given(correspondence, *events).when(told(recorded(withdrawn)), by=SYSTEM).facts
    assert len(again) == 3
    assert {fact.message for fact in again}.isdisjoint(fact.message for fact in events[1:])  # type: ignore[attr-defined]


def test_the_id_of_a_message_names_its_order_and_is_the_same_whenever_it_is_made() -> None:
    _, first = with_mail()
    _, second = with_mail()
    assert first == second
    assert first.startswith("7K3M.")


def test_a_review_that_is_read_before_the_order_says_whose_order_it_is() -> None:
    (parties,) = given(correspondence).when(told(requested()), by=SYSTEM).facts
    assert parties == PartiesKnown(product_company="HV", customer=LIN)
    given(correspondence, parties).when(told(requested()), by=SYSTEM).then_nothing()


def test_what_order_intake_says_of_the_customer_counts_more_than_a_copy() -> None:
    moved = LIN.model_copy(update={"email": "office@hengshan.example"})
    confirmed = RequirementsConfirmed(
        customer=moved,
        product_company="HV",
        content=CONTENT,
        content_version=1,
        confirmed_by="sun",
        prepared_by=(),
    )
    news, letter = given(correspondence, known()).when(told(confirmed), by=SYSTEM).facts
    assert news == PartiesKnown(product_company="HV", customer=moved)
    assert isinstance(letter, MessageAddressed)
    assert letter.recipient.address == moved.email
    given(correspondence, news).when(told(requested()), by=SYSTEM).then_nothing()


def test_procurement_knows_the_company_and_leaves_the_customer_as_it_is() -> None:
    required = PartsRequired(product_company="HV", needs=())
    given(correspondence, known()).when(told(required), by=SYSTEM).then_nothing()
    given(correspondence).when(told(required), by=SYSTEM).then(PartiesKnown(product_company="HV"))


def test_a_customer_is_not_written_to_before_the_order_was_told_of() -> None:
    given(correspondence).when(told(OrderWithdrawn(reason="Not built")), by=SYSTEM).refused(
        "customer-unknown"
    )


def test_people_of_another_company_know_nothing_of_it() -> None:
    (parties, _, note) = history(received(), OrderCompleted(content=CONTENT))
    assert isinstance(note, MessageAddressed)
    told_of = given(correspondence, parties, note)
    read = MarkRead(message=note.message)
    told_of.when(read, by=Actor("li", frozenset({"sales"}), "MV")).refused("not-found")
    told_of.when(read, by=Actor("he", frozenset({"sales"}), "HV")).then(
        MessageRead(message=note.message, by="he")
    )


def test_a_purchase_order_for_several_companies_concerns_the_group_alone() -> None:
    ordered = PurchaseOrdered.model_validate(
        {
            "supplier": "S",
            "supplier_name": "S",
            "lines": [{"order": "7K3M", "part": "x", "quantity": 1}],
            "ordered_by": "bao",
        }
    )
    state = given(correspondence, *history(ordered)).state
    assert not Actor("he", company="HV").sees(correspondence.company(state))
    assert Actor("bao").sees(correspondence.company(state))


def test_a_message_is_read_by_those_it_is_for_and_each_reader_counts_once() -> None:
    events = history(received(), OrderCompleted(content=CONTENT))
    note = events[-1]
    assert isinstance(note, MessageAddressed)
    read, by_sun = MarkRead(message=note.message), MessageRead(message=note.message, by="sun")
    given(correspondence, *events).when(read, by=BUYER).refused("not-addressed")
    given(correspondence, *events).when(read, by=SALES).then(by_sun)
    given(correspondence, *events, by_sun).when(read, by=SALES).then_nothing()
    other = Actor("su", frozenset({"sales"}))
    given(correspondence, *events, by_sun).when(read, by=other).then(
        MessageRead(message=note.message, by="su")
    )


def test_those_who_may_mark_as_read_are_those_messages_are_addressed_to() -> None:
    addressed = {
        name
        for line in TABLE.values()
        for one in line
        if one.kind == "role"
        for name in one.names(None)  # the roles of a line do not depend on its fact
    }
    assert correspondence.may[MarkRead] == addressed | {CALLER.name}


def test_a_message_to_a_person_is_that_person_s_alone() -> None:
    void = ReviewVoided(content_version=2, reason="Two panels more", given_by=("tao",))
    events = history(received(), void)
    note = events[-1]
    assert isinstance(note, MessageAddressed)
    read = MarkRead(message=note.message)
    for roles in ({"technical"}, {"sales", "technical"}):  # whatever else they became since
        given(correspondence, *events).when(read, by=Actor("tao", frozenset(roles))).then(
            MessageRead(message=note.message, by="tao")
        )
    given(correspondence, *events).when(read, by=Actor("lu", frozenset({"technical"}))).refused(
        "not-addressed"
    )


def test_who_only_looks_on_leaves_no_mark() -> None:
    events = history(received(), OrderCompleted(content=CONTENT))
    note = events[-1]
    assert isinstance(note, MessageAddressed)
    for role in ("auditor", "operator", "erp"):
        looking = Actor("au", frozenset({role}))
        given(correspondence, *events).when(MarkRead(message=note.message), by=looking).refused(
            "role-missing"
        )


def test_a_letter_is_nobodys_inbox_message() -> None:
    order, letter = with_mail()
    order.when(MarkRead(message=letter), by=SALES).refused("not-addressed")


def test_a_message_that_is_not_there_cannot_be_read_or_sent() -> None:
    given(correspondence, known()).when(MarkRead(message="7K3M.0"), by=SALES).refused("not-found")
    given(correspondence, known()).when(RecordMailed(message="7K3M.0", attempt=1), by=SYSTEM).refused(
        "not-found"
    )


def test_mail_is_sent_once() -> None:
    order, letter = with_mail()
    sent = MessageMailed(message=letter, attempt=1)
    order.when(RecordMailed(message=letter, attempt=1), by=SYSTEM).then(sent)
    given(correspondence, *order.history, sent).when(
        RecordMailed(message=letter, attempt=1), by=SYSTEM
    ).then_nothing()


def test_a_letter_that_is_refused_for_now_goes_again_later_and_later() -> None:
    order, letter = with_mail()
    (first,) = order.when(failure(letter), by=SYSTEM).facts
    assert first == MailFailed(
        message=letter, attempt=1, fault="refused", error="450 later", retry_at=MONDAY + timedelta(seconds=30)
    )
    (second,) = given(correspondence, *order.history, first).when(failure(letter, 2), by=SYSTEM).facts
    assert isinstance(second, MailFailed)
    assert second.retry_at == MONDAY + timedelta(seconds=60)


def test_an_attempt_is_recorded_once() -> None:
    order, letter = with_mail()
    facts = order.when(failure(letter), by=SYSTEM).facts
    given(correspondence, *order.history, *facts).when(failure(letter), by=SYSTEM).then_nothing()


def test_a_letter_that_is_refused_for_good_is_given_up_and_sales_is_asked_to_call() -> None:
    order, letter = with_mail()
    failed, call = order.when(failure(letter, for_good=True), by=SYSTEM).facts
    assert isinstance(failed, MailFailed)
    assert isinstance(call, MessageAddressed)
    assert failed.retry_at is None
    assert (call.recipient.name, call.channel, call.template) == ("sales", "inbox", "mail_undeliverable")
    assert "lin@hengshan.example" in call.body
    given(correspondence, *order.history, failed, call).when(failure(letter, 2), by=SYSTEM).then_nothing()


def test_a_letter_is_given_up_after_days_of_refusals_and_not_for_an_outage() -> None:
    order, letter = with_mail()
    outage = [
        MailFailed(message=letter, attempt=n, fault="unreachable", error="down", retry_at=MONDAY)
        for n in range(1, 2 * MOST_REFUSALS)
    ]
    n = len(outage) + 1
    given(correspondence, *order.history, *outage).when(failure(letter, n), by=SYSTEM).then_kinds(MailFailed)
    refusals = [
        MailFailed(message=letter, attempt=n, fault="refused", error="450", retry_at=MONDAY)
        for n in range(1, MOST_REFUSALS)
    ]
    last = given(correspondence, *order.history, *refusals).when(failure(letter, MOST_REFUSALS), by=SYSTEM)
    assert last.then_kinds(MailFailed, MessageAddressed)[0].retry_at is None


def test_letters_go_in_the_order_of_what_happened() -> None:
    events = history(received(), OrderWithdrawn(reason="Not built"))
    letters = [fact for fact in events if isinstance(fact, MessageAddressed) and fact.channel == "mail"]
    first, second = (letter.message for letter in letters)
    state = given(correspondence, *events).state
    assert state.next_mail is not None
    assert state.next_mail.addressed.message == first
    waiting = MailFailed(message=first, attempt=1, fault="refused", error="450", retry_at=MONDAY)
    state = given(correspondence, *events, waiting).state
    assert state.next_mail is not None
    assert state.next_mail.addressed.message == first, "the second does not overtake"
    state = given(correspondence, *events, MessageMailed(message=first, attempt=1)).state
    assert state.next_mail is not None
    assert state.next_mail.addressed.message == second


def test_nobody_but_the_service_itself_tells_or_records() -> None:
    order, letter = with_mail()
    order.when(told(RECEIVED), by=SALES).refused("role-missing")
    order.when(RecordMailed(message=letter, attempt=1), by=SALES).refused("role-missing")
    order.when(failure(letter), by=SALES).refused("role-missing")
