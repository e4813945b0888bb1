"""Every fact of the other services is told to somebody, in words that have no gap, or is silent on purpose."""

from __future__ import annotations

import pytest
from telling import (
    ANN,
    BOUGHT,
    CALLED,
    CONTENT,
    DIGEST,
    EXAMPLES,
    FINDING,
    LIN,
    NOTHING_BOUGHT,
    SYSTEM,
    known,
    opinion,
    received,
    recorded,
    told,
)

from events import Event
from events.contracts import orders, purchases, reviews
from events.contracts.common import Customer
from events.contracts.messages import MessageAddressed, OpenQuestion, OpinionsAwaited, PartiesKnown
from events.event import known_events
from events.testing import given
from notification.correspondence import correspondence
from notification.reactions import reactions
from notification.silence import SILENT
from notification.who_is_told import TABLE

OTHERS = {module.__name__ for module in (orders, reviews, purchases)}


def ids(fact: Event) -> str:
    return fact.name


PANEL = OpinionsAwaited(
    panel=("production", "quality", "technical"),
    awaited=("production", "technical"),
    questions=tuple(
        OpenQuestion(to=to, question="Is that so?", asked_by="deng")
        for to in ("technical", "production", "contract_desk")
    ),
)
"""In the middle of a review: somebody is waited for, and somebody has asked."""


def heard(fact: Event, customer: Customer) -> list[MessageAddressed]:
    """The messages that one fact leads to, for an order of this customer."""
    outcome = given(correspondence, known(customer), PANEL).when(told(fact), by=SYSTEM)
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
            assert "{" not in text
            assert "None" not in text


@pytest.mark.parametrize("customer", [LIN, ANN], ids=lambda one: one.language)
def test_every_text_there_is_was_read_in_that_language(customer: Customer) -> None:
    read = {
        (message.recipient.kind == "customer", message.template)
        for fact in EXAMPLES
        if type(fact) in TABLE
        for message in heard(fact, customer)
    }
    assert read >= {(told.kind == "customer", told.template) for line in TABLE.values() for told in line} - {
        (False, "decision_due")  # the last word of a panel, see test_panel
    }


@pytest.mark.parametrize("fact", [f for f in EXAMPLES if type(f) in TABLE and ids(f)[:2] == "pa"], ids=ids)
def test_procurement_may_be_heard_of_before_the_order(fact: Event) -> None:
    company = PartiesKnown(product_company="HV")
    outcome = given(correspondence, company).when(told(fact), by=SYSTEM)
    assert outcome.refusal is None


def test_reactions_have_names_that_can_be_stored_and_told_apart() -> None:
    names = [function.__name__ for functions in reactions.table.values() for function in functions]
    assert len(set(names)) == len(names) == len(TABLE)
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


def test_s3_somebody_looks_at_a_doubtful_order_and_the_customer_hears_nothing() -> None:
    fact = next(fact for fact in EXAMPLES if isinstance(fact, orders.OrderDoubted))
    assert who(fact) == [("sales", "doubts_to_check"), ("contract_desk", "doubts_to_check")]
    note = heard(fact, ANN)[0].body
    assert "- looks like a duplicate (of order 6J2N-8K4R-0): Same content and date\n" in note
    assert "- looks like no genuine order: Nobody answers the phone\n" in note
    assert {name for name, _ in who(orders.DoubtsCleared(reason="Two sites", cleared_by="sun"))} == {
        "sales",
        "contract_desk",
    }


def test_s3_the_customer_is_told_of_a_dismissed_order_and_not_what_was_suspected() -> None:
    fact = orders.OrderDismissed(reason="The caller lied to us", dismissed_by="deng")
    letter, *notes = heard(fact, ANN)
    assert letter.recipient.kind == "customer"
    assert "lied" not in letter.body
    assert [note.recipient.name for note in notes] == ["sales", "production_manager"]
    assert all("The caller lied to us" in note.body for note in notes)


