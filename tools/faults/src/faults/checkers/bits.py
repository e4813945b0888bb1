"""A set of positions, one bit each: ten million events take little more than a megabyte."""

from __future__ import annotations

from collections.abc import Iterator


class Bits:
    """Which positions (1, 2, 3...) were seen."""

    def __init__(self) -> None:
        self._bytes = bytearray(1024)

    def add(self, position: int) -> None:
        place, bit = divmod(position, 8)
        if place >= len(self._bytes):
            self._bytes.extend(bytes(max(place + 1 - len(self._bytes), len(self._bytes))))
        self._bytes[place] |= 1 << bit

    def __getitem__(self, position: int) -> bool:
        place, bit = divmod(position, 8)
        return place < len(self._bytes) and bool(self._bytes[place] >> bit & 1)

    def missing(self, until: int) -> Iterator[int]:
        """The positions from 1 to `until` that were not seen."""
        return (position for position in range(1, until + 1) if not self[position])
