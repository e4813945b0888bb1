"""Every event of the system, by the service that owns it.

A service imports its own facts to record them and the others' to react to them; this is
all that services know of each other.
"""

from events.contracts import access, messages, orders, purchases, reviews

OWNERS = {
    "order-intake": orders,
    "review": reviews,
    "procurement": purchases,
    "notification": messages,
}
"""Which service records the events of which module."""
COMMON = (access,)
"""What every service records besides, each in its own log."""

__all__ = ["COMMON", "OWNERS", "access", "messages", "orders", "purchases", "reviews"]
