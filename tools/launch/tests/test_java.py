"""The Java that Kafka runs on: the newest rules of where to look, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from launch import java
from launch.java import JavaMissing


def a_java(home: Path, version: str) -> Path:
    """A program that says it is a Java of this version."""
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    program.chmod(0o755)
    return program


def test_java_home_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = a_java(tmp_path, "21.0.2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    found = java.find()
    assert (found.path, found.version, found.caches_ahead_of_time) == (program, 21, False)


def test_one_that_is_too_old_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_java(tmp_path, "1.8.0_402")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java.find().version >= java.OLDEST


def test_without_any_it_says_what_was_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = a_java(tmp_path, "11.0.22")
    monkeypatch.setattr(java, "_candidates", lambda: [program, tmp_path / "none"])
    with pytest.raises(JavaMissing, match=f"Java 17 or newer: {program} is version 11; .*none does not run"):
        java.find()
