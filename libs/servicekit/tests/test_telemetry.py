"""An error is logged in short, wherever a service runs: a minute of drawing its variables helps nobody."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from subprocess import PIPE
from typing import IO

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


def test_lines_of_ours_and_of_libraries_look_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    logs("desk", "INFO")
    structlog.get_logger("desk.ours").warning("told", path="/\ud800/家具", day=date(2026, 11, 27))
    logging.getLogger("theirs").warning("told")
    ours, theirs = map(json.loads, capsys.readouterr().out.splitlines())
    assert (ours.pop("path"), ours.pop("day")) == ("/\ud800/家具", "2026-11-27")
    assert (ours.pop("logger"), theirs.pop("logger")) == ("desk.ours", "theirs")
    assert ours.pop("timestamp") <= theirs.pop("timestamp")
    assert ours == theirs == {"event": "told", "level": "warning", "service": "desk"}


def test_what_is_below_the_level_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    logs("desk", "WARNING")
    structlog.get_logger("desk.ours").info("told")
    logging.getLogger("theirs").info("told")
    assert capsys.readouterr().out == ""


def test_a_line_is_out_before_the_process_can_be_killed() -> None:
    said = child("structlog.get_logger('desk').info('the last word'); os.kill(os.getpid(), 9)", PIPE)
    assert json.loads(said.stdout)["event"] == "the last word"


def test_work_goes_on_when_nobody_can_be_told() -> None:
    with open("/dev/full", "wb", buffering=0) as full:
        assert child("structlog.get_logger('desk').info('told'); os._exit(7)", full).returncode == 7


def child(code: str, stdout: IO[bytes] | int) -> subprocess.CompletedProcess[bytes]:
    """A process of its own, after it began to log."""
    start = "import os, structlog; from servicekit.telemetry import logs; logs('desk', 'INFO');"
    return subprocess.run([sys.executable, "-c", start + code], stdout=stdout, check=False)


def test_who_chose_otherwise_keeps_what_they_chose(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.configure(processors=[structlog.processors.KeyValueRenderer(key_order=["event"])])
    terminal_logs()
    structlog.get_logger("desk").info("as chosen")
    assert "event='as chosen'" in capsys.readouterr().out
