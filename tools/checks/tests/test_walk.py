"""A walk finds every way through a decider, and says what it did not find."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import door as toy
import pytest
from door import NOW, Answer, Knock, door

from checks.flow.arrows import MANY, way
from checks.flow.frontier import Place
from checks.flow.gaps import idle, ungiven, unreached
from checks.flow.walk import Walk
from events import Command, Context, Decider, Event


def walk(decider: Decider[toy.State] = door) -> Walk:
    walked = Walk(decider, lambda state: Place(type(state), type(state).__name__.lower()), NOW, {})
    walked.learn(Knock(number=7), free=True)
    walked.learn(Answer(number=3), free=True)
    walked.learn(toy.Wait(), free=True)
    walked.learn(toy.Wall(), free=True)
    walked.go(limit=3)
    return walked


def drawn(walked: Walk) -> set[tuple[str, str, str, frozenset[str]]]:
    return {(one.before, one.command.__name__, one.after, one.roles) for one in way(walked).arrows}


def test_every_way_is_found_with_who_can_take_it() -> None:
    assert drawn(walk()) == {
        ("shut", "Knock", "asked", frozenset({"sales"})),
        ("asked", "Answer", "open", frozenset({"porter"})),
        ("asked", "Answer", "left", frozenset({"porter"})),
        ("asked", "Wait", "left", frozenset({"sales"})),
    }


def test_a_command_that_can_be_given_in_many_states_is_told_once() -> None:
    def decide(floor: int, command: Command, context: Context) -> list[Event]:
        return [toy.Opened(tip=99 if isinstance(command, toy.Wall) else floor + 1)] if floor < 6 else []

    def evolve(floor: int, fact: Event) -> int:
        return fact.tip if isinstance(fact, toy.Opened) else floor

    may = {toy.Wait: frozenset({"sales"}), toy.Wall: frozenset({"owner"})}
    walked = Walk(Decider("lift", 0, decide, evolve, may), lambda n: Place(int, f"floor {n}"), NOW, {})
    walked.learn(toy.Wait(), free=True)
    walked.learn(toy.Wall(), free=True)
    walked.go(limit=3)
    found = way(walked)
    assert found.often[toy.Wall] == [f"floor {n}" for n in range(1, 6)]
    assert [one.before for one in found.arrows if one.command is toy.Wall] == ["floor 0", MANY]
    assert found.states[-2:] == ["floor 99", "floor 6"], "ends come last"


def test_what_is_out_of_reach_is_told() -> None:
    walked = walk()
    assert unreached(walked) == {toy.Walled}
    assert ungiven(walked) == {toy.Wall}
    assert idle(walked) == {Answer: {"owner"}}


def test_a_way_that_is_closed_is_gone() -> None:
    def strict(state: toy.State, command: Command, context: Context) -> list[Event]:
        facts = list(toy.decide(state, command, context))
        return [] if any(isinstance(fact, toy.Opened) for fact in facts) else facts

    ways = {(before, after) for before, _, after, _ in drawn(walk(dataclasses.replace(door, decide=strict)))}
    assert ("asked", "open") not in ways
    assert ("asked", "left") in ways


def test_a_decider_that_falls_over_is_told_with_what_it_was_given() -> None:
    def broken(state: toy.State, command: Command, context: Context) -> list[Event]:
        raise KeyError("oh")

    with pytest.raises(KeyError) as error:
        walk(dataclasses.replace(door, decide=broken))
    assert "in the state Shut(), given Answer(number=3" in error.value.__notes__[0]


def test_rules_are_those_that_command_and_facts_share() -> None:
    rules = {(one.command.__name__, one.after): one.rules for one in way(walk()).arrows}
    assert rules["Knock", "asked"] == {"C2"}
    assert rules["Answer", "open"] == {"C2", "C3"}, "the fact names none"
    assert rules["Answer", "left"] == {"C3"}


def test_the_same_code_gives_the_same_walk_whatever_order_sets_are_in() -> None:
    def said(seed: str) -> str:
        script = "import test_walk; [print(step, sorted(by)) for step, by in test_walk.walk().steps.items()]"
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)}
        command = [sys.executable, "-c", script]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout

    assert "Knocked" in said("1")
    assert said("1") == said("2")
