"""How whole minutes and counts are written for people and programs, without floats."""

from __future__ import annotations

from datetime import date


def hours(minutes: int) -> str:
    """Minutes as decimal hours, cut to two places and never rounded up (contract 2): 2879 -> "47.98"."""
    hundredths = minutes * 100 // 60
    return cut(hundredths)


def cut(hundredths: int) -> str:
    """Whole hundredths as a decimal without trailing zeros: 1450 -> "14.5"."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def percent(have: int, need: int) -> str:
    """A share in per cent with one decimal, cut, so that 31 of 52 is 59.6 and never 60."""
    return cut(have * 1000 // need * 10)


def zh_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
