"""One order on its way: an example of each command, for the API's documentation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from hashlib import sha256

from events.contracts.common import BillItem, Content, Customer, Line, Project
from events.contracts.orders import Doubt, PricedLine
from order_intake.order.acceptance import AnswerConditions, AnswerExtension, AskExtension
from order_intake.order.cancellation import AskCancellation, DecideCancellation
from order_intake.order.changes import AmendOrder, WithdrawOrder
from order_intake.order.contract import DraftContract, SignContract
from order_intake.order.doubts import ClearDoubts, DismissOrder, RaiseDoubts
from order_intake.order.intake import CompleteOrder, ConfirmRequirements, ReceiveOrder, RegisterProject
from order_intake.order.production import InstructProduction
from order_intake.order.quotation import AnswerQuotation, QuoteOrder

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

RECEIVE = ReceiveOrder(
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
)
COMPLETE = CompleteOrder(content=_content)
REGISTER_PROJECT = RegisterProject(project=Project(name="Hengshan 110 kV substation", site="Hengyang"))
CONFIRM = ConfirmRequirements(content_version=1)
RAISE_DOUBTS = RaiseDoubts(
    content_version=1,
    doubts=(Doubt(kind="not_genuine", reason="Nobody at the customer knows of this order."),),
)
CLEAR_DOUBTS = ClearDoubts(content_version=1, reason="Lin Yue confirmed by phone that both are wanted.")
DISMISS = DismissOrder(reason="Lin Yue confirmed by phone that it was sent twice.")
AMEND = AmendOrder(
    content=_content.model_copy(update={"delivery_date": date(2027, 7, 31)}),
    reason="The site is ready a month later.",
)
ASK_EXTENSION = AskExtension(delivery_date=date(2027, 8, 31))
ANSWER_EXTENSION = AnswerExtension(content_version=1, agreed=True)
ANSWER_CONDITIONS = AnswerConditions(content_version=1, agreed=True)
QUOTE = QuoteOrder(
    lines=(PricedLine(item="KYN28A-12", quantity=6, amount=Decimal("348000.00")),),
    total=Decimal("348000.00"),
    currency="CNY",
    valid_until=date(2027, 1, 31),
)
ANSWER_QUOTATION = AnswerQuotation(round=1, agreed=True)
DRAFT = DraftContract(
    contract="HT-2027-0117", digest=_digest, document="https://documents.example/contracts/HT-2027-0117"
)
SIGN = SignContract(side="customer", digest=_digest, signatory="Lin Yue")
INSTRUCT = InstructProduction(
    parts=(
        BillItem(part="VS1-12", name="Vacuum circuit breaker", kind="component", quantity=6),
        BillItem(part="BOX-W", name="Wooden case", kind="wooden_packing", quantity=6),
    )
)
WITHDRAW = WithdrawOrder(reason="The plant is not built.")
ASK_CANCELLATION = AskCancellation(reason="The plant is not built.")
DECIDE_CANCELLATION = DecideCancellation(
    request=1, commitment_version=1, approved=True, reason="The breakers can be used for other orders."
)
