"""The production instruction (C17), and word that its purchased parts are there (C18)."""

from __future__ import annotations

from datetime import date

import pytest
from order_story import (
    ACCEPTED,
    BINDING,
    CLEARED,
    COMPLETE,
    CONDITIONS_PENDING,
    CONTENT,
    DESK,
    DIGEST,
    DRAFTED,
    EXTENSION_PENDING,
    HALF_SIGNED,
    IN_REVIEW,
    INSTRUCTED,
    PARTS,
    PRICE_AGREED,
    QUOTED,
    SYSTEM,
    WITHDRAWN,
    Story,
    drafted,
    quoted,
    signed,
)

from events import Event
from events.contracts.orders import (
    ConditionsAgreed,
    ContractCleared,
    ContractConcluded,
    ExtensionAgreed,
    OrderAccepted,
    PartsReported,
    ProductionInstructed,
    QuotationAccepted,
)
from events.testing import given
from order_intake.order import order
from order_intake.order.production import InstructProduction, RecordParts

INSTRUCT = InstructProduction(parts=PARTS)
CONTRACTED: Story = (
    OrderAccepted(content_version=1),
    quoted(),
    QuotationAccepted(round=1),
    drafted(),
    ContractCleared(contract="HT-1", digest=DIGEST),
    signed("company"),
    signed("customer"),
    ContractConcluded(contract="HT-1", digest=DIGEST),
)


def test_c17_a_concluded_contract_is_instructed_with_its_bill_of_parts() -> None:
    given(order, *BINDING).when(INSTRUCT, by=DESK).then(
        ProductionInstructed(
            product_company="HV", content=CONTENT, delivery_date=date(2026, 6, 30), parts=PARTS
        )
    )


@pytest.mark.parametrize(
    ("story", "agreed", "promised"),
    [
        (EXTENSION_PENDING, ExtensionAgreed(delivery_date=date(2026, 8, 1)), date(2026, 8, 1)),
        (
            CONDITIONS_PENDING,
            ConditionsAgreed(conditions=("copper",), delivery_date=date(2026, 7, 15)),
            date(2026, 7, 15),
        ),
        (CONDITIONS_PENDING, ConditionsAgreed(conditions=("copper",)), date(2026, 6, 30)),
    ],
)
def test_c17_the_instruction_carries_the_date_that_was_promised(
    story: Story, agreed: Event, promised: date
) -> None:
    outcome = given(order, *story, agreed, *CONTRACTED).when(INSTRUCT, by=DESK)
    (instruction,) = outcome.then_kinds(ProductionInstructed)
    assert instruction.delivery_date == promised


@pytest.mark.parametrize(
    "story", [COMPLETE, IN_REVIEW, ACCEPTED, QUOTED, PRICE_AGREED, DRAFTED, CLEARED, HALF_SIGNED]
)
def test_c1_nothing_is_made_before_both_sides_have_signed(story: Story) -> None:
    given(order, *story).when(INSTRUCT, by=DESK).refused("step-not-due")


def test_production_is_instructed_once() -> None:
    given(order, *INSTRUCTED).when(INSTRUCT, by=DESK).then_nothing()
    given(order, *INSTRUCTED).when(InstructProduction(), by=DESK).refused("already-instructed")


def test_c18_ready_parts_are_reported_once() -> None:
    word = RecordParts(purchase_orders=("P-1",))
    reported = PartsReported(purchase_orders=("P-1",))
    given(order, *INSTRUCTED).when(word, by=SYSTEM).then(reported)
    given(order, *INSTRUCTED, reported).when(word, by=SYSTEM).then_nothing()
    given(order, *WITHDRAWN).when(word, by=SYSTEM).then_nothing()


def test_parts_of_an_order_that_was_never_instructed_are_a_fault_to_be_looked_at() -> None:
    given(order, *BINDING).when(RecordParts(), by=SYSTEM).refused("step-not-due")
