"""A small disk of its own for a server's data, which can be filled: ext4 on a loop device, else a tmpfs.

Both need root. Without it there is a plain directory, and a full disk is a fault that cannot be had.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

SIZE = 4 * 1024**3
"""Bytes; an image takes of the real disk only what is written."""
_CRUMB = 64 * 1024


class NoSuchDisk(Exception):
    """It cannot be made here; the text says why."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A directory, and whether it is a disk of its own."""

    place: Path
    kind: str
    why_not: str | None = None
    """Why it cannot be filled; None when it can."""

    def fill(self) -> None:
        """Leave no room: a file takes all there is."""
        with (self.place / "ballast").open("ab") as ballast:
            step = os.statvfs(self.place).f_bavail * os.statvfs(self.place).f_frsize
            while step >= _CRUMB:
                try:
                    os.posix_fallocate(ballast.fileno(), ballast.tell(), step)
                    ballast.seek(0, os.SEEK_END)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    step //= 2

    def clear(self) -> None:
        """Give the room back."""
        (self.place / "ballast").unlink(missing_ok=True)


@asynccontextmanager
async def disk(directory: Path) -> AsyncIterator[Disk]:
    """A disk mounted at `directory / "disk"` for as long as the block runs."""
    place, image = directory / "disk", directory / "disk.img"
    place.mkdir()
    why = []
    for kind, make in (("ext4 on a loop device", _loop), ("tmpfs", _tmpfs)):
        try:
            await make(image, place)
        except NoSuchDisk as reason:
            why.append(f"{kind}: {reason}")
            continue
        try:
            yield Disk(place, kind)
        finally:
            await _run("umount", str(place))
            image.unlink(missing_ok=True)
        return
    yield Disk(place, "a plain directory", "; ".join(why))


async def _loop(image: Path, place: Path) -> None:
    with image.open("wb") as file:
        file.truncate(SIZE)
    try:
        await _run("mkfs.ext4", "-q", "-F", "-m", "0", str(image))
        await _run("mount", "-o", "loop", str(image), str(place))
    except NoSuchDisk:
        image.unlink()
        raise


async def _tmpfs(_: Path, place: Path) -> None:
    await _run("mount", "-t", "tmpfs", "-o", f"size={SIZE // 4}", "tmpfs", str(place))


async def _run(*argv: str) -> None:
    try:
        child = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
    except OSError as error:
        raise NoSuchDisk(f"{argv[0]} cannot be run ({error})") from error
    output, _ = await child.communicate()
    if child.returncode:
        raise NoSuchDisk(f"{argv[0]}: {output.decode(errors='replace').strip()}")
