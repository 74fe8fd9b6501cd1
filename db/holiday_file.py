"""calendar.yaml beside a plan's house.yaml: the notices of holidays taken over, the newest last; none is overwritten."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from db.planstore import CALENDAR
from policy.plan import PublishedYear

HEAD = """# 国务院办公厅公布的放假安排，由 duban calendar adopt 写入，一份通知一段；同一年以最后一段为准，以前的不改。
# rest 是放假的日子（含其中的周末），work 是调休上班的日子。个别日子另有安排的，写在 house.yaml 的 holidays。
"""
ON_A_LINE = 6


def append(folder: Path, year: PublishedYear) -> Path:
    """Writes one notice below those before it, whole or not at all. Raises OSError."""
    path = folder / CALENDAR
    before = path.read_text("utf-8") if path.exists() else HEAD
    new = path.with_suffix(".new")
    new.write_text(f"{before.rstrip()}\n{_entry(year)}", "utf-8")
    new.replace(path)
    return path


def _entry(year: PublishedYear) -> str:
    return (
        f"\n- year: {year.year}\n"
        f"  document: {json.dumps(year.document, ensure_ascii=False)}\n"
        f"  adopted_by: {json.dumps(year.adopted_by, ensure_ascii=False)}\n"
        f"  adopted_on: {year.adopted_on}\n"
        f"  rest: [{_days(year.rest)}]\n"
        f"  work: [{_days(year.work)}]\n"
    )


def _days(days: Iterable[date]) -> str:
    written = [str(day) for day in days]
    lines = (", ".join(written[n : n + ON_A_LINE]) for n in range(0, len(written), ON_A_LINE))
    return ",\n    ".join(lines)