def test_s6_a_draft_is_reviewed_and_nobody_is_asked_to_sign_it() -> None:
    assert who(orders.ContractDrafted(contract="HT-17", digest=DIGEST)) == []
    fact = next(fact for fact in EXAMPLES if isinstance(fact, reviews.ContractReviewRequested))
    asked = {message.recipient.name: message.subject for message in heard(fact, ANN)}
    assert asked.keys() == {
        "contract_desk",
        "general_manager",
        "deputy_general_manager",
        "legal",
        "finance",
    }
    for name, clauses in (("contract_desk", "risk"), ("legal", "legal"), ("finance", "financial")):
        assert asked[name].endswith(f"/ Order 7K3M: review the {clauses} clauses of contract HT-17")


def test_s6_a_returned_contract_is_mended_with_every_finding_and_its_remedy() -> None:
    fact = orders.ContractReturned(contract="HT-17", digest=DIGEST, findings=(FINDING,))
    (note,) = heard(fact, ANN)
    assert note.recipient.name == "contract_desk"
    for said in (FINDING.clause, "financial clauses", FINDING.finding, FINDING.remedy):
        assert said in note.body


def test_s7_customer_and_general_manager_sign_the_cleared_text_alone() -> None:
    letter, *notes = heard(orders.ContractCleared(contract="HT-17", digest=DIGEST), ANN)
    assert (letter.recipient.kind, letter.template) == ("customer", "contract_to_sign")
    assert DIGEST in letter.body
    assert [(note.recipient.name, note.template) for note in notes] == [
        ("general_manager", "contract_to_sign"),
        ("deputy_general_manager", "contract_to_sign"),
    ]


def test_a_cancellation_is_decided_by_those_who_see_what_was_bought_and_what_it_costs() -> None:
    assert who(orders.CancellationAsked(request=1, reason="Given up", asked_by="sun")) == [
        ("contract_desk", "cancellation_asked")
    ]
    fact = orders.CommitmentReported(request=1, commitment=BOUGHT, commitment_version=3)
    manager, deputy = heard(fact, ANN)
    assert (manager.recipient.name, deputy.recipient.name) == ("general_manager", "deputy_general_manager")
    for said in ("relay: 5 pieces, 2 of them in stock, 120.50 CNY each", "Cost: 602.50 CNY", "4 more pieces"):
        assert said in manager.body
    assert "version 3" in manager.body
    nothing = orders.CommitmentReported(request=1, commitment=NOTHING_BOUGHT)
    assert "Nothing has been bought for it" in heard(nothing, ANN)[0].body


def test_a_cancelled_order_is_made_and_bought_no_further() -> None:
    fact = orders.OrderCancelled(request=1, reason="Given up", commitment=BOUGHT, approved_by="gao")
    assert who(fact) == [
        ("C-1", "order_cancelled"),
        ("sales", "order_cancelled"),
        ("production_manager", "order_cancelled"),
    ]
    kept = purchases.PartsCancelled(request=1, commitment=BOUGHT)
    assert who(kept) == [("buyer", "purchases_to_reduce")], "of all that was bought, also since the decision"
    letter, *_ = heard(fact, ANN)
    [buyer] = heard(kept, ANN)
    assert "602.50" not in letter.body, "what parts cost us is not the customer's to know"
    assert "- purchase order P-1, relay: 3 pieces not in stock yet\n" in buyer.body
    assert "P-2" not in buyer.body, "all of it is in stock"


def test_a_rejected_cancellation_goes_back_to_those_who_waited() -> None:
    fact = orders.CancellationRejected(request=1, reason="Nearly finished", rejected_by="gao")
    assert [name for name, _ in who(fact)] == ["sales", "buyer"]


def test_c18_the_buyer_holds_and_orders_anew() -> None:
    assert who(purchases.PartsHeld(request=1, reason="Given up")) == [("buyer", "parts_held")]
    reopened = next(fact for fact in EXAMPLES if isinstance(fact, purchases.PartsReopened))
    assert who(reopened) == [("buyer", "parts_to_reorder")]


def test_an_answer_quotes_what_was_asked() -> None:
    answers = [one for one in heard(opinion("technical"), ANN) if one.template == "opinion_answers"]
    assert [(one.recipient.kind, one.recipient.name) for one in answers] == [("person", "deng")]
    assert "You asked: Is that so?\n" in answers[0].body
    assert "Opinion: Can be done.\n" in answers[0].body
