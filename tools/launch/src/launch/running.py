"""The run file: how other tools find the system that is running, `.data/run.json`.

It is written when all is ready and removed at the end. A lock beside it is held for as long as
the launcher lives, so a run file that a killed launcher left behind deceives nobody.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from launch.databases import Database

REPOSITORY = Path(__file__).resolve().parents[4]
DATA = REPOSITORY / ".data"
"""Where `make run` keeps everything."""


class AlreadyRunning(Exception):
    """Another launcher works on this data."""


@dataclass(frozen=True, slots=True)
class Running:
    """A running system: where everything is."""

    services: Mapping[str, str]
    """Service name to base URL."""
    issuer: str
    mail: str
    """Base URL of the mail sink's list."""
    smtp: str
    broker: Literal["kafka", "embedded"]
    why: str
    """Why this broker."""
    kafka: str | None
    """Bootstrap servers; None with the embedded broker."""
    postgres_admin_url: str
    databases: Mapping[str, Database]
    """By service name."""
    pids: Mapping[str, int]
    """Process ids by name: the services, `issuer`, and `postgres` and `kafka` where they are ours."""
    launcher_pid: int


def find(data: Path = DATA) -> Running | None:
    """The system that runs on `data`, if one does and is ready.

    `RUN_FILE` in the environment names the run file of a system that something else started,
    such as `docker compose`.
    """
    if elsewhere := os.environ.get("RUN_FILE"):
        return _read(Path(elsewhere))
    if not _is_held(data):
        return None
    try:
        return _read(data / "run.json")
    except FileNotFoundError:
        return None


def _read(file: Path) -> Running:
    fields = json.loads(file.read_text())
    fields["databases"] = {name: Database(**urls) for name, urls in fields["databases"].items()}
    return Running(**fields)


def publish(data: Path, running: Running) -> None:
    """Write the run file, which holds passwords, for this user alone."""
    making = data / "run.json.making"
    descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w") as file:
        json.dump(asdict(running), file, indent=2)
    making.replace(data / "run.json")


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Be the only launcher on `data`. Raises `AlreadyRunning`."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "launcher.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"the system already runs on {data}; use that one, or stop it first"
            ) from None
        (data / "run.json").unlink(missing_ok=True)
        try:
            yield
        finally:
            (data / "run.json").unlink(missing_ok=True)


def _is_held(data: Path) -> bool:
    """Whether a launcher lives on `data`."""
    try:
        with (data / "launcher.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
