"""A site: the directory where one system keeps everything, and the ports it would like."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from launch import ports

USUAL_PORTS = {"issuer": 8100, "smtp": 8125, "postgres": 8154, "kafka": 8192}
"""Where things are when nothing else is there; services know their own."""

_LARGEST_LOG = 50_000_000  # bytes; a longer one is put aside at the next start


@dataclass(frozen=True, slots=True)
class Site:
    """`data` is an absolute path. Without `usual_ports` free ones are taken, as tests want it."""

    data: Path
    usual_ports: bool = False

    def port(self, usual: int) -> int:
        """The usual port, or another one when that is taken."""
        return ports.choose(usual if self.usual_ports else None)

    def wish(self, name: str) -> int | None:
        """The usual port of one of ours, to be chosen by whoever starts it."""
        return USUAL_PORTS[name] if self.usual_ports else None

    def log(self, name: str) -> Path:
        """The file that the output of a program is appended to."""
        log = self.data / "logs" / f"{name}.log"
        if log.exists() and log.stat().st_size > _LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        return log

    def secret(self) -> bytes:
        """What the passwords of the database roles follow from; made once, readable by this user alone."""
        file = self.data / "secret"
        if not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "w") as handle:
                handle.write(secrets.token_hex(32))
        return file.read_bytes()
