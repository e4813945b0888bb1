"""Messages (7): each mail that is due arrived, under one key, and twice only where something failed.

A mail's key is its Message-ID, whose part before the @ is the message's id in notification's log.
A webhook's key is its delivery's id. What arrived is copied to temporary tables, and compared there.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from faults.checkers.looking import PAGE, Found, connected
from faults.world import Finding, World

PATIENCE = 60.0
"""Seconds that mail which waits for its next attempt is given; a server that was away is tried again by then."""
_LOOK = 1.0
_FACTS = """
    CREATE TEMP TABLE addressed AS SELECT data ->> 'message' AS message, count(*) AS times FROM log.event
    WHERE name = 'message.addressed.v1' AND data ->> 'channel' = 'mail' GROUP BY 1;
    CREATE TEMP TABLE mailed AS SELECT data ->> 'message' AS message, count(*) AS times FROM log.event
    WHERE name = 'message.mailed.v1' GROUP BY 1;
    CREATE TEMP TABLE arrived AS SELECT key AS message, count(*) AS times FROM sink GROUP BY 1;
    """
_PENDING = """
    SELECT count(DISTINCT a.data ->> 'message') FROM log.event a
    WHERE a.name = 'message.addressed.v1' AND a.data ->> 'channel' = 'mail' AND NOT EXISTS (
        SELECT FROM log.event s WHERE s.stream = a.stream AND s.data ->> 'message' = a.data ->> 'message'
        AND (s.name = 'message.mailed.v1' OR s.name = 'message.mail_failed.v1' AND s.data ->> 'retry_at' IS NULL))"""
_FAULTS = {
    "SELECT message FROM addressed WHERE times > 1": "was addressed twice",
    "SELECT message FROM mailed WHERE times > 1": "was recorded as sent twice",
    "SELECT message FROM mailed EXCEPT SELECT message FROM arrived": "is recorded as sent and never arrived",
    "SELECT message FROM arrived EXCEPT SELECT message FROM addressed": "arrived, and nobody addressed it",
    """SELECT min(data ->> 'delivery') FROM log.event WHERE name = 'delivery.queued.v1'
       GROUP BY data ->> 'delivery' HAVING count(*) > 1""": "is a webhook that was queued twice",
}
_HOOKS = {
    """SELECT data ->> 'delivery' FROM log.event WHERE name = 'delivery.succeeded.v1'
       EXCEPT SELECT key FROM hooks""": "is a webhook that is recorded as taken and never arrived",
    """SELECT key FROM hooks
       EXCEPT SELECT data ->> 'delivery' FROM log.event WHERE name = 'delivery.queued.v1'""": (
        "is a webhook that arrived, and nobody queued it"
    ),
    """SELECT data ->> 'delivery' FROM log.event WHERE name = 'delivery.queued.v1'
       EXCEPT SELECT key FROM hooks""": "is a webhook that was queued and never arrived",
}
_REPEATED = "SELECT message FROM arrived WHERE times > 1"


async def one_key_each(world: World) -> Finding:
    """7: the keys at the sink are those that notification's log leads to."""
    found = Found()
    async with connected(world.databases["notification"].owner_url) as log:
        await _wait(log)
        await log.execute("CREATE TEMP TABLE sink (key text)")
        arrived = arrivals(world.mails)
        while page := [(key,) for key in islice(arrived, PAGE)]:
            await log.copy_records_to_table("sink", records=page)
        await log.execute(_FACTS)
        if pending := await log.fetchval(_PENDING):
            found.add(f"{pending} mails were neither sent nor given up within {PATIENCE:g} s of the end")
        for query, fault in _FAULTS.items():
            found.extend(f"{row[0]} {fault}" for row in await log.fetch(f"{query} ORDER BY 1 LIMIT 1000"))
        repeated = await log.fetch(_REPEATED)
        if not world.disturbed:
            found.extend(f"{row[0]} arrived more than once, and nothing had failed" for row in repeated)
        mails = await log.fetchval("SELECT count(*) FROM arrived")
        if world.webhooks is not None:
            await _hooks(world, world.webhooks, log, found)
        webhooks = await log.fetchval("SELECT count(*) FROM log.event WHERE name = 'delivery.queued.v1'")
    looked_at = f"{mails:,} mails, {len(repeated)} of them repeated, {webhooks} webhooks"
    return found.finding(looked_at, anything=mails > 0)


async def _hooks(world: World, file: Path, log: Any, found: Found) -> None:  # Any: as below
    await log.execute("CREATE TEMP TABLE hooks (key text)")
    arrived = _lines(file)
    while page := [(line["webhook_id"],) for line in islice(arrived, PAGE)]:
        await log.copy_records_to_table("hooks", records=page)
    for query, fault in _HOOKS.items():
        found.extend(f"{row[0]} {fault}" for row in await log.fetch(f"{query} ORDER BY 1 LIMIT 1000"))
    if not world.disturbed:
        twice = await log.fetch("SELECT key FROM hooks GROUP BY key HAVING count(*) > 1")
        found.extend(
            f"{row[0]} is a webhook that arrived more than once, and nothing had failed" for row in twice
        )


async def _wait(log: Any) -> None:  # an asyncpg connection, which has no types
    clock = asyncio.get_running_loop().time
    end = clock() + PATIENCE
    while clock() < end and await log.fetchval(_PENDING):  # noqa: ASYNC110  # what changes is in the database
        await asyncio.sleep(_LOOK)


def arrivals(file: Path) -> Iterator[str]:
    """The keys of all mails that arrived, in order."""
    return (line["message_id"].strip("<>").rpartition("@")[0] for line in _lines(file))


def _lines(file: Path) -> Iterator[dict[str, str]]:
    """What a sink wrote down. A line that is not whole was not acknowledged."""
    if not file.exists():
        return
    with file.open() as lines:
        for line in lines:
            if line.endswith("\n"):
                yield json.loads(line)
