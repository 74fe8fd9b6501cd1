"""A rehearsal in tables, as a director reads it: a row a month, and a row for each who has something to do in a month."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from policy.numbers import hours
from policy.words import Reason, Status
from policy.workload import Load, by_month
from tasks.rehearsal.load import called
from tasks.rehearsal.play import Played

MONTHS = {
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
    "due": "到期事项",
    "late": "其中逾期",
    "visits_due": "应督导站次",
    "visits_made": "已督导站次",
    "courses": "培训班",
    "overloaded": "排不开的人",
}
LOADS = {
    "month": "月份",
    "name": "谁",
    "messages": "通知封数",
    "matters": "新到事项",
    "due": "到期事项",
    "late": "其中逾期",
    "visits_due": "应督导站次",
    "visits_made": "已督导站次",
    "visit_days": "督导需工作日",
    "workdays": "当月工作日",
    "courses": "举办培训班",
    "training_hours": "参加培训小时",
    "overloaded_zh": "结论",
}
REMINDING = (Reason.ASSIGNED, Reason.REMINDER, Reason.DUE_TODAY)
SUMMED = ("due", "late", "visits_due", "visits_made", "courses")


def monthly(played: Played) -> list[dict[str, Any]]:
    """One row a month; MONTHS has the headings. What several bear together counts for each of them."""
    sums: dict[str, Counter[str]] = {}
    for load in played.loads:
        counted = sums.setdefault(load.month, Counter())
        counted.update({name: getattr(load, name) for name in SUMMED})
        counted["overloaded"] += load.is_overloaded
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
            **{name: sums.get(month.label, Counter())[name] for name in (*SUMMED, "overloaded")},
        }
        for month in by_month(played.events)
    ]


def personal(played: Played) -> list[dict[str, Any]]:
    """One row for each recipient and month; LOADS has the headings."""
    return [_load(played, load) for load in played.loads]


def _load(played: Played, load: Load) -> dict[str, Any]:
    return {
        **asdict(load),
        "name": called(played.cards, load.recipient),
        "training_hours": hours(load.training_minutes),
        "overloaded": load.is_overloaded,
        "overloaded_zh": "排不开" if load.is_overloaded else "",
    }
