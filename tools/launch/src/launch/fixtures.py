"""Pytest fixtures: a real PostgreSQL, a real Kafka, and a fresh database for each test.

Loaded as a plugin by the conftest at the root. The servers start when a test first asks for
them and end with the session, also when it is killed. With `TEST_WITH=docker` both come from
testcontainers instead.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from launch import aot, containers, databases, kafka, postgres
from launch.background import Run, background
from launch.databases import Database
from launch.jars import JarsMissing
from launch.java import JavaMissing
from launch.kafka import Kit
from launch.leash import Leash
from launch.supervisor import Supervisor
from launch.terminal import in_quarters

_DOCKER = os.environ.get("TEST_WITH") == "docker"
_KAFKA_REQUIRED = os.environ.get("REQUIRE_KAFKA") == "1"

_KIT = pytest.StashKey[Kit | str]()
_CACHE = pytest.StashKey[list[str]]()

_log = logging.getLogger("launch")


class Postgres:
    """The session's PostgreSQL server. Its methods may be called from async tests too."""

    def __init__(self, admin_url: str, run: Run) -> None:
        self.admin_url = admin_url
        self._run = run
        self._password = databases.passwords(secrets.token_bytes())

    def create_database(self, name: str) -> Database:
        """A new database with its owner, its service role `name`, and the shared `log_reader`."""
        return self._run(databases.create(self.admin_url, name, self._password))

    def drop_database(self, name: str) -> None:
        """Remove it, ending all connections to it."""
        self._run(databases.drop(self.admin_url, name))


@dataclass(frozen=True, slots=True)
class _Servers:
    """What starts the servers of a session, and a directory for their data."""

    run: Run
    leash: Leash
    supervisor: Supervisor
    directory: Path


@pytest.fixture(scope="session")
def _servers() -> Iterator[_Servers]:
    with ExitStack() as stack:
        directory = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="fulfilment-tests-"))
        ).resolve()
        run = stack.enter_context(background())
        leash = stack.enter_context(Leash())
        supervisor = Supervisor(leash, _log.warning)
        stack.callback(lambda: run(supervisor.close()))
        yield _Servers(run, leash, supervisor, directory)


@pytest.fixture(scope="session", name="postgres")
def _postgres(_servers: _Servers) -> Iterator[Postgres]:
    """The session's PostgreSQL server."""
    if _DOCKER:
        with containers.postgres() as url:
            yield Postgres(url, _servers.run)
    else:
        data, log = _servers.directory / "postgres", _servers.directory / "postgres.log"
        server = _servers.run(postgres.start(_servers.supervisor, data, log))
        yield Postgres(server.admin_url, _servers.run)


@pytest.fixture
def database(postgres: Postgres) -> Iterator[Database]:
    """A fresh, empty database of a random name, dropped after the test."""
    name = f"test_{secrets.token_hex(6)}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture(scope="session", name="kafka")
def _kafka(_servers: _Servers, request: pytest.FixtureRequest) -> Iterator[str]:
    """The bootstrap servers of the session's Apache Kafka. Topics are not created by themselves."""
    if _DOCKER:
        with containers.kafka() as bootstrap:
            yield bootstrap
    else:
        kit = _kit(request.config)
        if isinstance(kit, str):
            if _KAFKA_REQUIRED:
                pytest.fail(f"REQUIRE_KAFKA=1, but there is no Kafka: {kit}", pytrace=False)
            pytest.skip(f"no Kafka: {kit}")
        data, log = _servers.directory / "kafka", _servers.directory / "kafka.log"
        cache = request.config.stash[_CACHE]
        broker = _servers.run(kafka.start(_servers.supervisor, kit, data, log, cache=cache))
        yield broker.bootstrap


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Fetch Kafka once, where its progress is seen, before workers all look for it at the same time."""
    if not _DOCKER:
        _kit(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fetch Kafka before the first test, so that no test's time limit pays for the download."""
    names = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    if not _DOCKER and not session.config.option.collectonly and any("kafka" in name for name in names):
        _kit(session.config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One loud line when Kafka could not be had."""
    missing = terminalreporter.config.stash.get(_KIT, None)
    if isinstance(missing, str):
        terminalreporter.write_line(
            f"NO KAFKA, the tests that need it did not run: {missing}", red=True, bold=True
        )


def _kit(config: pytest.Config) -> Kit | str:
    """What it takes to start Kafka, or why that cannot be had; fetched at the first call."""
    if _KIT not in config.stash:
        say = config.get_terminal_writer().line
        try:
            kit = asyncio.run(kafka.kit(in_quarters(say)))
        except (JarsMissing, JavaMissing) as reason:
            config.stash[_KIT] = str(reason)
        else:
            config.stash[_KIT] = kit
            with Leash() as leash:
                config.stash[_CACHE] = asyncio.run(aot.options(kit, leash, say))
    return config.stash[_KIT]
