"""What one cell says: raw text or spreadsheet value in, value out, or a Chinese sentence about what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from policy.records.choices import Choices
from policy.records.dates import read_day, read_instant
from policy.records.kinds import Field
from policy.records.text import AROUND, bare, narrow, plain

LONGEST_MINUTES = 31 * 24 * 60
MOST = 1e12
LAST_EXACT = 1e15  # a sheet keeps fifteen digits of a number; the rest is lost for good
_FORMULA_ERRORS = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?")
_PERIOD = re.compile(r"(\d{4})(?:年|[年./-](\d{1,2})月?)?")
_YES = {"是", "有", "yes", "y", "true", "1", "√", "✓"}
_NO = {"否", "无", "no", "n", "false", "0", "×", "✗"}
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def parse_cell(field: Field, raw: object) -> object:
    """The value of a cell, None where it is empty. Raises ValueError with the sentence for the clerk.

    minutes come from hours and cents from yuan; days and instants are Shanghai's; a list is a list of words.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip(AROUND)):
        return None
    if isinstance(raw, str) and _FORMULA_ERRORS.fullmatch(raw.strip()):
        raise ValueError(f"单元格是公式错误“{raw.strip()}”，应改成填写好的值")
    return READERS[field.kind](field, raw)


def _text(field: Field, raw: object) -> str:
    return plain(_whole(raw))


def _code(field: Field, raw: object) -> str:
    return narrow(_whole(raw))


def _whole(raw: object) -> object:
    rounded = isinstance(raw, float) and not abs(raw) < LAST_EXACT
    if rounded or (isinstance(raw, str) and re.fullmatch(r"\d(\.\d+)?[Ee]\+\d+", raw.strip())):
        raise ValueError(f"“{plain(raw)}”是数字格式，末几位已被Excel改掉，请把该列设为“文本”后重填")
    return raw


def _day(field: Field, raw: object) -> date:
    day = read_day(raw)
    if day is None:
        raise ValueError(f"日期“{plain(raw)}”看不懂，应写成 2021-07-01")
    return day


def _instant(field: Field, raw: object) -> datetime:
    instant = read_instant(raw)
    if instant is None:
        raise ValueError(f"时间“{plain(raw)}”看不懂，应写成 2021-07-01 09:00")
    return instant


def _minutes(field: Field, raw: object) -> int:
    minutes = _clock_minutes(raw)
    if minutes is None:
        raise ValueError(f"时长“{plain(raw)}”看不懂，应写成小时数，如 14.5 或 14:30")
    if not 0 <= minutes <= LONGEST_MINUTES:
        raise ValueError(f"时长“{plain(raw)}”不合理，应在 0 到 744 小时之间")
    return minutes


def _clock_minutes(raw: object) -> int | None:
    if isinstance(raw, time):
        return raw.hour * 60 + raw.minute
    if isinstance(raw, timedelta):
        return raw // timedelta(minutes=1)
    text = re.sub(r"(小时|学时|课时|h)$", "", narrow(raw).lower()).strip()
    if found := _CLOCK.fullmatch(text):
        return int(found[1]) * 60 + int(found[2])
    hours = _decimal(raw, text)
    return None if hours is None else int((hours * 60).to_integral_value("ROUND_FLOOR"))


def _decimal(raw: object, text: str) -> Decimal | None:
    if isinstance(raw, float):
        # 15.999999999999998 is how a sheet's formula says 16. NaN fails the comparison.
        return round(Decimal(repr(raw)), 9) if abs(raw) < MOST else None
    return Decimal(text) if re.fullmatch(r"[+-]?(\d{1,12}(\.\d*)?|\.\d+)", text) else None


def _cents(field: Field, raw: object) -> int:
    text = narrow(raw).removeprefix("¥").removesuffix("元").strip()
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", text):
        text = text.replace(",", "")
    yuan = _decimal(raw, text)
    if yuan is None:
        raise ValueError(f"金额“{plain(raw)}”看不懂，应以元为单位填数字，如 50000.00")
    if yuan < 0:
        raise ValueError(f"金额“{plain(raw)}”不能为负，应填 0 或正数")
    if yuan * 100 % 1:
        raise ValueError(f"金额“{plain(raw)}”超过两位小数，应精确到分，如 50000.25")
    return int(yuan * 100)


def _integer(field: Field, raw: object) -> int:
    text = re.sub(r"[年人名个项险]$", "", narrow(raw))
    if not re.fullmatch(r"\d{1,12}", text):
        raise ValueError(f"“{plain(raw)}”应是不小于 0 的整数")
    return int(text)


def _flag(field: Field, raw: object) -> bool:
    word = narrow(raw).lower()
    if word not in _YES | _NO:
        raise ValueError(f"“{plain(raw)}”应填 是 或 否（yes / no）")
    return word in _YES


def _choice(field: Field, raw: object) -> str:
    return _chosen(field, narrow(raw))


def _chosen(field: Field, word: str) -> str:
    found = _named(field.choices, word)
    if found is None and field.choices and field.closed:
        pairs = ((words[0], value) for value, words in field.choices.items())
        offers = "、".join(value if label == value else f"{label}（{value}）" for label, value in pairs)
        raise ValueError(f"“{plain(word)}”不在可选值内，应为：{offers}")
    return found or word


def _named(choices: Choices, word: str) -> str | None:
    wanted = _bare(word)
    return next((value for value, words in choices.items() if wanted in {_bare(value), *map(_bare, words)}), None)


def _bare(word: str) -> str:
    return re.sub(r"[()]", "", bare(word))


def _list(field: Field, raw: object) -> list[str]:
    words = [word.strip() for word in re.split(r"[;,、\n]", narrow(raw)) if word.strip()]
    return list(dict.fromkeys(_chosen(field, word) for word in words))


def _period(field: Field, raw: object) -> str:
    """2022 for a year and 2021-11 for a month; any other label as written."""
    if isinstance(raw, date):  # what a spreadsheet makes of a typed 2021-11
        return f"{raw:%Y-%m}"
    found = _PERIOD.fullmatch(narrow(raw))
    if not found:
        return narrow(raw)
    return f"{found[1]}-{int(found[2]):02d}" if found[2] else found[1]


def _id_number(field: Field, raw: object) -> str:
    if isinstance(raw, (int, float)):
        raise ValueError("身份证号在表格里是数字格式，末几位已被Excel改成0，请把该列设为“文本”后重填")
    number = re.sub(r"\s", "", narrow(raw)).upper()
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise ValueError("身份证号应为18位")
    if read_day(number[6:14]) is None:
        raise ValueError("身份证号中的出生日期不存在，请核对")
    if "10X98765432"[sum(w * int(d) for w, d in zip(_ID_WEIGHTS, number[:17], strict=True)) % 11] != number[17]:
        raise ValueError("身份证号校验位不对，请核对")
    return number


READERS: dict[str, Callable[[Field, object], object]] = {
    "text": _text,
    "code": _code,
    "id": _id_number,
    "day": _day,
    "instant": _instant,
    "minutes": _minutes,
    "cents": _cents,
    "integer": _integer,
    "period": _period,
    "flag": _flag,
    "choice": _choice,
    "list": _list,
}
