"""Before the end of a stage: who still has something open, while there is time."""

from __future__ import annotations

from db import phase_events
from db.phase_events import Event
from db.work_calendar import work_calendar
from policy.numbers import zh_day
from policy.words import OPEN, Status
from tasks.grids import Rows, columns_of, county_grid
from tasks.phases.lifecycle import WARNED, closing_rung
from tasks.steps import Done, Page, Step, Work


def warned(work: Work) -> Done:
    """A list by county of what is open, from the first of the house's marks before the end of the stage."""
    calendar = work_calendar(work.plan.house)
    rung = closing_rung(work.phase, work.plan.house.phase_closing_workdays, calendar, work.as_of)
    if rung is None:
        return Done("距阶段结束尚早或阶段已结束，不作预警")
    left = calendar.workdays_between(work.as_of, work.phase.ends)
    rows = open_rows(work)
    with work.engine.begin() as connection:
        event = Event(WARNED, f"P-{rung}", work.as_of, work.phase.ends, {"workdays_left": left, "rows": len(rows)})
        phase_events.append(connection, work.plan.key, work.phase.key, [event], work.now)
    title = f"{work.phase.title} 结束前预警（{zh_day(work.phase.ends)}止，还有{left}个工作日）"
    return Done(f"还有{left}个工作日，{len(rows)}类事项未完成", (Page("warning", title, rows=rows),))


def open_rows(work: Work) -> Rows:
    """By county and obligation: how many of those asked have it not, worst first."""
    stands, where = work.look()
    by_end = [s for s in stands if s.status in OPEN and (s.due is None or s.due <= work.phase.ends)]
    waiting = {(where.county(s.kind, s.subject), s.duty) for s in by_end if s.status is not Status.NOT_YET_DUE or s.due}
    rows: Rows = []
    for duty in dict.fromkeys(o.key for o in work.part.obligations):
        column = columns_of(work.plan, [duty])
        grid = county_grid((s for s in stands if s.duty == duty), where, column)
        for row in grid:
            if (row["县（区）"], duty) in waiting:
                obligation = work.plan.by_key[duty]
                rows.append(
                    {
                        "县（区）": row["县（区）"],
                        "条款": obligation.clause,
                        "事项": obligation.title,
                        "完成": row[obligation.title],
                        "期限": zh_day(obligation.due or work.phase.ends),
                    }
                )
    return sorted(rows, key=lambda row: str(row["县（区）"]))


WARN = Step("warning", "临期预警", warned)
