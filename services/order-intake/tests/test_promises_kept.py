"""Nobody promises a customer what has not been approved (S4)."""

from __future__ import annotations

from datetime import date

import pytest
from order_story import (
    COMPLETE,
    CONDITIONS_PENDING,
    CONTENT,
    DESK,
    DIGEST,
    DRAFTED,
    EXTENSION_PENDING,
    GENERAL_MANAGER,
    IN_REVIEW,
    INCOMPLETE,
    INFEASIBLE,
    PARTS,
    REFUSAL_PENDING,
    RETURNED,
    SALES,
    Story,
)
from order_walk import quotation

from events import Actor, Command
from events.testing import given
from order_intake.order import order
from order_intake.order.acceptance import AskExtension, RecordReview
from order_intake.order.cancellation import AskCancellation, DecideCancellation
from order_intake.order.contract import DraftContract, RecordContractReview, SignContract
from order_intake.order.production import InstructProduction

EVERYBODY = Actor("sun", frozenset().union(*order.may.values()), "HV")
"""One person with every role there is: it is not the role that is missing, but the approval."""
NOT_ACCEPTED = (
    INCOMPLETE, COMPLETE, IN_REVIEW, INFEASIBLE, EXTENSION_PENDING, REFUSAL_PENDING, CONDITIONS_PENDING,
)  # fmt: skip
PROMISES: tuple[Command, ...] = (
    quotation(CONTENT),
    DraftContract(contract="HT-1", digest=DIGEST),
    SignContract(side="company", digest=DIGEST, signatory="Gao Wen"),
    InstructProduction(parts=PARTS),
)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: type(promise).__name__)
@pytest.mark.parametrize("story", NOT_ACCEPTED)
def test_s4_no_quotation_contract_or_instruction_before_the_order_is_accepted(
    story: Story, promise: Command
) -> None:
    given(order, *story).when(promise, by=EVERYBODY).refused("step-not-due")


@pytest.mark.parametrize("story", [DRAFTED, RETURNED])
def test_s4_s6_no_signature_before_the_contract_is_cleared(story: Story) -> None:
    sign = SignContract(side="company", digest=DIGEST, signatory="Gao Wen")
    given(order, *story).when(sign, by=EVERYBODY).refused("step-not-due")


def test_s4_no_date_earlier_than_the_one_that_was_found_feasible() -> None:
    ask = AskExtension(delivery_date=date(2026, 7, 31))
    given(order, *INFEASIBLE).when(ask, by=SALES).refused("date-not-feasible")


def test_s4_sales_neither_accepts_nor_clears_nor_signs_for_the_company() -> None:
    accept = RecordReview(content_version=1, outcome="accepted", reason="of course", decided_by="sun")
    clear = RecordContractReview(contract="HT-1", digest=DIGEST, outcome="cleared")
    sign = SignContract(side="company", digest=DIGEST, signatory="Sun Li")
    given(order, *IN_REVIEW).when(accept, by=SALES).refused("role-missing")
    given(order, *DRAFTED).when(clear, by=SALES).refused("role-missing")
    given(order, *DRAFTED).when(sign, by=SALES).refused("role-missing")


def test_s4_what_the_services_conclude_is_said_by_nobody_else() -> None:
    of_the_services = {command for command, roles in order.may.items() if "system" in roles}
    by_people_too = {command.__name__ for command in of_the_services if len(order.may[command]) > 1}
    assert by_people_too == {"RaiseDoubts"}, "a doubt holds an order up and promises nothing"


def test_s4_who_asks_for_a_cancellation_does_not_promise_it() -> None:
    assert not order.may[AskCancellation] & order.may[DecideCancellation]
    for person in (SALES, DESK):
        assert not person.roles & order.may[DecideCancellation]
    assert GENERAL_MANAGER.roles <= order.may[DecideCancellation]
