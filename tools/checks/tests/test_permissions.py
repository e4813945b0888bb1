"""docs/permissions.md says what the deciders enforce: every role, every command."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from door import Knock, door

from checks import permissions, services
from checks.roles import ROLES
from checks.tree import Tree
from checks.words import words
from events import Actor, Command, Forbidden
from launch.roles import ROLES as ISSUED


@pytest.fixture(scope="module")
def page() -> str:
    return permissions.document(services.wired())


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")[1:-1]]


def rights(page: str, thing: str) -> Iterator[tuple[str, str]]:
    """Role and command, for each yes under a heading."""
    section = page.partition(f"\n## {thing}\n")[2].partition("\n## ")[0]
    head, _, *rows = map(cells, section.strip().splitlines())
    named = {f"{words(role)} {name.zh}": role for role, name in ROLES.items()}
    for row in rows:
        for column, cell in zip(head[2:], row[2:], strict=True):
            if cell == "yes":
                everybody = column == "everybody 所有人"
                roles = set(ROLES) - {"system"} if everybody else {named[one] for one in column.split(", ")}
                yield from ((role, row[0]) for role in roles)


@pytest.mark.parametrize(
    ("service", "category"),
    [(name, decider.category) for name, service in services.wired().items() for decider in service.deciders],
)
def test_every_role_and_every_command_is_as_enforced(page: str, service: str, category: str) -> None:
    decider = next(one for one in services.wired()[service].deciders if one.category == category)

    def may(role: str, command: type[Command]) -> bool:
        try:
            decider.permit(command, Actor("somebody", frozenset({role})))
        except Forbidden:
            return False
        return True

    enforced = {
        (role, words(command.__name__)) for role in ROLES for command in decider.may if may(role, command)
    }
    assert set(rights(page, f"{words(category).capitalize()} ({service})")) == enforced
    assert enforced


def test_a_role_is_told_with_its_chinese_name_and_all_it_may_do(page: str) -> None:
    row = next(cells(line) for line in page.splitlines() if line.startswith("| `general_manager`"))
    assert row[1:3] == ["general manager", "总经理"]
    assert {"decide case", "decide refusal"} <= set(row[3].split(", "))
    assert "confirm requirements" not in row[3]


def test_a_command_is_told_with_the_request_that_asks_for_it(page: str) -> None:
    assert any(
        cells(line)[:2] == ["draft contract", "`POST /orders/{id}/contract`"] for line in page.splitlines()
    )


def test_roles_are_those_that_tokens_can_have() -> None:
    assert set(ROLES) == {*ISSUED, "system"}


def test_every_role_in_a_table_is_a_role() -> None:
    wired = services.wired().values()
    assert list(permissions.unknown(decider for service in wired for decider in service.deciders)) == []
    wrong = dataclasses.replace(door, may={Knock: frozenset({"salse", "sales"})})
    assert list(permissions.unknown([wrong])) == [
        "Knock may be given by 'salse', which is no role; name it in checks.roles"
    ]


def test_the_page_is_stale_when_it_says_anything_else(tree: Tree) -> None:
    permissions.write(tree)
    assert permissions.look(tree).problems == []
    place = tree.root / permissions.PLACE
    place.write_text(place.read_text().replace("decide refusal", "refuse"))
    assert "docs/permissions.md: not what the code says" in permissions.look(tree).problems
