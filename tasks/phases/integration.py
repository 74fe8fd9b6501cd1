"""先期整合: who is there already is surveyed and taken over, county by county; pay rules are to be filed soon after."""

from __future__ import annotations

from db.work_calendar import work_calendar
from policy.numbers import zh_day
from tasks.grids import Rows, column
from tasks.phases.progress import grid_step
from tasks.steps import Done, Page, Step, Work

COUNTIES = grid_step(
    "census",
    "摸底与整合进度",
    (
        column("三类人员摸底", "reviewed-5-1-02"),
        column("先期整合", "census-integrated"),
        column("整合程序", "reviewed-5-1-12"),
        column("整合之日合同在效", "integrated-in-term"),
        column("薪酬办法报备", "pay-method-filed"),
    ),
)


def ahead(work: Work) -> Done:
    """What this stage asks but falls due after it: nobody should learn of it when the stage is over."""
    calendar = work_calendar(work.plan.house)
    later = sorted(
        (o for o in work.part.obligations if o.due and o.due > work.phase.ends), key=lambda o: o.due or o.key
    )
    rows: Rows = [
        {
            "条款": o.clause,
            "事项": o.title,
            "期限": zh_day(o.due),
            "还有工作日": calendar.workdays_between(work.as_of, o.due) if work.as_of <= o.due else "已过期",
        }
        for o in later
        if o.due
    ]
    return Done(f"阶段结束后到期{len(rows)}项", (Page("ahead", f"{work.phase.title} 后续到期预告", rows=rows),))


OWN = (COUNTIES, Step("ahead", "后续到期预告", ahead, shows=True))
