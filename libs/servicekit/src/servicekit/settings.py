"""What a service is told by its environment, and the bounds it keeps.

docs/architecture.md has the table of names. Everything has a bound: bodies, waiting
commands, connections, waits.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Positive = Annotated[int, Field(ge=1)]


class DatabaseSettings(BaseSettings):
    """Where a service's data is: enough for migrations, replays and checks.

    Read from the environment: `DatabaseSettings()`; tests pass values instead.
    """

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    database_url: SecretStr
    """The service's database, as its own role: `postgresql://role:secret@host:port/name`."""
    owner_database_url: SecretStr | None = None
    """The same database as its owner; used by `migrate` alone."""
    kafka_bootstrap_servers: str | None = None
    """`host:port,host:port`; without it the embedded feed is used."""
    log_urls: dict[str, SecretStr] = {}
    """Service name to database URL: what the embedded feed reads."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Settings(DatabaseSettings):
    """What a service that answers requests needs as well."""

    jwks_url: str
    token_issuer: str
    token_audience: str
    peers: dict[str, str] = {}
    """Service name to base URL: where an order's page and timeline find what the other services have."""
    peer_patience: Annotated[float, Field(gt=0)] = 3.0
    """Seconds that a peer has to answer."""
    smtp_url: str | None = None
    """Where mail goes, `smtp://host:port`; notification only."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """0 takes a free one."""
    otlp_endpoint: str | None = Field(
        default=None, validation_alias=AliasChoices("otlp_endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT")
    )
    """Where spans are sent; without it they only give log lines their trace ids."""

    max_in_flight: Positive = 128
    """Requests a process answers at a time; more are answered with 503 and Retry-After before anything is done."""
    head_seconds: Annotated[float, Field(gt=0)] = 10.0
    """Seconds that the head of a request may take to arrive."""
    progress_seconds: Annotated[float, Field(gt=0)] = 10.0
    """Seconds in which a body that is sent, or an answer that is read, must get on by 4 KiB."""
    max_body_bytes: Positive = 1024 * 1024
    max_waiting_commands: Positive = 2000
    """More are answered with 503 and Retry-After."""
    read_pool_size: Positive = 10
    read_pool_wait: Annotated[float, Field(gt=0)] = 2.0
    """Seconds a list may wait for a connection before it is answered with 503."""
    read_timeout: Annotated[float, Field(gt=0)] = 10.0
    """Seconds a query of a list may take."""
    list_wait: Annotated[float, Field(gt=0)] = 5.0
    """Seconds a list waits to have seen the position it was asked for."""
    max_followers: Positive = 50
    """Of the service's event stream, in a process; more are answered with 503 and Retry-After."""
    follower_heartbeat: Annotated[float, Field(gt=0)] = 15.0
    """Seconds between two words to a follower for whom nothing happens."""
    follower_seconds: Annotated[float, Field(gt=0)] = 900.0
    """After which a follower is asked to come back, so that its token is looked at again."""
    past_wait: Annotated[float, Field(gt=0)] = 8.0
    """Seconds a list `as_of` a past moment may wait for its table, before 503 says how far it is."""
    past_tables: Positive = 12
    """Tables of the past that are kept at most, by all replicas together."""
    past_kept: Annotated[float, Field(gt=0)] = 900.0
    """Seconds after its last use that a table of the past is kept."""
    drain_seconds: Annotated[float, Field(ge=0, le=5)] = 1.0
    """Between readiness failing and closing the door, so that load balancers leave first."""
