"""The pool of connections for reads, which tells how long somebody waited for one."""

from __future__ import annotations

import time

from opentelemetry import metrics
from sqlalchemy import AsyncAdaptedQueuePool
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import PoolProxiedConnection

_SECONDS = (0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0)
_NAME = {"db.client.connection.pool.name": "reads"}
_meter = metrics.get_meter("servicekit")
_waits = _meter.create_histogram(
    "db.client.connection.wait_time", unit="s", explicit_bucket_boundaries_advisory=_SECONDS,
    description="Until a connection for reads was there, opened anew if need be.",
)  # fmt: skip
_timeouts = _meter.create_counter(
    "db.client.connection.timeouts", description="Waits for a connection for reads that were in vain."
)


class TimedPool(AsyncAdaptedQueuePool):
    """SQLAlchemy's own, with OpenTelemetry's names for what it measures."""

    def connect(self) -> PoolProxiedConnection:
        start = time.perf_counter()
        try:
            return super().connect()
        except NoneFree:
            _timeouts.add(1, _NAME)
            raise
        finally:
            _waits.record(time.perf_counter() - start, _NAME)
