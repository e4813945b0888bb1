"""A service in a process of its own, on a real socket, which a test can end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
from desk.app import service

from launch.databases import Database
from servicekit.migrate import migrate
from servicekit.testing import TokenIssuer, settings_for

HERE = Path(__file__).parent


class Served:
    """`python -m desk serve` in a process of its own."""

    def __init__(
        self, database: Database, issuer: TokenIssuer, port: int, log: Path, **settings: str
    ) -> None:
        self.environment = {
            **os.environ, **settings,
            "DATABASE_URL": database.service_url,
            "JWKS_URL": issuer.url, "TOKEN_ISSUER": issuer.url, "TOKEN_AUDIENCE": issuer.audience,
            "PORT": str(port), "PYTHONPATH": str(HERE),
        }  # fmt: skip
        migrate(service, settings_for(database, issuer))
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        self.token = issuer.token("anna", "clerk")
        self.headers = {"Authorization": f"Bearer {self.token}"}
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "desk", "serve"],
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    async def ready(self) -> None:
        async with httpx.AsyncClient() as client:
            while True:
                assert self.process.poll() is None, self.log.read_text()
                try:
                    if (await client.get(f"{self.url}/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass  # it is not listening yet
                await asyncio.sleep(0.05)

    async def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self.process.wait, 15)
