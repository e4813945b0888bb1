"""The contract: drafted, then signed and sealed by both sides (C16, S7)."""

from __future__ import annotations

import pytest
from order_story import (
    ACCEPTED,
    BINDING,
    DESK,
    DIGEST,
    DRAFTED,
    GENERAL_MANAGER,
    HALF_SIGNED,
    INSTRUCTED,
    OTHER_DIGEST,
    PRICE_AGREED,
    QUOTED,
    SALES,
    Story,
    signed,
)

from events.contracts.orders import ContractConcluded, ContractDrafted
from events.testing import given
from order_intake.order import order
from order_intake.order.contract import DraftContract, SignContract

DRAFT = DraftContract(contract="HT-1", digest=DIGEST)
REDRAFT = DraftContract(contract="HT-1", digest=OTHER_DIGEST)
BY_US = SignContract(side="company", digest=DIGEST, signatory="Gao Wen")
BY_CUSTOMER = SignContract(side="customer", digest=DIGEST, signatory="Aino Virta")


def test_c16_the_contract_follows_on_an_accepted_quotation() -> None:
    given(order, *PRICE_AGREED).when(DRAFT, by=DESK).then(ContractDrafted(contract="HT-1", digest=DIGEST))


@pytest.mark.parametrize("story", [ACCEPTED, QUOTED])
def test_c1_no_contract_before_the_price_is_agreed(story: Story) -> None:
    given(order, *story).when(DRAFT, by=DESK).refused("step-not-due")


@pytest.mark.parametrize("story", [DRAFTED, HALF_SIGNED, BINDING, INSTRUCTED])
def test_the_same_draft_again_changes_nothing(story: Story) -> None:
    given(order, *story).when(DRAFT, by=DESK).then_nothing()


def test_until_somebody_signed_a_new_draft_replaces_the_old_one() -> None:
    redrafted = ContractDrafted(contract="HT-1", digest=OTHER_DIGEST)
    given(order, *DRAFTED).when(REDRAFT, by=DESK).then(redrafted)
    given(order, *DRAFTED, redrafted).when(BY_US, by=DESK).refused("other-text")


def test_s7_a_signed_draft_is_not_replaced() -> None:
    assert "Gao Wen" in given(order, *HALF_SIGNED).when(REDRAFT, by=DESK).refused("contract-signed").reason
    given(order, *BINDING).when(REDRAFT, by=DESK).refused("step-not-due")


def test_s7_one_signature_does_not_conclude_the_contract() -> None:
    given(order, *DRAFTED).when(BY_US, by=GENERAL_MANAGER).then(signed("company"))


@pytest.mark.parametrize(("first", "second"), [(BY_US, BY_CUSTOMER), (BY_CUSTOMER, BY_US)])
def test_s7_with_both_signatures_it_is_concluded(first: SignContract, second: SignContract) -> None:
    story = (*DRAFTED, signed(first.side))
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
    given(order, *DRAFTED).when(BY_US, by=SALES).refused("role-missing")
    given(order, *DRAFTED).when(BY_CUSTOMER, by=SALES).then(signed("customer"))


def test_the_general_manager_does_not_sign_for_the_customer() -> None:
    given(order, *DRAFTED).when(BY_CUSTOMER, by=GENERAL_MANAGER).refused("role-missing")


def test_c1_nothing_is_signed_before_it_is_drafted() -> None:
    given(order, *PRICE_AGREED).when(BY_US, by=DESK).refused("step-not-due")
