"""docs/permissions.md: which role may give which command, from the tables that the deciders enforce."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks import documents, openapi, services
from checks.markdown import page, table
from checks.report import Report
from checks.roles import PEOPLE, ROLES
from checks.tree import Tree
from checks.words import words
from events.decider import Decider
from servicekit.keys.api_key import api_keys

if TYPE_CHECKING:
    from servicekit.service import Service

PLACE = Path("docs/permissions.md")
_MEND = "python -m checks permissions --write"
_SIGN = re.compile(r"\W")
_HEAD = """# Who may do what

From the tables that the services' deciders enforce, by `python -m checks permissions --write`;
`make check` fails when this page says anything else. Every way to a command passes the table:
HTTP, import, reaction. *yes* opens the door only: the decider has the last word. It refuses people
of another product company, a word on a request of one's own, and any step that is not due
([flow.md](flow.md))."""


def look(tree: Tree) -> Report:
    """Roles that nobody has, then whether the page is current."""
    wired = services.wired()
    deciders = [decider for service in wired.values() for decider in service.deciders] + [api_keys(())]
    commands = sum(len(decider.may) for decider in deciders)
    problems = [*unknown(deciders), *documents.stale(tree, {PLACE: document(wired)}, _MEND)]
    return Report(f"{commands} commands, {len(ROLES)} roles", problems)


def write(tree: Tree) -> None:
    """Write it anew."""
    documents.write(tree, {PLACE: document(services.wired())})


def unknown(deciders: Iterable[Decider[Any]]) -> Iterator[str]:
    """Roles in a table that are not among those there are."""
    for decider in deciders:
        for command, roles in decider.may.items():
            for role in sorted(roles - ROLES.keys()):
                yield f"{command.__name__} may be given by {role!r}, which is no role; name it in checks.roles"


def document(wired: Mapping[str, Service]) -> str:
    """The whole page."""
    routes = {
        name: dict(_routes(service.deciders, openapi.described({name: service})[name]))
        for name, service in wired.items()
    }
    matrices = (
        part
        for name, service in wired.items()
        for decider in service.deciders
        for part in (f"## {words(decider.category).capitalize()} ({name})", _matrix(decider, routes[name]))
    )
    keys = {name: f"`POST {path}`" for name, path in _KEY_ROUTES.items()}
    common = ("## API keys (every service)", _matrix(api_keys(()), keys))
    return page(_HEAD, "## By role", _by_role(wired), *matrices, *common)


_KEY_ROUTES = {"IssueApiKey": "/api-keys", "RevokeApiKey": "/api-keys/{id}/revocation"}


def _by_role(wired: Mapping[str, Service]) -> str:
    may = [one for service in wired.values() for decider in service.deciders for one in decider.may.items()]
    may += api_keys(()).may.items()
    rows = [
        (
            f"`{role}`",
            name.en,
            name.zh,
            ", ".join(words(command.__name__) for command, roles in may if role in roles) or "reads only",
        )
        for role, name in ROLES.items()
    ]
    return table(("role", "in English", "中文", "may"), rows)


def _matrix(decider: Decider[Any], routes: Mapping[str, str]) -> str:
    """Commands by roles; roles with the same rights share a column, those without any have none."""
    commands = list(decider.may)
    columns: dict[tuple[bool, ...], list[str]] = {}
    for role in ROLES:
        rights = tuple(role in decider.may[command] for command in commands)
        if any(rights):
            columns.setdefault(rights, []).append(role)
    head = ["command", "asked for by", *map(_named, columns.values())]
    rows = [
        [
            words(command.__name__),
            routes.get(command.__name__, ""),
            *("yes" if rights[place] else "" for rights in columns),
        ]
        for place, command in enumerate(commands)
    ]
    return table(head, rows)


def _named(roles: list[str]) -> str:
    if PEOPLE.issubset(roles):
        return "everybody 所有人"
    return ", ".join(f"{words(role)} {ROLES[role].zh}" for role in roles)


def _routes(deciders: Iterable[Decider[Any]], document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The HTTP request for each command that has one."""
    names = {
        spelled: command.__name__
        for decider in deciders
        for command in decider.may
        for spelled in (command.__name__, words(command.__name__).replace(" ", "_"))
    }
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            name = operation["operationId"].removesuffix(f"{_SIGN.sub('_', path)}_{method}")
            if name in names:
                yield names[name], f"`{method.upper()} {path}`"
