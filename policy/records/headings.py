"""Which column stands where: headings in English or Chinese, with the marks that forms put on them."""

from __future__ import annotations

import re
from functools import cache

from policy.records.faults import Fault
from policy.records.kinds import KINDS, RecordKind
from policy.records.tables import RawTable, Table
from policy.records.text import bare


def heading(raw: object) -> str:
    """A heading for comparing. A unit in brackets stays, but for those we read in: 金额（万元） must not be taken
    for 金额（元）."""
    return re.sub(r"\((必填|选填|元|小时)\)$", "", bare(raw))


@cache
def headings(kind: str) -> dict[str, str]:
    """Bare heading to column name, for one kind."""
    words = ((word, field.name) for field in KINDS[kind].fields for word in (*field.aliases, field.zh, field.name))
    return {heading(word): name for word, name in words}


@cache
def _kind_names() -> dict[str, str]:
    return {bare(word): kind.name for kind in KINDS.values() for word in (kind.name, kind.zh)}


def kind_named(title: str) -> str | None:
    """The kind a file or sheet of this title holds."""
    return _kind_names().get(bare(title))


def heading_index(kind: RecordKind, raw: RawTable, table: Table) -> dict[str, int]:
    """Where each column stands in the raw table. Unknown, doubled and missing headings are said in `table`."""
    places: dict[str, int] = {}
    for place, written in enumerate(raw.header):
        name = headings(kind.name).get(heading(written))
        if name in places:
            table.faults.append(Fault(table.file, None, str(written), "这一列出现两次，应只留一列"))
        elif name:
            places[name] = place
            table.labels[name] = re.sub(r"[\s★*]+", "", str(written))
        elif bare(written):
            table.warnings.append(f"{table.file} {str(written).strip()}：不认识这一列，未读入")
    for field in kind.fields:
        if field.required and field.name not in places:
            table.faults.append(Fault(table.file, None, field.name, f"缺少必填列，应有“{field.zh}”或“{field.name}”列"))
    return places
