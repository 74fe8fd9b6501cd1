"""Which rows are one record: the same row twice, two versions of a record, two records that look alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from policy.calendar import SHANGHAI
from policy.records.kinds import RecordKind
from policy.records.tables import Table

NAMED = 10
_Key = tuple[str, object]


def distinct_records(kind: RecordKind, tables: list[Table]) -> list[dict[str, object]]:
    """The rows of one kind, each with its `ref`, the full duplicates left out.

    `ref` says which record a row speaks of, and is the same in every version of it: visits:V7@2021-07-03T09:00.
    Two records of one key (of a kind without codes) are told apart by #2, #3 … in the order of their content, not of
    the file. Each table is told the refs of its rows, without these numbers.
    """
    for table in tables:
        table.refs = _refs(kind, table)
    times = Counter(key for table in tables for key in zip(table.refs, table.columns["recorded_on"], strict=True))
    seen: dict[_Key, list[dict[str, object]]] = {}
    rows = [row for table in tables for row in _new(kind, table, times, seen)]
    if not kind.coded:
        _number(seen)
    return rows


def _new(
    kind: RecordKind, table: Table, times: Counter[_Key], seen: dict[_Key, list[dict[str, object]]]
) -> Iterator[dict[str, object]]:
    """The rows of a table that say what none before them says; the table is told of the others."""
    names = [field.name for field in kind.fields]
    again: list[int] = []
    contents = zip(*(table.columns[name] for name in names), strict=True)
    for index, (ref, content) in enumerate(zip(table.refs, contents, strict=True)):
        row = dict(zip(names, content, strict=True), ref=ref)
        key = ref, row["recorded_on"]
        if times[key] > 1:  # a row alone under its key needs no comparing
            same = seen.setdefault(key, [])
            if row in same:
                again.append(table.numbers[index])
                continue
            if same and kind.coded:
                _blame_contradiction(kind, table, index, row)
            same.append(row)
        yield row
    if again:
        table.warnings.append(_said_twice(table.file, again))


def _blame_contradiction(kind: RecordKind, table: Table, index: int, row: dict[str, object]) -> None:
    code = row[kind.key[0]]
    if code is not None:  # a missing code is blamed already
        table.blame(index, kind.key[0], f"“{code}”已有内容不同的一行，应只留一行，或分别填写登记时间")


def _refs(kind: RecordKind, table: Table) -> list[str]:
    parts = [_ref_parts(table.columns[name]) for name in kind.key]
    return [f"{kind.name}:{''.join(part)[1:]}" for part in zip(*parts, strict=True)]


def _ref_parts(values: list[object]) -> list[str]:
    """Instants and days as @2021-07-03T09:00, other values as /value, nothing for None."""
    said = {value: _said(value) for value in set(values)}
    return [said[value] for value in values]


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI).replace(tzinfo=None)
        return "@" + local.isoformat(timespec="seconds" if local.second else "minutes")
    return f"/{value}" if isinstance(value, str) else f"@{value}"


def _number(alike: dict[_Key, list[dict[str, object]]]) -> None:
    for same in alike.values():
        for count, row in enumerate(sorted(same, key=repr), 1):
            row["ref"] = f"{row['ref']}#{count}" if count > 1 else row["ref"]


def _said_twice(file: str, numbers: list[int]) -> str:
    more = f"等{len(numbers)}行" if len(numbers) > NAMED else "行"
    return f"{file} 第{'、'.join(map(str, numbers[:NAMED]))}{more}：与前面的行完全相同，只算一次"
