"""The command line: `python -m faults.load`. It ends with 1 when something is not as wanted."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from faults.load.scenarios import SCENARIOS, run
from faults.load.table import show, write


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m faults.load", description=__doc__)
    names = ", ".join(SCENARIOS)
    parser.add_argument(
        "--only",
        metavar="NAME",
        action="append",
        choices=SCENARIOS,
        default=[],
        help=f"one of {names}; repeatable",
    )
    parser.add_argument("--quick", action="store_true", help="a look in two minutes instead of ten")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long Kafka is away (default: 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found there")
    wish = parser.parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
    results = run(console, wish.only, wish.quick, wish.minutes)
    show(console, results)
    if wish.json:
        write(wish.json, results)
    return 0 if all(result.ok for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
