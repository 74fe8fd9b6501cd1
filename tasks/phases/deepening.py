"""深化运作: two coverages, then the acceptance and the reports that say so."""

from __future__ import annotations

from policy.numbers import percent, zh_day
from policy.words import LABELS
from tasks.grids import Rows, column
from tasks.phases.progress import grid_step
from tasks.steps import Done, Page, Step, Work

COVERAGES = ("city-covered", "people-covered", "people-covered-deepening")
CLOSING = ("acceptance", "acceptance-circular", "phase-report-province", "phase-report-government")

COUNTIES = grid_step(
    "coverage-counties",
    "覆盖进度",
    (
        column("村（居）纳入社工点", "village-covered"),
        column("扩大站点覆盖", "points-grown"),
        column("新招人员上岗", "recruits-start"),
        column("验收情况通报", "acceptance-circular"),
    ),
)


def coverages(work: Work) -> Done:
    stands, _ = work.look([d for d in COVERAGES if d in work.plan.by_key] or None)
    rows: Rows = [
        {
            "条款": s.clause,
            "目标": work.plan.by_key[s.duty].title,
            "已覆盖": s.measured or "—",
            "占比": _percent(s.measured),
            "结论": LABELS[s.status],
            "期限": zh_day(s.due) if s.due else "—",
        }
        for s in stands
        if s.duty in COVERAGES
    ]
    note = "；".join(f"{row['目标']}{row['占比']}" for row in rows) or "尚无判定"
    return Done(note, (Page("coverages", f"{work.phase.title} 两个全覆盖（{zh_day(work.as_of)}）", rows=rows),))


def _percent(measured: str | None) -> str:
    have, _, need = (measured or "").partition("/")
    return f"{percent(int(have), int(need))}%" if need and int(need) else "—"


def acceptance(work: Work) -> Done:
    """The acceptance inspection, its circulars and the two reports: done, when, or by when."""
    wanted = [d for d in CLOSING if d in work.plan.by_key]
    if not wanted:
        return Done("方案中没有验收事项")
    stands, where = work.look(wanted)
    rows: Rows = [
        {
            "事项": work.plan.by_key[s.duty].title,
            "对象": where.unit_name(s.kind, s.subject),
            "结论": LABELS[s.status],
            "完成日期": zh_day(s.done_on) if s.done_on else "—",
            "期限": zh_day(s.due) if s.due else "—",
        }
        for s in sorted(stands, key=lambda s: (wanted.index(s.duty), s.subject))
    ]
    left = sum(row["完成日期"] == "—" for row in rows)
    return Done(f"验收与报告还有{left}项", (Page("acceptance", f"{work.phase.title} 验收与报告", rows=rows),))


OWN = (
    Step("coverages", "两个全覆盖", coverages, shows=True),
    COUNTIES,
    Step("acceptance", "验收与报告", acceptance, shows=True),
)
