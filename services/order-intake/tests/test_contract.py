"""The contract: drafted, reviewed, then signed and sealed by both sides (C16, S6, S7)."""

from __future__ import annotations

import pytest
from order_story import (
    ACCEPTED,
    BINDING,
    CLEARED,
    CUSTOMER,
    DESK,
    DIGEST,
    DRAFTED,
    EXTENDED,
    FINDING,
    GENERAL_MANAGER,
    HALF_SIGNED,
    INSTRUCTED,
    OTHER_DIGEST,
    PRICE_AGREED,
    QUOTED,
    RETURNED,
    SALES,
    SYSTEM,
    WITHDRAWN,
    Story,
    drafted,
    quoted,
    signed,
)

from events.contracts import orders
from events.contracts.orders import ContractCleared, ContractConcluded, ContractDrafted, QuotationAccepted
from events.testing import given
from order_intake.order import order
from order_intake.order.contract import DraftContract, RecordContractReview, SignContract
from order_intake.order.states import ContractBinding, ContractInReview, ContractOpen

DRAFT = DraftContract(contract="HT-1", digest=DIGEST)
REDRAFT = DraftContract(contract="HT-1", digest=OTHER_DIGEST)
BY_US = SignContract(side="company", digest=DIGEST, signatory="Gao Wen")
BY_CUSTOMER = SignContract(side="customer", digest=DIGEST, signatory="Aino Virta")
CLEAR = RecordContractReview(contract="HT-1", digest=DIGEST, outcome="cleared")
RETURN = RecordContractReview(contract="HT-1", digest=DIGEST, outcome="returned", findings=(FINDING,))


def test_c16_the_contract_follows_on_an_accepted_quotation() -> None:
    given(order, *PRICE_AGREED).when(DRAFT, by=DESK).then(drafted())


def test_s6_the_draft_says_what_its_reviewers_need_to_know() -> None:
    story = (*EXTENDED, quoted(), QuotationAccepted(round=1))
    draft = DraftContract(contract="HT-1", digest=DIGEST, document="https://documents.example/HT-1")
    (fact,) = given(order, *story).when(draft, by=DESK).then_kinds(ContractDrafted)
    assert (fact.customer, fact.product_company) == (CUSTOMER, "HV")
    assert (fact.total, fact.currency) == (quoted().total, "EUR")
    assert fact.delivery_date.isoformat() == "2026-08-01", "the later day that was agreed"
    assert fact.document == "https://documents.example/HT-1"


@pytest.mark.parametrize("story", [ACCEPTED, QUOTED])
def test_c1_no_contract_before_the_price_is_agreed(story: Story) -> None:
    given(order, *story).when(DRAFT, by=DESK).refused("step-not-due")


@pytest.mark.parametrize("story", [DRAFTED, CLEARED, HALF_SIGNED, BINDING, INSTRUCTED])
def test_the_same_draft_again_changes_nothing(story: Story) -> None:
    given(order, *story).when(DRAFT, by=DESK).then_nothing()


@pytest.mark.parametrize("story", [DRAFTED, RETURNED, CLEARED])
def test_until_somebody_signed_a_new_draft_replaces_the_old_one(story: Story) -> None:
    given(order, *story).when(REDRAFT, by=DESK).then(drafted(OTHER_DIGEST))


def test_s6_a_new_draft_is_reviewed_anew() -> None:
    assert isinstance(given(order, *CLEARED, drafted(OTHER_DIGEST)).state, ContractInReview)


def test_s7_a_signed_draft_is_not_replaced() -> None:
    assert "Gao Wen" in given(order, *HALF_SIGNED).when(REDRAFT, by=DESK).refused("contract-signed").reason
    given(order, *BINDING).when(REDRAFT, by=DESK).refused("step-not-due")


def test_s6_a_contract_without_findings_is_cleared() -> None:
    cleared = ContractCleared(contract="HT-1", digest=DIGEST)
    given(order, *DRAFTED).when(CLEAR, by=SYSTEM).then(cleared)


def test_s6_a_contract_with_findings_is_returned_with_all_of_them() -> None:
    returned = orders.ContractReturned(contract="HT-1", digest=DIGEST, findings=(FINDING,))
    given(order, *DRAFTED).when(RETURN, by=SYSTEM).then(returned)


def test_s6_a_text_that_was_returned_is_not_put_forward_again() -> None:
    refusal = given(order, *RETURNED).when(DRAFT, by=DESK).refused("text-returned")
    assert refusal.fields.keys() == {"digest"}


