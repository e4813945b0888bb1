"""Bugs to plant, one for each checker: a checker that finds none proves nothing.

`PLANT=n` has the storm plant bug n. Each is put into a running service by wrapping one of its calls, or
into its database; the product knows nothing of it. What is wrapped must be there: a name that is gone
stops the service, and is told. Bugs stay where nobody waits for what they spoil, so that a storm goes on
to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import asyncpg

from faults.plants import in_database, in_reading, in_writing


@dataclass(frozen=True, slots=True)
class Bug:
    """A bug, and the service it is put into."""

    service: str
    put: Callable[[], None]
    """Called in the service's process before it serves."""

    @property
    def what(self) -> str:
        """In words."""
        return (self.put.__doc__ or "").partition("\n")[0].rstrip(".")


PLANTS: Mapping[int, Bug] = {
    1: Bug("order-intake", in_writing.keys_of_clients_are_forgotten),
    2: Bug("order-intake", in_writing.the_uncommitted_is_published),
    3: Bug("notification", in_writing.some_events_are_not_published),
    4: Bug("notification", in_writing.partitions_change_with_time),
    5: Bug("review", in_reading.commands_of_reactions_have_no_stable_key),
    6: Bug("order-intake", in_reading.a_batch_sees_rows_as_they_were_before_it),
    7: Bug("notification", in_reading.some_letters_are_only_recorded_as_sent),
    8: Bug("notification", in_reading.some_facts_are_passed_by),
    9: Bug("review", in_database.nothing_in_the_process),
    10: Bug("order-intake", in_writing.the_expected_version_is_not_looked_at),
    11: Bug("order-intake", in_writing.the_relay_waits_ever_longer),
}
"""By the number of the invariant."""


def plant(number: int, service: str) -> None:
    """Put the bug into this process, if it is for this service. Raises `Renamed` when it does not fit any more."""
    bug = _known(number)
    if bug.service == service:
        bug.put()


async def plant_database(number: int, owner_url: str) -> None:
    """Put the bug into a database that is migrated, if it is for this one.

    Called for the database of every service, as its owner. Raises `Renamed` as above.
    """
    _known(number)
    if number != in_database.NUMBER:
        return
    connection = await asyncpg.connect(owner_url)
    try:
        if await connection.fetchval("SELECT current_database()") == in_database.DATABASE:
            await in_database.positions_are_taken_without_the_lock(connection)
    finally:
        await connection.close()


def _known(number: int) -> Bug:
    if number not in PLANTS:
        raise ValueError(f"there is no planted bug {number}: take one from 1 to {max(PLANTS)}")
    return PLANTS[number]
