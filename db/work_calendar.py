"""The working days of China as published, with the office's own days on top."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import chinese_calendar

from policy.calendar import WorkCalendar
from policy.plan import House

FIRST = 2018
PROBED_AHEAD = 20


@cache
def _published() -> tuple[frozenset[int], dict[date, bool]]:
    """Days of the packaged years that are not plain Monday-to-Friday; the package raises beyond its last year."""
    years, special = [], {}
    for year in range(FIRST, FIRST + PROBED_AHEAD):
        try:
            special.update(_special(year))
        except NotImplementedError:
            break
        years.append(year)
    return frozenset(years), special


def _special(year: int) -> dict[date, bool]:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    answers = {day: chinese_calendar.is_workday(day) for day in days if day.year == year}
    return {day: works for day, works in answers.items() if works != (day.weekday() < 5)}


def work_calendar(house: House) -> WorkCalendar:
    """The calendar of one office: its own overrides by day, then the notices it took over, then the packaged years; the
    rest is provisional. A notice speaks for every day of its year, also where it differs from the package."""
    years, special = _published()
    notices = {notice.year: notice for notice in house.published}
    days = {day: works for day, works in special.items() if day.year not in notices}
    for _, notice in sorted(notices.items()):
        days |= {**dict.fromkeys(notice.rest, False), **dict.fromkeys(notice.work, True)}
    return WorkCalendar({**days, **house.holidays}, years | notices.keys())
