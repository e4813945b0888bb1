"""An error is logged in short, wherever a service runs: a minute of drawing its variables helps nobody."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from servicekit.telemetry import logs, terminal_logs


class Drawn:
    """Says how often somebody wanted to see it."""

    times = 0

    def __repr__(self) -> str:
        self.times += 1
        return "a password"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """structlog and the root logger are of the whole process."""
    before, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    structlog.reset_defaults()
    yield
    structlog.configure(**before)
    logging.root.handlers, logging.root.level = handlers, level


def breaks(local: Drawn) -> None:
    raise ValueError("the door jams\nand this line quotes what somebody wrote")


def logged(capsys: pytest.CaptureFixture[str], drawn: Drawn) -> str:
    try:
        breaks(drawn)
    except ValueError:
        structlog.get_logger("desk").exception("request failed")
    return capsys.readouterr().out


def test_without_settings_an_error_shows_its_place_and_no_local_variable(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal_logs()
    said = logged(capsys, drawn := Drawn())
    assert "ValueError: the door jams" in said
    assert "test_telemetry.py" in said
    assert "breaks" in said
    assert "what somebody wrote" not in said
    assert (drawn.times, "a password" in said) == (0, False)


def test_a_service_that_listens_logs_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs("desk", "INFO")
    said = logged(capsys, drawn := Drawn())
    assert '"error": "ValueError: the door jams"' in said
    assert (drawn.times, "what somebody wrote" in said) == (0, False)


def test_who_chose_otherwise_keeps_what_they_chose(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.configure(processors=[structlog.processors.KeyValueRenderer(key_order=["event"])])
    terminal_logs()
    structlog.get_logger("desk").info("as chosen")
    assert "event='as chosen'" in capsys.readouterr().out
