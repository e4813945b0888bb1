"""order-intake with one route more, which does nothing: `python -m benchmarks.with_noop`.

What a request costs that neither reads nor appends, in the very same app and behind the same token.
"""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter

from order_intake.app import service
from order_intake.order.intake import ConfirmRequirements
from servicekit.server import serve
from servicekit.settings import Settings

router = APIRouter()


@router.post("/nothing")
async def nothing(body: ConfirmRequirements) -> dict[str, int]:
    """Take the body of the command it is compared with."""
    return {"content_version": body.content_version}


if __name__ == "__main__":
    serve(replace(service, routers=(*service.routers, router)), Settings())
