"""Who may import whom: import-linter, with the contracts of pyproject.toml.

Two things it cannot see are looked at here: a decider that the contract `deciders` does not
name, and something impure that a decider takes from the face of the library `events`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import grimp

import events
from checks import sources
from checks.report import Report
from checks.tree import Tree, script


def look(tree: Tree) -> Report:
    """Broken contracts with the chain of imports that breaks them, then what they do not see."""
    ran = tree.run(script("lint-imports"), "--no-logo", "--no-cache")
    kept = next((line for line in ran.lines if line.startswith("Contracts:")), "no contract")
    problems = [] if ran.code == 0 else _details(ran.lines)
    contract = sources.contract(tree, "deciders")
    problems += _unnamed(tree, contract["source_modules"])
    problems += _impure(tree, contract["source_modules"], contract["forbidden_modules"])
    return Report(kept.rstrip("."), problems)


def _details(lines: Sequence[str]) -> list[str]:
    start = lines.index("Broken contracts") + 2 if "Broken contracts" in lines else 0
    return [line for line in lines[start:] if line.strip("- ")]


def _unnamed(tree: Tree, named: Sequence[str]) -> Iterator[str]:
    """Modules of services that make a `Decider` and are under no contract."""
    for module, path in sources.modules(tree).items():
        calls = (node.func for node in ast.walk(sources.parsed(tree, path)) if isinstance(node, ast.Call))
        makes = any(isinstance(called, ast.Name) and called.id == "Decider" for called in calls)
        if makes and not any(module == name or module.startswith(f"{name}.") for name in named):
            yield f"{path}: add {module!r} to source_modules of the contract `deciders` in pyproject.toml"


def _impure(tree: Tree, named: Sequence[str], forbidden: Sequence[str]) -> Iterator[str]:
    """What deciders, and the modules they use, take from `events` that is not pure itself."""
    modules = sources.modules(tree)
    deciders = [name for name in named if name in modules]
    packages = sorted({name.partition(".")[0] for name in deciders})
    graph = grimp.build_graph("events", *packages, include_external_packages=True, cache_dir=None)
    for decider in deciders:
        reached = {
            decider,
            *graph.find_descendants(decider),
            *graph.find_upstream_modules(decider, as_package=True),
        }
        for module in sorted(reached & modules.keys()):
            for name, line in _taken(sources.parsed(tree, modules[module])):
                home = getattr(getattr(events, name), "__module__", "")
                if home not in graph.modules:
                    continue  # a module, which import-linter follows itself, or a constant
                if outward := sorted(graph.find_upstream_modules(home).intersection(forbidden)):
                    yield (
                        f"{modules[module]}:{line}: the decider {decider} comes to {name}, and {home} reaches "
                        f"{', '.join(outward)}; leave that to the service's edge"
                    )


def _taken(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Names imported from the face of `events`, and the line."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module == "events":
            yield from ((alias.name, node.lineno) for alias in node.names)
