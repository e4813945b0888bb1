"""What a slow reader has not taken yet: in memory first, then in a temporary file, and no more than so much.

Most HTTP clients read nothing before they have sent everything. If the work waited for them from the
first byte on, both sides would wait for each other.
"""

from __future__ import annotations

import asyncio
from tempfile import SpooledTemporaryFile

IN_MEMORY = 1024 * 1024
"""Bytes; what is over goes to the disk."""
MOST = 256 * 1024 * 1024
"""Bytes that wait for their reader; then the work waits too."""
AT_ONCE = 64 * 1024
"""Bytes that are taken at a time."""


class Spool:
    """A queue of bytes for one writer and one reader."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed by `close`
        self._written = self._read = 0
        self._ended = False
        self.used = False
        """Whether anything was ever put into it, or is being answered without."""
        self._filled, self._taken = asyncio.Event(), asyncio.Event()

    async def put(self, data: bytes) -> None:
        """Add to the end; waits while too much is there."""
        while self._written - self._read >= self._most:
            self._taken.clear()
            await self._taken.wait()
        self.used = True
        self._file.seek(self._written)
        self._written += self._file.write(data)
        if data:
            self._filled.set()

    def end(self) -> None:
        """Nothing more will come."""
        self._ended = True
        self._filled.set()

    async def take(self) -> bytes:
        """Some of what is there, waiting for it; nothing once the end is reached."""
        await self._filled.wait()
        self._file.seek(self._read)
        data = self._file.read(AT_ONCE)
        self._read += len(data)
        if self._read == self._written:
            self._written = self._read = 0
            self._file.seek(0)
            self._file.truncate()
            if not self._ended:
                self._filled.clear()
        self._taken.set()
        return data

    def close(self) -> None:
        """Give its memory and its file back."""
        self._file.close()
