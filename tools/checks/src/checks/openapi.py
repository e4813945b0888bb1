"""docs/openapi/<service>.json: what each service's HTTP side offers, current."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from checks import documents, services
from checks.report import Report
from checks.tree import Tree
from events.schemas import text_of

if TYPE_CHECKING:
    from servicekit.service import Service

FOLDER = Path("docs/openapi")
_MEND = "python -m checks openapi --write"
_ONE_AT_A_TIME = Lock()
"""FastAPI keeps what it works out in the routes, which the services' apps share; and checks run side by side."""


def look(tree: Tree) -> Report:
    """Generate the documents anew and compare."""
    wanted = _wanted()
    return Report(f"{len(wanted)} services", documents.stale(tree, wanted, _MEND, folder=FOLDER))


def write(tree: Tree) -> None:
    """Write them anew."""
    documents.write(tree, _wanted(), folder=FOLDER)


def described(wired: Mapping[str, Service]) -> Mapping[str, dict[str, Any]]:  # Any: a JSON document
    """Each service's OpenAPI document."""
    from servicekit import Settings, create_app  # here: when it is broken, the other checks still run

    # The document depends on no setting; these are only asked for.
    settings = Settings(
        database_url=SecretStr("postgresql:///"), jwks_url="", token_issuer="", token_audience=""
    )
    with _ONE_AT_A_TIME:
        return {name: create_app(service, settings).openapi() for name, service in wired.items()}


def _wanted() -> documents.Documents:
    return {
        FOLDER / f"{name}.json": text_of(document) for name, document in described(services.wired()).items()
    }
