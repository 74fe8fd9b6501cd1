"""A file or sheet of records before and after its cells are read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from policy.records.faults import Fault
from policy.records.kinds import RecordKind


class RawTable(NamedTuple):
    """One sheet or file as it was read. `rows` are (row number in the file, cells under `header`)."""

    kind: str
    file: str
    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[object]]]


class Lines(NamedTuple):
    """Which record stands in which row of a file, as `ref` and row number beside each other."""

    file: str
    numbers: Sequence[int]
    refs: Sequence[str]


def rows_of(lines: Iterable[Lines], wanted: Collection[str]) -> dict[str, list[dict[str, object]]]:
    """`{file, row}` of every row that speaks of a wanted record. Rows told apart by #2, #3 … are named for each of them."""
    told: dict[str, set[str]] = {}
    for ref in wanted:
        told.setdefault(re.sub(r"#\d+\Z", "", ref), set()).add(ref)
        told.setdefault(ref, set()).add(ref)
    found: dict[str, list[dict[str, object]]] = {}
    for file, numbers, refs in lines:
        for number, ref in zip(numbers, refs, strict=True):
            for one in told.get(ref, ()):
                found.setdefault(one, []).append({"file": file, "row": number})
    return found


@dataclass
class Table:
    """A raw table read column by column; a cell that could not be read is None and in `unread`."""

    kind: RecordKind
    file: str
    numbers: list[int]
    columns: dict[str, list[object]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)

    def blame(self, index: int, column: str, message: str) -> None:
        self.faults.append(Fault(self.file, self.numbers[index], self.labels.get(column, column), message))
