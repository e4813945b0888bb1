"""The named crash points: where a process dies when a file in `FAULTS_DIR` arms that point for it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

SERVICES = ("order-intake", "review", "procurement", "notification")

BEFORE_PUBLISHING = "after-commit-before-publishing"
BEFORE_CHECKPOINT = "after-publishing-before-checkpoint"
REACTED = "after-effect-before-checkpoint"
SHOWN = "after-showing-before-checkpoint"
SENT = "after-sending-before-recording"
HOOKED = "after-webhook-before-recording"
POINTS = (BEFORE_PUBLISHING, BEFORE_CHECKPOINT, REACTED, SHOWN, SENT, HOOKED)
WHERE = {point: ("notification",) if point in (SENT, HOOKED) else SERVICES for point in POINTS}
"""Which services come by a point."""
SHARED = (frozenset({REACTED, SHOWN}), frozenset({SENT, HOOKED}))
"""Points that are one kind of moment, in two kinds of work: they share the number of times."""


def times(point: str, each: int) -> int:
    """How often a point is hit when each kind of moment is to be `each` times."""
    return -(-each // 2) if any(point in shared for shared in SHARED) else each


def all_times(each: int) -> int:
    """How often all of them are."""
    return sum(times(point, each) for point in POINTS)


def armed(directory: Path, service: str, point: str) -> Path:
    """The file that arms a point: its process removes it and is gone."""
    return directory / f"{service}.{point}"


def die_if_armed(service: str, point: str) -> None:
    """Called at the point by the service's process: SIGKILL to itself when armed, else nothing."""
    if disarm(Path(os.environ["FAULTS_DIR"]), service, point):
        os.kill(os.getpid(), signal.SIGKILL)


def disarm(directory: Path, service: str, point: str) -> bool:
    """Whether it was armed, and this call is the one that ended that."""
    try:
        armed(directory, service, point).unlink()
    except FileNotFoundError:
        return False
    return True
