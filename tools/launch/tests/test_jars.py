"""The jars that are used are the ones that were pinned."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from launch import jars
from launch.jars import DigestMismatch, Jar, JarsMissing

CONTENT = b"not really a jar, but whole"


def pinned(artifact: str = "thing", content: bytes = CONTENT) -> Jar:
    return Jar("org.example", artifact, "1.0", hashlib.sha256(content).hexdigest(), len(content))


def unheard(_done: int, _total: int) -> None:
    return


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Maven repository on loopback that has `thing`, named by jgo's settings as a mirror."""
    root = tmp_path / "repository"
    (root / "org/example/thing/1.0").mkdir(parents=True)
    (root / "org/example/thing/1.0/thing-1.0.jar").write_bytes(CONTENT)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = tmp_path / "jgo.conf"
        settings.write_text(f"[repositories]\nmirror = http://127.0.0.1:{server.server_port}\n")
        monkeypatch.setenv("JGO_CONFIG_FILE", str(settings))
        yield root
        server.shutdown()


@pytest.mark.usefixtures("repository")
def test_a_missing_jar_is_fetched_with_progress(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    (file,) = jars.fetch([pinned()], tmp_path / "jars", lambda done, total: heard.append((done, total)))
    assert file.read_bytes() == CONTENT
    assert heard[-1] == (len(CONTENT), len(CONTENT))


def test_what_is_there_is_not_fetched_again(tmp_path: Path, repository: Path) -> None:
    jars.fetch([pinned()], tmp_path / "jars", unheard)
    (repository / "org/example/thing/1.0/thing-1.0.jar").unlink()
    assert jars.fetch([pinned()], tmp_path / "jars", unheard)


@pytest.mark.usefixtures("repository")
def test_a_damaged_jar_is_fetched_again(tmp_path: Path) -> None:
    (file,) = jars.fetch([pinned()], tmp_path / "jars", unheard)
    file.write_bytes(CONTENT[:-5] + b"!!!!!")
    (again,) = jars.fetch([pinned()], tmp_path / "jars", unheard)
    assert again.read_bytes() == CONTENT


def test_another_jar_than_the_pinned_one_is_refused(tmp_path: Path, repository: Path) -> None:
    (repository / "org/example/thing/1.0/thing-1.0.jar").write_bytes(CONTENT[::-1])
    with pytest.raises(DigestMismatch, match=r"org\.example:thing:1\.0 has SHA-256 .* pins"):
        jars.fetch([pinned()], tmp_path / "jars", unheard)
    assert not (tmp_path / "jars" / "thing-1.0.jar").exists()


@pytest.mark.usefixtures("repository")
def test_a_jar_that_cannot_be_had_is_named(tmp_path: Path) -> None:
    with pytest.raises(JarsMissing, match=r"org\.example:other:1\.0 cannot be downloaded"):
        jars.fetch([pinned("other")], tmp_path / "jars", unheard)


def test_every_jar_of_kafka_is_pinned() -> None:
    names = {jar.artifact for jar in jars.pinned()}
    assert {"kafka_2.13", "kafka-clients", "kafka-server", "log4j-slf4j-impl"} <= names
    assert all(len(jar.sha256) == 64 for jar in jars.pinned())
