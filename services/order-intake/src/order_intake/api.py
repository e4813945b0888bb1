"""What may be asked of order-intake over HTTP."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from order_intake import examples
from order_intake.numbers import SIZE, order_number, read_number
from order_intake.order import order
from order_intake.order.acceptance import AnswerConditions, AnswerExtension, AskExtension
from order_intake.order.cancellation import AskCancellation, DecideCancellation
from order_intake.order.changes import AmendOrder, WithdrawOrder
from order_intake.order.contract import DraftContract, SignContract
from order_intake.order.doubts import ClearDoubts, DismissOrder, RaiseDoubts
from order_intake.order.intake import CompleteOrder, ConfirmRequirements, ReceiveOrder, RegisterProject
from order_intake.order.production import InstructProduction
from order_intake.order.quotation import AnswerQuotation, QuoteOrder
from order_intake.order_book import order_book
from order_intake.page.api import router as page_router
from order_intake.shown import show_order
from servicekit import Problem, Resource, Who, by_company
from servicekit.problems import PROBLEMS

orders = Resource(order, path="/orders", tag="Orders", show=show_order)
orders.create(
    ReceiveOrder,
    new_id=lambda: order_number(secrets.token_bytes(SIZE)),
    summary="Register a request; the answer names its number and all that is missing (C2, S1)",
    example=examples.RECEIVE,
)
orders.on(
    "/{id}/completion",
    CompleteOrder,
    summary="Supplement what is missing (S1)",
    example=examples.COMPLETE,
)
orders.on(
    "/{id}/project",
    RegisterProject,
    summary="Register the project of a complete set (C4)",
    example=examples.REGISTER_PROJECT,
)
orders.on(
    "/{id}/requirements-confirmation",
    ConfirmRequirements,
    summary="Sales and the customer agree on what is wanted; the review starts (C3)",
    example=examples.CONFIRM,
)
orders.on(
    "/{id}/doubts",
    RaiseDoubts,
    summary="Doubt that it is genuine: it waits until somebody looked (S3)",
    example=examples.RAISE_DOUBTS,
)
orders.on(
    "/{id}/doubts-clearance",
    ClearDoubts,
    summary="It is genuine, and goes on where it stood (S3)",
    example=examples.CLEAR_DOUBTS,
)
orders.on(
    "/{id}/dismissal",
    DismissOrder,
    summary="It is a duplicate or nobody wants it, and is closed (S3)",
    example=examples.DISMISS,
)
orders.on(
    "/{id}/amendments",
    AmendOrder,
    summary="Change the content: a new version, to be confirmed and reviewed anew",
    example=examples.AMEND,
)
orders.on(
    "/{id}/extension-request",
    AskExtension,
    summary="Ask the customer for a later date (C7)",
    example=examples.ASK_EXTENSION,
)
orders.on(
    "/{id}/extension-answer",
    AnswerExtension,
    summary="The customer agrees to the later date, or cannot wait (C7, C8)",
    example=examples.ANSWER_EXTENSION,
)
orders.on(
    "/{id}/conditions-answer",
    AnswerConditions,
    summary="The customer agrees to the conditions, or declines them (C14)",
    example=examples.ANSWER_CONDITIONS,
)
orders.on(
    "/{id}/quotations",
    QuoteOrder,
    summary="Make a quotation, the next round (C15)",
    example=examples.QUOTE,
)
orders.on(
    "/{id}/quotation-answer",
    AnswerQuotation,
    summary="The customer accepts the quotation, or wants other terms (C15)",
    example=examples.ANSWER_QUOTATION,
)
orders.on(
    "/{id}/contract",
    DraftContract,
    summary="Put the contract forward, to be reviewed and then signed (C16, S6)",
    example=examples.DRAFT,
)
orders.on(
    "/{id}/contract/signatures",
    SignContract,
    summary="One side signed and sealed the contract (C16, S7)",
    example=examples.SIGN,
)
orders.on(
    "/{id}/production-instruction",
    InstructProduction,
    summary="Tell the product company to make the order (C17)",
    example=examples.INSTRUCT,
)
orders.on(
    "/{id}/withdrawal",
    WithdrawOrder,
    summary="The customer takes the order back",
    example=examples.WITHDRAW,
)
orders.on(
    "/{id}/cancellation-request",
    AskCancellation,
    summary="The customer wants an instructed order cancelled; buying stops",
    example=examples.ASK_CANCELLATION,
)
orders.on(
    "/{id}/cancellation-decision",
    DecideCancellation,
    summary="Decide on the cancellation, knowing what was bought",
    example=examples.DECIDE_CANCELLATION,
)
orders.reads()
orders.list(
    order_book,
    visible=by_company("company"),
    filters=(
        "state",
        "waiting_for",
        "company",
        "customer_id",
        "channel",
        "reference",
        "complete_set",
        "doubted",
    ),
    ranges=("delivery_date", "received_at", "since", "updated_at"),
    order=("-received_at", "number", "delivery_date", "customer_name", "since", "updated_at"),
    search=("number", "customer_name", "customer_id", "reference", "articles"),
    spoken=read_number,
    summary="All orders, where they stand, and who is waited for",
)

router = APIRouter()
router.include_router(orders.router)
router.include_router(page_router)


class NumberRead(BaseModel):
    """An order's number as it is stored, and its address."""

    number: str = Field(examples=["7K3M-2Q9X-0"])
    order: str = Field(examples=["/orders/7K3M-2Q9X-0"])


@router.get(
    "/order-numbers/{said}",
    tags=["Orders"],
    summary="Read an order's number as somebody said or typed it",
    responses=PROBLEMS(401, 422),
)
async def read_order_number(
    said: Annotated[str, Path(max_length=64, examples=["7k3m 2q9x o"])], _: Who
) -> NumberRead:
    """Finds a wrong or swapped character before anybody looks for an order that is not there."""
    try:
        number = read_number(said)
    except ValueError as error:
        raise Problem(422, "number-misheard", str(error)) from error
    return NumberRead(number=number, order=f"/orders/{number}")
