"""What a whole set of records must satisfy: readable cells, nothing required missing, references that exist,
ends after starts, units hung in order, one content for one key.

Works column by column, and reads each different cell once: 200,000 trainings are a few thousand readings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from itertools import zip_longest
from typing import NamedTuple

from policy.records.cells import parse_cell
from policy.records.choices import UNIT_KINDS
from policy.records.faults import Fault
from policy.records.headings import heading_index
from policy.records.identity import distinct_records
from policy.records.kinds import CODE_COLUMNS, KINDS, PARENTS, Field
from policy.records.tables import Lines, RawTable, Table
from policy.records.text import plain

Known = Mapping[str, Collection[str]]
Rows = dict[str, list[dict[str, object]]]


class Validated(NamedTuple):
    rows: Rows
    faults: list[Fault]
    warnings: list[str]
    lines: list[Lines]


def validate(tables: Sequence[RawTable], known: Known | None = None) -> Validated:
    """The records of all tables by kind, every fault, and what was passed over.

    `known` are codes already in the ledger, by kind (and `households`); where `known["units"]` is a mapping it
    gives each unit's kind. A kind is a key of the rows as soon as a table of it was given, even an empty one.
    """
    read = [_read(table) for table in tables]
    codes = _codes(read, known or {})
    kept = {table.kind.name for table in read} | {name for name, given in (known or {}).items() if given}
    for table in read:
        _check_references(table, codes, kept)
        _check_spans(table)
    _check_tree([table for table in read if table.kind.name == "units"], known or {})
    rows = {
        name: distinct_records(KINDS[name], [table for table in read if table.kind.name == name])
        for name in dict.fromkeys(table.kind.name for table in read)
    }
    faults = [fault for table in read for fault in sorted(table.faults, key=lambda fault: fault.row or 0)]
    warnings = [warning for table in read for warning in table.warnings]
    return Validated(rows, faults, warnings, [Lines(table.file, table.numbers, table.refs) for table in read])


def _read(raw: RawTable) -> Table:
    kind = KINDS[raw.kind]
    table = Table(kind, raw.file, [number for number, _ in raw.rows])
    places = heading_index(kind, raw, table)
    _check_width(table, raw)
    cells = list(zip_longest(*(cells for _, cells in raw.rows)))
    for column in kind.fields:
        place = places.get(column.name, len(cells))
        if place < len(cells):
            table.columns[column.name] = _read_column(table, column, cells[place])
        else:
            table.columns[column.name] = [None] * len(raw.rows)
    return table


def _check_width(table: Table, raw: RawTable) -> None:
    width = len(raw.header)
    for number, cells in raw.rows:
        if len(cells) > width and any(cell not in (None, "") for cell in cells[width:]):
            table.faults.append(
                Fault(table.file, number, None, f"单元格多于表头，应为{width}列（内容里的逗号须加引号）")
            )


def _read_column(table: Table, column: Field, cells: Sequence[object]) -> list[object]:
    # True and 1 are one key of a dict, and not one cell of a form.
    if bool in set(map(type, cells)):
        cells = [plain(cell) if isinstance(cell, bool) else cell for cell in cells]
    values: dict[object, object] = {}
    wrong: dict[object, str] = {}
    for cell in set(cells):
        try:
            values[cell] = parse_cell(column, cell)
        except ValueError as refused:
            wrong[cell] = str(refused)
            values[cell] = None
    if column.required:
        empty = {cell for cell, value in values.items() if value is None} - set(wrong)
        wrong |= dict.fromkeys(empty, f"必填，应填写{column.zh}")
    if wrong:
        for index, cell in enumerate(cells):
            if cell in wrong:
                table.blame(index, column.name, wrong[cell])
    if column.kind == "list":
        return [copy(values[cell]) for cell in cells]
    return list(map(values.__getitem__, cells))


def _codes(tables: list[Table], known: Known) -> dict[str, set[object]]:
    codes: dict[str, set[object]] = {name: set(known.get(name, ())) for name in (*CODE_COLUMNS, "households")}
    for table in tables:
        if column := CODE_COLUMNS.get(table.kind.name):
            codes[table.kind.name].update(table.columns[column])
        if table.kind.name == "beneficiaries":
            codes["households"].update(table.columns["household"])
    return codes


def _check_references(table: Table, codes: dict[str, set[object]], kept: set[str]) -> None:
    for column in table.kind.fields:
        if not column.ref or (column.when_kept and not kept & set(column.ref)):
            continue
        values = table.columns[column.name]
        missing = set(values) - {None} - set().union(*(codes[name] for name in column.ref))
        places = "、".join(f"“{KINDS[name].zh if name in KINDS else '家庭编码'}”" for name in column.ref)
        if missing and column.soft:
            table.warnings += [
                f"{table.file} {table.labels[column.name]}：“{code}”在{places}里找不到，按文字保留"
                for code in sorted(map(str, missing))
            ]
        elif missing:
            for index, value in enumerate(values):
                if value in missing:
                    table.blame(index, column.name, f"“{value}”在{places}里找不到，应先登记或改正编码")


def _check_spans(table: Table) -> None:
    for starts, ends in table.kind.spans:
        for index, (start, end) in enumerate(zip(table.columns[starts], table.columns[ends], strict=True)):
            if start and end and end < start:  # type: ignore[operator]
                table.blame(index, ends, f"{end}早于{table.kind.field(starts).zh}{start}，应不早于它")


def _check_tree(tables: list[Table], known: Known) -> None:
    """Each unit hangs under the right kind of unit, and nothing hangs under itself.

    A circle holds at least one unit that is free in its parent, or one that was blamed already.
    """
    recorded = known.get("units", ())
    kinds = {code: {kind} for code, kind in recorded.items()} if isinstance(recorded, Mapping) else {}
    above: dict[object, set[object]] = {}
    for table in tables:
        for code, kind, parent in _branches(table):
            kinds.setdefault(code, set()).add(kind)
            above.setdefault(code, set()).add(parent)
    for table in tables:
        for index, (code, kind, parent) in enumerate(_branches(table)):
            wanted = PARENTS.get(kind)
            found = kinds.get(parent, set()) - {None}
            if parent and wanted and found and wanted not in found:
                own, is_, should = (UNIT_KINDS[word][0] for word in (kind, min(found), wanted))
                table.blame(index, "parent", f"“{parent}”是{is_}，{own}的上级应是{should}")
            elif parent and not wanted and _reaches(above, parent, code):
                table.blame(index, "parent", f"“{code}”经上级又回到自己，应改正上级编码")


def _branches(table: Table) -> Iterator[tuple[str, str, str]]:
    return zip(*(table.columns[name] for name in ("code", "kind", "parent")), strict=True)


def _reaches(above: dict[object, set[object]], start: object, goal: object) -> bool:
    seen: set[object] = set()
    ahead = {start}
    while ahead := ahead - seen - {None}:
        if goal in ahead:
            return True
        seen |= ahead
        ahead = set().union(*(above.get(code, set()) for code in ahead))
    return False