@pytest.mark.parametrize("word", [CLEAR, RETURN])
def test_s6_word_on_another_draft_than_the_present_one_is_void(word: RecordContractReview) -> None:
    given(order, *DRAFTED, drafted(OTHER_DIGEST)).when(word, by=SYSTEM).then_nothing()
    other_contract = word.model_copy(update={"contract": "HT-2"})
    given(order, *DRAFTED).when(other_contract, by=SYSTEM).then_nothing()


@pytest.mark.parametrize("story", [RETURNED, CLEARED, HALF_SIGNED, BINDING, INSTRUCTED, WITHDRAWN])
@pytest.mark.parametrize("word", [CLEAR, RETURN])
def test_s6_a_word_that_comes_late_or_twice_changes_nothing(story: Story, word: RecordContractReview) -> None:
    given(order, *story).when(word, by=SYSTEM).then_nothing()


def test_s6_nobody_but_the_review_clears_a_contract() -> None:
    for person in (SALES, DESK, GENERAL_MANAGER):
        given(order, *DRAFTED).when(CLEAR, by=person).refused("role-missing")


def test_word_on_the_contract_of_an_order_nobody_received_is_a_fault_to_be_looked_at() -> None:
    given(order).when(CLEAR, by=SYSTEM).refused("not-found")


@pytest.mark.parametrize("story", [PRICE_AGREED, DRAFTED, RETURNED])
def test_c1_s6_nothing_is_signed_before_it_is_drafted_and_cleared(story: Story) -> None:
    assert "S6" in given(order, *story).when(BY_US, by=DESK).refused("step-not-due").reason


def test_s7_one_signature_does_not_conclude_the_contract() -> None:
    given(order, *CLEARED).when(BY_US, by=GENERAL_MANAGER).then(signed("company"))


@pytest.mark.parametrize(("first", "second"), [(BY_US, BY_CUSTOMER), (BY_CUSTOMER, BY_US)])
def test_s7_with_both_signatures_it_is_concluded(first: SignContract, second: SignContract) -> None:
    story = (*CLEARED, signed(first.side))
    given(order, *story).when(second, by=DESK).then(
        signed(second.side), ContractConcluded(contract="HT-1", digest=DIGEST)
    )


def test_s7_both_sides_sign_the_same_text() -> None:
    other = SignContract(side="customer", digest=OTHER_DIGEST, signatory="Aino Virta")
    assert given(order, *HALF_SIGNED).when(other, by=SALES).refused("other-text").fields.keys() == {"digest"}


def test_a_side_signs_once() -> None:
    given(order, *HALF_SIGNED).when(BY_US, by=DESK).then_nothing()
    given(order, *BINDING).when(BY_CUSTOMER, by=DESK).then_nothing()
    other = SignContract(side="company", digest=DIGEST, signatory="Somebody Else")
    given(order, *HALF_SIGNED).when(other, by=DESK).refused("side-signed")
    given(order, *BINDING).when(other, by=DESK).refused("side-signed")


def test_s4_sales_alone_does_not_bind_the_company() -> None:
    given(order, *CLEARED).when(BY_US, by=SALES).refused("role-missing")
    given(order, *CLEARED).when(BY_CUSTOMER, by=SALES).then(signed("customer"))


def test_the_general_manager_does_not_sign_for_the_customer() -> None:
    given(order, *CLEARED).when(BY_CUSTOMER, by=GENERAL_MANAGER).refused("role-missing")


OLD_DRAFT = ContractDrafted(contract="HT-1", digest=DIGEST)
"""As it was written before contracts were reviewed."""


def test_what_was_signed_before_contracts_were_reviewed_stays_signed() -> None:
    half_signed = given(order, *PRICE_AGREED, OLD_DRAFT, signed("company"))
    assert isinstance(half_signed.state, ContractOpen)
    half_signed.when(BY_CUSTOMER, by=DESK).then(
        signed("customer"), ContractConcluded(contract="HT-1", digest=DIGEST)
    )
    concluded = ContractConcluded(contract="HT-1", digest=DIGEST)
    both = given(order, *half_signed.history, signed("customer"), concluded)
    assert isinstance(both.state, ContractBinding)


def test_what_was_only_drafted_before_contracts_were_reviewed_is_drafted_again_to_be_reviewed() -> None:
    story = given(order, *PRICE_AGREED, OLD_DRAFT)
    story.when(BY_US, by=DESK).refused("step-not-due")
    story.when(DRAFT, by=DESK).then(drafted())
