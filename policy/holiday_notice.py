"""The yearly notice of holidays as text (国务院办公厅关于…年部分节假日安排的通知): which days are off, which are worked.

Every sentence with a date has to be understood, and what does not add up is a fault with its line: a day that is not
there, a weekday in brackets, 共N天, a day worked instead that is no weekend, a holiday that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from unicodedata import category, normalize

from policy.errors import PolicyError
from policy.numbers import zh_day

WEEKDAYS = "一二三四五六日"
MONTHS = {"元旦": (1,), "春节": (1, 2), "清明": (4,), "劳动": (5,), "端午": (5, 6), "中秋": (9, 10), "国庆": (10,)}
"""The holidays by the first two characters of their names, and the months in which they may lie."""
FULL = {name: name if name in ("元旦", "春节") else f"{name}节" for name in MONTHS}
ON_THE_FIRST = ("元旦", "劳动", "国庆")

_DAY = r"(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日(?:\([^)]*\))?"
_RANGE = rf"{_DAY}(?:(?:至|到|-|—+|–|~){_DAY})?"
DAY = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^)]*)\))?")
RANGE = re.compile(_RANGE)
STATEMENT = re.compile(
    rf"({_RANGE}(?:[、,和及]{_RANGE})*),?(?:均|正常|照常)?(放假|补休|休息|上班)(?:调休)?(?:(\d+)天)?(?:[,。]?共(?:计)?(\d+)天)?"
)
HOLIDAY = "|".join(f"{name}节?" for name in MONTHS)
ITEM = re.compile(rf"(?:[一二三四五六七八九]、)?((?:{HOLIDAY})(?:[、和及](?:{HOLIDAY}))*):")
YEAR = re.compile(r"关于(\d{4})年部分节假日安排|现将(\d{4})年")
NUMBER = re.compile(r"国办发(?:明电)?[〔\[【(](\d{4})[〕\]】)]\d+号")
TAIL = re.compile("节假日期间|国务院办公厅(?!关于)")
LIKE = "应写成“10月1日至7日放假调休，共7天”或“10月10日（周六）上班”"


class NoticeUnclear(PolicyError):
    """The text is not a whole notice, or does not add up; `faults` are one Chinese line each, with the line."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class HolidayNotice:
    """`rest` and `work` give the name of the holiday by day, weekends within a holiday included. Days of the December
    before may be among them. `document` is the number of the notice, empty where the text bears none."""

    year: int
    document: str
    rest: Mapping[date, str]
    work: Mapping[date, str]


