"""What is deployed: docker-compose.yml, and both overlays of deploy/k8s as kustomize renders them.

Manifests are held against Kubernetes' own schemas, then against what we promise: nothing runs as
root or writes to its file system, every service is probed, and every setting is one that
docs/architecture.md names.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from kubernetes_validate import ValidationError, validate  # type: ignore[import-untyped]  # has no types

from checks.report import Report
from checks.tree import Tree

OVERLAYS = ("one-node", "three-replicas")
KUBERNETES = "1.33"
"""Whose schemas manifests are held against."""
KUSTOMIZE = "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1"
Manifest = dict[str, Any]  # Any: YAML


def look(tree: Tree) -> Report:
    """Problems in the compose file, and in each overlay."""
    known = settings((tree.root / "docs/architecture.md").read_text())
    composed = yaml.safe_load((tree.root / "docker-compose.yml").read_text())
    problems = [f"docker-compose.yml: {one}" for one in in_compose(composed, known)]
    kustomize = _kustomize(tree)
    if kustomize is None:
        return Report("docker-compose.yml", problems, skipped="deploy/k8s: there is no kustomize, and no go")
    seen = 0
    for overlay in OVERLAYS:
        folder = f"deploy/k8s/overlays/{overlay}"
        ran = tree.run(kustomize, "build", folder)
        if ran.code:
            problems.append(f"{folder}: {ran.output.strip()}")
            continue
        manifests = [one for one in yaml.safe_load_all(ran.output) if one]
        seen += len(manifests)
        problems += [f"{folder}: {one}" for one in in_manifests(manifests, known)]
    return Report(f"docker-compose.yml, {seen} manifests of {len(OVERLAYS)} overlays", problems)


def settings(document: str) -> frozenset[str]:
    """The names in the table of settings."""
    table = document.partition("## Settings of a service")[2].partition("\n## ")[0]
    rows = (line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    return frozenset(name for row in rows for name in re.findall(r"`([A-Z_]+)`", row))


def in_compose(composed: Manifest, known: frozenset[str]) -> Iterator[str]:
    """What is wrong with our own services in a compose file, and with what any publishes."""
    for name, service in composed["services"].items():
        for port in service.get("ports", ()):
            if not str(port).startswith("127.0.0.1:"):
                yield f"{name} publishes {port} to everybody; begin it with 127.0.0.1:"
        if not service["image"].startswith("fulfilment/"):
            if "healthcheck" not in service:
                yield f"{name} has no health check, and others wait for it"
            continue
        if not service.get("read_only") or service.get("cap_drop") != ["ALL"]:
            yield f"{name} may write to its file system or has capabilities; use the anchors at the top"
        for setting in sorted(service.get("environment", {}).keys() - known):
            yield f"{name} is told {setting}, which docs/architecture.md does not name"


def in_manifests(manifests: list[Manifest], known: frozenset[str]) -> Iterator[str]:
    """What is wrong with rendered manifests."""
    pods = [(_name(one), one["spec"]["template"]) for one in manifests if "template" in one.get("spec", {})]
    for manifest in manifests:
        try:
            validate(manifest, KUBERNETES, strict=True)
        except ValidationError as error:
            where = ".".join(map(str, error.path))
            yield f"{_name(manifest)}: {where}: {error.message}"
        if manifest["kind"] == "Secret":
            yield f"{_name(manifest)}: secrets are made elsewhere and only referred to"
        if manifest["kind"] == "ConfigMap":
            for setting in sorted(manifest["data"].keys() - known):
                yield f"{_name(manifest)} has {setting}, which docs/architecture.md does not name"
        if manifest["kind"] in ("Service", "PodDisruptionBudget"):
            yield from _selects_one(manifest, pods)
    for name, pod in pods:
        yield from _in_pod(name, pod["spec"], known)


def _in_pod(name: str, pod: Manifest, known: frozenset[str]) -> Iterator[str]:
    if not pod.get("securityContext", {}).get("runAsNonRoot"):
        yield f"{name} may run as root; set securityContext.runAsNonRoot"
    for container in pod["containers"]:
        context = container.get("securityContext", {})
        if not context.get("readOnlyRootFilesystem") or context.get("allowPrivilegeEscalation") is not False:
            yield f"{name} may write to its file system or gain rights; see deploy/k8s/base/service"
        if "limits" not in container.get("resources", {}):
            yield f"{name} has no limit of memory"
        if "ports" in container and not {"readinessProbe", "livenessProbe"} <= container.keys():
            yield f"{name} is not probed for readiness and liveness"
        for variable in container.get("env", ()):
            if variable["name"] not in known:
                yield f"{name} is told {variable['name']}, which docs/architecture.md does not name"
            if "valueFrom" not in variable:
                yield f"{name} has {variable['name']} in plain sight; take it from a secret"


def _selects_one(manifest: Manifest, pods: list[tuple[str, Manifest]]) -> Iterator[str]:
    selector: Mapping[str, Any] = manifest["spec"]["selector"]  # Any: labels, or labels beneath a name
    wanted: Mapping[str, str] = selector.get("matchLabels", selector)
    chosen = [name for name, pod in pods if wanted.items() <= pod["metadata"]["labels"].items()]
    if len(chosen) != 1:
        yield f"{_name(manifest)} selects {', '.join(chosen) or 'nothing'}, not one deployment"


def _name(manifest: Manifest) -> str:
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def _kustomize(tree: Tree) -> Path | None:
    """The one on the path, else one that go builds once into the user's cache."""
    if installed := shutil.which("kustomize"):
        return Path(installed)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fulfilment" / "bin"
    kept = cache / "kustomize"
    if not kept.exists() and shutil.which("go"):
        tree.run("go", "install", KUSTOMIZE, GOBIN=str(cache))
    return kept if kept.exists() else None
