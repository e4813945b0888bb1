"""`GET /metrics` for Prometheus: what was counted, and figures that are read off at that moment.

Lags come from the database, so every replica tells the same, whichever does the work. Labels are names
of things of ours (read models, topics, states), never an order, a person or an address.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from fastapi import APIRouter
from opentelemetry import metrics
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import AlwaysOffExemplarFilter, MeterProvider
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import Float, cast, func, null, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from events.projection import Projection
from servicekit.addresses import Running
from servicekit.health import failing
from servicekit.runtime import Runtime

logger = structlog.get_logger(__name__)
PATIENCE = 5.0
"""Seconds that the database has; without its figures the others are told all the same."""

_meter = metrics.get_meter("servicekit")


def _gauge(name: str, description: str, unit: str = "") -> Any:  # Any: the API's gauge has a private name
    return _meter.create_gauge(name, unit=unit, description=description)


_unpublished = _gauge("log_unpublished_events", "Events that are not on the topic yet.")
_oldest = _gauge("log_oldest_unpublished", "Age of the oldest of them.", "s")
_lag = _gauge("projection_lag_events", "Events that a read model does not show yet.")
_lag_age = _gauge("projection_lag", "Age of the oldest of them.", "s")
_group_lag = _gauge("kafka.consumer_group.lag", "Events still to be reacted to.")
_parked = _gauge("parked_orders", "Keys with parked events, which wait for a fix.")
_rows = _gauge("read_model_rows", "Rows of a read model by their state.")
_since = _gauge("read_model_oldest", "How long the row that stands longest in a state has stood there.", "s")
_overdue = _gauge("deadlines_overdue", "Rows of a read model whose day is past, and which are not done.")
_checked_out = _gauge("db_pool_connections_used", "Connections for reads in use.")
_in_flight = _gauge("idempotency_keys_in_flight", "Requests with an idempotency key that are being answered.")
_loop_failing = _gauge("loop_failing", "1 while a loop of the service fails and is tried again.")


def metering(service: str) -> None:
    """Give this process instruments that Prometheus can read, once."""
    if not isinstance(metrics.get_meter_provider(), MeterProvider):
        resource = Resource.create({SERVICE_NAME: service})
        metrics.set_meter_provider(
            MeterProvider(
                [PrometheusMetricReader(scope_info_enabled=False)],
                resource=resource,
                exemplar_filter=AlwaysOffExemplarFilter(),  # Prometheus' text format has none
            )
        )


router = APIRouter()


@router.get("/metrics", include_in_schema=False)
async def exposed(running: Running) -> Response:
    """The text format of Prometheus."""
    _read_off(running)
    try:
        async with asyncio.timeout(PATIENCE), running.engine.connect() as connection:
            await _ask(running, connection)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        logger.warning("metrics without the database's figures", error=type(error).__name__)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _read_off(runtime: Runtime) -> None:
    pool: Any = runtime.engine.pool  # Any: SQLAlchemy's types do not know which pool it is
    _checked_out.set(pool.checkedout())
    _in_flight.set(len(runtime.keys_in_flight))
    for loop in runtime.loops:
        _loop_failing.set(int(failing(runtime, loop) is not None), {"loop": loop.name})


async def _ask(runtime: Runtime, connection: AsyncConnection) -> None:
    if runtime.relay:
        behind, age = (await connection.execute(_BEHIND_RELAY)).one()
        _unpublished.set(behind)
        _oldest.set(age)
    for name, projector in runtime.projectors.items():
        behind, age = (await connection.execute(_BEHIND_PROJECTION, {"name": name})).one()
        _lag.set(behind, {"projection": name})
        _lag_age.set(age, {"projection": name})
        await _count(projector.projection, connection)
        await _count_overdue(projector.projection, connection)
    if runtime.lags:
        for place, behind in (await runtime.lags.read(connection)).items():
            _group_lag.set(behind, {
                "messaging.consumer.group.name": runtime.lags.consumer,
                "messaging.destination.name": place.source,
                "messaging.destination.partition.id": str(place.number),
            })  # fmt: skip
    consumers = [projector.projection.consumer for projector in runtime.projectors.values()]
    consumers += [runtime.reactor.consumer] if runtime.reactor else []
    parked: dict[str, int] = {row[0]: row[1] for row in await connection.execute(_PARKED)}
    for consumer in consumers:
        _parked.set(parked.get(consumer, 0), {"consumer": consumer})


_BEHIND = """
    SELECT head.position - seen.position,
           coalesce(greatest(0, extract(epoch FROM now() - oldest.time)), 0)::float
    FROM log.head, ({place}) AS seen (position)
    LEFT JOIN LATERAL (SELECT time FROM log.event e WHERE e.position = seen.position + 1) oldest ON true"""
_BEHIND_RELAY = text(_BEHIND.format(place="SELECT coalesce(max(position), 0) FROM feed.relay"))
_BEHIND_PROJECTION = text(
    _BEHIND.format(
        place="""
        SELECT coalesce(max(c.position), 0) FROM feed.projection p
        JOIN feed.checkpoint c ON c.consumer = p.relation WHERE p.name = :name"""
    )
)
_PARKED = text("SELECT consumer, count(DISTINCT key) FROM feed.parked GROUP BY consumer")
_DEADLINES: Mapping[str, tuple[str, Callable[[Any], Any]]] = {  # Any: SQLAlchemy's expressions
    "delivery_date": ("waiting_for", lambda waiting: func.cardinality(waiting) > 0),
    "due": ("fulfilled_at", lambda fulfilled: fulfilled.is_(None)),
}
"""Columns of read models that are days on which something is to be there, and how an open row is known."""
_told: dict[str, set[str]] = {}
"""By read model, states that were told before: one that nothing stands in any more is told as 0."""


async def _count(projection: Projection[Any], connection: AsyncConnection) -> None:
    columns = projection.table.c
    if "state" not in columns:
        return
    first = func.min(columns.since) if "since" in columns else null()
    age = func.coalesce(func.extract("epoch", func.now() - first), 0.0)
    query = select(columns.state, func.count(), cast(age, Float)).group_by(columns.state)
    found = {state: (count, age) for state, count, age in await connection.execute(query)}
    told = _told.setdefault(projection.name, set())
    told |= found.keys()
    for state in told:
        labels = {"model": projection.name, "state": state}
        count, oldest = found.get(state, (0, 0.0))
        _rows.set(count, labels)
        _since.set(oldest, labels)


async def _count_overdue(projection: Projection[Any], connection: AsyncConnection) -> None:
    columns = projection.table.c
    for day, open_rows in _DEADLINES.items():
        if {day, open_rows[0]} <= set(columns.keys()):
            late = (columns[day] < func.current_date()) & open_rows[1](columns[open_rows[0]])
            number = (await connection.execute(select(func.count()).where(late))).scalar_one()
            _overdue.set(number, {"model": projection.name, "deadline": day})
