"""People who send all the time over connections that they keep, as well-behaved clients do.

One who is told `Connection: close` leaves the connection after the answer; one who cannot connect tries
again, elsewhere where there is an elsewhere. A request of which a byte was sent is not sent again: it
has to be answered.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from launch.client import Answer, Client, connected

Talk = Callable[["Person"], Awaitable[None]]
"""What a person does again and again."""
PATIENCE = 20.0
"""Seconds that a person waits for an answer, or for a place to send to."""


class Crowd:
    """What happened to all of them."""

    def __init__(self, token: str, pause: float = 0.0) -> None:
        self.token = token
        self.pause = pause
        """Seconds that each waits between two rounds."""
        self.answers: Counter[int] = Counter()
        self.failures: list[str] = []
        """Requests without an answer, and answers that are none of use, in words."""
        self.created: list[str] = []
        """Ids that a 201 told."""
        self.refused_connections = 0
        self.slowest = 0.0
        self.ending = False

    @property
    def sent(self) -> int:
        return sum(self.answers.values()) + sum("no answer" in one for one in self.failures)

    async def run(self, people: int, talk: Talk, targets: Sequence[str]) -> None:
        """Until `ending` is set."""
        async with asyncio.TaskGroup() as group:
            for number in range(people):
                group.create_task(self._one(Person(self, targets, number), talk))

    async def _one(self, person: Person, talk: Talk) -> None:
        await asyncio.sleep(random.random() * self.pause)  # noqa: S311  # no secret
        try:
            while not self.ending:
                await talk(person)
                await asyncio.sleep(self.pause)
        finally:
            person.leave()


class Person:
    """One of them, with at most one connection to each place."""

    def __init__(self, crowd: Crowd, targets: Sequence[str], number: int) -> None:
        self._crowd = crowd
        self._targets = targets
        self._at = number % len(targets)
        self._client: Client | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer | None:
        """An answer; None when there was none or it was no success, which is noted."""
        crowd = self._crowd
        client = await self._connection()
        began = time.monotonic()
        try:
            answer = await asyncio.wait_for(client.ask(method, path, body, **headers), PATIENCE)
        except (ConnectionError, TimeoutError) as error:
            crowd.failures.append(f"no answer to {method} {path}: {type(error).__name__} {error}")
            self.leave()
            return None
        crowd.slowest = max(crowd.slowest, time.monotonic() - began)
        crowd.answers[answer.status] += 1
        if answer.closing:
            self.leave()
        if answer.status >= 300:
            crowd.failures.append(f"{answer.status} to {method} {path}: {answer.body[:200].decode()}")
            return None
        if answer.status == 201:
            crowd.created.append(json.loads(answer.body)["id"])
        return answer

    def leave(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    async def _connection(self) -> Client:
        if self._client is not None and not self._client.lost:
            return self._client
        until = time.monotonic() + PATIENCE
        while True:
            target = self._targets[self._at]
            try:
                self._client = await connected(target, self._crowd.token)
            except OSError:
                self._crowd.refused_connections += 1
                self._at = (self._at + 1) % len(self._targets)
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.02)
            else:
                return self._client
