"""Print a token for a role: `python -m launch.token sales --company HV`, `make token ROLE=sales`."""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request

from launch.roles import ROLES
from launch.running import find


def main() -> None:
    """Ask the issuer of the running system."""
    arguments = argparse.ArgumentParser(description="Print a bearer token from the development issuer.")
    arguments.add_argument("role", choices=ROLES, metavar="ROLE", help=", ".join(ROLES))
    arguments.add_argument("--company", help="a product company; without it, the whole group")
    arguments.add_argument("--sub", help="who it is; the role's name without it")
    asked = arguments.parse_args()
    running = find()
    if running is None:
        sys.exit("nothing runs here; start the system with `make run`")
    wish = {"sub": asked.sub or f"{asked.role}-1", "roles": [asked.role], "company": asked.company}
    request = urllib.request.Request(  # noqa: S310  # the run file's own address
        f"{running.issuer}/token", json.dumps(wish).encode(), {"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # likewise
            print(json.load(answer)["access_token"])  # noqa: T201  # this is what it is for
    except urllib.error.URLError as error:
        sys.exit(f"the issuer at {running.issuer} gave no token: {error}")


if __name__ == "__main__":
    main()
