"""The README's example runs as it is printed, against the real service; and the package needs no other of ours."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent

from listening import Served

README = Path(__file__).parents[1] / "README.md"
PROGRAM = """
import asyncio, sys
from fulfilment_client import OrderIntake, Refused, connect, static_token
from fulfilment_client.order_intake import ConfirmRequirements, Content, Customer, Line, ReceiveOrder

TOKEN = sys.argv[1]

async def main() -> None:
{example}

asyncio.run(main())
"""


async def test_the_example_takes_an_order_and_is_told_what_it_lacks(served: Served) -> None:
    [example] = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert len(example.splitlines()) <= 15
    there = example.replace("http://127.0.0.1:8101", served.url)
    ran = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM.format(example=indent(there, "    ")), served.token("anna", "sales"),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, errors = await ran.communicate()
    assert ran.returncode == 0, errors.decode()
    received, listed, refused = out.decode().splitlines()
    assert received.endswith(
        "still lacks ['lines[0].model', 'lines[0].specification', 'technical_requirements', "
        "'quality_requirements', 'delivery_date']"
    )
    assert listed == f"{received.split()[0]} of Hengshan Power Supply waits for ['sales']"
    assert refused.startswith("order-incomplete ")


def test_it_imports_no_other_package_of_ours() -> None:
    """Whoever installs it has httpx and pydantic, and nothing of this repository."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, fulfilment_client; print(*sys.modules, sep='\\n')"],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert not {"events", "servicekit", "order_intake", "fastapi"}.intersection(loaded)
