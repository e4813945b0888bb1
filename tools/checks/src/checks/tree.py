"""The repository as the checks see it: its files, its history, and programs run in it."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended, and what it wrote, errors included."""

    code: int
    output: str

    @property
    def lines(self) -> list[str]:
        """What it wrote, without empty lines."""
        return [line.rstrip() for line in self.output.splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout, or an unpacked archive, of the repository."""

    root: Path

    @classmethod
    def around(cls, place: Path) -> Tree:
        """The repository that `place` lies in. Raises `LookupError` outside of one."""
        for folder in (place, *place.parents):
            marker = folder / "pyproject.toml"
            if marker.is_file() and "[tool.uv.workspace]" in marker.read_text():
                return cls(folder)
        raise LookupError(f"{place} is not inside the repository; change into it first")

    def run(self, *command: str | Path, **environment: str) -> Ran:
        """Run a program at the root, and wait. Its output is for people: never coloured, 110 wide."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.root,
            env=os.environ | {"NO_COLOR": "1", "COLUMNS": "110"} | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        return Ran(done.returncode, done.stdout)

    def git(self, *arguments: str) -> str | None:
        """What git says; None where this is no checkout, or git is not there."""
        try:
            done = subprocess.run(
                ["git", "-C", str(self.root), *arguments], capture_output=True, text=True, check=False
            )
        except FileNotFoundError:
            return None
        return done.stdout if done.returncode == 0 else None

    @property
    def in_git(self) -> bool:
        """Whether the root is the top of a git checkout, with at least one commit."""
        top = self.git("rev-parse", "--show-toplevel")
        return (
            top is not None
            and Path(top.strip()) == self.root.resolve()
            and self.git("rev-parse", "HEAD") is not None
        )

    def files(self) -> Sequence[Path]:
        """Every file that is, or would be, committed; without git every file in no hidden folder."""
        listed = (
            self.git("ls-files", "-z", "--cached", "--others", "--exclude-standard") if self.in_git else None
        )
        if listed is None:
            found = (f.relative_to(self.root) for f in self.root.rglob("*") if f.is_file())
            return sorted(f for f in found if not any(part.startswith(".") for part in f.parts[:-1]))
        return [path for name in listed.split("\0") if name and (self.root / (path := Path(name))).is_file()]

    def test_folders(self) -> Sequence[Path]:
        """Folders named `tests` that hold Python; of the one at the root, each folder in it."""
        python = (f for f in self.files() if f.suffix == ".py" and "tests" in f.parts)
        ends = ((f, f.parts.index("tests") + 1) for f in python)
        return sorted({Path(*f.parts[: end + (end == 1)]) for f, end in ends})


def script(name: str) -> Path:
    """A program installed beside this Python."""
    return Path(sysconfig.get_path("scripts")) / name
