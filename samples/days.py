"""Civil days as the sample city uses them."""

from datetime import date, timedelta
from random import Random

EVER = date(9999, 12, 31)
START = date(2021, 7, 1)
"""The day the stations begin to work, and with it the recurring duties."""


def after(day: date, days: int) -> date:
    return day + timedelta(days=days)


def years_on(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def month_end(day: date) -> date:
    return after((day.replace(day=1) + timedelta(days=32)).replace(day=1), -1)


def between(rng: Random, first: date, last: date) -> date:
    return after(first, rng.randrange((last - first).days + 1))


def workday(day: date) -> date:
    """The day itself, or the next one that is neither weekend nor in the first week of October."""
    while day.weekday() >= 5 or (day.month == 10 and day.day <= 7):
        day = after(day, 1)
    return day


def working_day_between(rng: Random, first: date, last: date) -> date:
    """A working day, at the latest `last` unless that day is free itself."""
    day = workday(between(rng, first, last))
    return day if day <= last else workday(first)
