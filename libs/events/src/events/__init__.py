"""An append-only event log on PostgreSQL, and what follows from it.

Facts go into a `Log` through a `Decider`; `Projection`s make read models of them,
`Reactions` lead from them to further commands, and feeds carry them between services.
"""

from events.appending import Append, Appended, Conflict, Idempotency, KeyReused, Tip, TooLarge
from events.connections import Unavailable
from events.decider import Command, Decider, Forbidden, NotFound, Refused
from events.event import Event, Part, Unreadable, upcast
from events.feed import Batch, Delivery, Feed, Garbled, Partition
from events.gather import Overloaded
from events.handler import CommandHandler, Outcome
from events.log import Log
from events.log_feed import LogFeed
from events.projection import Projection
from events.projector import Projector
from events.reaction import Reactions, Send
from events.reactor import Reactor
from events.recorded import Actor, Context, Recorded
from events.replay import Difference, replay
from events.verify import Verdict, verify

__all__ = [
    "Actor",
    "Append",
    "Appended",
    "Batch",
    "Command",
    "CommandHandler",
    "Conflict",
    "Context",
    "Decider",
    "Delivery",
    "Difference",
    "Event",
    "Feed",
    "Forbidden",
    "Garbled",
    "Idempotency",
    "KeyReused",
    "Log",
    "LogFeed",
    "NotFound",
    "Outcome",
    "Overloaded",
    "Part",
    "Partition",
    "Projection",
    "Projector",
    "Reactions",
    "Reactor",
    "Recorded",
    "Refused",
    "Send",
    "Tip",
    "TooLarge",
    "Unavailable",
    "Unreadable",
    "Verdict",
    "replay",
    "upcast",
    "verify",
]
