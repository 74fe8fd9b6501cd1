"""What pydantic found wrong in a plan, and what the machine refused, in words for a clerk: one line for each slip."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from typing import Any

from policy.words import LABELS

CHINESE = re.compile("[\u4e00-\u9fff]")
MAPPING = "应为键值（一组“名称: 内容”）"
LIST = "应为列表，写成 [甲, 乙]"
NOT_A_DAY = "日期应写成 2021-07-01，且须是真实存在的日子"
SAYS = {
    "extra_forbidden": "不认识这一项，请删去或改正拼写",
    "missing": "缺少这一项",
    "date_from_datetime_parsing": NOT_A_DAY,
    "date_from_datetime_inexact": NOT_A_DAY,
    "date_parsing": NOT_A_DAY,
    "date_type": NOT_A_DAY,
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "string_type": "应为文字，数字和时刻要加引号",
    "dict_type": MAPPING,
    "model_type": MAPPING,
    "model_attributes_type": MAPPING,
    "list_type": LIST,
    "tuple_type": LIST,
    "time_parsing": '时刻应写成 "08:30"',
    "time_type": '时刻应写成 "08:30"',
    "union_tag_not_found": "缺少 kind",
    "too_short": "列表里写得太少",
    "too_long": "列表里写得太多",
    "greater_than": "应大于{gt}",
    "greater_than_equal": "应不小于{ge}",
    "less_than": "应小于{lt}",
    "less_than_equal": "应不大于{le}",
}
NO_CHAIN = "没有名为"
NOT_UNDERSTOOD = "写法不对，请对照其他方案的同一项"


REFUSALS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径里有一级不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.EEXIST: "已经存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "只能读，不能写",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.ENAMETOOLONG: "名称太长",
    errno.EADDRINUSE: "已被别的程序占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}


def refusal(error: OSError) -> str:
    """Why the machine would not, in Chinese; in its own words where we have none."""
    return REFUSALS.get(error.errno or 0) or error.strerror or str(error)


def one_a_slip(faults: Iterable[Any]) -> list[Any]:
    """Of a misspelt name pydantic says two things, that it is unknown and that the right one is missing: one fault,
    with the right name as `meant`."""
    found = list(faults)
    missing = [fault["loc"] for fault in found if fault["type"] == "missing"]
    meant: dict[Any, str] = {}
    for loc in (fault["loc"] for fault in found if fault["type"] == "extra_forbidden"):
        beside = [place[-1] for place in missing if place[:-1] == loc[:-1]]
        if near := _near(loc[-1], beside):
            meant[loc] = near
            missing.remove((*loc[:-1], near))
    return [
        {**fault, "meant": meant.get(fault["loc"])}
        for fault in found
        if fault["type"] != "missing" or fault["loc"] in missing
    ]


def _near(written: object, names: Iterable[str]) -> str | None:
    return next(iter(get_close_matches(str(written), list(names), n=1)), None)


def said(fault: Any) -> str:
    """One sentence on what is wrong with a value, and what was written."""
    given, ctx = fault.get("input"), fault.get("ctx") or {}
    if isinstance(given, str) and given.startswith(NO_CHAIN):
        return given
    seen = f"（写的是“{given}”）" if isinstance(given, str | int | float | date) else ""
    if fault.get("meant"):
        return f"不认识这一项，是不是“{fault['meant']}”？"
    if expected := ctx.get("expected") or ctx.get("expected_tags"):
        return f"{_one_of(str(expected), given)}{seen}"
    message = str(fault["msg"]).removeprefix("Value error, ")
    wrong = SAYS.get(fault["type"], "").format(**ctx) or (message if CHINESE.search(message) else NOT_UNDERSTOOD)
    return f"{wrong}{seen}"


def _one_of(expected: str, given: object) -> str:
    """The words that may stand here, and the one that was nearly written or whose Chinese was."""
    names = re.findall(r"'([^']+)'", expected) or [expected]
    labels = {word.value: label for word, label in LABELS.items()}
    meant = next((name for name in names if labels.get(name) == given), None) or _near(given, names)
    like = f"，最像的是 {meant}" + (f"（{labels[meant]}）" if meant in labels else "") if meant else ""
    return f"应为以下之一{like}：{'、'.join(names)}"
