"""The README's lines, as they are printed there: they take an order to its production instruction."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from house import House

from launch.services import SERVICES
from launch.site import USUAL_PORTS

pytestmark = pytest.mark.timeout(120)
ROOT = Path(__file__).parents[2]
LINES = "".join(
    re.findall(r"^```bash\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
)
USUAL = {**{service.name: service.port for service in SERVICES}, "issuer": USUAL_PORTS["issuer"]}


def test_the_lines_take_an_order_to_its_production_instruction(over_kafka: House) -> None:
    """They run in a folder whose `.data` is that of a system of our own, on ports of its own."""
    folder = over_kafka.data.parent
    if not (folder / ".venv").exists():
        (folder / ".venv").symlink_to(ROOT / ".venv")
    script = f"set -e -o pipefail\n{redirected(over_kafka)}\n{LINES}"
    ran = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    said = ran.stdout.splitlines()
    with over_kafka.client("order-intake", "auditor") as auditor:
        order = auditor.get(f"/orders/{said[0]}").raise_for_status().json()
    assert order["state"]["state"] == "parts_ready"
    assert order["state"]["promised_delivery_date"] == order["state"]["content"]["delivery_date"]
    assert '"type":"order.production_instructed.v1"' in said
    assert '"state":"in_review"' in said, "as of its third event"
    assert "no difference to the live table" in said
    assert f'"subject":"Order {said[0]}: your request was received"' in said


def redirected(house: House) -> str:
    """A `curl` that finds this system behind the usual ports."""
    addresses = {**house.running.services, "issuer": house.running.issuer}
    ports = {usual: urlsplit(addresses[name]).port for name, usual in USUAL.items()}
    replaced = "".join(f" -e 's/127.0.0.1:{usual}/127.0.0.1:{port}/'" for usual, port in ports.items())
    return f"""curl() {{
        local given=() one
        for one in "$@"; do given+=("$(sed{replaced} <<< "$one")"); done
        command curl "${{given[@]}}"
    }}"""
