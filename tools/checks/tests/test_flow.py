"""docs/flow.md shows the flow that runs, and a check finds when it is not the one on the page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import door as toy
import pytest
from door import door
from fastapi import APIRouter

from checks import flow
from checks.flow.document import document, gaps
from checks.flow.exploration import Exploration, explore
from checks.tree import Tree
from events import Command, Context, Decider, Event, Reactions, Recorded, Send
from servicekit import Service


class Pour(Command):
    """Pour somebody a tea."""

    cups: int


class Poured(Event):
    """Tea was poured (S2)."""

    name = "tea.poured.v1"
    cups: int


def pour(state: int, command: Command, context: Context) -> Sequence[Event]:
    return [Poured(cups=command.cups)] if isinstance(command, Pour) else []


def drunk(state: int, fact: Event) -> int:
    return state + (fact.cups if isinstance(fact, Poured) else 0)


tea = Decider("tea", 0, pour, drunk, {Pour: frozenset({"system"})})


def when_opened(fact: Recorded[toy.Opened]) -> Send:
    return Send(tea, fact.key, Pour(cups=1 + fact.event.tip))


HERE = Path(__file__).parent
PORTER = Service(name="porter", package=HERE / "door", deciders=(door,), routers=(APIRouter(),))
KITCHEN = Service(
    name="kitchen",
    package=HERE / "tea",
    deciders=(tea,),
    routers=(APIRouter(),),
    reactions=Reactions(when_opened),
)
OPENAPI: dict[str, dict[str, Any]] = {  # Any: JSON documents
    "porter": {
        "paths": {
            f"/{name.lower()}": {
                "post": {
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": {"$ref": f"#/components/schemas/{name}"},
                                "examples": {"example": {"value": {"number": 7}}},
                            }
                        }
                    }
                }
            }
            for name in ("Knock", "Answer")
        }
    },
    "kitchen": {"paths": {}},
}


@cache
def explored() -> Exploration:
    return explore({"porter": PORTER, "kitchen": KITCHEN}, OPENAPI, {"porter": [toy.Opened, toy.Burnt]})


@pytest.fixture(scope="module")
def page() -> list[str]:
    return document(explored()).splitlines()


def test_states_are_drawn_with_the_command_its_rules_and_who_gives_it(page: list[str]) -> None:
    assert "    [*] --> asked_ : knock (C2) - sales" in page
    assert "    asked_ --> left_ : answer (C3) - porter" in page
    assert "    left_ --> [*]" in page


def test_a_table_tells_what_is_recorded(page: list[str]) -> None:
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page if line.startswith("| asked")]
    assert ["asked", "answer", "porter", "open", "opened", "C2, C3"] in cells


def test_what_one_service_does_after_a_fact_of_another_is_drawn(page: list[str]) -> None:
    assert '    door_ -->|"opened: pour"| tea_' in page
    assert any("kitchen: `when_opened`" in line for line in page)
    assert any("| by itself, after opened |" in line for line in page)


def test_what_was_not_met_is_listed(page: list[str]) -> None:
    assert set(gaps(explored())) == {
        "door (porter): the state *walled* was never reached",
        "door (porter): the command *wall* was never accepted",
        "door (porter): the command *answer* was never accepted from owner",
        "porter: the fact *burnt* was never recorded",
    }
    assert "* door (porter): the state *walled* was never reached" in page


@pytest.mark.timeout(600)  # the services' own deciders, on a machine that may be busy
def test_the_page_is_stale_when_it_says_anything_else(tree: Tree) -> None:
    assert "docs/flow.md: missing" in flow.look(tree).problems
    flow.write(tree)
    assert flow.look(tree).problems == []

    place = tree.root / flow.PLACE
    place.write_text(place.read_text().replace("refusal proposed", "refused"))
    assert flow.look(tree).problems == [
        "docs/flow.md: not what the code says",
        "run `python -m checks flow --write` and commit what it writes",
    ]


@pytest.mark.timeout(600)
def test_no_order_is_refused_without_the_general_manager(tree: Tree) -> None:
    """C8: the way to a refusal leads through a word that only the general manager or deputy can give."""
    flow.write(tree)
    lines = (tree.root / flow.PLACE).read_text().splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| ")]
    assert {row[2] for row in rows if row[1] == "decide refusal"} == {
        "deputy general manager, general manager"
    }
    assert {row[1] for row in rows if len(row) == 6 and row[3] == "refused"} == {"record review"}
    # What changes nothing about where an order stands does not look like a way to anywhere.
    assert {row[3] for row in rows if len(row) == 6 and row[1] in ("raise doubts", "clear doubts")} == {
        "the same"
    }
