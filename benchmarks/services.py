"""Services as programs of their own, as in production: one process, one worker."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.stage import Stage
from launch.databases import Database
from launch.program import Program
from launch.services import Surroundings
from servicekit.testing import TokenIssuer


def serving(
    stage: Stage,
    name: str,
    databases: Mapping[str, Database],
    issuer: TokenIssuer,
    *,
    module: str | None = None,
    kafka: str | None = None,
) -> tuple[str, Program]:
    """A service's address, and the program that serves it: its own, or another `module`.

    All that it reacts to must be among `databases`; without `kafka` it reads their logs.
    """
    around = Surroundings(databases, issuer.url, "", kafka)
    return stage.serving(name, around, module=module)
