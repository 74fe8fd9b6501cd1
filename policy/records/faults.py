"""One thing wrong with the records, said so that a clerk can put it right."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """`row` counts as a spreadsheet does (the header is row 1); `column` is the heading as the file writes it.
    Both are None where the fault is the file's own."""

    file: str
    row: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        row = f" 第{self.row}行" if self.row else ""
        column = f" {self.column}" if self.column else ""
        return f"{self.file}{row}{column}：{self.message}"
