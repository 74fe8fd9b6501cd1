"""Dates and numbers as a clause's title and summary say them, whether in digits or in Chinese."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(?:(\d{1,2})日)?([底末])?")
NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千万]+")
SHARES = (re.compile(r"百分之([\d零〇一二两三四五六七八九十百]+)"), re.compile(r"(\d+)\s*[%％]"))
TENTHS = re.compile(r"([\d一二两三四五六七八九])成")
DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
MYRIAD = 10_000


@dataclass(frozen=True, slots=True)
class Mention:
    """A date as written: some of year, month and day."""

    year: int | None
    month: int | None
    day: int | None

    def starts(self, day: date) -> bool:
        """Whether the stretch written here can begin on `day`."""
        return self._holds(day) and (self.day or 1) == day.day and (self.month or 1) == day.month

    def ends(self, day: date) -> bool:
        """Whether the stretch written here can end on `day`: 2023年 ends on 31 December."""
        last = self.day or calendar.monthrange(day.year, day.month)[1]
        return self._holds(day) and last == day.day and (self.month or 12) == day.month

    def _holds(self, day: date) -> bool:
        return self.year in (None, day.year) and self.month in (None, day.month) and self.day in (None, day.day)


@lru_cache(maxsize=4096)
def mentions(text: str) -> tuple[Mention, ...]:
    """Every date in the order of the text; a month alone (7月) counts, a day alone does not."""
    return tuple(_mention(*match) for match in DATE.findall(text) if match[0] or match[1])


def _mention(year: str, month: str, day: str, at_its_end: str) -> Mention:
    """2022年底 is 31 December; the end of a month is its last day, which the month alone says too."""
    if at_its_end and not month:
        return Mention(int(year), 12, 31)
    return Mention(*(int(part) if part else None for part in (year, month, day)))


@lru_cache(maxsize=4096)
def numbers(text: str) -> frozenset[Fraction]:
    """Every number in a text outside its dates: 48, 六十, 五万; 六成 is 3/5 and 百分之一 is 1/100."""
    bare = DATE.sub(lambda match: "" if match.group(1) or match.group(2) else match.group(), text)
    found = {
        Fraction(amount) * (MYRIAD if myriad else 1) for amount, myriad in re.findall(r"(\d+(?:\.\d+)?)(万?)", bare)
    }
    found |= {Fraction(number_of(word)) for word in NUMERAL.findall(bare)}
    found |= {Fraction(_either(part), 100) for share in SHARES for part in share.findall(bare)}
    return frozenset(found | {Fraction(_either(part), 10) for part in TENTHS.findall(bare)})


def _either(word: str) -> int:
    return int(word) if word.isdigit() else number_of(word)


def number_of(word: str) -> int:
    """A Chinese numeral up to the ten thousands: 十六, 两百, 五万, 二〇二一."""
    if len(word) > 1 and all(sign in DIGITS for sign in word):
        return int("".join(str(DIGITS[sign]) for sign in word))
    total = section = digit = 0
    for sign in word:
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign in UNITS:
            section, digit = section + (digit or 1) * UNITS[sign], 0
        else:
            total, section, digit = total + (section + digit or 1) * MYRIAD, 0, 0
    return total + section + digit
