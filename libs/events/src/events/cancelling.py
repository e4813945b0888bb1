"""Telling a cancellation that somebody asked for from one that came up by itself."""

from __future__ import annotations

import asyncio


def asked_to_end() -> bool:
    """Whether somebody cancelled the current task.

    When not, the `CancelledError` at hand is a failure like others: a client that stops or loses
    its connection has been seen to raise one out of its own works.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
