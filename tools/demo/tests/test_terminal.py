"""What a person, or a program, is told of a play at its end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from demo import __main__ as command_line
from demo.desk import Run
from demo.expected import TRAITS
from demo.outcome import Outcome, shortened
from demo.terminal import as_json, summary

app = typer.Typer()
app.command()(command_line.main)


def outcome(*faults: str) -> Outcome:
    return Outcome(
        run=Run("2026-11-22.7.3fa9c1", date(2026, 11, 22), 7),
        broker="kafka",
        orders=830,
        twins=78,
        states={"parts_ready": 605, "withdrawn": 87, "refused": 86, "declined": 52},
        journeys=dict.fromkeys(TRAITS, (35, 34 if faults else 35)),
        events={
            "order-intake": {"order.received.v1": 830, "order.parts_ready.v1": 605},
            "notification": {"correspondence.opinions_awaited.v1": 2100},
        },
        messages={"inbox": 12_345, "mail": 4_321, "phone": 1_234},
        mails=4_321,
        seconds=101.0,
        faults=faults,
    )


def shown(came: Outcome) -> str:
    console = Console(width=80, force_terminal=False)
    with console.capture() as captured:
        summary(came, console)
    return captured.get()


def test_the_summary_fits_a_terminal_and_says_that_all_is_well() -> None:
    text = shown(outcome())
    assert max(map(len, text.splitlines())) <= 80
    assert "3,535 events in 101.0 s, 35 a second, over Kafka" in text
    assert "17,900 messages (12,345 inbox, 4,321 mail, 1,234 phone); 4,321 mails arrived" in text
    assert "830 orders; 78 of them were asked for twice" in text
    assert "all is well" in text


def test_the_summary_names_every_fault_and_does_not_say_that_all_is_well() -> None:
    text = shown(outcome("order 10248 (7K3M) is stuck in quoted, at: answer round 1; [why]", "another"))
    assert "2 things are wrong" in text
    assert "* order 10248 (7K3M) is stuck in quoted, at: answer round 1; [why]" in text
    assert "all is well" not in text


def test_a_thousand_faults_are_counted_and_not_all_named() -> None:
    assert shortened([str(number) for number in range(1000)])[-1] == "... and 980 more like these"


def test_the_json_has_the_same_figures() -> None:
    told = json.loads(as_json(outcome("wrong")))
    assert told["run"] == {"id": "2026-11-22.7.3fa9c1", "day": "2026-11-22", "seed": 7}
    assert told["events_in_all"] == 3535
    assert told["journeys"]["conventional"] == {"planned": 35, "seen": 34}
    assert told["faults"] == ["wrong"]


class Played:
    """In place of the play: remembers what was to be played."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        self.run = Run("", date.min, 0)
        self.orders: Sequence[str] = ()

    async def __call__(self, run: Run, chosen: Sequence[object], at_once: int, told: Console) -> Outcome:
        self.run, self.orders = run, [str(task) for task in chosen]
        return outcome(*self.faults)


@pytest.mark.parametrize(("faults", "exit_code"), [((), 0), (("an order is stuck",), 1)])
def test_the_exit_code_says_whether_all_is_well(
    monkeypatch: pytest.MonkeyPatch, faults: Sequence[str], exit_code: int
) -> None:
    monkeypatch.setattr(command_line, "_play", Played(*faults))
    assert CliRunner().invoke(app, ["--orders", "3"]).exit_code == exit_code


def test_a_run_is_resumed_as_it_was_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its day and seed are in its id: tomorrow the same requests are made."""
    played = Played()
    monkeypatch.setattr(command_line, "_play", played)
    asked = ["--run-id", "2026-01-05.3.3fa9c1", "--orders", "40"]
    assert CliRunner().invoke(app, asked).exit_code == 0
    assert played.run == Run("2026-01-05.3.3fa9c1", date(2026, 1, 5), 3)
    assert len(played.orders) == 40


def test_two_runs_are_different_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Played(), Played()
    for played in (first, second):
        monkeypatch.setattr(command_line, "_play", played)
        CliRunner().invoke(app, ["--orders", "1"])
    assert first.run.id != second.run.id


@pytest.mark.parametrize(
    "asked",
    [
        ["--orders", "831"],
        ["--orders", "0"],
        ["--run-id", "7"],
        ["--run-id", "2026-13-01.7.ab"],
        ["--seed", "-1"],
    ],
)
def test_what_cannot_be_is_told_before_anything_is_played(asked: Sequence[str]) -> None:
    assert CliRunner().invoke(app, asked).exit_code == 2
