"""Plaques of which some can only hang once their body is registered (A16): each has its own due day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from policy.checks.base import Check
from policy.numbers import zh_day
from policy.verdict import Case, Ruling
from policy.words import Flag, Status


class HungAfter(Check):
    """First item: due on the obligation's day. The others: due on their registration, not before that day."""

    class Facts(NamedTuple):
        first: date | None
        second: date | None
        third: date | None
        second_registered: date | None
        third_registered: date | None

    kind: Literal["hung_after"] = "hung_after"
    what: str
    items: tuple[str, str, str]
    after: tuple[str, str]

    def rule(self, facts: HungAfter.Facts, case: Case) -> Ruling:
        assert case.due is not None, "plaques have a due day in the plan"
        hung = facts[:3]
        grace = timedelta(days=case.plaque_days)
        dues = (case.due, *(day and max(day + grace, case.due) for day in facts[3:]))
        have = sum(day is not None for day in hung)
        status, due, done_on = self._status(hung, dues, case)
        waiting = [name for name, day in zip(self.items, dues, strict=True) if day is None]
        why = f"应悬挂{self.what}3块，已悬挂{have}块" + (f"；{'、'.join(waiting)}尚未登记" if waiting else "")
        why += f"；期限{zh_day(due)}，{_SAYS[status]}。"
        ruling = Ruling(status, why, due, done_on, str(have), "3", unit="块")
        return ruling.flagged(Flag.HOUSE_RULE) if case.plaque_days and due != case.due else ruling

    def turns(self, facts: HungAfter.Facts, case: Case) -> Iterator[date]:
        """The days allowed after a registration end too."""
        yield from super().turns(facts, case)
        yield from (day + timedelta(days=case.plaque_days + 1) for day in facts[3:] if day)

    def _status(
        self, hung: tuple[date | None, ...], dues: tuple[date | None, ...], case: Case
    ) -> tuple[Status, date, date | None]:
        assert case.due is not None
        missing = [due for day, due in zip(hung, dues, strict=True) if day is None]
        late = sorted(due for due in missing if due and due < case.as_of)
        if late:
            return Status.NOT_MET, late[0], None
        ahead = sorted(due for due in missing if due)
        if ahead:
            return Status.NOT_YET_DUE, ahead[-1], None
        if None in dues:
            return Status.BLOCKED_BY_UPSTREAM, case.due, None
        pairs = [(day, due) for day, due in zip(hung, dues, strict=True) if day and due]
        delayed = [(day, due) for day, due in pairs if day > due]
        if delayed:
            day, due = max(delayed, key=lambda pair: (pair[0] - pair[1], pair[1]))
            return Status.MET_LATE, due, day
        return Status.MET, max(due for _, due in pairs), max(day for day, _ in pairs)


_SAYS = {
    Status.NOT_MET: "到期未挂齐",
    Status.NOT_YET_DUE: "尚未到期",
    Status.BLOCKED_BY_UPSTREAM: "待其登记后悬挂",
    Status.MET: "按期挂齐",
    Status.MET_LATE: "逾期挂齐",
}
