"""What was said and what became of it, as a table for the office. It sends nothing: sending is the dispatcher's.

Only where everything holds does the auditor leave a heartbeat; the watchman, outside Prefect, listens for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from db.delivery_audit import conserved, delivery_audit, left_lying
from db.heartbeat import beat
from db.work_calendar import work_calendar
from policy.calendar import at, civil_day
from policy.numbers import zh_day
from policy.plan import Plan
from tasks.grids import Rows
from tasks.steps import Outcome, Page, Step, Work

LATEST = timedelta(hours=1)
"""A message that is due and may be sent has been taken up by then."""


class NoticeLost(Exception):
    """A notice is nowhere: neither sent nor waiting nor withdrawn with a reason. The round must not look green."""


class NothingMoves(Exception):
    """Messages lie there that should have gone: nobody sends."""


def audited(work: Work) -> Outcome:
    with work.reading() as connection:
        found = delivery_audit(connection, work.plan.key, work.now)
        lying = left_lying(connection, work.plan.key, work.now - LATEST) if _open_long(work.plan, work.now) else 0
    rows: Rows = [
        {"去向": row.label, "通知": row.notices, "最早应发": zh_day(row.oldest) if row.oldest else "—"} for row in found
    ]
    said = "，".join(f"{row['去向']}{row['通知']}" for row in rows if row["通知"])
    if not conserved(found):
        raise NoticeLost(f"通知数对不上：{said}")
    if lying:
        raise NothingMoves(f"{lying}封通知到时未发，投递进程（duban dispatch）可能没有运行：{said}")
    with work.engine.begin() as connection:
        beat(connection, work.plan.key, work.now)
    return Outcome(said or "还没有通知", (Page("deliveries", f"通知去向（{zh_day(work.as_of)}）", rows=rows),))


def _open_long(plan: Plan, now: datetime) -> bool:
    """Every channel has been open for that long, and is."""
    day = civil_day(now)
    windows = plan.house.windows.values()
    hours = (at(day, w.opens) + LATEST <= now < at(day, w.closes) for w in windows)
    return work_calendar(plan.house).is_workday(day) and all(hours)


AUDIT = Step("deliveries", "核对通知去向", audited)
