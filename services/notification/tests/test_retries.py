"""When mail is tried again: soon at first, then ever more rarely, for days, not in step with others."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from notification.retries import MOST_REFUSALS, pause

jitters = st.floats(0, 1)


def test_refusals_are_spread_over_days_and_then_given_up() -> None:
    waits = [pause("refused", n, 1.0) for n in range(1, MOST_REFUSALS)]
    assert all(wait is not None for wait in waits)
    shortest = sum((wait for wait in waits if wait), timedelta())
    assert shortest > timedelta(days=3)
    assert pause("refused", MOST_REFUSALS, 0.0) is None


@given(st.integers(1, 10**6), jitters)
def test_an_outage_is_waited_for_as_long_as_it_takes(times: int, jitter: float) -> None:
    wait = pause("unreachable", times, jitter)
    assert wait is not None
    assert timedelta(seconds=1) <= wait <= timedelta(minutes=15)


@given(st.sampled_from(["refused", "unreachable"]), st.integers(1, MOST_REFUSALS - 2), jitters, jitters)
def test_no_wait_is_shorter_than_half_the_one_before(
    fault: str, times: int, one: float, other: float
) -> None:
    first, second = (pause(fault, n, jitter) for n, jitter in ((times, one), (times + 1, other)))  # type: ignore[arg-type]  # one of the two words
    assert first is not None
    assert second is not None
    assert second >= first / 2
