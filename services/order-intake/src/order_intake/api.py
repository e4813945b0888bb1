"""What may be asked of order-intake over HTTP. The examples are one order on its way."""

from __future__ import annotations

import secrets
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from events.contracts.common import BillItem, Content, Customer, Line, Project
from events.contracts.orders import PricedLine
from order_intake.numbers import SIZE, order_number, read_number
from order_intake.order import order
from order_intake.order.acceptance import AnswerConditions, AnswerExtension, AskExtension
from order_intake.order.changes import AmendOrder, WithdrawOrder
from order_intake.order.contract import DraftContract, SignContract
from order_intake.order.intake import CompleteOrder, ConfirmRequirements, ReceiveOrder, RegisterProject
from order_intake.order.production import InstructProduction
from order_intake.order.quotation import AnswerQuotation, QuoteOrder
from order_intake.order_book import order_book
from order_intake.shown import show_order
from servicekit import Problem, Resource, Who, by_company
from servicekit.problems import PROBLEMS

_content = Content(
    lines=(
        Line(
            item="KYN28A-12",
            model="KYN28A-12/1250",
            specification="Metal-clad withdrawable switchgear, 12 kV, 1250 A, 31.5 kA",
            quantity=6,
        ),
    ),
    technical_requirements="GB/T 3906, altitude below 1000 m",
    quality_requirements="Routine tests witnessed, a certificate for each panel",
    delivery_date=date(2027, 6, 30),
)
_incomplete = _content.model_copy(update={"quality_requirements": None})
_digest = sha256(b"the text of the contract").hexdigest()

orders = Resource(order, path="/orders", tag="Orders", show=show_order)
orders.create(
    ReceiveOrder,
    new_id=lambda: order_number(secrets.token_bytes(SIZE)),
    summary="Register a request; the answer names its number and all that is missing (C2, S1)",
    example=ReceiveOrder(
        customer=Customer(
            id="C-1042",
            name="Hengshan Power Supply",
            contact="Lin Yue",
            email="lin.yue@hengshan.example",
            language="en",
        ),
        product_company="switchgear",
        channel="mail",
        reference="PO-2027-0117",
        content=_incomplete,
    ),
)
orders.on(
    "/{id}/completion",
    CompleteOrder,
    summary="Supplement what is missing (S1)",
    example=CompleteOrder(content=_content),
)
orders.on(
    "/{id}/project",
    RegisterProject,
    summary="Register the project of a complete set (C4)",
    example=RegisterProject(project=Project(name="Hengshan 110 kV substation", site="Hengyang")),
)
orders.on(
    "/{id}/requirements-confirmation",
    ConfirmRequirements,
    summary="Sales and the customer agree on what is wanted; the review starts (C3)",
    example=ConfirmRequirements(content_version=1),
)
orders.on(
    "/{id}/amendments",
    AmendOrder,
    summary="Change the content: a new version, to be confirmed and reviewed anew",
    example=AmendOrder(
        content=_content.model_copy(update={"delivery_date": date(2027, 7, 31)}),
        reason="The site is ready a month later.",
    ),
)
orders.on(
    "/{id}/extension-request",
    AskExtension,
    summary="Ask the customer for a later date (C7)",
    example=AskExtension(delivery_date=date(2027, 8, 31)),
)
orders.on(
    "/{id}/extension-answer",
    AnswerExtension,
    summary="The customer agrees to the later date, or cannot wait (C7, C8)",
    example=AnswerExtension(content_version=1, agreed=True),
)
orders.on(
    "/{id}/conditions-answer",
    AnswerConditions,
    summary="The customer agrees to the conditions, or declines them (C14)",
    example=AnswerConditions(content_version=1, agreed=True),
)
orders.on(
    "/{id}/quotations",
    QuoteOrder,
    summary="Make a quotation, the next round (C15)",
    example=QuoteOrder(
        lines=(PricedLine(item="KYN28A-12", quantity=6, amount=Decimal("348000.00")),),
        total=Decimal("348000.00"),
        currency="CNY",
        valid_until=date(2027, 1, 31),
    ),
)
orders.on(
    "/{id}/quotation-answer",
    AnswerQuotation,
    summary="The customer accepts the quotation, or wants other terms (C15)",
    example=AnswerQuotation(round=1, agreed=True),
)
orders.on(
    "/{id}/contract",
    DraftContract,
    summary="Put the contract forward for signature (C16)",
    example=DraftContract(contract="HT-2027-0117", digest=_digest),
)
orders.on(
    "/{id}/contract/signatures",
    SignContract,
    summary="One side signed and sealed the contract (C16, S7)",
    example=SignContract(side="customer", digest=_digest, signatory="Lin Yue"),
)
orders.on(
    "/{id}/production-instruction",
    InstructProduction,
    summary="Tell the product company to make the order (C17)",
    example=InstructProduction(
        parts=(
            BillItem(part="VS1-12", name="Vacuum circuit breaker", kind="component", quantity=6),
            BillItem(part="BOX-W", name="Wooden case", kind="wooden_packing", quantity=6),
        )
    ),
)
orders.on(
    "/{id}/withdrawal",
    WithdrawOrder,
    summary="The customer takes the order back",
    example=WithdrawOrder(reason="The plant is not built."),
)
orders.reads()
orders.list(
    order_book,
    visible=by_company("company"),
    filters=("state", "waiting_for", "company", "customer_id", "channel", "reference", "complete_set"),
    ranges=("delivery_date", "received_at", "since", "updated_at"),
    order=("-received_at", "number", "delivery_date", "customer_name", "since", "updated_at"),
    summary="All orders, where they stand, and who is waited for",
)

router = APIRouter()
router.include_router(orders.router)


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
