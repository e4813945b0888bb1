"""Apache Kafka's jars: fetched by Maven coordinates, checked against committed digests, and kept.

`kafka.jars` beside this file names every jar with its SHA-256 and size; `python -m launch.lock_jars`
writes it. The jars live in the user's cache directory, so that all clones and tests share them.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

LOCK = Path(__file__).with_name("kafka.jars")

Progress = Callable[[int, int], None]
"""Told how many bytes of how many are there."""

_CONNECTIONS = 4
_TIMEOUT = 30  # seconds without an answer


class JarsMissing(Exception):
    """The jars cannot be had; the text says why."""


class DigestMismatch(JarsMissing):
    """A jar that was fetched is not the one that was pinned."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One pinned jar."""

    group: str
    artifact: str
    version: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    @property
    def coordinates(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"


def cache_directory() -> Path:
    """Where downloads are kept between runs: `XDG_CACHE_HOME`, else `~/.cache`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fulfilment"


def pinned(lock: Path = LOCK) -> list[Jar]:
    """All jars that Kafka needs."""
    jars = []
    for line in lock.read_text().splitlines():
        if line and not line.startswith("#"):
            coordinates, sha256, size = line.split()
            group, artifact, version = coordinates.split(":")
            jars.append(Jar(group, artifact, version, sha256, int(size)))
    return jars


def version(lock: Path = LOCK) -> str:
    """The version of Kafka that is pinned."""
    return next(jar.version for jar in pinned(lock) if jar.artifact == "kafka-clients")


def fetch(jars: list[Jar], directory: Path, progress: Progress) -> list[Path]:
    """The jars' files in `directory`, downloading what is missing or damaged there.

    Raises `JarsMissing` when one cannot be had, `DigestMismatch` when it is not what was pinned.
    """
    directory.mkdir(parents=True, exist_ok=True)
    total = sum(jar.size for jar in jars)
    missing = [jar for jar in jars if not _is_whole(directory / jar.name, jar)]
    done = total - sum(jar.size for jar in missing)

    counting = Lock()

    def advance(count: int) -> None:
        nonlocal done
        with counting:
            done += count
            progress(min(done, total), total)

    if missing:
        scratch = tempfile.TemporaryDirectory(prefix="fetching-", dir=directory)
        with scratch, ThreadPoolExecutor(_CONNECTIONS) as threads:
            list(threads.map(lambda jar: _download(jar, directory, Path(scratch.name), advance), missing))
    return [directory / jar.name for jar in jars]


def _is_whole(path: Path, jar: Jar) -> bool:
    return path.exists() and path.stat().st_size == jar.size and _digest(path) == jar.sha256


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(jar: Jar, directory: Path, scratch: Path, advance: Callable[[int], None]) -> None:
    """Fetch into `scratch`, check, and only then move into place; another process may do the same."""
    import requests  # slow to import, and only needed while something is missing
    from jgo.config import GlobalSettings
    from jgo.maven import MavenContext, PythonResolver

    @contextmanager
    def report(_name: str, _size: int) -> Iterator[Callable[[int], None]]:
        yield advance

    maven = MavenContext(
        repo_cache=scratch,
        remote_repos=GlobalSettings.load().repositories or None,  # mirrors; None is Maven Central
        resolver=PythonResolver(progress_callback=report),
        timeout=_TIMEOUT,
    )
    try:
        file = maven.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
    except requests.RequestException as error:
        what = f"no answer from Maven Central or its mirror ({type(error).__name__})"
        raise JarsMissing(f"{jar.coordinates} cannot be downloaded: {what}") from error
    except RuntimeError as error:  # jgo's for any answer but 200
        raise JarsMissing(f"{jar.coordinates} cannot be downloaded: {error}") from error
    if (found := _digest(file)) != jar.sha256:
        raise DigestMismatch(
            f"{jar.coordinates} has SHA-256 {found}, but {LOCK.name} pins {jar.sha256}; do not use it: find out "
            f"what answered, or, after an upgrade you meant, run `python -m launch.lock_jars`"
        )
    os.replace(file, directory / jar.name)
