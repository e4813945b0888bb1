"""What may change in an event, and what may not; told by the field."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import Field

from checks.compatibility import breaks
from events.event import Event, Part
from events.schemas import schema_of


class Seat(Part):
    row: str
    number: int


class TicketSold(Event):
    name: ClassVar[str] = "ticket.sold.v1"  # by hand: registered it would be among the real ones
    buyer: str
    seat: Seat
    extras: tuple[Seat, ...] = ()
    kind: Literal["full", "reduced"]
    day: date
    code: Annotated[str, Field(pattern="^[A-Z]+$", max_length=9)]
    price: Decimal
    note: str | None = None


class NumberedByText(Part):
    row: str
    number: str


class Unnumbered(Part):
    row: str


def changed(without: str = "", **fields: Any) -> dict[str, Any]:
    """The schema of `TicketSold` without a field, and with others declared as `name=(type, default)`."""
    annotations = {name: kind for name, kind in TicketSold.__annotations__.items() if name != without}
    annotations |= {name: kind for name, (kind, _) in fields.items()}
    defaults = {"extras": (), "note": None} | {name: default for name, (_, default) in fields.items()}
    given = {name: value for name, value in defaults.items() if value is not ... and name in annotations}
    body = {"name": TicketSold.name, "__annotations__": annotations, "__module__": __name__, **given}
    return schema_of(type("TicketSold", (Event,), body))


def test_the_same_breaks_nobody() -> None:
    assert breaks(schema_of(TicketSold), changed()) == []


def test_a_field_with_a_default_breaks_nobody() -> None:
    assert breaks(schema_of(TicketSold), changed(channel=(str, "phone"), when=(datetime | None, None))) == []


STORED = "; older events do not fit"
READERS = "; older readers do not take that"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"without": "buyer"}, "buyer is gone"),
        ({"without": "note"}, "note is gone"),
        ({"buyer": (int, ...)}, "buyer was string and is integer" + STORED),
        ({"buyer": (str, "")}, "buyer may be absent now"),
        (
            {"price_paid": (int, ...)},
            "price_paid is new and required, and older events lack it; give it a default",
        ),
        ({"note": (str | None, ...)}, "note became required"),
        ({"note": (str, "")}, "note was string or null and is string" + STORED),
        ({"seat": (Unnumbered, ...)}, "seat.number is gone"),
        ({"extras": (tuple[NumberedByText, ...], ())}, "extras[].number was integer and is string" + STORED),
        ({"kind": (Literal["full"], ...)}, 'kind was one of full, reduced and is "full"' + STORED),
        (
            {"kind": (Literal["full", "reduced", "free"], ...)},
            "kind was one of full, reduced and is one of full, reduced, free" + READERS,
        ),
        (
            {"day": (datetime, ...)},
            "day was string (format date) and is string (format date-time)" + STORED,
        ),
        ({"day": (str, ...)}, "day was string (format date) and is string" + READERS),
        ({"price": (str, ...)}, "price was string (format decimal) and is string" + READERS),
        (
            {"code": (Annotated[str, Field(pattern="^[A-Z]*$")], ...)},
            "code was string (pattern ^[A-Z]+$, maxLength 9) and is string (pattern ^[A-Z]*$)" + STORED,
        ),
    ],
)
def test_any_other_change_is_told(fields: dict[str, Any], told: str) -> None:
    assert breaks(schema_of(TicketSold), changed(**fields)) == [f"field {told}"]


def test_a_renamed_field_is_one_that_went_and_one_that_came() -> None:
    first, second = breaks(schema_of(TicketSold), changed(without="buyer", customer=(str, ...)))
    assert (first, second.partition(",")[0]) == ("field buyer is gone", "field customer is new and required")
