"""Writing a message: which words, by which channel, under which id."""

from __future__ import annotations

from typing import Literal
from uuid import UUID, uuid5

from pydantic import JsonValue

from events import Refused
from events.contracts.messages import MessageAddressed, Recipient
from notification.concerned import Addressee
from notification.intents import Tell
from notification.states import CALLER, Correspondence
from notification.texts import Text, for_customer, for_staff

_IDS = UUID("6f1d1f9e-3b0a-5c0e-9a53-6f2f5f0c7a11")
"""The namespace of message ids; storage, never change it."""


def address(known: Correspondence, command: Tell, one: Addressee) -> MessageAddressed:
    """The message to one of those concerned, in what is known of the order by now. Raises `Refused`."""
    customer = known.customer
    values: dict[str, JsonValue] = {
        "order": command.order,
        "purchase_order": command.purchase_order,
        "customer": customer.model_dump(mode="json") if customer else None,
        "recipient": one.name,
        "questions": list(one.questions),
        "fact": command.details,
    }
    if one.kind != "customer":
        recipient = Recipient(kind=one.kind, name=one.name)
        text = for_staff(one.template, values)
        return _message(known, command, one.template, recipient, "inbox", "both", text)
    if customer is None:
        raise Refused("customer-unknown", "order.received says who the customer is and must be told of first")
    recipient = Recipient(kind="customer", name=customer.id, address=customer.email)
    channel: Literal["mail", "phone"] = "mail" if customer.email else "phone"
    text = for_customer(one.template, customer.language, values)
    return _message(known, command, one.template, recipient, channel, customer.language, text)


def undeliverable(lost: MessageAddressed, error: str) -> MessageAddressed:
    """What sales is told when a customer's mail is given up: somebody has to call."""
    values: dict[str, JsonValue] = {
        "order": lost.order,
        "address": lost.recipient.address,
        "subject": lost.subject,
        "body": lost.body,
        "error": error,
    }
    text = for_staff("mail_undeliverable", values)
    id = message_id(number_of(lost.message), lost.message, "mail_undeliverable", CALLER)
    return MessageAddressed(
        message=id,
        order=lost.order,
        purchase_order=lost.purchase_order,
        product_company=lost.product_company,
        recipient=CALLER,
        template="mail_undeliverable",
        channel="inbox",
        language="both",
        subject=text.subject,
        body=text.body,
    )


def message_id(number: str, cause: str, template: str, recipient: Recipient) -> str:
    """The same for the same; the number in front says which correspondence it stands in."""
    told = "\n".join((number, cause, template, recipient.kind, recipient.name))
    return f"{number}.{uuid5(_IDS, told).hex[:12]}"


def number_of(message: str) -> str:
    """Of the order or purchase order that a message's id names."""
    return message.rpartition(".")[0]


def _message(
    known: Correspondence,
    command: Tell,
    template: str,
    recipient: Recipient,
    channel: Literal["mail", "inbox", "phone"],
    language: Literal["zh", "en", "both"],
    text: Text,
) -> MessageAddressed:
    return MessageAddressed(
        message=message_id(command.number, str(command.cause), template, recipient),
        order=command.order,
        purchase_order=command.purchase_order,
        product_company=known.company or None,
        recipient=recipient,
        template=template,
        channel=channel,
        language=language,
        subject=text.subject,
        body=text.body,
    )
