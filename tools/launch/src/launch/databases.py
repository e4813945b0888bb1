"""Databases and roles: each service gets a database, an owner and a login of its own.

Migrations run as the owner; the service's own role gets only what they grant; `log_reader`,
shared by all, is what the embedded feed reads the logs of the others with.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg

READER = "log_reader"

Password = Callable[[str], str]
"""Gives the password of a role."""


@dataclass(frozen=True, slots=True)
class Database:
    """How to reach one service's database, as each of its roles."""

    name: str
    owner_url: str
    service_url: str
    reader_url: str


def passwords(secret: bytes) -> Password:
    """Passwords that follow from one secret, so that only the secret has to be kept."""
    return lambda role: hmac.new(secret, role.encode(), hashlib.sha256).hexdigest()[:32]


async def create(admin_url: str, name: str, password: Password) -> Database:
    """Make a database and its roles, or set up again what is already there."""
    owner = f"{name}_owner"
    connection = await asyncpg.connect(admin_url)
    try:
        for role in (owner, name, READER):
            await _login(connection, role, password(role))
        # An administrator who is no superuser may give a database only to a role it belongs to.
        await connection.execute(f"GRANT {_quoted(owner)} TO CURRENT_USER")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f"CREATE DATABASE {_quoted(name)} OWNER {_quoted(owner)}")
        await connection.execute(f"REVOKE ALL ON DATABASE {_quoted(name)} FROM PUBLIC")
        await connection.execute(f"GRANT CONNECT ON DATABASE {_quoted(name)} TO {_quoted(name)}, {READER}")
    finally:
        await connection.close()
    return Database(
        name=name,
        owner_url=url_as(admin_url, owner, password(owner), name),
        service_url=url_as(admin_url, name, password(name), name),
        reader_url=url_as(admin_url, READER, password(READER), name),
    )


async def drop(admin_url: str, name: str) -> None:
    """Remove a database and its own two roles, ending the connections that are open to it."""
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")
        await connection.execute(f"DROP ROLE IF EXISTS {_quoted(name)}, {_quoted(f'{name}_owner')}")
    finally:
        await connection.close()


def url_as(url: str, user: str, password: str, database: str) -> str:
    """The same server, as another user and for another database."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(("postgresql", f"{user}:{password}@{place}", f"/{database}", parts.query, ""))


async def _login(connection: asyncpg.Connection, role: str, password: str) -> None:
    there = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if there else "CREATE"
    await connection.execute(f"{verb} ROLE {_quoted(role)} LOGIN PASSWORD '{password}'")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
