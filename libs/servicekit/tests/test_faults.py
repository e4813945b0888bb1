"""Faults are told where they are, and nothing beside them."""

from typing import Annotated

import pytest
from desk.repair import Thing
from pydantic import Field

from events import Command
from servicekit import Problem
from servicekit.bodies import parse_command


class Crates(Command):
    things: Annotated[tuple[Thing, ...], Field(min_length=1, max_length=2)]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"things": [{"name": "a", "quantity": 0}]}', {"/things/0/quantity"}),
        (b'{"things": []}', {"/things"}),
        (
            b'{"things": [{"name": "a", "quantity": 1}, {"name": "b", "quantity": 1}, {"name": "c", "quantity": 1}]}',
            {"/things"},
        ),
    ],
)
def test_a_list_is_only_called_too_short_or_too_long_when_it_is(body: bytes, told: set[str]) -> None:
    with pytest.raises(Problem) as problem:
        parse_command(body, Crates)
    assert {fault.pointer for fault in problem.value.errors} == told
    assert not any("Tuple" in fault.detail for fault in problem.value.errors)
