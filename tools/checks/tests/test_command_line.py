"""`python -m checks` tells by its exit code and its last lines how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Copy


def test_a_name_that_is_no_check_is_refused_with_those_there_are(copy: Copy) -> None:
    code, output = copy.check("spelling")
    assert code == 2
    assert "there is no check spelling; there are types, asyncapi, schemas" in output


def test_one_check_that_cannot_run_fails_and_the_others_go_on(copy: Copy) -> None:
    copy.add("libs/events/src/events/event.py", "this is no Python")
    code, output = copy.check("schemas", "hygiene")
    assert code == 1
    assert "SyntaxError" in output
    assert [line.split()[:2] for line in output.splitlines()[-2:]] == [
        ["hygiene", "ok"],
        ["schemas", "failed"],
    ]


def test_many_problems_are_cut_with_the_command_that_shows_all(copy: Copy) -> None:
    copy.add("many.py", "import os\n" * 40)
    code, output = copy.check("lint", "hygiene")
    assert code == 1
    assert "more lines: python -m checks lint" in output
    assert len(copy.check("lint")[1].splitlines()) > 40 > len(output.splitlines())
