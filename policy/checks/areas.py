"""Floor space: at least so much of one kind, and some of another (A58). Sizes stand in the records as written."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from policy.checks.base import STANDS, Check, as_it_stands
from policy.verdict import Case, Ruling


class Areas(Check):
    """`office` and `activity` name the two kinds of room; spellings divided by |. The facts are the latest sizes."""

    class Facts(NamedTuple):
        office: str | None
        activity: str | None

    kind: Literal["areas"] = "areas"
    what: str
    office: str
    activity: str
    least: int

    def rule(self, facts: Areas.Facts, case: Case) -> Ruling:
        office, activity = _size(facts.office), _size(facts.activity)
        status = as_it_stands(office >= self.least and activity > 0, case)
        why = (
            f"{self.what}{_plain(office)}平方米，应不少于{self.least}平方米；"
            f"活动场地{_plain(activity)}平方米，应有一定面积；{STANDS[status]}。"
        )
        return Ruling(status, why, measured=_plain(office), required=str(self.least), unit="m2")


def _size(written: str | None) -> Decimal:
    """Square metres as written; what is no size is none."""
    try:
        size = Decimal((written or "0").strip())
    except InvalidOperation:
        return Decimal(0)
    return size if size.is_finite() else Decimal(0)


def _plain(size: Decimal) -> str:
    return f"{size.normalize():f}" if size else "0"
