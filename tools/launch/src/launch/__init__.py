"""Starts the whole system on one machine: PostgreSQL, Kafka, the four services, tokens and mail.

`async with launch.system(directory) as system` is what `make run`, the demo and the end-to-end
tests share; `launch.find()` tells where a system that already runs is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from launch.assembly import System, system
    from launch.brokers import CannotMeet, Wish
    from launch.program import DidNotStart
    from launch.running import AlreadyRunning, Running, find

__all__ = ["AlreadyRunning", "CannotMeet", "DidNotStart", "Running", "System", "Wish", "find", "system"]

_HOMES = {
    "System": "assembly", "system": "assembly", "CannotMeet": "brokers", "Wish": "brokers", "DidNotStart": "program",
    "AlreadyRunning": "running", "Running": "running", "find": "running",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Import on first use (PEP 562): the issuer and `make token` start without the clients of Kafka."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"launch.{_HOMES[name]}"), name)
