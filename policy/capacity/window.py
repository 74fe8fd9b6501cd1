"""A few days between a deadline and the one that waits for it: how many stations a day that means (B17)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from policy.calendar import WorkCalendar
from policy.finding import Finding, note
from policy.plan import Plan
from policy.soundness.dates import NARROW, due_place, waiting
from policy.words import SubjectKind

AT_STATIONS = (SubjectKind.STATION, SubjectKind.POINT, SubjectKind.TOWNSHIP)
ABOVE = (SubjectKind.CITY, SubjectKind.COUNTY)


def findings(plan: Plan, calendar: WorkCalendar, stations: int) -> Iterator[Finding]:
    """What city or county must do about every station once it is done there, in the days left for it."""
    at_stations = {o.clause for o in plan.obligations if o.subject in AT_STATIONS}
    for o, due, clause, first in waiting(plan):
        if o.subject in ABOVE and clause in at_stations and first < due <= first + NARROW:
            days = calendar.workdays_between(first - timedelta(days=1), due)
            each = f"平均每个工作日{-(-stations // days)}个" if days else "其间没有工作日"
            said = (
                f"前提{clause}在{first}到期，本条在{due}到期：其间{days}个工作日，{stations}个社工站{each}，请核对人手"
            )
            yield note("capacity", due_place(o), said, o.clause)
