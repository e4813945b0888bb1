"""Imports of any length in bounded memory, and across the death of the process."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from import_house import ORDER, Conversation, conversation, house, ndjson, numbered

from launch.databases import Database
from order_intake.app import service
from servicekit.migrate import migrate
from servicekit.testing import settings_for, token_issuer

LINES = 200_000
MORE_MEMORY = 32 * 1024
"""KiB that an import may add to the process; the body has 20 MB, the answer 40."""


class Served:
    """`python -m order_intake serve` in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, token: str) -> None:
        self.process, self.port, self.token = process, port, token

    async def talk(self, length: int | None = None) -> Conversation:
        """Wait until it listens, and begin an import."""
        while True:
            try:
                return await conversation(self.port, self.token, length)
            except ConnectionRefusedError:
                await asyncio.sleep(0.1)

    def most_memory(self) -> int:
        """KiB it has ever had."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert peak is not None
        return int(peak[1])


@pytest.fixture
def served(database: Database, tmp_path: Path, unused_tcp_port: int) -> Iterator[Served]:
    with token_issuer() as issuer:
        migrate(service, settings_for(database, issuer))
        environment = {
            **os.environ, "DATABASE_URL": database.service_url, "PORT": str(unused_tcp_port),
            "JWKS_URL": issuer.url, "TOKEN_ISSUER": issuer.url, "TOKEN_AUDIENCE": issuer.audience,
            "LOG_URLS": f'{{"review": "{database.service_url}", "procurement": "{database.service_url}"}}',
        }  # fmt: skip
        argv = [sys.executable, "-m", "order_intake", "serve"]
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(argv, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield Served(process, unused_tcp_port, issuer.token("sun", "sales"))
        finally:
            process.kill()
            process.wait()


@pytest.mark.timeout(300)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a process's peak")
async def test_memory_does_not_grow_with_the_file(served: Served) -> None:
    """200,000 lines, most of them broken; nothing is read of the answer before all is sent."""
    good = ndjson({**ORDER, "reference": "PO-?"})
    broken = b"x" * 100 + b"\n"
    first = await served.talk()
    await first.say(ndjson(*numbered(1000, first=1_000_000)))
    await first.say(b"")
    assert (await first.last())["received"] == 1000
    before = served.most_memory()
    talk = await served.talk()
    for number in range(LINES // 100):
        await talk.say(good.replace(b"?", b"%d" % number) + broken * 99)
    await talk.say(b"")
    told = await talk.last()
    assert (told["lines"], told["received"], told["refused"]) == (LINES, LINES // 100, LINES // 100 * 99)
    grown = served.most_memory() - before
    assert grown < MORE_MEMORY, f"{grown:,} KiB"


async def test_a_file_cut_by_the_death_of_the_process_is_completed_by_sending_it_again(
    database: Database, served: Served
) -> None:
    file = ndjson(*numbered(4000))
    cut = await served.talk(len(file))
    await cut.say(file[: len(file) // 2])
    assert (await cut.next())["status"] == "received"
    served.process.send_signal(signal.SIGKILL)
    served.process.wait()
    async with house(database) as intake:
        there = await intake.orders()
        assert 0 < len(there) < 4000
        told = await intake.told(file)
        assert (told[-1]["already_received"], told[-1]["received"]) == (len(there), 4000 - len(there))
        assert len(set(await intake.orders())) == len(await intake.orders()) == 4000
