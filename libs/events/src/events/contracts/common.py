"""Values that the events of several services share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from events.event import Part

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00]+$")
]
"""Something a person wrote: not empty, at most 4,000 characters, no NUL (PostgreSQL cannot hold one)."""
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"),
]
"""What somebody or something is called: one line, at most 200 characters."""
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
"""A short key of another system: a customer, an article, a company."""
Quantity = Annotated[int, Field(ge=1, le=1_000_000)]
"""Pieces."""
Amount = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]
"""Money in units of its currency, exact to the cent; a string in JSON."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of a document, in hexadecimal."""

Aspect = Literal["risk", "legal", "financial"]
"""The sides from which a contract's clauses are reviewed (S6)."""
Address = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[!-~]+$")]
"""Where a document can be read."""


class Customer(Part):
    """Who orders. `email` and `language` say where and how the customer is told."""

    id: Code
    """The customer's number in the customer file."""
    name: Name
    """The company's name."""
    contact: Name | None = None
    """The person to talk to."""
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}$")] | None = None
    """Where the customer is written to."""
    language: Literal["zh", "en"] = "zh"
    """The language the customer is written to in."""


class Line(Part):
    """One article of an order (C3). What is None is still to be found out (S1)."""

    item: Code
    """The article's number."""
    model: Name | None = None
    """The model as the customer knows it."""
    specification: Text | None = None
    """Ratings, dimensions, execution."""
    quantity: Quantity | None = None
    """Pieces."""
    non_standard: bool = False
    """A non-standard (非标) execution that needs redesign (C5)."""
    discontinued: bool = False
    """No longer made, or not for years (C5)."""


class Content(Part):
    """What the customer wants (C3). What is None is still to be found out (S1)."""

    lines: Annotated[tuple[Line, ...], Field(max_length=200)] = ()
    """The articles, at least one for a complete content."""
    technical_requirements: Text | None = None
    """Standards, ambient conditions, drawings to keep to; "as catalogue" is an answer too."""
    quality_requirements: Text | None = None
    """Inspection, tests, certificates the customer asks for."""
    delivery_date: Day | None = None
    """The day the customer wants the goods."""
    complete_set: bool = False
    """A complete set (成套): an engineering project, which is to be registered (C4)."""
    above_quality_standard: bool = False
    """The quality asked for is above the company's own standard (C5)."""
    penalty_clause: bool = False
    """Late delivery costs a penalty, or a reputation is at stake (C5)."""


class Project(Part):
    """The engineering project of a complete set (C4)."""

    name: Name
    """What the project is called."""
    site: Name
    """Where the set will stand."""
    owner: Name | None = None
    """Who builds it, where that is not the customer."""


PartKind = Literal[
    "component", "material", "subsidiary_product", "machining", "welding", "casting", "wooden_packing"
]
"""The last four are made under outside-processing contracts and never purchased parts."""


class BillItem(Part):
    """One row of an order's bill of parts (C17, C18)."""

    part: Code
    """The part's number."""
    name: Name
    """What it is called."""
    kind: PartKind
    """Purchased, or made outside and so not a purchased part (C18)."""
    quantity: Quantity
    """Pieces for the whole order."""
    needed_by: Day | None = None
    """When production needs it."""


class Finding(Part):
    """What is wrong with one clause of a contract, and how it is mended (S6)."""

    aspect: Aspect
    """From which side it was looked at."""
    clause: Name
    """Which clause: "7.2 liquidated damages"."""
    finding: Text
    """What is unclear, wrong or missing."""
    remedy: Text
    """How the next draft should read."""


class Money(Part):
    """An amount in one currency."""

    amount: Amount
    currency: Currency


class CommittedLine(Part):
    """What one purchase order holds for an order: bought, and perhaps arrived already."""

    purchase_order: Name
    part: Code
    quantity: Quantity
    stocked: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """Pieces of it that are in stock."""
    unit_price: Amount | None = None
    """None where the purchase order names no price."""
    currency: Currency | None = None


class Commitment(Part):
    """What has been ordered for an instructed order, and what that costs."""

    lines: tuple[CommittedLine, ...] = ()
    costs: tuple[Money, ...] = ()
    """The sum of all priced lines, one for each currency."""
    unpriced: Annotated[int, Field(ge=0)] = 0
    """Pieces whose price is not known: the cost is higher by them."""
