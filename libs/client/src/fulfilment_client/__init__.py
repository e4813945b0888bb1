"""Typed asynchronous client of the order fulfilment services.

One class a service, one method an operation; their models stand in the service's module. The
README has an example.
"""

from fulfilment_client.common import Done, Found, Happened
from fulfilment_client.connection import Connection, Token, connect, static_token
from fulfilment_client.following import Fact
from fulfilment_client.notification import Notification
from fulfilment_client.order_intake import OrderIntake
from fulfilment_client.pages import Page, Pages
from fulfilment_client.problems import (
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Refused,
    Stale,
    Unauthenticated,
    Unavailable,
    Unreachable,
)
from fulfilment_client.procurement import Procurement
from fulfilment_client.review import Review

__all__ = [
    "Connection",
    "Done",
    "Fact",
    "Fault",
    "Forbidden",
    "Found",
    "Happened",
    "Invalid",
    "NotFound",
    "Notification",
    "OrderIntake",
    "Page",
    "Pages",
    "Problem",
    "Procurement",
    "Refused",
    "Review",
    "Stale",
    "Token",
    "Unauthenticated",
    "Unavailable",
    "Unreachable",
    "connect",
    "static_token",
]
