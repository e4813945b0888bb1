"""A change to an event that breaks a reader is refused, and told by the reader's name.

Which changes break is in test_compatibility.py.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Copy

CONTRACT = "libs/events/src/events/contracts/tickets.py"
OWNERS = "libs/events/src/events/contracts/__init__.py"
TICKETS = '''"""Facts of a service that lives in this test alone."""

from datetime import date
from typing import Literal

from events.event import Event, Part, upcast


class Seat(Part):
    """A place in the hall."""

    row: str
    number: int


class TicketSold(Event, name="ticket.sold.v1"):
    """Somebody bought a ticket."""

    buyer: str
    seat: Seat
    extras: tuple[Seat, ...] = ()
    kind: Literal["full", "reduced"]
    day: date
    note: str | None = None


class TicketReturned(Event, name="ticket.returned.v1"):
    """It was brought back."""

    reason: str
'''
REACTED = {
    "channels": {"hall": {"messages": {"ticket.sold.v1": {}, "ticket.returned.v1": {}}}},
    "operations": {
        "door.reacts-to.hall": {
            "action": "receive",
            "title": "door",
            "messages": [{"$ref": "#/channels/hall/messages/ticket.sold.v1"}],
        }
    },
}


@pytest.fixture(scope="module")
def prepared(repository: Copy, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A repository whose history has the events above, and a service `door` that reacts to one."""
    copy = repository.to(tmp_path_factory.mktemp("prepared"))
    copy.add(CONTRACT, TICKETS)
    copy.edit(
        OWNERS, "OWNERS = {", 'from events.contracts import tickets\n\nOWNERS = {\n    "hall": tickets,'
    )
    code, output = copy.check("schemas", "--write")
    assert code == 0, output
    copy.add("docs/asyncapi.json", json.dumps(REACTED))
    copy.commit()
    return copy


@pytest.fixture
def published(prepared: Copy, tmp_path: Path) -> Copy:
    """The same again, to be changed."""
    return prepared.to(tmp_path)


def change(copy: Copy, old: str, new: str) -> tuple[int, str]:
    copy.edit(CONTRACT, old, new)
    return copy.check("schemas", "--write")


def test_nothing_changed_nothing_is_found(published: Copy) -> None:
    code, output = published.check("schemas")
    assert code == 0, output


def test_a_break_names_the_field_and_who_reads_the_event_and_writes_nothing(published: Copy) -> None:
    before = (published.root / "libs/events/schemas/ticket.sold.v1.json").read_text()
    code, output = change(published, "buyer: str", "buyer: int")
    assert code == 1
    assert "ticket.sold.v1: field buyer was string and is integer" in output
    assert "breaks hall (its own log), door (reacts to it)" in output
    assert "record ticket.sold.v2" in output
    assert (published.root / "libs/events/schemas/ticket.sold.v1.json").read_text() == before


def test_a_field_with_a_default_breaks_nobody(published: Copy) -> None:
    code, output = change(published, "    buyer: str", "    price: int = 0\n    buyer: str")
    assert code == 0, output
    assert "price" in (published.root / "libs/events/schemas/ticket.sold.v1.json").read_text()


def test_without_writing_a_harmless_change_is_stale_and_the_command_is_named(published: Copy) -> None:
    published.edit(CONTRACT, "    buyer: str", "    price: int = 0\n    buyer: str")
    code, output = published.check("schemas")
    assert code == 1
    assert "ticket.sold.v1.json: not what the code says" in output
    assert "run `python -m checks schemas --write`" in output


def test_a_stored_name_is_never_changed(published: Copy) -> None:
    code, output = change(published, "ticket.returned.v1", "ticket.given_back.v1")
    assert code == 1
    assert "ticket.returned.v1: it is gone (renamed to ticket.given_back.v1?)" in output
    assert "breaks hall (its own log)" in output


def test_an_event_is_never_removed(published: Copy) -> None:
    code, output = change(published, TICKETS[TICKETS.index("\n\nclass TicketReturned") :], "")
    assert code == 1
    assert "ticket.returned.v1: it is gone, and its events are still stored" in output


UPCAST = """

@upcast("ticket.returned.v1", to="ticket.returned.v2")
def _reasons(data):
    return {"reasons": [data["reason"]]}
"""


def test_a_new_version_with_an_upcast_may_change_everything_and_the_old_schema_stays(published: Copy) -> None:
    old = TICKETS[TICKETS.index("class TicketReturned") :]
    new = old.replace(".v1", ".v2").replace("reason: str", "reasons: tuple[str, ...]")
    code, output = change(published, old, new + UPCAST)
    assert code == 0, output
    schemas = published.root / "libs/events/schemas"
    assert {"ticket.returned.v1.json", "ticket.returned.v2.json"} <= {file.name for file in schemas.iterdir()}


def test_a_break_is_still_seen_after_it_was_committed(published: Copy) -> None:
    published.edit(CONTRACT, "buyer: str", "buyer: int")
    schema = published.root / "libs/events/schemas/ticket.sold.v1.json"
    document = json.loads(schema.read_text())
    document["properties"]["buyer"]["type"] = "integer"
    schema.write_text(json.dumps(document, indent=2) + "\n")
    published.commit()
    code, output = published.check("schemas")
    assert code == 1
    assert "ticket.sold.v1: field buyer was string and is integer" in output


def test_without_git_the_files_on_disk_are_what_binds(published: Copy) -> None:
    (published.root / ".git").rename(published.root / "no-git")
    code, output = change(published, "buyer: str", "buyer: int")
    assert code == 1
    assert "field buyer was string and is integer" in output


def test_history_that_cannot_be_seen_is_told(published: Copy) -> None:
    shallow = type(published)(published.root / "shallow")
    published.commit()
    origin = published.root.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth=1", origin, str(shallow.root)], check=True)
    code, output = shallow.check("schemas")
    assert code == 0, output
    assert "SKIPPED schemas: this clone is shallow" in output


def test_every_event_says_what_became_true(published: Copy) -> None:
    code, output = change(published, '    """It was brought back."""\n\n', "")
    assert code == 1
    assert "ticket.returned.v1: TicketReturned has no docstring" in output


def test_an_event_belongs_to_a_service(published: Copy) -> None:
    published.edit(OWNERS, '\n    "hall": tickets,', "")
    code, output = published.check("schemas")
    assert code == 1
    assert "events.contracts.tickets is in no service's contract" in output
