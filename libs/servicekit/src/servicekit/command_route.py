"""How command routes are called: straight. They all take the same, which needs no working out for each request."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from inspect import signature
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from servicekit.addresses import checked_id
from servicekit.door import door


class CommandRoute(APIRoute):
    """A route whose endpoint takes `request`, `who` and `running`, and the `id` of its path if it has one.

    It is documented from its signature as any other. FastAPI solves a signature anew for each
    request, which was a fifth of what a command cost. `TypeError` for an endpoint that takes anything else.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        carry_out: Callable[..., Coroutine[Any, Any, Response]] = self.endpoint
        given = {"request", "who", "running", *self.param_convertors}
        if (taken := signature(self.endpoint).parameters.keys()) != given:
            raise TypeError(
                f"{self.path}: a command's endpoint gets {sorted(given)} and takes {sorted(taken)}"
            )

        async def handle(request: Request) -> Response:
            who = await door(request)
            ids = {name: checked_id(request.path_params[name]) for name in self.param_convertors}
            return await carry_out(request=request, who=who, running=request.app.state.runtime, **ids)

        return handle
