"""Orders as CSV: a header, then one row for each article; rows of one order follow each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from order_intake.imports.columns import IDENTIFYING, Cells, header, order_of
from order_intake.imports.entry import Entry
from order_intake.imports.records import Record, Records
from order_intake.order.intake import ReceiveOrder
from servicekit import Problem

MOST_ROWS = 200
"""Of an order; as many as its content has lines at most."""
MOST_BYTES = 512 * 1024
"""Of all rows of an order."""


class Table:
    """A reader of CSV.

    A broken row spoils the order that it names, or that goes on after it: half an order is none.
    It spoils no other.
    """

    def __init__(self, charset: str) -> None:
        self._records = Records(charset)
        self._columns: Sequence[str] = ()
        self._open: _Order | None = None
        self._stray: list[Record] = []
        """Broken rows after the open order that do not say whose they are."""

    def take(self, chunk: bytes) -> Iterator[Entry]:
        return self._entries(self._records.take(chunk))

    def end(self) -> Iterator[Entry]:
        yield from self._entries(self._records.end())
        yield from self._closed()

    @property
    def lines(self) -> int:
        return self._records.lines

    def _entries(self, records: Iterable[Record]) -> Iterator[Entry]:
        for record in records:
            if record.fault is None and not any(record.cells):
                continue  # an empty row, as spreadsheets leave them at the end
            if not self._columns:
                if record.fault:
                    raise record.fault
                self._columns = header(record.cells)
                self._records.width = len(self._columns)
                continue
            cells = {n: c for n, c in zip(self._columns, map(str.strip, record.cells), strict=False) if c}
            if self._open is not None and self._open.goes_on(cells):
                for stray in self._stray:
                    self._open.add(stray, {})
                self._stray.clear()
            elif self._open is not None and record.fault and len(self._stray) < MOST_ROWS:
                self._stray.append(record)
                continue
            else:
                yield from self._closed()
                self._open = _Order(record.line)
            self._open.add(record, cells)

    def _closed(self) -> Iterator[Entry]:
        if self._open is not None:
            yield self._open.entry()
        for stray in self._stray:
            assert stray.fault is not None
            yield Entry(stray.line, 1, stray.size, stray.fault)
        self._open = None
        self._stray.clear()


class _Order:
    """The rows of one order so far."""

    def __init__(self, line: int) -> None:
        self._line = line
        self._rows: list[tuple[int, Cells]] = []
        self._count = self._size = 0
        self._fault: Problem | None = None

    def goes_on(self, cells: Cells) -> bool:
        """Whether a row belongs to this order."""
        first = self._rows[0][1]
        return "reference" in first and all(first.get(name) == cells.get(name) for name in IDENTIFYING)

    def add(self, record: Record, cells: Cells) -> None:
        """One row more; what is too much is counted and not kept."""
        self._count += 1
        self._size += record.size
        fault = record.fault
        if self._count > MOST_ROWS or self._size > MOST_BYTES:
            detail = f"an order has at most {MOST_ROWS} rows and {MOST_BYTES:,} bytes: make two of it"
            fault = Problem(413, "order-too-large", detail)
        else:
            self._rows.append((record.line, cells))
        if fault is not None and self._fault is None:
            detail = f"line {record.line}: {fault.detail}"
            self._fault = Problem(fault.status_code, fault.code, detail, errors=fault.errors)

    def entry(self) -> Entry:
        return Entry(self._line, self._count, self._size, self._asked())

    def _asked(self) -> ReceiveOrder | Problem:
        if self._fault is not None:
            return self._fault
        try:
            return order_of(self._rows)
        except Problem as problem:
            return problem
