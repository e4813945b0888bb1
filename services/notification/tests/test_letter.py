"""A letter says who it is from and to, and always carries the same Message-ID."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest
from telling import ANN, SYSTEM, received, recorded, told

from events.contracts.messages import MessageAddressed
from events.testing import MONDAY, given
from notification.correspondence import correspondence
from notification.letter import letter

SENDER = "Sales <orders@fulfilment.example>"
RECEIVED = recorded(received(ANN))


def addressed(**changes: object) -> MessageAddressed:
    fact = given(correspondence).when(told(RECEIVED), by=SYSTEM).facts[-1]
    assert isinstance(fact, MessageAddressed)
    return fact.model_copy(update=changes)


def test_it_is_the_same_letter_whenever_it_is_made() -> None:
    first, second = (letter(addressed(), MONDAY, SENDER) for _ in range(2))
    assert first.as_bytes() == second.as_bytes()
    assert first["Message-ID"] == f"<{addressed().message}@fulfilment.example>"


def test_a_mail_reader_gets_back_what_was_written() -> None:
    message = addressed(subject="订单 7K3M：已收到", body="尊敬的客户：\n\n第一行 " + "很长" * 600)
    parsed = message_from_bytes(letter(message, MONDAY, SENDER).as_bytes(), policy=default)
    assert parsed["Subject"] == message.subject
    assert parsed.get_content().rstrip("\r\n").replace("\r\n", "\n") == message.body
    assert parsed["To"] == "ann@northwind.example"
    assert parsed["Auto-Submitted"] == "auto-generated"


def test_letters_of_an_order_are_one_conversation() -> None:
    assert letter(addressed(), MONDAY, SENDER)["References"] == "<7K3M@fulfilment.example>"


@pytest.mark.parametrize("address", ["no@", "a..b@", "@x", "a(b@c.example", 'a"b@c.example', "a:b@c;d@e"])
def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    recipient = addressed().recipient.model_copy(update={"address": address})
    with pytest.raises(ValueError, match="not"):
        letter(addressed(recipient=recipient), MONDAY, SENDER)
