"""What the logistics opinion asks for: by which channel, by when and at what price a part can be had (C12)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, Field

from events.contracts.common import Code, Day, Quantity
from procurement.lead_times import Way, ways
from procurement.market import offered
from procurement.offers import offers
from procurement.supplier_book import supplier_book
from servicekit import Running, Who
from servicekit.lists import caught_up
from servicekit.problems import PROBLEMS

router = APIRouter(tags=["Suppliers"])


class Question(BaseModel):
    """What is asked."""

    part: Code = Field(description="The part's number.", examples=["CT-110-0.2S"])
    quantity: Quantity = Field(1, description="Pieces.")
    needed_by: Day | None = Field(None, description="The day it must be there; without it all is in time.")


class LeadTimes(BaseModel):
    """The ways to have a part, best first: in time and cheap, then late and early. None when nobody offers it."""

    part: str
    quantity: int
    needed_by: date | None
    today: date = Field(description="The day from which lead times count.")
    ways: list[Way]


@router.get(
    "/lead-times",
    summary="By which channel, by when and at what price a part can be had (C12)",
    responses=PROBLEMS(401, 422, 503),
)
async def lead_times(
    asked: Annotated[Question, Query()],
    _: Who,
    running: Running,
    log_position: Annotated[int, Header(ge=0, le=2**63 - 1, description="Wait until this is in it.")] = 0,
) -> LeadTimes:
    """For the logistics opinion; everybody of the house may ask. Suspended suppliers and lapsed offers are left out."""
    for projection in (offers, supplier_book):
        await caught_up(running, projection, log_position)
    today = running.clock().date()
    found = ways(await offered(running, [asked.part]), asked.quantity, today=today, needed_by=asked.needed_by)
    return LeadTimes(
        part=asked.part, quantity=asked.quantity, needed_by=asked.needed_by, today=today, ways=list(found)
    )
