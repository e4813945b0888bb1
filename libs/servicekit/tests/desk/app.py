"""The desk, wired."""

from pathlib import Path

from desk import api
from desk.repair import RepairDone, Thank, repair
from desk.shelf import shelf
from events import Reactions, Recorded, Send
from servicekit import Service


def when_repair_done(fact: Recorded[RepairDone]) -> Send:
    return Send(repair, fact.id_in_stream, Thank())


service = Service(
    name="desk",
    package=Path(__file__).parent,
    summary="Takes in what is broken.",
    deciders=(repair,),
    projections=(shelf,),
    reactions=Reactions(when_repair_done),
    sources=("desk",),
    routers=(api.repairs.router, api.own),
)
