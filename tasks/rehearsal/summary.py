"""A rehearsal in a table: a row a month, as a director reads it."""

from __future__ import annotations

from typing import Any

from policy.words import Reason, Status
from policy.workload import by_month
from tasks.rehearsal.play import Played

COLUMNS = {
    "month": "月份",
    "messages": "通知封数",
    "busiest_day": "最多一天",
    "reminders": "交办提醒",
    "overdue": "逾期催办",
    "climbed_1": "上报一级",
    "climbed_2": "上报二级",
    "climbed_3": "上报三级及以上",
    "resolved": "销号",
    "not_met": "转为未完成",
    "met": "转为完成",
}
REMINDING = (Reason.ASSIGNED, Reason.REMINDER, Reason.DUE_TODAY)


def monthly(played: Played) -> list[dict[str, Any]]:
    """One row a month; COLUMNS has the headings."""
    return [
        {
            "month": month.label,
            "messages": month.messages.total(),
            "busiest_day": month.busiest_day,
            "reminders": sum(month.notices[reason] for reason in REMINDING),
            "overdue": month.notices[Reason.OVERDUE],
            "climbed_1": month.climbed[1],
            "climbed_2": month.climbed[2],
            "climbed_3": sum(n for level, n in month.climbed.items() if level > 2),
            "resolved": month.notices[Reason.RESOLVED],
            "not_met": month.turned[Status.NOT_MET],
            "met": month.turned[Status.MET] + month.turned[Status.MET_LATE],
        }
        for month in by_month(played.events)
    ]
