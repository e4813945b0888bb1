"""Whether a topic is the log's own: nothing may stand on it that the log does not have.

A database that was restored from an older copy has forgotten its last events, and gives their positions to
new ones. Consumers who have the old ones would take the new ones for repetitions, and drop them without a word.
"""

from __future__ import annotations

from collections.abc import Sequence

from events.checkpoint import Connection
from events.envelope import decode
from events.recorded import Recorded
from events.topic import LastRecord


class TopicDisagrees(Exception):
    """A topic has events that the log does not have; publishing to it would lose those that follow."""


async def agree(connection: Connection, topic: str, last: Sequence[LastRecord]) -> None:
    """Raise `TopicDisagrees` unless the log has the last event of each partition of its topic.

    To be read before the log is, which only grows meanwhile. A record that is no event says nothing.
    """
    read = [decode(topic, "", record.key, record.value, record.headers) for record in last]
    facts = [fact for fact in read if isinstance(fact, Recorded)]
    if not facts:
        return
    rows = await connection.fetch(
        "SELECT position, id FROM log.event WHERE position = ANY($1)", [fact.position for fact in facts]
    )
    ids = dict(rows)
    unknown = [fact for fact in facts if ids.get(fact.position) != fact.id]
    if not unknown:
        return
    fact = max(unknown, key=lambda fact: fact.position)
    known = ids.get(fact.position)
    head = await connection.fetchval("SELECT position FROM log.head")
    raise TopicDisagrees(
        f"topic {topic!r} has an event {fact.position} with id {fact.id}, and the log "
        + (f"ends at {head}" if known is None else f"has {known} in its place")
        + ": either the database was restored from an older copy, or the topic is another log's. "
        "Nothing is published until they agree (docs/runbooks/EventsNotPublished.md)"
    )
