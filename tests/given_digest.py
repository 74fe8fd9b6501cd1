"""A digest of the real plan on a Friday, and notices about made-up towns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from given_notices import FRIDAY, a_notice

from db.planstore import load_plan
from db.work_calendar import work_calendar
from notifications.digest import Digest, KnownAlike, digest
from policy.notices import Notice
from policy.verdict import Subject
from policy.words import SubjectKind

PLAN = load_plan("huizhou")
CALENDAR = work_calendar(PLAN.house)


def digested(
    notices: Iterable[Notice],
    day: date = FRIDAY,
    most: int = 50,
    still_open: Iterable[Notice] = (),
    known: KnownAlike | None = None,
) -> Digest:
    return digest(PLAN, CALENDAR, "桥东街道", notices, day, most, still_open, known)


def about(code: str, **changes: Any) -> Notice:
    return a_notice(code, subject=Subject(SubjectKind.TOWNSHIP, code, f"{code}镇", code), **changes)
