"""What a stretch of events means for people: by month how much was said and climbed, by recipient all there is to do."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from policy.calendar import WorkCalendar
from policy.events import Event, Happening
from policy.words import Reason


@dataclass
class Month:
    """`label` is 2021-07; `messages` by channel, `notices` by reason, `climbed` by level, `turned` by status."""

    label: str
    messages: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    climbed: Counter[int] = field(default_factory=Counter)
    turned: Counter[str] = field(default_factory=Counter)
    busiest_day: int = 0


class Owed(NamedTuple):
    """What falls due for one who acts; `visit_days` are the working days it takes where it is a visit."""

    recipient: str
    due: date
    late: bool
    done_on: date | None = None
    visit_days: int = 0


class Taught(NamedTuple):
    """Courses that somebody held in a month (2021-07), or the minutes of training somebody sat through."""

    recipient: str
    month: str
    courses: int = 0
    minutes: int = 0


@dataclass
class Load:
    """What one recipient has to deal with in one month.

    `matters` are newly said to be theirs, `due` fall due, `late` of them were not done by then. Visits are counted in
    the month they are due, those made in the month they were made; `workdays` are all the month has.
    """

    month: str
    recipient: str
    messages: int = 0
    matters: int = 0
    due: int = 0
    late: int = 0
    visits_due: int = 0
    visits_made: int = 0
    visit_days: int = 0
    courses: int = 0
    training_minutes: int = 0
    workdays: int = 0

    @property
    def is_overloaded(self) -> bool:
        """The visits of one person alone take more days than there are."""
        return self.recipient.startswith("person:") and self.visit_days > self.workdays


def by_month(events: Iterable[Event]) -> list[Month]:
    """One entry a month in which anything happened, first to last."""
    months: dict[str, Month] = {}
    daily: dict[str, Counter[object]] = defaultdict(Counter)
    for event in events:
        label = event.day.isoformat()[:7]
        if label not in months:
            months[label] = Month(label)
        month = months[label]
        if event.happening is Happening.DIGEST:
            month.messages[str(event.said["channel"])] += 1
            daily[label][event.day] += 1
        elif event.happening is Happening.TURNED:
            month.turned[str(event.said["status"])] += 1
        elif event.happening is Happening.NOTICE and event.said["fate"] == "done":
            month.notices[str(event.said["reason"])] += 1
            if event.said["reason"] == Reason.ESCALATED:
                month.climbed[int(str(event.said["rung"])[1:])] += 1
    for label, days in daily.items():
        months[label].busiest_day = max(days.values())
    return [months[label] for label in sorted(months)]


def by_recipient(
    events: Collection[Event],
    owed: Iterable[Owed] = (),
    taught: Iterable[Taught] = (),
    calendar: WorkCalendar | None = None,
) -> list[Load]:
    """One entry a month and recipient, the heaviest first within a month."""
    loads = _Loads()
    matters: dict[tuple[str, str], set[tuple[object, ...]]] = defaultdict(set)
    month = {day: day.isoformat()[:7] for day in {event.day for event in events}}
    for event in events:
        said = event.said
        if event.happening is Happening.DIGEST:
            loads[month[event.day], str(said["recipient"])].messages += 1
        elif event.happening is Happening.NOTICE and said["fate"] == "done":
            matters[month[event.day], str(said["recipient"])].add((said["duty"], said["subject"], said["period"]))
    for key, each in matters.items():
        loads[key].matters = len(each)
    for one in owed:
        _owe(loads, one)
    for told in taught:
        load = loads[told.month, told.recipient]
        load.courses += told.courses
        load.training_minutes += told.minutes
    workdays = {month: _workdays(month, calendar) if calendar else 0 for month in {month for month, _ in loads}}
    for load in loads.values():
        load.workdays = workdays[load.month]
    return sorted(loads.values(), key=lambda load: (load.month, -load.messages, -load.matters, load.recipient))


class _Loads(dict[tuple[str, str], Load]):
    def __missing__(self, key: tuple[str, str]) -> Load:
        return self.setdefault(key, Load(*key))


def _owe(loads: _Loads, one: Owed) -> None:
    load = loads[one.due.isoformat()[:7], one.recipient]
    load.due += 1
    load.late += one.late
    if one.visit_days:
        load.visits_due += 1
        load.visit_days += one.visit_days
        if one.done_on:
            loads[one.done_on.isoformat()[:7], one.recipient].visits_made += 1


def _workdays(month: str, calendar: WorkCalendar) -> int:
    first = date.fromisoformat(f"{month}-01")
    days = (first + timedelta(days=n) for n in range(monthrange(first.year, first.month)[1]))
    return sum(map(calendar.is_workday, days))
