"""The order of a timeline: by time, and a cause before its effects whatever the clocks say."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence

from servicekit.of_order import Entry


def in_order(entries: Iterable[Entry]) -> Sequence[Entry]:
    """Each after what led to it and after what came before it in its stream; else by time.

    Two services' clocks may differ by more than it takes one to react to the other. Entries that
    wait for each other, which no log holds, come last, by time.
    """
    found = sorted(entries, key=_moment)
    by_id = {entry.id: place for place, entry in enumerate(found)}
    by_version = {(entry.service, entry.stream, entry.version): place for place, entry in enumerate(found)}
    effects: defaultdict[int, list[int]] = defaultdict(list)
    waits = [0] * len(found)
    for place, entry in enumerate(found):
        causes = {
            by_id.get(entry.causation or ""),
            by_version.get((entry.service, entry.stream, entry.version - 1)),
        }
        for cause in causes:
            if cause is not None:
                effects[cause].append(place)
                waits[place] += 1
    ready = [place for place, count in enumerate(waits) if not count]  # sorted, and so a heap
    placed: list[int] = []
    while ready:
        place = heapq.heappop(ready)
        placed.append(place)
        for effect in effects[place]:
            waits[effect] -= 1
            if not waits[effect]:
                heapq.heappush(ready, effect)
    left = [place for place, count in enumerate(waits) if count]
    return [found[place] for place in (*placed, *left)]


def _moment(entry: Entry) -> tuple[object, ...]:
    return entry.time, entry.service, entry.position
