"""The two steps every part has: judge and record it, and show by county what is late and what is due next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from db.views import Places, Stand
from policy.numbers import zh_day
from policy.plan import Plan
from policy.words import BROKEN, LABELS, OPEN, Status
from tasks.grids import Rows
from tasks.rounds import hold
from tasks.steps import Done, Page, Step, Work


def judged(work: Work) -> Done:
    report = hold(work.engine, work.plan, work.part, work.as_of, work.now)
    counts = counted(report.counts)
    if not report.recorded:
        return Done(f"{report.title}：{zh_day(work.as_of)}之后已有判定，本次只看不记。{counts}")
    return Done(f"{report.title}：{counts}；变化{report.changed}项，新通知{report.notices}条")


def counted(counts: Mapping[Status, int]) -> str:
    """How many verdicts of each status, the most first, as people read it."""
    every = sorted(counts.items(), key=lambda item: -item[1])
    return "，".join(f"{LABELS[status]}{n}" for status, n in every) or "没有需要判定的事项"


def listed(work: Work) -> Done:
    stands, where = work.look(statuses=OPEN)
    rows = pressing(work.plan, stands, where, work.as_of)
    late = sum(int(row["逾期或不符"]) for row in rows)
    soon = sum(int(row["临期"]) for row in rows)
    title = f"{work.part.title} 逾期与临期（{zh_day(work.as_of)}）"
    return Done(
        f"逾期或不符{late}项，{work.plan.house.yellow_days}日内到期{soon}项", (Page("pressing", title, rows=rows),)
    )


def pressing(plan: Plan, stands: Iterable[Stand], where: Places, as_of: date) -> Rows:
    """By county and obligation: how many are late or wrong, how many fall due soon, and the nearest date."""
    late: Counter[tuple[str, str]] = Counter()
    soon: Counter[tuple[str, str]] = Counter()
    dates: dict[tuple[str, str], date] = {}
    for stand in stands:
        cell = (where.county(stand.kind, stand.subject), stand.duty)
        if stand.status in BROKEN:
            late[cell] += 1
        elif (
            stand.status is Status.NOT_YET_DUE and stand.due and 0 <= (stand.due - as_of).days <= plan.house.yellow_days
        ):
            soon[cell] += 1
        else:
            continue
        if stand.due:
            dates[cell] = min(stand.due, dates.get(cell, stand.due))
    found = sorted({*late, *soon}, key=lambda cell: (cell[0], -late[cell], cell[1]))
    return [
        {
            "县（区）": county,
            "条款": plan.by_key[duty].clause,
            "事项": plan.by_key[duty].title,
            "逾期或不符": late[county, duty],
            "临期": soon[county, duty],
            "最早期限": zh_day(dates[county, duty]) if (county, duty) in dates else "—",
        }
        for county, duty in found
    ]


JUDGE = Step("judge", "判定", judged)
PRESSING = Step("pressing", "逾期与临期清单", listed, shows=True)
