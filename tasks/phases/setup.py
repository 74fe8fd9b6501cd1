"""建站保障: one month in which stations open, plaques hang and every county is inspected, so days are counted down."""

from __future__ import annotations

from db.views import share_of
from db.work_calendar import work_calendar
from policy.numbers import zh_day
from tasks.grids import Rows, column
from tasks.phases.progress import grid_step
from tasks.steps import Done, Page, Step, Work

COUNTIES = grid_step(
    "stations",
    "建站挂牌与检查进度",
    (
        column("设立社工站", "station-set-up"),
        column("社工站挂牌", "station-plaque"),
        column("社工点挂牌", "point-plaque"),
        column("办公场所与窗口", "reviewed-5-2-03", "reviewed-5-2-04"),
        column("实地检查", "county-inspected"),
        column("站长到位", "station-head", "executive-head"),
    ),
)


def countdown(work: Work) -> Done:
    """Every date of the stage with the working days left to it and how far the city is."""
    dated = sorted((o for o in work.part.obligations if o.due), key=lambda o: (o.due, o.key))
    stands, _ = work.look([o.key for o in dated] or None)
    calendar = work_calendar(work.plan.house)
    rows: Rows = []
    for o in dated:
        if o.due is None:
            continue
        left = calendar.workdays_between(work.as_of, o.due) if work.as_of <= o.due else None
        rows.append(
            {
                "期限": zh_day(o.due),
                "还有工作日": "已过期" if left is None else left,
                "条款": o.clause,
                "事项": o.title,
                "完成": share_of(s for s in stands if s.duty == o.key).text,
            }
        )
    nearest = next((row for row in rows if row["还有工作日"] != "已过期"), None)
    note = f"最近期限{nearest['期限']}，还有{nearest['还有工作日']}个工作日" if nearest else "各项期限均已过"
    return Done(note, (Page("countdown", f"{work.phase.title} 倒计时（{zh_day(work.as_of)}）", rows=rows),))


OWN = (Step("countdown", "倒计时", countdown, shows=True), COUNTIES)
