"""Training against the calendar: by now a worker should have the share of her hours that the year has run."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction

from db.views import CITY_LEVEL, GOOD, SILENT, Places, Stand
from policy.numbers import zh_day
from tasks.grids import Rows
from tasks.steps import Done, Page, Step, Work

YEARLY = "yearly-training"


def elapsed(day: date) -> Fraction:
    """The share of the year that has run at the end of `day`."""
    first, next_first = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return Fraction((day - first).days + 1, (next_first - first).days)


def is_behind(stand: Stand, run: Fraction) -> bool:
    """Less than the year's share of what is required; whoever has it all is never behind."""
    if stand.status in GOOD or stand.status in SILENT or not stand.required:
        return False
    return Fraction(stand.measured or "0") < run * Fraction(stand.required)


def paced(work: Work) -> Done:
    if YEARLY not in work.plan.by_key:
        return Done("方案中没有年度学时")
    stands, where = work.look([YEARLY])
    year = [s for s in stands if s.period == work.as_of.year]
    rows = _rows(year, where, elapsed(work.as_of))
    behind = sum(int(row["落后于进度"]) for row in rows)
    title = f"{work.part.title} 学时与时间进度（{zh_day(work.as_of)}）"
    return Done(f"落后于时间进度{behind}人", (Page("pace", title, rows=rows),))


def _rows(year: list[Stand], where: Places, run: Fraction) -> Rows:
    asked = Counter(where.county(s.kind, s.subject) for s in year if s.status not in SILENT)
    behind = Counter(where.county(s.kind, s.subject) for s in year if is_behind(s, run))
    percent = f"{run.numerator * 100 // run.denominator}%"
    return [
        {"县（区）": name, "应训人数": asked[name], "时间进度": percent, "落后于进度": behind[name]}
        for name in (CITY_LEVEL, *where.counties())
        if asked[name]
    ]


PACE = Step("pace", "学时与时间进度", paced, shows=True)
