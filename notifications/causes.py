"""Why a message did not arrive, by what the other side said: whose matter it is, and what somebody can do about it.

The codes of carriers differ by province and year; what stands here are the beginnings that mean the same everywhere.
"""

from __future__ import annotations

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
    OTHER = "other"


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
    "SP_": Cause.OURS, "NO_ROUTE": Cause.OURS, "ROUTE_ERROR": Cause.OURS,
}  # fmt: skip
"""By the longest beginning of a failed report's code."""


def by_beginning(code: str, table: dict[str, Cause]) -> Cause | None:
    known = [beginning for beginning in table if code.upper().startswith(beginning)]
    return table[max(known, key=len)] if known else None


def cause_of_report(code: str | None) -> Cause:
    """A code nobody knows says nothing that could be mended by sending again."""
    return by_beginning(code or "", REPORTED) or Cause.OTHER


def worth_another_try(code: str | None) -> bool:
    return cause_of_report(code) is Cause.ABSENT
