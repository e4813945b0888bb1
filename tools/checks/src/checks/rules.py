"""docs/rules.md: rule by rule, which deciders carry it and which tests speak of it; what is missing is shown."""

from __future__ import annotations

import os
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from checks import documents, sources
from checks.citations import Citation, citations, reached
from checks.markdown import page, table
from checks.report import Report
from checks.tree import Tree
from checks.words import in_order

PLACE = Path("docs/rules.md")
_MEND = "python -m checks rules --write"
_HEAD = """# The rules, and what carries them

The company's procedures, by the numbers that the code uses. Under each rule stand the commands,
decisions and states whose docstrings name it, and the tests that do; `python -m checks rules --write`
reads them from the code, and `make check` fails when this page is out of date. A rule that nothing
decides or no test speaks of is marked as a **gap**."""
_LATER = """Not taken up so far, or only in part. Where something names them already, it is told."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, and where the code names it."""

    number: str
    says: str
    zh: str
    decided: Sequence[Citation]
    tested: Sequence[Citation]

    @property
    def gap(self) -> str:
        """What it lacks."""
        missing = (("decided", self.decided), ("tested", self.tested))
        return " or ".join(what for what, found in missing if not found)


def look(tree: Tree) -> Report:
    """Numbers that are no rule's, then whether the page is current."""
    decided, tested = _decided(tree), _tested(tree)
    carried, later = _rules("carried", decided, tested), _rules("later", decided, tested)
    problems = [
        *_unknown([*decided, *tested], {rule.number for rule in (*carried, *later)}),
        *documents.stale(tree, {PLACE: _document(carried, later)}, _MEND),
    ]
    gaps = [rule.number for rule in carried if rule.gap]
    return Report(f"{len(carried)} rules, gaps: {', '.join(gaps) or 'none'}", problems)


def write(tree: Tree) -> None:
    """Write it anew."""
    decided, tested = _decided(tree), _tested(tree)
    text = _document(_rules("carried", decided, tested), _rules("later", decided, tested))
    documents.write(tree, {PLACE: text})


def _rules(chapter: str, decided: Sequence[Citation], tested: Sequence[Citation]) -> Sequence[Rule]:
    texts: Mapping[str, Mapping[str, str]] = _texts()[chapter]
    return [
        Rule(number, **texts[number], decided=_naming(number, decided), tested=_naming(number, tested))
        for number in in_order(texts)
    ]


def _texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(files("checks").joinpath("rules.toml").read_text("utf-8"))


def _naming(number: str, found: Iterable[Citation]) -> Sequence[Citation]:
    return [one for one in found if number in one.rules]


def _unknown(found: Iterable[Citation], numbers: set[str]) -> Iterator[str]:
    for one in found:
        for rule in in_order(one.rules - numbers):
            where = f"{one.path.as_posix()}{f', {one.name}' if one.name else ''}"
            yield f"{where}: there is no rule {rule}; correct it, or describe the rule in checks/rules.toml"


def _decided(tree: Tree) -> Sequence[Citation]:
    """In the deciders and what they use, by the contract that keeps them pure."""
    places = sources.modules(tree)
    parsed = {name: sources.parsed(tree, path) for name, path in places.items()}
    named = sources.contract(tree, "deciders")["source_modules"]
    starts = (name for name in places if any(f"{name}.".startswith(f"{one}.") for one in named))
    return [
        one
        for name in sorted(reached(parsed, starts))
        for one in citations(places[name], parsed[name])
        if one.name or one.path.name != "__init__.py"  # a table of contents carries nothing
    ]


def _tested(tree: Tree) -> Sequence[Citation]:
    tests = [path for path in tree.files() if path.name.startswith("test_") and path.suffix == ".py"]
    return [one for path in tests for one in citations(path, sources.parsed(tree, path))]


def _document(carried: Sequence[Rule], later: Sequence[Rule]) -> str:
    gaps = [f"* {rule.number} is not {rule.gap} anywhere: {rule.says}" for rule in carried if rule.gap]
    return page(
        _HEAD,
        "## Gaps",
        "\n".join(gaps or ["None."]),
        "## Rules",
        *(part for rule in carried for part in _section(rule)),
        "## Later",
        _LATER,
        table(
            ("rule", "says", "原文", "named by"),
            [
                (rule.number, rule.says, rule.zh, "; ".join(_places((*rule.decided, *rule.tested))))
                for rule in later
            ],
        ),
    )


def _section(rule: Rule) -> Iterator[str]:
    yield f"### {rule.number}"
    yield f"{rule.says}\n({rule.zh})"
    yield "\n".join([*_told("decided", rule.decided), *_told("tested", rule.tested)])


def _told(what: str, found: Sequence[Citation]) -> Iterator[str]:
    yield f"* {what} by" if found else f"* **gap**: {what} by nothing that names it"
    yield from (f"  * {place}" for place in _places(found))


def _places(found: Iterable[Citation]) -> Iterator[str]:
    """File by file; of a file that as a whole is about the rule only its path."""
    names: dict[Path, list[str]] = defaultdict(list)
    for one in found:
        names[one.path] += [f"`{one.name}`"] if one.name else []
    for path, several in names.items():
        link = f"[{_short(path)}]({os.path.relpath(path, PLACE.parent)})"
        yield f"{link}: {', '.join(several)}" if several else link


def _short(path: Path) -> str:
    """A file's place without the folders that every service has."""
    return path.as_posix().split("/src/")[-1].removeprefix("services/")
