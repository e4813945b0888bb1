"""Workers get in nobody's way: whole systems are one lot, and ports are each worker's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from launch import ports, workers

ROOT = Path(__file__).parents[3]


def test_a_file_is_one_lot() -> None:
    lots = {workers.lot(f"libs/events/tests/test_log.py::{test}") for test in ("test_a", "test_b[x::y]")}
    assert lots == {"libs/events/tests/test_log.py"}


def test_whole_systems_are_one_lot() -> None:
    places = ("tests/faults/test_storm.py", "tests/e2e/test_kills.py", "tools/launch/tests/test_system.py")
    assert len({workers.lot(f"{place}::test_a") for place in places}) == 1


@pytest.mark.parametrize("place", [*workers.WHOLE_SYSTEMS, *workers.LONG])
def test_what_is_treated_apart_is_there(place: str) -> None:
    assert (ROOT / place).exists()


def test_no_two_workers_choose_the_same_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_own", ports._own)  # and back afterwards
    chosen: list[int] = []
    for part in range(3):
        ports.keep_to_part(part, 3)
        chosen.append(ports.choose())
    ports.give_back(*chosen)
    assert 20_000 <= chosen[0] < 23_333 <= chosen[1] < 26_666 <= chosen[2] < 30_000
