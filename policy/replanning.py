"""What another calendar means: the days that change, and the reminders and reports that stand on other days by it.

A due day is kept as printed; only the rungs counted in working days from it move, and of those only what is to come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from policy.calendar import WorkCalendar
from policy.ladder import Step, climb, climb_from_breach
from policy.plan import House, Obligation, Plan


@dataclass(frozen=True, slots=True)
class ChangedDay:
    day: date
    was_workday: bool
    is_workday: bool


@dataclass(frozen=True)
class Replanning:
    """From one calendar to another, seen on a day: what lies before it or on it is as it was."""

    house: House
    before: WorkCalendar
    after: WorkCalendar
    today: date

    def days(self, first: date, last: date) -> Iterator[ChangedDay]:
        """The days from `first` to `last` that change, also those that have passed."""
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
            was, now = self.before.is_workday(day), self.after.is_workday(day)
            if was != now:
                yield ChangedDay(day, was, now)

    def moved_of(self, due: date) -> int:
        """How many rungs of a duty due on this day move."""
        return self._moved(climb(self.house, calendar, due, None) for calendar in (self.before, self.after))

    def moved_since(self, breach: date) -> int:
        """How many rungs of a standing rule broken since this day move."""
        return self._moved(climb_from_breach(self.house, calendar, breach) for calendar in (self.before, self.after))

    def _moved(self, by_both: Iterator[Iterator[Step]]) -> int:
        pairs = zip(*by_both, strict=True)
        return sum(was.day != now.day and max(was.day, now.day) > self.today for was, now in pairs)


def dues(plan: Plan, first: date, last: date) -> Iterator[tuple[Obligation, date]]:
    """Every due day that the plan itself gives from `first` to `last`."""
    for o in plan.obligations:
        if o.due and first <= o.due <= last:
            yield o, o.due
        for period in o.every.begun_by(last) if o.every else ():
            if first <= period.due <= last:
                yield o, period.due
