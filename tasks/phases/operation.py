"""规范运作: a year in a monthly rhythm (supervision), and two registrations by its end."""

from __future__ import annotations

from db.views import share_of
from policy.numbers import zh_day
from tasks.grids import Rows, column
from tasks.phases.progress import grid_step
from tasks.steps import Done, Page, Step, Work

MONTHLY = "monthly-supervision"
MONTHS_SHOWN = 6

COUNTIES = grid_step(
    "norms",
    "规范运作进度",
    (
        column("挂牌运作", "station-operating"),
        column("协会登记", "association"),
        column("联合会登记备案", "federation"),
        column("事务岗人数", "affairs-establishment"),
        column("村（居）有人负责", "workers-per-village"),
        column("劳动合同", "contract-signed"),
        column("四险一金", "insurance"),
    ),
)


def rhythm(work: Work) -> Done:
    """The last months of supervision, newest first, one row a month and one column a county."""
    if MONTHLY not in work.plan.by_key:
        return Done("方案中没有按月事项")
    stands, where = work.look([MONTHLY])
    months = sorted({s.period for s in stands}, reverse=True)[:MONTHS_SHOWN]
    rows: Rows = []
    for month in months:
        of_month = [s for s in stands if s.period == month]
        row: dict[str, str | int] = {"月份": f"{month // 100}年{month % 100}月", "全市": share_of(of_month).text}
        for county in where.counties():
            row[county] = share_of(s for s in of_month if where.county(s.kind, s.subject) == county).text
        rows.append(row)
    note = f"{rows[0]['月份']}督导{rows[0]['全市']}" if rows else "尚无月度督导"
    return Done(note, (Page("rhythm", f"{work.phase.title} 月度节奏（{zh_day(work.as_of)}）", rows=rows),))


OWN = (COUNTIES, Step("rhythm", "月度节奏", rhythm, shows=True))
