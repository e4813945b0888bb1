"""Every operation of every OpenAPI document keeps to it, whatever is sent: schemathesis asks.

Answers have a documented status, type and shape; nothing is a 500; what the document refuses is
refused. Streams that never end have tests of their own.
"""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

import httpx
import pytest
from house import House

from launch.roles import ROLES
from launch.services import SERVICES

pytestmark = pytest.mark.timeout(600)
ENDLESS = ("/events", "/orders/imports")
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "4")
"""Of each operation; more find more."""
SCHEMATHESIS = Path(sysconfig.get_path("scripts")) / "schemathesis"


@pytest.fixture(scope="session")
def token(over_embedded: House) -> str:
    """With all roles: what is refused is refused for what was sent."""
    wish = {"sub": "schemathesis", "roles": sorted(ROLES)}
    answer = httpx.post(f"{over_embedded.running.issuer}/token", json=wish).raise_for_status()
    return str(answer.json()["access_token"])


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_what_is_promised_is_kept(service: str, over_embedded: House, token: str, tmp_path: Path) -> None:
    asked = [
        f"--config-file={CONFIGURATION}",
        "run",
        f"{over_embedded.running.services[service]}/openapi.json",
        f"--header=Authorization: Bearer {token}",
        "--workers=2",
        f"--max-examples={EXAMPLES}",
        "--seed=7",
        "--generation-deterministic",
        "--no-color",
        *(f"--exclude-path={path}" for path in ENDLESS),
    ]
    ran = subprocess.run(
        [str(SCHEMATHESIS), *asked],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-2000:]