@dataclass
class _Read:
    """What has been read so far, and what was wrong with it."""

    year: int
    rest: dict[date, str] = field(default_factory=dict)
    work: dict[date, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Bare:
    """A text without blanks, in half-width signs, with the line of every character."""

    letters: str
    lines: tuple[int, ...]

    def said(self, place: int, title: str) -> str:
        return f"第{self.lines[place]}行 {title}："


def read_notice(text: str) -> HolidayNotice:
    """What a notice says. Raises NoticeUnclear with every fault."""
    bare = _bare(text)
    items = list(ITEM.finditer(bare.letters))
    read = _Read(_year(bare))
    for item, stop in zip(items, _ends(bare, items), strict=True):
        _take(read, bare, item, stop)
    read.faults += _missing(items)
    both = sorted(read.rest.keys() & read.work.keys())
    read.faults += [f"{zh_day(day)}既写放假又写上班（{read.rest[day]}、{read.work[day]}），应只写一处" for day in both]
    if read.faults:
        raise NoticeUnclear(read.faults)
    number = NUMBER.search(bare.letters)
    return HolidayNotice(read.year, number.group() if number else "", read.rest, read.work)


def _bare(text: str) -> _Bare:
    letters = [
        (letter, number)
        for number, line in enumerate(text.splitlines(), 1)
        for letter in normalize("NFKC", line)
        if not letter.isspace() and category(letter) != "Cf"
    ]
    return _Bare("".join(letter for letter, _ in letters), tuple(number for _, number in letters))


def _ends(bare: _Bare, items: list[re.Match[str]]) -> list[int]:
    """Where each item ends: at the next, the last one where the notice turns to what else is to be minded."""
    tail = TAIL.search(bare.letters, items[-1].end()) if items else None
    last = tail.start() if tail else len(bare.letters)
    return [*(item.start() for item in items[1:]), last][: len(items)]


def _year(bare: _Bare) -> int:
    """The year the notice is for, from its title or its first sentence."""
    said = {int(found.group(1) or found.group(2)) for found in YEAR.finditer(bare.letters)}
    if not said:
        raise NoticeUnclear(["看不出是哪一年的放假安排，应有“国务院办公厅关于2027年部分节假日安排的通知”这样的标题"])
    if len(said) > 1:
        raise NoticeUnclear([f"标题和正文的年份不一致：{'、'.join(map(str, sorted(said)))}，应只贴一年的通知"])
    return said.pop()


def _missing(items: list[re.Match[str]]) -> Iterator[str]:
    """Each of the seven holidays once."""
    named = [name for item in items for name in _names(item.group(1))]
    if missing := [FULL[name] for name in MONTHS if name not in named]:
        yield f"没有看到{'、'.join(missing)}，应是完整的通知，写成“三、清明节：4月4日至6日放假，共3天。”"
    yield from (f"{FULL[name]}写了{named.count(name)}次，应只写一次" for name in MONTHS if named.count(name) > 1)


def _names(heading: str) -> list[str]:
    return [part[:2] for part in re.split("[、和及]", heading)]


def _take(read: _Read, bare: _Bare, item: re.Match[str], stop: int) -> None:
    """The sentences of one holiday, or of two that lie together."""
    names = _names(item.group(1))
    title, before = "、".join(FULL[name] for name in names), set(read.rest)
    at, rest = item.end(), ""
    for statement in STATEMENT.finditer(bare.letters, item.end(), stop):
        rest, at = rest + bare.letters[at : statement.start()], statement.end()
        read.faults += [bare.said(statement.start(), title) + fault for fault in _state(read, statement, title)]
    own = [day for day in read.rest if day not in before]
    unlikely = (fault for name in names for fault in _unlikely(name, own, read.year))
    faults = [f"看不懂“{said}”，{LIKE}" for said in _unread(rest + bare.letters[at:stop])] or unlikely
    read.faults += [bare.said(item.start(), title) + fault for fault in dict.fromkeys(faults)]


def _unread(rest: str) -> Iterator[str]:
    """Sentences that give a day and say neither that it is off nor that it is worked; what is only advised is left."""
    for sentence in re.split("[。;]", rest):
        if DAY.search(re.sub(r"\([^)]*\)", "", sentence)) and not sentence.startswith("鼓励"):
            yield sentence


def _unlikely(name: str, days: list[date], year: int) -> Iterator[str]:
    own = [day for day in days if day.year == year and day.month in MONTHS[name]]
    months = "或".join(f"{month}月" for month in MONTHS[name])
    if not days:
        yield f"没有看到哪天放假，{LIKE}"
    elif not own:
        yield f"{FULL[name]}应在{year}年{months}，写的是{zh_day(min(days))}起"
    elif (
        name in ON_THE_FIRST and own[0] != date(year, MONTHS[name][0], 1) and date(year, MONTHS[name][0], 1) not in own
    ):
        yield f"{FULL[name]}应包括{MONTHS[name][0]}月1日"


def _state(read: _Read, statement: re.Match[str], title: str) -> Iterator[str]:
    """Takes one sentence over, and says what is wrong with it."""
    listed, verb, number, total = statement.groups()
    days, faults = _days(listed, read.year)
    yield from faults
    if verb == "上班":
        yield from (
            f"{zh_day(day)}是周{WEEKDAYS[day.weekday()]}，上班的应是周六或周日" for day in days if day.weekday() < 5
        )
        read.work |= dict.fromkeys(days, title)
        return
    said = number or total
    if days and not faults and said and int(said) != len(days):
        yield f"写的是共{said}天，{listed}却有{len(days)}天"
    if len(days) > 1 and not said:
        yield f"没有写共几天，应写“共{len(days)}天”"
    yield from (f"{zh_day(day)}已在{read.rest[day]}放假，写重了" for day in days if day in read.rest)
    read.rest |= dict.fromkeys(days, title)


def _days(listed: str, year: int) -> tuple[list[date], list[str]]:
    """Every day of a list like 9月30日、10月1日(周四)至7日, and what is wrong with it."""
    days: list[date] = []
    faults: list[str] = []
    context: tuple[int, int | None] = (year, None)
    for part in RANGE.finditer(listed):
        ends: list[date] = []
        for found in DAY.finditer(part.group()):
            day, context = _day(found, context, year)
            faults += [day] if isinstance(day, str) else _of_another_day(day, found, year)
            ends += [] if isinstance(day, str) else [day]
        if ends and ends[-1] < ends[0]:
            faults.append(f"{part.group()}：{zh_day(ends[-1])}早于{zh_day(ends[0])}，跨年的应写出年份")
        days += [ends[0] + timedelta(days=n) for n in range((ends[-1] - ends[0]).days + 1)] if ends else []
    return days, faults


def _day(found: re.Match[str], context: tuple[int, int | None], year: int) -> tuple[date | str, tuple[int, int | None]]:
    """The day, or what is wrong with it; a month not printed is that of the day before it, and so is its year."""
    printed, month, number = (int(part) if part else None for part in found.groups()[:3])
    in_year = printed or (year if month else context[0])
    in_month = month or context[1]
    if in_month is None:
        return f"{found.group()}没有写月份", context
    try:
        return date(in_year, in_month, number or 0), (in_year, in_month)
    except ValueError:
        return f"没有{in_year}年{in_month}月{number}日这一天", (in_year, in_month)


def _of_another_day(day: date, found: re.Match[str], year: int) -> Iterator[str]:
    """A day of another year, or one whose weekday in brackets is another."""
    if day.year != year and (day.year, day.month) != (year - 1, 12):
        yield f"{zh_day(day)}不在{year}年（只有上一年12月的日子可以写在里面）"
    weekday = re.search("(?:周|星期|礼拜)([一二三四五六日天])", found.group(4) or "")
    if weekday and WEEKDAYS.index(weekday.group(1).replace("天", "日")) != day.weekday():
        yield f"{zh_day(day)}是周{WEEKDAYS[day.weekday()]}，写的却是周{weekday.group(1)}"
