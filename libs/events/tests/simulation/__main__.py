"""Run one seed and print all that happened: `python -m simulation SEED [--plant BUG]`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from contextlib import nullcontext

from simulation import plants_in_reading, plants_in_writing  # noqa: F401  # which fill PLANTS
from simulation.planting import PLANTS, planted
from simulation.run import run


def main() -> None:
    parser = ArgumentParser(
        prog="simulation", description="Run one seed, and print what happened and what is violated."
    )
    parser.add_argument("seed", type=int)
    parser.add_argument("--plant", choices=PLANTS, metavar="BUG", help=f"with this bug: {', '.join(PLANTS)}")
    asked = parser.parse_args()
    with planted(asked.plant) if asked.plant else nullcontext():
        done = run(asked.seed)
    for time, who, where, what in done.trace:
        sys.stdout.write(f"{time:10.3f}  {who:10} {where:18} {what}\n")
    for violation in done.violations:
        sys.stdout.write(f"{violation}\n")
    sys.exit(1 if done.violations else 0)


if __name__ == "__main__":
    main()
