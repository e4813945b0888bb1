"""The command line of a service: `python -m order_intake serve`, `replay`, `verify` and the others."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from pydantic_settings import BaseSettings
from rich.console import Console

from events.topic import ensure_topic
from servicekit import operations, parked
from servicekit.bench import Bench, Mistaken, opened
from servicekit.migrate import migrate
from servicekit.server import serve
from servicekit.service import Service
from servicekit.settings import DatabaseSettings, Settings
from servicekit.telemetry import terminal_logs

T = TypeVar("T", bound=BaseSettings)
ProjectionName = Annotated[str, typer.Argument(help="A read model of this service, such as order_book.")]


def main(service: Service) -> None:
    """Run the command that the arguments name; exits with 1 when it found something wrong."""
    terminal_logs()
    command_line(service)()


def command_line(service: Service) -> typer.Typer:
    """All commands of a service."""
    app = typer.Typer(
        help=service.summary, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )

    @app.command(name="serve")
    def _serve() -> None:
        """Answer requests, follow the log, and end cleanly on SIGTERM."""
        serve(service, _read(Settings))

    @app.command(name="migrate")
    def _migrate() -> None:
        """Bring the database to the newest schema, as its owner (OWNER_DATABASE_URL), and see to the topic."""
        settings = _read(DatabaseSettings)
        _console().print(f"{service.name}: schema at {migrate(service, settings)}")
        if settings.kafka_bootstrap_servers:
            asyncio.run(ensure_topic(settings.kafka_bootstrap_servers, service.name))
            _console().print(f"{service.name}: topic is there")

    @app.command()
    def replay(
        projection: ProjectionName,
        until: Annotated[
            str | None, typer.Option(help="A position, or a time with its zone (RFC 3339).")
        ] = None,
    ) -> None:
        """Build a read model from the first event beside the live one, and tell how they differ."""
        point = _point(until)
        _run(lambda bench: operations.replay(bench, projection, until=point), service)

    @app.command()
    def rebuild(projection: ProjectionName) -> None:
        """Build a read model from the first event and put it in the live one's place."""
        _run(lambda bench: operations.replay(bench, projection, swap=True), service)

    @app.command()
    def verify() -> None:
        """Recompute every hash of the log, and look for gaps."""
        _run(operations.verify, service)

    app.add_typer(_events(service), name="events")
    app.add_typer(_parked(service), name="parked")
    return app


def _events(service: Service) -> typer.Typer:
    events = typer.Typer(help="The log itself.", no_args_is_help=True)

    @events.callback()
    def _group() -> None:
        """The log itself."""

    @events.command()
    def tail(
        after: Annotated[
            int | None, typer.Option(help="Begin after this position; default: the last 10 events.")
        ] = None,
        type: Annotated[str | None, typer.Option(help="Only this name, such as order.received.v1.")] = None,
        follow: Annotated[bool, typer.Option(help="Go on when the end is reached.")] = True,
    ) -> None:
        """Print events as they are stored, oldest first."""
        _run(lambda bench: operations.tail(bench, after=after, name=type, follow=follow), service)

    return events


def _parked(service: Service) -> typer.Typer:
    group = typer.Typer(help="Events that could not be handled and wait for a fix.", no_args_is_help=True)

    @group.command(name="list")
    def list_() -> None:
        """What waits, in the order it will be replayed in."""
        _run(parked.listed, service)

    @group.command()
    def show(number: int) -> None:
        """One parked event, with the reason."""
        _run(lambda bench: parked.shown(bench, number), service)

    @group.command(name="replay")
    def replay_(
        number: Annotated[
            int | None, typer.Argument(help="Only the order of this parked event; default: all.")
        ] = None,
    ) -> None:
        """Handle parked events again, each order's in order, until one fails."""
        _run(lambda bench: parked.replayed(bench, number), service)

    @group.command(name="discard")
    def discard_(number: int) -> None:
        """Give up something parked that is no event at all; events are mended and replayed."""
        _run(lambda bench: parked.discarded(bench, number), service)

    return group


def _run(task: Callable[[Bench], Coroutine[Any, Any, bool]], service: Service) -> None:
    async def run() -> bool:
        async with opened(service, _read(DatabaseSettings), _console()) as bench:
            return await task(bench)

    try:
        good = asyncio.run(run())
    except KeyboardInterrupt:
        good = True
    except Mistaken as mistake:
        _console().print(f"[red]{mistake}[/red]")
        good = False
    raise typer.Exit(0 if good else 1)


def _console() -> Console:
    """Of the terminal as it is when something is printed."""
    return Console(soft_wrap=True)


def _read(kind: type[T]) -> T:
    try:
        return kind()
    except ValidationError as error:
        for one in error.errors(include_input=False):
            name = "_".join(str(part) for part in one["loc"]).upper()
            print(f"{name}: {one['msg']}; set it in the environment (docs/architecture.md)", file=sys.stderr)  # noqa: T201
        raise typer.Exit(2) from None


def _point(until: str | None) -> int | datetime | None:
    if until is None or until.isdigit():
        return None if until is None else int(until)
    try:
        point = datetime.fromisoformat(until)
    except ValueError as error:
        raise typer.BadParameter(
            "take a position such as 1200, or a time such as 2026-01-05T09:00:00Z"
        ) from error
    if point.tzinfo is None:
        raise typer.BadParameter(f"say in which zone: {until}Z is in UTC")
    return point
