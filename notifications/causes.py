"""Why a message did not arrive, by what the other side said: whose matter it is, and what somebody can do about it.

The codes of carriers differ by province and year; what stands here are the beginnings that mean the same everywhere.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Cause(StrEnum):
    """`absent`: switched off or out of reach; `address`: no such number or mailbox, or it wants nothing from us."""

    ABSENT = "absent"
    ADDRESS = "address"
    FULL = "full"
    CONTENT = "content"
    OURS = "ours"
    UNKNOWN = "unknown"
    STALE = "stale"
    POISON = "poison"
    OTHER = "other"


LABELS = {
    Cause.ABSENT: "暂时收不到",
    Cause.ADDRESS: "号码或邮箱不对",
    Cause.FULL: "邮箱已满",
    Cause.CONTENT: "内容被拦截",
    Cause.OURS: "我方设置",
    Cause.UNKNOWN: "结果不明",
    Cause.STALE: "已过时",
    Cause.POISON: "出错隔离",
    Cause.OTHER: "其他",
}
ADVICE = {
    Cause.ABSENT: "对方手机关机、停机或不在服务区：先打电话告知，确认能收以后再重发",
    Cause.ADDRESS: "没有号码或邮箱，或者不存在、已停用、拒收：核对后更正人员或机构记录并导入，再重发",
    Cause.FULL: "对方邮箱已满：请对方清理以后再重发",
    Cause.CONTENT: "内容被对方拦截：核对短信模板是否报备、用语是否合规，改好以后再重发",
    Cause.OURS: "签名、模板或账户有问题：按 docs/channels.md 核对设置，改好以后再重发",
    Cause.UNKNOWN: "可能已经收到：先向对方核实，确实没有收到再重发",
    Cause.STALE: "当日没有送出，已经过时：不必重发",
    Cause.POISON: "请系统管理员看日志，改好以后再重发",
    Cause.OTHER: "按原因中的代码查 docs/channels.md，问清以后再重发",
}

REPORTED = {
    "UNDELIV": Cause.ABSENT, "EXPIRED": Cause.ABSENT, "DELETED": Cause.ABSENT, "UNKNOWN": Cause.ABSENT,
    "NOROUTE": Cause.ABSENT, "RECEIPT_NOT_CONFIRM": Cause.ABSENT, "MOBLLE_TERMINAL": Cause.ABSENT,
    "MOBILE_TERMINAL": Cause.ABSENT, "MOBILE_SEND_LIMIT": Cause.ABSENT, "BEYOND": Cause.ABSENT,
    "MK:": Cause.ABSENT, "MN:": Cause.ABSENT, "MI:": Cause.ABSENT, "LT:": Cause.ABSENT, "CB:": Cause.ABSENT,
    "MK:0000": Cause.ADDRESS, "MK:0001": Cause.ADDRESS, "MN:0001": Cause.ADDRESS, "MI:0001": Cause.ADDRESS,
    "CB:0001": Cause.ADDRESS, "INVALID_NUMBER": Cause.ADDRESS, "MOBILE_NOT_ON_SERVICE": Cause.ADDRESS,
    "MOBILE_ACCOUNT": Cause.ADDRESS, "MOBILE_IN_BLACK": Cause.ADDRESS, "USER_REJECT": Cause.ADDRESS,
    "PHONEERR": Cause.ADDRESS, "BLACK": Cause.ADDRESS, "BLOCKED": Cause.ADDRESS, "GUNDELIV": Cause.ADDRESS,
    "CONTENT": Cause.CONTENT, "KEYWORD": Cause.CONTENT, "BLACK_KEY": Cause.CONTENT, "REJECT": Cause.CONTENT,
    "MA:": Cause.CONTENT, "SIGN": Cause.OURS, "SIGFAIL": Cause.OURS, "IS_CLOSED": Cause.OURS,
    "5.1": Cause.ADDRESS, "5.2.1": Cause.ADDRESS, "5.2.2": Cause.FULL, "4.2.2": Cause.FULL, "5.3.4": Cause.CONTENT,
    "5.6": Cause.CONTENT, "5.7": Cause.OURS, "SP_": Cause.OURS, "NO_ROUTE": Cause.OURS, "ROUTE_ERROR": Cause.OURS,
}  # fmt: skip
"""By the longest beginning of a failed report's code."""


def by_beginning(code: str, table: dict[str, Cause]) -> Cause | None:
    known = [beginning for beginning in table if code.upper().startswith(beginning)]
    return table[max(known, key=len)] if known else None


def cause_of_report(code: str | None) -> Cause:
    """A code nobody knows says nothing that could be mended by sending again."""
    return by_beginning(code or "", REPORTED) or Cause.OTHER


REFUSED = {
    "ADDRESS": Cause.ADDRESS, "ISV.MOBILE": Cause.ADDRESS, "INVALIDMOBILE": Cause.ADDRESS,
    "INVALIDPARAMETERVALUE.INCORRECTPHONENUMBER": Cause.ADDRESS, "FAILEDOPERATION.PHONENUMBER": Cause.ADDRESS,
    "81013": Cause.ADDRESS, "46004": Cause.ADDRESS, "60111": Cause.ADDRESS, "40003": Cause.ADDRESS,
    "ISV.": Cause.CONTENT, "FAILEDOPERATION.CONTAINSENSITIVEWORD": Cause.CONTENT,
    "INVALIDPARAMETER.DIRTYWORDFOUND": Cause.CONTENT, "44004": Cause.CONTENT,
}  # fmt: skip
"""By the longest beginning of the code with which a gateway refused one message."""
FULL = re.compile(r"\b552\b|\b5\.2\.2\b|full|quota|已满", re.IGNORECASE)


def cause_of_refusal(phase: str | None, code: str | None, text: str | None) -> Cause:
    """Why one try was the last: at RCPT a mail server speaks of the mailbox, after the words of the words."""
    if known := by_beginning(code or "", REFUSED):
        return known
    if phase == "rcpt":
        return Cause.FULL if FULL.search(f"{code} {text}") else Cause.ADDRESS
    return Cause.CONTENT if phase in ("data", "dot") else Cause.OTHER


def worth_another_try(code: str | None) -> bool:
    return cause_of_report(code) is Cause.ABSENT
