"""What review does by itself when something happened to an order or its contract."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from case_story import CONTENT, CUSTOMER, DESK, SALES

from events import Command, Event, Recorded, Send
from events.contracts.orders import ContractDrafted, OrderAmended, OrderDismissed, OrderWithdrawn
from review.case.request import CloseReview, VoidReview
from review.contract.request import CloseContractReview, RequestContractReview
from review.reactions import reactions


def heard(fact: Event) -> Sequence[tuple[str, Command]]:
    """The commands that follow, with the kind of thing each is for."""
    recorded = Recorded.of(fact, stream="order-7K3M", key="7K3M", actor=DESK)
    sent = [when(recorded) for when in reactions.of(fact)]
    sends = [one for some in sent if some for one in ([some] if isinstance(some, Send) else some)]
    assert {send.id for send in sends} == {"7K3M"}
    return [(send.decider.category, send.command) for send in sends]


def test_s6_a_drafted_contract_is_sent_to_review_with_who_drafted_it() -> None:
    drafted = ContractDrafted(
        contract="HT-1",
        digest="a" * 64,
        customer=CUSTOMER,
        product_company="HV",
        total=Decimal("12.50"),
        currency="CNY",
        delivery_date=CONTENT.delivery_date,
    )
    ((category, command),) = heard(drafted)
    assert category == "contract"
    assert command == RequestContractReview(**dict(drafted), drafted_by=DESK.subject)


def test_s6_a_draft_of_before_its_customer_stood_in_it_is_reviewed_as_well() -> None:
    ((_, command),) = heard(ContractDrafted(contract="HT-1", digest="a" * 64))
    assert isinstance(command, RequestContractReview)
    assert command.product_company is None


def test_s6_an_amendment_voids_the_words_on_the_content_and_on_its_contract() -> None:
    amended = OrderAmended(content=CONTENT, content_version=2, reason="more", amended_by=SALES.subject)
    assert heard(amended) == [
        ("review", VoidReview(content_version=2, reason="more")),
        ("contract", CloseContractReview(reason="more")),
    ]


def test_s3_a_withdrawn_or_dismissed_order_is_reviewed_no_more() -> None:
    for ended in (OrderWithdrawn(reason="no money"), OrderDismissed(reason="no money", dismissed_by="deng")):
        assert heard(ended) == [
            ("review", CloseReview(reason="no money")),
            ("contract", CloseContractReview(reason="no money")),
        ]
