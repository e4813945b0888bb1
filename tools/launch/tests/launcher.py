"""A launcher of stand-ins, to be killed by tests: prints the pids of what it started, then waits."""

import asyncio
import sys
from pathlib import Path

import uvloop

from launch import ports
from launch.leash import Leash
from launch.probe import is_ready
from launch.program import Command, Program
from launch.supervisor import Supervisor

STANDIN = Path(__file__).with_name("standin.py")


def standin(name: str, directory: Path, *words: str) -> Program:
    """A stand-in as a program."""
    port = ports.choose()
    command = Command(name, [sys.executable, str(STANDIN), str(port), *words], directory / f"{name}.log")
    return Program(command, ready=lambda: is_ready(ports.HOST, port, "/"))


async def main(directory: Path) -> None:
    with Leash() as leash:
        async with Supervisor(leash, print) as supervisor:
            polite = await supervisor.start(standin("polite", directory))
            stubborn = await supervisor.start(standin("stubborn", directory, "stubborn"))
            print(polite.pid, stubborn.pid, leash.watcher_pid, flush=True)  # noqa: T201  # what the test reads
            await asyncio.Event().wait()


if __name__ == "__main__":
    {"asyncio": asyncio, "uvloop": uvloop}[sys.argv[2]].run(main(Path(sys.argv[1])))
