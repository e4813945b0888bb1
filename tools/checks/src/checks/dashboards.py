"""Grafana's dashboards, written from the table below, so that a person can read and change them.

`python -m checks monitoring --write` makes deploy/monitoring/grafana/dashboards from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal["short", "s", "reqps", "percentunit", "bytes"]


@dataclass(frozen=True, slots=True)
class Panel:
    """One graph: lines by what their legend says, and what a reader should make of it."""

    title: str
    lines: Mapping[str, str]
    """Legend to PromQL."""
    unit: Unit = "short"
    text: str = ""


ROUTES = "http_server_request_duration_seconds"
DASHBOARDS: Mapping[str, Sequence[Panel]] = {
    "Orders": (
        Panel(
            "Orders by state",
            {"{{state}}": 'max by (state) (read_model_rows{model="order_book"})'},
            text="Where orders stand.",
        ),
        Panel(
            "Oldest order in a state",
            {"{{state}}": 'max by (state) (read_model_oldest_seconds{model="order_book"})'},
            "s",
            "How long the order that waits longest has stood there.",
        ),
        Panel("Cases by state", {"{{state}}": 'max by (state) (read_model_rows{model="case_book"})'}),
        Panel(
            "Oldest case in a state",
            {"{{state}}": 'max by (state) (read_model_oldest_seconds{model="case_book"})'},
            "s",
        ),
        Panel(
            "Purchase orders by state",
            {"{{state}}": 'max by (state) (read_model_rows{model="purchase_book"})'},
        ),
        Panel(
            "Past their day",
            {"{{model}}, {{deadline}}": "max by (model, deadline) (deadlines_overdue)"},
            text="Orders and cases after the day of delivery, purchase orders after the day they are due.",
        ),
        Panel(
            "Parked orders",
            {"{{service}} {{consumer}}": "max by (service, consumer) (parked_orders)"},
            text="Each waits for a fix; the runbook is OrdersParked.",
        ),
    ),
    "Golden signals": (
        Panel("Requests", {"{{service}}": f"sum by (service) (rate({ROUTES}_count[1m]))"}, "reqps"),
        Panel(
            "Requests that fail (5xx)",
            {
                "{{service}}": f'sum by (service) (rate({ROUTES}_count{{http_response_status_code=~"5.."}}[5m])) '
                f"/ sum by (service) (rate({ROUTES}_count[5m]))"
            },
            "percentunit",
        ),
        Panel(
            "Duration, half and 99 of 100 requests",
            {
                "{{service}} p50": f"histogram_quantile(0.5, sum by (service, le) (rate({ROUTES}_bucket[5m])))",
                "{{service}} p99": f"histogram_quantile(0.99, sum by (service, le) (rate({ROUTES}_bucket[5m])))",
            },
            "s",
        ),
        Panel(
            "Requests by route and status",
            {
                "{{http_request_method}} {{http_route}} {{http_response_status_code}}": "sum by (http_request_method, "
                f"http_route, http_response_status_code) (rate({ROUTES}_count[5m]))"
            },
            "reqps",
        ),
        Panel("Connections for reads in use", {"{{service}}": "sum by (service) (db_pool_connections_used)"}),
        Panel(
            "Until a connection for reads is free, 99 of 100",
            {
                "{{service}}": "histogram_quantile(0.99, sum by (service, le) "
                "(rate(db_client_connection_wait_time_seconds_bucket[5m])))"
            },
            "s",
            "Some are given up after two seconds, and answered with 503.",
        ),
        Panel(
            "Commands decided anew, and repeated ones",
            {
                "{{service}} conflicts": "sum by (service) (rate(append_conflicts_total[5m]))",
                "{{service}} repeated": "sum by (service) (rate(idempotent_replays_total[5m]))",
            },
            "reqps",
        ),
        Panel("Memory", {"{{service}}": "max by (service) (process_resident_memory_bytes)"}, "bytes"),
        Panel("Processor", {"{{service}}": "sum by (service) (rate(process_cpu_seconds_total[1m]))"}),
    ),
    "Freshness": (
        Panel(
            "Read models: events behind",
            {"{{service}} {{projection}}": "max by (service, projection) (projection_lag_events)"},
        ),
        Panel(
            "Read models: seconds behind",
            {"{{service}} {{projection}}": "max by (service, projection) (projection_lag_seconds)"},
            "s",
        ),
        Panel(
            "From an event to its read model, 99 of 100",
            {
                "{{projection}}": "histogram_quantile(0.99, sum by (projection, le) "
                "(rate(fulfilment_event_end_to_end_seconds_bucket[5m])))"
            },
            "s",
        ),
        Panel("Loops that fail", {"{{service}} {{loop}}": "min by (service, loop) (loop_failing)"}),
    ),
    "Relay": (
        Panel("Events not published", {"{{service}}": "max by (service) (log_unpublished_events)"}),
        Panel("Oldest of them", {"{{service}}": "max by (service) (log_oldest_unpublished_seconds)"}, "s"),
        Panel(
            "Events published",
            {"{{service}}": "sum by (service) (rate(messaging_client_sent_messages_total[1m]))"},
            "reqps",
        ),
        Panel(
            "Until Kafka has a batch, 99 of 100",
            {
                "{{service}}": "histogram_quantile(0.99, sum by (service, le) "
                "(rate(messaging_client_operation_duration_seconds_bucket[5m])))"
            },
            "s",
        ),
    ),
    "Reactions": (
        Panel(
            "Events to react to, by source",
            {
                "{{service}} of {{messaging_destination_name}}": "sum by (service, messaging_destination_name) "
                "(max by (service, messaging_destination_name, messaging_destination_partition_id) "
                "(kafka_consumer_group_lag))"
            },
        ),
        Panel(
            "Events reacted to",
            {"{{service}}": "sum by (service) (rate(messaging_client_consumed_messages_total[1m]))"},
            "reqps",
        ),
        Panel(
            "One event's reactions, 99 of 100",
            {
                "{{service}}": "histogram_quantile(0.99, sum by (service, le) "
                "(rate(messaging_process_duration_seconds_bucket[5m])))"
            },
            "s",
        ),
    ),
    "Notifications": (
        Panel(
            "Attempts by channel and outcome",
            {"{{channel}} {{outcome}}": "sum by (channel, outcome) (rate(notification_delivery_total[5m]))"},
            "reqps",
        ),
        Panel(
            "Part that fails",
            {
                "{{channel}}": 'sum by (channel) (rate(notification_delivery_total{outcome="failed"}[15m])) '
                "/ sum by (channel) (rate(notification_delivery_total[15m]))"
            },
            "percentunit",
        ),
    ),
}


def written() -> Mapping[str, str]:
    """Each dashboard's file name and JSON."""
    return {
        f"{title.lower().replace(' ', '-')}.json": json.dumps(_dashboard(title, panels), indent=2) + "\n"
        for title, panels in DASHBOARDS.items()
    }


def _dashboard(title: str, panels: Sequence[Panel]) -> dict[str, Any]:  # Any: Grafana's model
    return {
        "uid": f"fulfilment-{title.lower().replace(' ', '-')}",
        "title": f"Fulfilment: {title}",
        "tags": ["fulfilment"],
        "schemaVersion": 39,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "panels": [_panel(place, panel) for place, panel in enumerate(panels)],
    }


def _panel(place: int, panel: Panel) -> dict[str, Any]:  # Any: as above
    source = {"type": "prometheus", "uid": "prometheus"}
    return {
        "id": place + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.text,
        "datasource": source,
        "gridPos": {"x": 12 * (place % 2), "y": 8 * (place // 2), "w": 12, "h": 8},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + n), "datasource": source, "expr": query, "legendFormat": legend}
            for n, (legend, query) in enumerate(panel.lines.items())
        ],
    }
