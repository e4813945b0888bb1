"""What the check of the deployment finds: every fault planted into a sound description."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks.deployment import in_compose, in_manifests, settings

ROOT = Path(__file__).resolve().parents[3]
KNOWN = frozenset({"DATABASE_URL", "PORT"})
POD: dict[str, Any] = {
    "metadata": {"labels": {"app": "review"}},
    "spec": {
        "securityContext": {"runAsNonRoot": True},
        "containers": [
            {
                "name": "api",
                "image": "fulfilment/review",
                "ports": [{"containerPort": 8000}],
                "env": [
                    {
                        "name": "DATABASE_URL",
                        "valueFrom": {"secretKeyRef": {"name": "database", "key": "url"}},
                    }
                ],
                "readinessProbe": {"httpGet": {"path": "/health/ready", "port": 8000}},
                "livenessProbe": {"httpGet": {"path": "/health/live", "port": 8000}},
                "resources": {"limits": {"memory": "512Mi"}},
                "securityContext": {"readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False},
            }
        ],
    },
}
SOUND: list[dict[str, Any]] = [
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "review"},
        "spec": {"selector": {"matchLabels": {"app": "review"}}, "template": POD},
    },
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "review"},
        "spec": {"selector": {"app": "review"}, "ports": [{"port": 8000}]},
    },
]
COMPOSED: dict[str, Any] = {
    "services": {
        "postgres": {"image": "postgres:18", "healthcheck": {"test": ["CMD", "true"]}},
        "review": {
            "image": "fulfilment/review",
            "read_only": True,
            "cap_drop": ["ALL"],
            "environment": {"DATABASE_URL": "postgresql://..."},
            "ports": ["127.0.0.1:8102:8000"],
        },
    }
}


def test_what_is_sound_passes() -> None:
    assert list(in_manifests(SOUND, KNOWN)) == []
    assert list(in_compose(COMPOSED, KNOWN)) == []


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        (lambda pod: pod["spec"].pop("securityContext"), "may run as root"),
        (lambda pod: pod["spec"]["containers"][0].pop("securityContext"), "may write to its file system"),
        (lambda pod: pod["spec"]["containers"][0].pop("readinessProbe"), "not probed"),
        (lambda pod: pod["spec"]["containers"][0].pop("resources"), "no limit of memory"),
        (lambda pod: pod["spec"]["containers"][0].update(imagePolicy="Always"), "imagePolicy"),
        (
            lambda pod: pod["spec"]["containers"][0]["env"].append({"name": "PORT", "value": "1"}),
            "plain sight",
        ),
        (lambda pod: pod["spec"]["containers"][0]["env"][0].update(name="DATABASE"), "told DATABASE"),
        (lambda pod: pod["metadata"].update(labels={"app": "other"}), "selects nothing"),
    ],
)
def test_a_planted_fault_in_a_pod_is_found(planted: Any, found: str) -> None:  # Any: any change
    manifests = copy.deepcopy(SOUND)
    planted(manifests[0]["spec"]["template"])
    assert any(found in problem for problem in in_manifests(manifests, KNOWN))


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ({"ports": ["8102:8000"]}, "to everybody"),
        ({"read_only": False}, "may write"),
        ({"environment": {"DATABASE": "x"}}, "told DATABASE"),
    ],
)
def test_a_planted_fault_in_the_compose_file_is_found(planted: dict[str, Any], found: str) -> None:
    composed = copy.deepcopy(COMPOSED)
    composed["services"]["review"].update(planted)
    assert [problem for problem in in_compose(composed, KNOWN) if found in problem]


def test_settings_are_those_of_the_table() -> None:
    assert settings((ROOT / "docs/architecture.md").read_text()) >= {"DATABASE_URL", "PORT", "SMTP_URL"}


def test_no_secret_is_committed() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "data": {}}
    assert any("made elsewhere" in problem for problem in in_manifests([secret], KNOWN))


def test_compose_names_every_service() -> None:
    composed = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    services = {
        folder.name for folder in (ROOT / "services").iterdir() if (folder / "pyproject.toml").exists()
    }
    assert services <= composed["services"].keys()
