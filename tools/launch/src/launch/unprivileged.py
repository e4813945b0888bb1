"""Another account for PostgreSQL, which refuses to run as root.

Root is common in containers. There the server runs as `nobody`, and where `nobody` may not enter
the directories on the way (a home of mode 0700, say) it keeps root's right to pass through them,
so that nobody's directories have to be opened for it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_USER = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """How to start a program as this account: through `prefix`, or as `user` (None: as it is)."""

    user: str | None = None
    prefix: Sequence[str] = ()

    @property
    def options(self) -> dict[str, Any]:  # Any: keyword arguments of subprocess.Popen
        """For starting a subprocess."""
        if self.user is None or self.prefix:
            return {}
        return {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}


def account_for(*paths: Path) -> Account:
    """The account for a program that may not be root and works in `paths`."""
    if os.geteuid() != 0:
        return Account()
    if all(_may_enter(path) for path in paths):
        return Account(user=_USER)
    if sys.platform == "linux" and shutil.which("setpriv"):
        return Account(
            user=_USER,
            prefix=[
                "setpriv", f"--reuid={_USER}", f"--regid={pwd.getpwnam(_USER).pw_gid}", "--clear-groups",
                "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--",
            ],
        )  # fmt: skip
    blocked = next(path for path in paths if not _may_enter(path))
    raise PermissionError(
        f"PostgreSQL cannot run as root, and the user {_USER} cannot enter {blocked}; "
        f"run this as an ordinary user, or from a directory that everyone may enter"
    )


def _may_enter(path: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in [path, *path.parents] if place.exists())
