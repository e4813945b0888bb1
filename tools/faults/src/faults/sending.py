"""Sending commands until their outcome is known, and writing down what came of each.

An attempt that was lost (no answer, 5xx, an answer that says later) is made again under the same
Idempotency-Key; only a client that runs out of patience leaves an outcome unknown.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx

from events.signal import Signal
from faults.bodies import Body
from faults.journal import Entry, Outcome

TIMEOUT = 6.0
"""Seconds that an attempt waits for its answer."""
PATIENCE = 150.0
"""Seconds after which a client gives up; bursts of faults are much shorter."""
_FIRST, _LONGEST = 0.2, 2.0
_LATER = frozenset({429, 500, 502, 503, 504})


class Journal:
    """All commands so far."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.started = 0
        self.unclear = 0
        """Commands one of whose attempts was lost."""

    def begin(self) -> int:
        """The number of the next command."""
        self.started += 1
        return self.started


class Sender:
    """Gives commands over HTTP through `doors`, by service, with a token for each role."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        doors: Mapping[str, str],
        tokens: Mapping[str, str],
        journal: Journal,
        seed: int,
        patience: float = PATIENCE,
    ) -> None:
        self._http = http
        self._doors = doors
        self._tokens = tokens
        self.journal = journal
        self._keys = random.Random(f"keys {seed}")  # noqa: S311  # nothing secret about them
        self._jitter = random.Random(f"jitter {seed}")  # noqa: S311  # likewise
        self._patience = patience
        self._allowed = 0
        self._more = Signal()

    def allow(self, commands: int) -> None:
        """Let commands begin until there were so many in all; who wants to begin more waits."""
        self._allowed = commands
        self._more.set()

    def hold(self) -> None:
        """Let no further command begin."""
        self._allowed = 0

    def under_way(self) -> int:
        """Commands that were begun and whose outcome is open."""
        return self.journal.started - len(self.journal.entries)

    async def idle(self) -> None:
        """Wait until no command is under way."""
        while self.under_way():  # noqa: ASYNC110  # looked at once a burst
            await asyncio.sleep(0.1)

    async def send(
        self,
        service: str,
        role: str,
        path: str,
        body: Body,
        *,
        expected: int | None = None,
        at_once: bool = False,
    ) -> Entry:
        """Give one command and write down what came of it; `at_once` also when none may begin."""
        while self.journal.started >= self._allowed and not at_once:
            await self._more.next().wait()
        number = self.journal.begin()
        key = str(UUID(int=self._keys.getrandbits(128), version=4))
        headers = {"authorization": f"Bearer {self._tokens[role]}", "idempotency-key": f'"{key}"'}
        if expected is not None:
            headers["if-match"] = f'"{expected}"'
        clock = asyncio.get_running_loop().time
        until, pause, attempts = clock() + self._patience, _FIRST, 0
        while True:
            attempts += 1
            answer = await self._attempt(f"{self._doors[service]}{path}", headers, body)
            if answer is not None and not _again(answer):
                entry = _entry(number, service, path, key, attempts, answer)
                break
            wait = max(pause * self._jitter.uniform(0.5, 1.5), _retry_after(answer))
            if clock() + wait > until:
                status = answer.status_code if answer is not None else None
                entry = Entry(number, service, path, key, "unknown", status, attempts=attempts)
                break
            await asyncio.sleep(wait)
            pause = min(pause * 2, _LONGEST)
        self.journal.unclear += attempts > 1
        self.journal.entries.append(entry)
        return entry

    async def _attempt(self, url: str, headers: Mapping[str, str], body: Body) -> httpx.Response | None:
        try:
            return await self._http.post(url, headers=headers, json=body)
        except httpx.TransportError:
            return None  # it may have taken effect or not


def _again(answer: httpx.Response) -> bool:
    """Whether this answer leaves the outcome open."""
    if answer.status_code == 409:
        return bool(_json(answer).get("type") == "/problems/request-in-flight")
    return answer.status_code in _LATER


def _retry_after(answer: httpx.Response | None) -> float:
    seconds = answer.headers.get("retry-after", "0") if answer is not None else "0"
    return float(seconds) if seconds.isdigit() else 0.0


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _entry(number: int, service: str, path: str, key: str, attempts: int, answer: httpx.Response) -> Entry:
    done = answer.is_success
    outcome: Outcome = "done" if done else "failed"
    body = _json(answer) if done else {}
    return Entry(
        number, service, path, key, outcome, answer.status_code, body.get("id"), body.get("version"),
        body.get("position"), tuple(body.get("events", ())), attempts,
    )  # fmt: skip
