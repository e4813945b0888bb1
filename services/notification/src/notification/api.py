"""What may be asked of notification over HTTP: an inbox, every message by order or by id, and webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter

from events import Actor
from notification.correspondence import correspondence
from notification.message_api import router as message_router
from notification.message_book import message_book
from notification.shown import show_correspondence
from notification.webhooks.api import router as subscription_router
from notification.webhooks.delivery_api import router as delivery_router
from servicekit import Resource, by_company, list_route


def to_me(table: sa.Table, who: Actor) -> sa.ColumnElement[bool]:
    """Messages to the caller, or to a role of theirs, about orders of their company."""
    mine = table.c.role.in_(sorted(who.roles)) | (table.c.person == who.subject)
    return by_company("company")(table, who) & mine


inbox = list_route(
    message_book,
    path="/inbox",
    tag="Inbox",
    summary="What the caller, or a role of theirs, is told; the newest first",
    visible=to_me,
    filters=("read", "order_number", "purchase_order", "template", "role", "person", "channel"),
    ranges=("addressed_at",),
    order=("-addressed_at",),
    search=("subject", "order_number"),
)
messages = list_route(
    message_book,
    path="/messages",
    tag="Messages",
    summary="Who was told what, and whether it reached them",
    visible=by_company("company"),
    filters=("order_number", "purchase_order", "customer", "state", "channel", "template", "role"),
    ranges=("addressed_at", "mailed_at"),
    order=("-addressed_at",),
    search=("subject", "order_number", "customer"),
)
correspondences = Resource(
    correspondence, path="/correspondence", tag="Correspondence", show=show_correspondence
)
correspondences.reads()

router = APIRouter()
router.include_router(inbox)
router.include_router(messages)
router.include_router(message_router)
router.include_router(correspondences.router)
router.include_router(delivery_router)
router.include_router(subscription_router)
