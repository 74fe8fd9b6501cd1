"""Takes the yearly notice of holidays over: what it says, what that would change, and the calendar with it in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from db.ledger import standing
from db.views import standing as stands
from db.work_calendar import work_calendar
from policy.holiday_notice import HolidayNotice
from policy.plan import Plan, PublishedYear
from policy.replanning import ChangedDay, Replanning, dues
from policy.words import BROKEN, OPEN

NEW_YEAR_BEFORE = (12, 1)
REACH = 1
"""A ladder of some forty working days reaches from one year into the next, not further."""


@dataclass(frozen=True)
class Meant:
    """What a notice would change. `dues` counts due days of the plan some rung of which moves, `rungs` those rungs;
    `matters` and `said` the same of what is open in the ledger, None where there is none."""

    days: tuple[ChangedDay, ...]
    was_provisional: bool
    dues: int
    rungs: int
    matters: int | None = None
    said: int | None = None


def with_notice(plan: Plan, notice: HolidayNotice, by: str, on: date) -> Plan:
    """The plan with the notice taken over."""
    year = PublishedYear(
        year=notice.year,
        document=notice.document,
        adopted_by=by,
        adopted_on=on,
        rest=tuple(sorted(notice.rest)),
        work=tuple(sorted(notice.work)),
    )
    house = plan.house.model_copy(update={"published": (*plan.house.published, year)})
    return plan.model_copy(update={"house": house})


def meant(plan: Plan, notice: HolidayNotice, today: date, connection: Connection | None = None) -> Meant:
    """What taking it over today would change; with a ledger also for what is open in it."""
    before, after = work_calendar(plan.house), work_calendar(with_notice(plan, notice, "", today).house)
    replanning = Replanning(plan.house, before, after, today)
    first, last = date(notice.year - REACH, 1, 1), date(notice.year + REACH, 12, 31)
    moved = [n for _, due in dues(plan, first, last) if (n := replanning.moved_of(due))]
    days = tuple(replanning.days(date(notice.year - 1, *NEW_YEAR_BEFORE), date(notice.year, 12, 31)))
    open_ones = _open(plan, replanning, connection) if connection else (None, None)
    return Meant(days, notice.year not in before.published, len(moved), sum(moved), *open_ones)


def _open(plan: Plan, replanning: Replanning, connection: Connection) -> tuple[int, int]:
    """How many open matters have a rung that moves, and how many rungs: by due day, or since when a rule is broken."""
    duties = [o.key for o in plan.obligations]
    breached = standing(connection, plan.key, plan.obligations).breached
    counted: Counter[int] = Counter()
    for one in stands(connection, plan.key, duties, replanning.today, tuple(OPEN)):
        if one.due:
            counted[replanning.moved_of(one.due)] += 1
        elif one.status in BROKEN and (since := breached.get((one.duty, one.subject, one.period))):
            counted[replanning.moved_since(since)] += 1
    matters = sum(times for moved, times in counted.items() if moved)
    return matters, sum(moved * times for moved, times in counted.items())
