"""`make bench`: every figure beside its reference, measured in the same run on the same servers."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import uvloop
from rich.console import Console
from rich.markup import escape

from benchmarks import chart, report
from benchmarks.append import append
from benchmarks.big_log import big_log
from benchmarks.commands import commands
from benchmarks.consumer import consumer
from benchmarks.imports import imports
from benchmarks.machine import described, quiet
from benchmarks.measure import Comparison
from benchmarks.memory import memory
from benchmarks.rebuild import rebuild
from benchmarks.relay import relay
from benchmarks.size import FULL, QUICK, Size
from benchmarks.stage import Stage, stage
from benchmarks.visible import visible

Benchmark = Callable[[Stage, Size], Awaitable[Sequence[Comparison]]]
ALL: Mapping[str, Benchmark] = {
    one.__name__: one
    for one in (append, commands, imports, rebuild, memory, big_log, relay, consumer, visible)
}
CHART = Path(__file__).parents[1] / "docs" / "bench.png"


def main() -> int:
    """Measure, show and write; 0 whether or not the aims are reached, 1 when something could not be measured."""
    arguments = _arguments()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
    size = QUICK if arguments.quick else FULL
    size = replace(size, big_log=arguments.big_log or size.big_log)
    results = uvloop.run(_measure(arguments.only or list(ALL), size, console))
    machine = described()
    report.show(console, results, machine)
    if arguments.json:
        report.write(arguments.json, report.to_json(results, machine))
    if arguments.chart:
        chart.draw(arguments.chart, results, machine)
        console.print(f"chart: {arguments.chart}")
    failed = [result.name for result in results if result.failure]
    if failed:
        console.print(f"[red]could not be measured: {', '.join(failed)}; the reasons are above[/red]")
    return 1 if failed else 0


async def _measure(names: Sequence[str], size: Size, console: Console) -> Sequence[report.Result]:
    def say(line: str) -> None:
        console.print(f"[dim]{time.strftime('%H:%M:%S')}[/dim] {escape(line)}")

    results = []
    async with stage(say) as ready:
        for name in names:
            busy = await quiet()
            say(
                f"measuring {name}" + (f", though others use {busy:.0%} of the machine" if busy > 0.1 else "")
            )
            try:
                results.append(report.Result(name, await ALL[name](ready, size), busy))
            except Exception as error:  # noqa: BLE001  # told; what was measured before is not lost for it
                console.print_exception(show_locals=False)
                results.append(report.Result(name, (), busy, failure=repr(error)))
    return results


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", metavar="NAME", action="append", choices=ALL, help=f"one of {', '.join(ALL)}; repeatable"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a look in some minutes instead of figures in half an hour and more",
    )
    parser.add_argument("--big-log", type=int, metavar="EVENTS", help="instead of 5,000,000 in the big log")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures of all rounds there")
    parser.add_argument(
        "--chart",
        type=Path,
        metavar="FILE",
        nargs="?",
        const=CHART,
        help="draw a PNG there (default: docs/bench.png)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
