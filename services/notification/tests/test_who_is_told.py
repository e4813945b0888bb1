"""Every fact of the other services is told to somebody, in words that have no gap, or is silent on purpose."""

from __future__ import annotations

import pytest
from telling import ANN, CALLED, CONTENT, EXAMPLES, LIN, SYSTEM, known, received, recorded, told

from events import Event
from events.contracts import orders, purchases, reviews
from events.contracts.common import Customer
from events.contracts.messages import MessageAddressed, PartiesKnown
from events.event import known_events
from events.testing import given
from notification.correspondence import correspondence
from notification.reactions import reactions
from notification.webhooks.choice import OFFERED
from notification.who_is_told import SILENT, TABLE

OTHERS = {module.__name__ for module in (orders, reviews, purchases)}


def ids(fact: Event) -> str:
    return fact.name


def heard(fact: Event, customer: Customer) -> list[MessageAddressed]:
    """The messages that one fact leads to, for an order of this customer."""
    outcome = given(correspondence, known(customer)).when(told(fact), by=SYSTEM)
    assert outcome.refusal is None
    return [message for message in outcome.facts if isinstance(message, MessageAddressed)]


def who(fact: Event) -> list[tuple[str, str]]:
    return [(message.recipient.name, message.template) for message in heard(fact, LIN)]


def test_no_fact_is_forgotten() -> None:
    facts = {kind for _, kind in known_events() if kind.__module__ in OTHERS}
    assert facts == TABLE.keys() | SILENT
    assert not TABLE.keys() & SILENT


def test_every_fact_that_is_told_has_an_example_here() -> None:
    assert TABLE.keys() <= {type(fact) for fact in EXAMPLES}


@pytest.mark.parametrize("customer", [LIN, ANN, CALLED], ids=lambda one: one.name)
@pytest.mark.parametrize("fact", [fact for fact in EXAMPLES if type(fact) in TABLE], ids=ids)
def test_every_text_is_whole(fact: Event, customer: Customer) -> None:
    for message in heard(fact, customer):
        assert "7K3M" in message.subject or "P-1" in message.subject
        assert message.body
        for text in (message.subject, message.body):
            assert not {"{{", "{%", "None", "Undefined"} & set(text.split())


@pytest.mark.parametrize("fact", [f for f in EXAMPLES if type(f) in TABLE and ids(f)[:2] == "pa"], ids=ids)
def test_procurement_may_be_heard_of_before_the_order(fact: Event) -> None:
    company = PartiesKnown(product_company="HV")
    outcome = given(correspondence, company).when(told(fact), by=SYSTEM)
    assert outcome.refusal is None


def test_reactions_have_names_that_can_be_stored_and_told_apart() -> None:
    names = [function.__name__ for functions in reactions.table.values() for function in functions]
    assert len(set(names)) == len(names) == len(TABLE) + len(OFFERED)
    assert "tell_order.received.v1" in names


def test_the_customer_is_told_the_number() -> None:
    (message,) = heard(received(), LIN)
    assert (message.recipient.kind, message.recipient.address) == ("customer", LIN.email)
    assert message.channel == "mail"
    assert message.subject == "订单 7K3M：已收到您的订货信息"
    assert message.body.startswith("尊敬的Lin Yue：")


def test_the_customer_reads_their_own_language() -> None:
    (message,) = heard(received(ANN), ANN)
    assert message.language == "en"
    assert message.body.startswith("Dear Northwind,")


def test_s1_the_customer_is_told_all_that_is_missing_at_once() -> None:
    customer, sales = heard(orders.OrderFoundIncomplete(missing=("lines[0].quantity", "delivery_date")), ANN)
    assert "- line 1: quantity\n- delivery date\n" in customer.body
    assert sales.recipient.name == "sales"


def test_a_customer_without_a_mail_address_is_called_by_sales() -> None:
    (message,) = heard(received(CALLED), CALLED)
    assert message.channel == "phone"
    assert message.recipient.address is None


def test_colleagues_read_chinese_with_english_below() -> None:
    (message,) = heard(orders.OrderCompleted(content=CONTENT), ANN)
    assert message.language == "both"
    assert message.subject.startswith("订单 7K3M：信息齐全")
    assert message.subject.endswith("/ Order 7K3M: complete, confirm the requirements with the customer")


def test_c6_a_conventional_order_is_judged_by_contract_desk_and_production() -> None:
    fact = reviews.OrderClassified(kind="conventional", reasons=(), rule_set="1")
    assert who(fact) == [
        ("contract_desk", "delivery_to_judge"),
        ("production_manager", "delivery_to_judge"),
    ]


def test_c8_only_the_general_manager_or_deputy_is_asked_to_approve_a_refusal() -> None:
    assert who(reviews.RefusalProposed(reason="cannot wait", proposed_by="sun")) == [
        ("general_manager", "refusal_to_decide"),
        ("deputy_general_manager", "refusal_to_decide"),
    ]


def test_c9_the_contract_desk_convenes_for_a_non_conventional_order() -> None:
    fact = reviews.OrderClassified(kind="non_conventional", reasons=("complete set",), rule_set="1")
    assert who(fact) == [("contract_desk", "panel_to_convene")]


def test_whoever_gave_a_word_on_the_old_content_is_told_that_it_is_void() -> None:
    fact = reviews.ReviewVoided(content_version=2, reason="more panels", given_by=("tao", "qin"))
    assert [(m.recipient.kind, m.recipient.name) for m in heard(fact, LIN)] == [
        ("person", "tao"),
        ("person", "qin"),
    ]


def test_c18_the_buyer_is_told_what_to_buy_and_nothing_when_nothing_is() -> None:
    needs = next(fact for fact in EXAMPLES if isinstance(fact, purchases.PartsRequired) and fact.needs)
    assert who(needs) == [("buyer", "parts_to_buy")]
    assert who(purchases.PartsRequired(product_company="HV", needs=())) == []


def test_a_customer_is_not_told_of_parts_that_nobody_had_to_buy() -> None:
    assert who(orders.PartsReported()) == [("sales", "parts_ready")]


def test_goods_of_several_orders_are_spoken_of_under_their_purchase_order() -> None:
    fact = next(fact for fact in EXAMPLES if isinstance(fact, purchases.GoodsReceived))
    command = told(recorded(fact))
    assert (command.order, command.purchase_order) == (None, "P-1")
    assert who(fact) == [("inspector", "goods_to_inspect")]
