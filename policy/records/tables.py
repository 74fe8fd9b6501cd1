"""A file or sheet of records before and after its cells are read."""

from __future__ import annotations

from collections.abc import Sequence
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

    def blame(self, index: int, column: str, message: str) -> None:
        self.faults.append(Fault(self.file, self.numbers[index], self.labels.get(column, column), message))
