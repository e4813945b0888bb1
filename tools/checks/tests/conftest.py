"""Copies of the repository to plant mistakes in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from checks.tree import Tree


@dataclass(frozen=True)
class Copy:
    """A copy of the repository, with its own packages first on the path."""

    root: Path

    def to(self, target: Path) -> Copy:
        """Another one, with this one's git history where it has one of its own."""
        shutil.copytree(self.root, target, dirs_exist_ok=True)
        return Copy(target)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that is there exactly once."""
        file = self.root / path
        text = file.read_text()
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new))

    def add(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def commit(self) -> None:
        """Put everything into the copy's own git history."""
        who = ("-c", "user.name=check", "-c", "user.email=check@example.org", "-c", "commit.gpgsign=false")
        for command in (
            ("init", "-q"),
            ("add", "-A"),
            (*who, "commit", "-q", "--allow-empty", "-m", "as it was"),
        ):
            subprocess.run(["git", *command], cwd=self.root, check=True)

    def check(self, *arguments: str) -> tuple[int, str]:
        """The exit code and the output of `python -m checks`, as a person would run it."""
        sources = [str(folder) for folder in sorted(self.root.glob("*/*/src"))]
        done = subprocess.run(
            [sys.executable, "-m", "checks", *arguments],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sources), "COLUMNS": "110"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


ROOT = Tree.around(Path(__file__).parent).root


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Everything that would be committed now, in no git history; for copying, not for changing."""
    target = tmp_path_factory.mktemp("repository")
    for path in Tree(ROOT).files():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, target / path)
    return Copy(target)


@pytest.fixture
def copy(repository: Copy, tmp_path: Path) -> Copy:
    """The whole repository, to be changed."""
    return repository.to(tmp_path)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """An almost empty workspace with the real settings."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return Tree(tmp_path)
