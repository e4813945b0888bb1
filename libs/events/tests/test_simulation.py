"""Invariant 12: the relay, the feeds, the reactor and the projector in thousands of simulated disasters.

SEEDS says how many (1,000 unless told): `SEEDS=20000 make test ARGS=libs/events/tests/test_simulation.py`.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from simulation import plants_in_reading, plants_in_writing  # noqa: F401  # which fill PLANTS
from simulation.planting import PLANTS, planted
from simulation.run import QUIET, again, run

SEEDS = int(os.environ.get("SEEDS", "1000"))
RARE = (
    "Fenced", "LeadershipLost", "TimeoutError", "append, unheard", "COMMIT, unheard",
    "twice", "unheard", "refused", "late", "park", "first parked", "is killed", "is stopped", "is away",
)  # fmt: skip
"""What has to happen in some run: a simulation that never gets there shows nothing about it."""

Judged = tuple[Sequence[str], Mapping[str, int]]
"""What a seed violates, and how often each rare thing happened."""


def judge(seed: int) -> Judged:
    """One seed, in a process of its own."""
    try:
        done = run(seed)
    except Exception as error:
        raise RuntimeError(f"seed {seed} breaks the simulation itself: {again(seed)}") from error
    return done.found, Counter(what for *_, what in done.trace if what in RARE)


@pytest.fixture(scope="module")
def judged() -> Sequence[Judged]:
    """All seeds, on all processors."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
        return list(pool.map(judge, range(SEEDS), chunksize=25))


@pytest.mark.timeout(60 + SEEDS)
def test_every_seed_keeps_every_invariant(judged: Sequence[Judged]) -> None:
    violations = [text for found, _ in judged for text in found]
    assert not violations, "\n".join(violations)


@pytest.mark.skipif(SEEDS < 1000, reason="so few seeds do not get everywhere")
def test_the_rare_moments_are_reached(judged: Sequence[Judged]) -> None:
    reached = sum((Counter(rare) for _, rare in judged), Counter[str]())
    assert set(RARE) <= reached.keys(), set(RARE) - reached.keys()


def test_a_seed_gives_the_same_run_in_any_interpreter() -> None:
    seeds = range(1, 7)
    here = [run(seed).digest for seed in seeds]
    assert here == [run(seed).digest for seed in seeds]
    assert len(set(here)) == len(here)
    script = f"from simulation.run import run; print(*[run(seed).digest for seed in {list(seeds)}])"
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": str(Path(__file__).parent)}
    there = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    assert there.stdout.decode().split() == here


@pytest.mark.parametrize("bug", PLANTS)
def test_a_planted_bug_is_found(bug: str) -> None:
    with planted(bug) as plant:
        for seed in range(min(SEEDS, 500)):
            found = {violation.number for violation in run(seed).violations}
            if found & plant.breaks:
                return
    pytest.fail(f"{bug}: no seed shows it")


def test_a_quiet_run_is_really_quiet() -> None:
    trace = run(QUIET).trace
    assert not {what for *_, what in trace} & set(RARE)
    assert {who for _, who, _, what in trace if what == "starts"} == {
        "pages-1",
        "pages-2",
        "copies-1",
        "copies-2",
    }
