"""The only place where notification is wired."""

from __future__ import annotations

from pathlib import Path

from notification import api
from notification.correspondence import correspondence
from notification.mailer import mailer
from notification.message_book import message_book
from notification.outbox import outbox
from notification.reactions import reactions
from notification.webhooks.audience import audience
from notification.webhooks.delivery_book import delivery_book
from notification.webhooks.dispatcher import dispatcher
from notification.webhooks.line import line
from notification.webhooks.sender import sender
from notification.webhooks.subscription import subscription
from notification.webhooks.subscription_book import subscription_book
from notification.webhooks.waiting import waiting
from servicekit import OfOrder, Service

service = Service(
    name="notification",
    package=Path(__file__).parent,
    summary="Who is told what: mail to customers, an inbox for every role, and signed webhooks.",
    deciders=(correspondence, subscription, line),
    projections=(message_book, outbox, subscription_book, audience, delivery_book, waiting),
    reactions=reactions,
    sources=("order-intake", "review", "procurement"),
    routers=(api.router,),
    workers=(mailer, dispatcher, sender),
    of_order=(OfOrder(api.correspondences.thing),),
)
