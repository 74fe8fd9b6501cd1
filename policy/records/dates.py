"""Days and instants as people write them: date cells, serials, 2021.7.1, 20210701, 二〇二一年七月一日.

Everything here gives None for what it cannot read; the sentence about it is the caller's.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from policy.calendar import SHANGHAI
from policy.records.text import narrow, plain

EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
SERIALS = range(20000, 80001)
YEARS = range(1900, 2101)

_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_ONES = "一二三四五六七八九"
_CHINESE = re.compile(rf"([〇○零{_ONES}]{{4}})年([{_ONES}十]{{1,2}})月(?:([{_ONES}十]{{1,3}})[日号]?)?")
_WRITTEN = re.compile(r"(\d{4}|\d{2})([年./-])(\d{1,2})(?:([月./-])(?:(\d{1,2})[日号]?)?)?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(
    r"(?P<day>.*?[^\sT])\s*(?:(?<=[日号])|T|\s)\s*(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"|[时点](?:(?P<past>\d{1,2})分?)?)\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)


def read_day(raw: object) -> date | None:
    """The civil day a cell names; an instant counts on its Shanghai day, a month on its first."""
    instant = read_instant(raw)
    return instant.date() if instant else None


def read_instant(raw: object) -> datetime | None:
    """The instant a cell names, in Shanghai time; a bare day is its midnight."""
    if isinstance(raw, datetime):
        return _shanghai(raw)
    if isinstance(raw, date):
        return datetime.combine(raw, time(), SHANGHAI)
    if isinstance(raw, (int, float)):
        return None if isinstance(raw, bool) else _from_number(raw)
    text = plain(raw)
    return _iso(text) or _from_text(re.sub(r"\s*([年月日号./-])\s*", r"\1", narrow(text)))


def _iso(text: str) -> datetime | None:
    """The plain forms of ISO 8601, which nearly every cell has; the standard library reads them fastest."""
    if not _ISO.fullmatch(text):
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _shanghai(instant) if instant.year in YEARS else None


def _shanghai(instant: datetime) -> datetime:
    return instant.astimezone(SHANGHAI) if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)


def _from_number(number: int | float) -> datetime | None:
    if SERIALS.start <= number < SERIALS.stop:
        # A spreadsheet keeps the time of day as a fraction; the float is off by microseconds.
        return _shanghai((EPOCH + timedelta(seconds=round(number * 86400))).replace(tzinfo=None))
    if float(number).is_integer():
        return _midnight(_day_in(str(int(number))))
    return None


def _from_text(text: str) -> datetime | None:
    if re.fullmatch(r"\d{5}", text):
        return _from_number(int(text))
    day = _day_in(text)
    return _midnight(day) if day else _clock_in(text)


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), SHANGHAI) if day else None


def _clock_in(text: str) -> datetime | None:
    found = _CLOCK.fullmatch(text)
    day = _day_in(found["day"]) if found else None
    if not found or not day:
        return None
    try:
        minute, second = int(found["minute"] or found["past"] or 0), int(found["second"] or 0)
        clock = time(int(found["hour"]), minute, second, tzinfo=_zone(found["zone"]))
    except ValueError:
        return None
    return _shanghai(datetime.combine(day, clock))


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _day_in(text: str) -> date | None:
    for form, read in ((_COMPACT, _compact), (_WRITTEN, _written), (_CHINESE, _chinese)):
        if found := form.fullmatch(text):
            return read(found)
    return None


def _compact(found: re.Match[str]) -> date | None:
    return _civil(int(found[1]), int(found[2]), int(found[3]))


def _written(found: re.Match[str]) -> date | None:
    year, mark, month, second, day = found.groups()
    dangling = second is not None and second != "月" and day is None
    mixed = (mark == "年" and second not in ("月", None)) or (mark != "年" and second not in (mark, None))
    if dangling or mixed:
        return None
    return _civil(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day or 1))


def _chinese(found: re.Match[str]) -> date | None:
    return _civil(int(found[1].translate(_DIGITS)), _numeral(found[2]), _numeral(found[3] or "一"))


def _numeral(text: str) -> int:
    """十二 is 12, 二十 is 20, 三十一 is 31; 0 for what is no such number."""
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return int((tens or ("1" if ten else "0")).translate(_DIGITS)) * 10 + int((ones or "0").translate(_DIGITS))


def _civil(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None
