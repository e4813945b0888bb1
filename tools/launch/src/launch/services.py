"""The four services as programs: where they listen and what their environment tells them."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from launch.databases import Database
from launch.ports import HOST
from launch.probe import is_ready
from launch.program import Command, Program
from launch.roles import AUDIENCE


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its name, which is its topic's too, and its usual port."""

    name: str
    port: int

    @property
    def module(self) -> str:
        """Its package, and the name of its database."""
        return self.name.replace("-", "_")


SERVICES = (
    Service("order-intake", 8101),
    Service("review", 8102),
    Service("procurement", 8103),
    Service("notification", 8104),
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all services are told alike."""

    databases: Mapping[str, Database]
    """By service name."""
    issuer: str
    smtp: str
    kafka: str | None
    """Bootstrap servers; None for the embedded feed."""
    ports: Mapping[str, int] = field(default_factory=dict)
    """Where the services listen, by name; empty when they are not to ask each other."""


def environment(service: Service, port: int, around: Surroundings) -> dict[str, str]:
    """The variables of docs/architecture.md. One that must not be inherited is set to nothing."""
    logs = {name: database.reader_url for name, database in around.databases.items()}
    return {
        "DATABASE_URL": around.databases[service.name].service_url,
        "OWNER_DATABASE_URL": "",
        "KAFKA_BOOTSTRAP_SERVERS": around.kafka or "",
        "LOG_URLS": json.dumps(logs),
        "PEERS": json.dumps({name: f"http://{HOST}:{port}" for name, port in around.ports.items()}),
        "JWKS_URL": f"{around.issuer}/.well-known/jwks.json",
        "TOKEN_ISSUER": around.issuer,
        "TOKEN_AUDIENCE": AUDIENCE,
        "HOST": HOST,
        "PORT": str(port),
        "SMTP_URL": around.smtp,
        "WEBHOOKS_KEY": _webhooks_key(around.databases[service.name]),
        "WEBHOOKS_ALLOW_PRIVATE": "true",
    }


def _webhooks_key(database: Database) -> str:
    """The same after every start, and kept nowhere: it follows from the password of the database's role."""
    password = urlsplit(database.service_url).password or ""
    return hashlib.sha256(f"webhooks {password}".encode()).hexdigest()


def program(service: Service, port: int, around: Surroundings, log: Path) -> Program:
    """The service, ready when it says so."""
    argv = [sys.executable, "-m", service.module, "serve"]
    command = Command(service.name, argv, log, environment(service, port, around))
    return Program(command, ready=lambda: is_ready(HOST, port, "/health/ready"))
