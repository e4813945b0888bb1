"""A FastAPI app of one route that does nothing, without token, limits and logs.

`python -m benchmarks.bare_noop PORT`
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI

from order_intake.order.intake import ConfirmRequirements

app = FastAPI()


@app.post("/nothing")
async def nothing(body: ConfirmRequirements) -> dict[str, int]:
    """Take the body of the command it is compared with."""
    return {"content_version": body.content_version}


@app.get("/health/ready")
async def ready() -> None:
    """It is."""


if __name__ == "__main__":
    uvicorn.run(
        app, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False, timeout_keep_alive=75
    )
