"""Civil days and working days (调休 included), and what is provisional.

The days of a published year come from outside (the State Council's notices as packaged, the office's own overrides);
this module counts with them. A year nobody has published is counted Monday to Friday and every answer that
touches it is marked provisional.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policy.errors import CalendarTooShort

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST = 4000  # working days; eleven years of reminders is a mistake, not a plan


@dataclass(frozen=True)
class WorkCalendar:
    """`working` answers for single days; `published` names the years whose notice is known."""

    working: Mapping[date, bool] = field(default_factory=dict)
    published: frozenset[int] = frozenset()
    _stepped: dict[tuple[date, int], tuple[date, bool]] = field(default_factory=dict, compare=False, repr=False)

    def is_workday(self, day: date) -> bool:
        return self.working.get(day, day.weekday() < 5)

    def is_provisional(self, day: date) -> bool:
        return day.year not in self.published and day not in self.working

    def missing_year(self, day: date, next_from: tuple[int, int]) -> int | None:
        """The year whose holidays ought to be known on `day` and are not: its own, and the next from that month and
        day on."""
        years = (day.year, day.year + 1) if (day.month, day.day) >= next_from else (day.year,)
        return next((year for year in years if year not in self.published), None)

    def step(self, day: date, workdays: int) -> tuple[date, bool]:
        """The day `workdays` working days after (or before) `day`, which itself is not counted, and whether any
        day passed over was provisional. Zero gives `day` itself.

        Raises CalendarTooShort beyond eleven years.
        """
        if abs(workdays) > LONGEST:
            raise CalendarTooShort
        # Thousands share a due day: each is counted once.
        if (day, workdays) not in self._stepped:
            self._stepped[day, workdays] = self._walk(day, workdays)
        return self._stepped[day, workdays]

    def _walk(self, day: date, workdays: int) -> tuple[date, bool]:
        direction = timedelta(days=1 if workdays > 0 else -1)
        left, provisional = abs(workdays), False
        while left:
            day += direction
            provisional = provisional or self.is_provisional(day)
            left -= self.is_workday(day)
        return day, provisional

    def on_or_before(self, day: date) -> date:
        """The last working day not after `day`: where a reminder for a rest-day deadline belongs (A18)."""
        while not self.is_workday(day):
            day -= timedelta(days=1)
        return day

    def on_or_after(self, day: date) -> date:
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def begins_week(self, day: date) -> bool:
        """The first working day of its week."""
        return day == self.on_or_after(day - timedelta(days=day.weekday()))

    def workdays_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; 0 when `last` is not after `first`."""
        span = (last - first).days
        return sum(self.is_workday(first + timedelta(days=n)) for n in range(1, span + 1))

    def worked(self, since: datetime, until: datetime, opens: time, closes: time) -> timedelta:
        """The working time between two instants: on working days from `opens` to `closes`, Shanghai."""
        total, day = timedelta(), civil_day(since)
        while day <= civil_day(until):
            if self.is_workday(day):
                total += max(min(until, at(day, closes)) - max(since, at(day, opens)), timedelta())
            day += timedelta(days=1)
        return total


def civil_day(instant: datetime) -> date:
    """The Shanghai day of an aware instant."""
    return instant.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """The last second of a Shanghai day, as an aware instant."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SHANGHAI)


def last_day_of_term(starts_on: date, years: int) -> date:
    """The last day of a term of whole calendar years (A41): 2021-07-01 and 3 years -> 2024-06-30.

    A term begun on 29 February ends on 28 February.
    """
    if (starts_on.month, starts_on.day) == (2, 29):
        return date(starts_on.year + years, 2, 28)
    return starts_on.replace(year=starts_on.year + years) - timedelta(days=1)


def years_after(day: date, years: int) -> date:
    """The same day so many years on: 2018-05-25 and 5 years -> 2023-05-25; 29 February becomes the 28th."""
    leap = (day.month, day.day) == (2, 29) and not isleap(day.year + years)
    return day.replace(year=day.year + years, day=28 if leap else day.day)


def completed_years(since: date, on: date, leap_day: str = "feb28") -> int:
    """Whole years from `since` to `on`, a year being complete on its anniversary; 0 before the first.

    For 29 February the anniversary of a common year is the 28th, or 1 March where `leap_day` says "mar1" (A61).
    """
    anniversary = years_after(since, max(0, on.year - since.year))
    if leap_day == "mar1" and anniversary.day != since.day:
        anniversary += timedelta(days=1)
    return max(0, on.year - since.year - (on < anniversary))
