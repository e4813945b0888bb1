"""The routes of one kind of thing, declared as a table: what may be asked of it, one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from fastapi import APIRouter

from events.decider import Command, Decider
from events.projection import Projection
from servicekit.addresses import Show, Thing, show_state
from servicekit.batches import BatchOutcome, batch_endpoint, batch_of
from servicekit.command_route import CommandRoute
from servicekit.commands import Done, Prepare, command_endpoint, create_endpoint
from servicekit.conditions import Visible
from servicekit.documents import body_of, command_headers
from servicekit.lists import list_route
from servicekit.problems import PROBLEMS
from servicekit.reads import Found, History, history_endpoint, read_endpoint

S = TypeVar("S")
C = TypeVar("C", bound=Command)


class Resource(Generic[S]):
    """A kind of thing under `path`; `router` has the routes declared so far."""

    def __init__(self, decider: Decider[S], *, path: str, tag: str, show: Show[S] = show_state) -> None:
        self.thing = Thing(decider, path, show)
        """What it is about, where it is found and how it is shown."""
        self._tag = tag
        self.router = APIRouter(tags=[tag])
        self._lists = APIRouter()
        self.router.include_router(self._lists)  # first: `path/counts` is no `path/{id}`

    def create(
        self,
        command: type[C],
        *,
        new_id: Callable[[], str],
        summary: str,
        example: C | None = None,
        prepare: Prepare[C] | None = None,
    ) -> None:
        """`POST path`: a new thing, under the id that `new_id` gives.

        `prepare` looks at other streams before it is decided, unless the request is a repeated one.
        """
        self.router.add_api_route(
            self.thing.path,
            create_endpoint(self.thing, command, new_id, prepare),
            route_class_override=CommandRoute,
            methods=["POST"],
            status_code=201,
            summary=summary,
            name=command.__name__,
            responses={201: {"model": Done}, **PROBLEMS(400, 401, 403, 409, 413, 415, 422, 503)},
            openapi_extra=body_of(command, example) | command_headers(creates=True),
        )

    def on(self, path: str, command: type[C], *, summary: str, example: C | None = None) -> None:
        """`POST path/{id}/...`: a command to one thing."""
        if not path.startswith("/{id}/"):
            raise ValueError(f"{path!r} must begin with /{{id}}/")
        self.router.add_api_route(
            self.thing.path + path,
            command_endpoint(self.thing, command),
            route_class_override=CommandRoute,
            methods=["POST"],
            summary=summary,
            name=command.__name__,
            responses={200: {"model": Done}, **PROBLEMS(400, 401, 403, 404, 409, 412, 413, 415, 422, 503)},
            openapi_extra=body_of(command, example) | command_headers(creates=False),
        )

    def batch(self, path: str, command: type[C], *, summary: str, example: C | None = None) -> None:
        """`POST path/...`: a command to up to a hundred things at once, each with an outcome of its own."""
        if "{" in path:
            raise ValueError(f"{path!r} is about many things; their ids are in the body")
        self.router.add_api_route(
            self.thing.path + path,
            batch_endpoint(self.thing, command),
            route_class_override=CommandRoute,
            methods=["POST"],
            summary=summary,
            name=f"{command.__name__}Batch",
            responses={200: {"model": BatchOutcome}, **PROBLEMS(400, 401, 403, 413, 415, 422, 503)},
            openapi_extra=body_of(*batch_of(command, example)) | command_headers(creates=True),
        )

    def reads(self) -> None:
        """`GET path/{id}`, also as of a past moment, and `GET path/{id}/events`."""
        noun = self.thing.noun
        self.router.add_api_route(
            self.thing.path + "/{id}",
            read_endpoint(self.thing),
            methods=["GET"],
            summary=f"One {noun}, current or as of any past moment",
            name=f"read_{self.thing.decider.category}",
            responses={
                200: {"model": Found},
                304: {"description": "Unchanged"},
                **PROBLEMS(401, 404, 422, 503),
            },
        )
        self.router.add_api_route(
            self.thing.path + "/{id}/events",
            history_endpoint(self.thing),
            methods=["GET"],
            summary=f"All that ever happened to one {noun}",
            name=f"history_of_{self.thing.decider.category}",
            responses={200: {"model": History}, **PROBLEMS(401, 404, 422, 503)},
        )

    def list(
        self,
        projection: Projection[Any],
        *,
        visible: Visible,
        filters: Sequence[str] = (),
        ranges: Sequence[str] = (),
        order: Sequence[str] = (),
        search: Sequence[str] = (),
        spoken: Callable[[str], str] | None = None,
        summary: str = "",
    ) -> None:
        """`GET path`: a read model of these things, as pages, and `GET path/counts`."""
        self._lists.include_router(
            list_route(
                projection,
                path=self.thing.path,
                tag=self._tag,
                summary=summary or f"The {projection.name.replace('_', ' ')}",
                visible=visible,
                filters=filters,
                ranges=ranges,
                order=order,
                search=search,
                spoken=spoken,
            )
        )
