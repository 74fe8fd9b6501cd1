"""The office's one page: what stage it is, what failed, who is behind, what falls due next."""

from __future__ import annotations

from collections.abc import Sequence

from db.delivery_audit import AuditRow, conserved, delivery_audit
from db.views import CITY_LEVEL, Places, Stand, standing
from db.work_calendar import work_calendar
from policy.calendar import end_of
from policy.numbers import zh_day
from policy.plan import Plan
from policy.timeline import phase_on
from policy.words import BROKEN, Status
from tasks.grids import Rows, markdown
from tasks.judging import pressing
from tasks.steps import Page, Work

LONGEST = 25
NOVEMBER = (11, 1)


def summary(work: Work, failed: Sequence[str]) -> tuple[Page, ...]:
    """The summary in markdown and the table of what is late or due soon, over all parts that have begun."""
    with work.reading() as connection:
        duties = work.duties
        stands = list(standing(connection, work.plan.key, duties, work.as_of))
        fates = delivery_audit(connection, work.plan.key, end_of(work.as_of))
    where = work.places()
    rows = pressing(work.plan, stands, where, work.as_of)
    text = "\n\n".join(
        [
            f"# {work.plan.title} 每日摘要",
            f"**{zh_day(work.as_of)}**（{_kind_of_day(work)}），{_stage(work)}。",
            *(
                [f"**未完成的部分：{'、'.join(failed)}。** 其余部分照常完成；请查看该部分的运行日志后重跑。"]
                if failed
                else []
            ),
            *_holidays_wanting(work),
            *_what_became(fates),
            "## 各县（区）",
            markdown(county_rows(work.plan, stands, where, work)),
            f"## 最要紧的{min(len(rows), LONGEST)}类",
            markdown(sorted(rows, key=lambda row: -int(row["逾期或不符"]))[:LONGEST]),
        ]
    )
    return (
        Page("summary", f"每日摘要 {zh_day(work.as_of)}", text=text),
        Page("overdue", f"逾期与临期（{zh_day(work.as_of)}）", rows=rows),
    )


def _what_became(fates: list[AuditRow]) -> list[str]:
    """Every notice there should be in one place, and their sum; that this does not come out is said in bold."""
    wrong = (
        []
        if conserved(fates)
        else ["**通知数对不上，有通知去向不明。** 请执行 duban run delivery_audit 并告诉系统管理员。"]
    )
    said = "，".join(f"{row.label}{row.notices}" for row in fates if row.notices)
    return [*wrong, f"通知：{said or '还没有'}。"]


def _kind_of_day(work: Work) -> str:
    calendar = work_calendar(work.plan.house)
    said = "工作日" if calendar.is_workday(work.as_of) else "休息日"
    return f"{said}，放假安排未公布" if calendar.is_provisional(work.as_of) else said


def _holidays_wanting(work: Work) -> list[str]:
    """From November on, when the notice of the next year comes out, until it has been taken over."""
    year = work_calendar(work.plan.house).missing_year(work.as_of, NOVEMBER)
    how = "工作日暂按周一至周五计；通知公布后用 duban calendar adopt 录入。"
    return [f"**{year}年的放假安排还没有录入**，{how}"] if year else []


def _stage(work: Work) -> str:
    phase = phase_on(work.plan, work.as_of)
    return f"{phase.title}，{zh_day(phase.ends)}结束" if phase else "不在任何阶段内"


def county_rows(plan: Plan, stands: Sequence[Stand], where: Places, work: Work) -> Rows:
    """Worst county first: late or wrong, due soon, met, without evidence."""
    tallies: dict[str, dict[str, int]] = {}
    for s in stands:
        tally = tallies.setdefault(
            where.county(s.kind, s.subject), dict.fromkeys(("逾期或不符", "临期", "达标", "无佐证"), 0)
        )
        if s.status in BROKEN:
            tally["逾期或不符"] += 1
        elif s.status in (Status.MET, Status.MET_LATE):
            tally["达标"] += 1
        elif s.status is Status.NO_EVIDENCE:
            tally["无佐证"] += 1
        elif s.status is Status.NOT_YET_DUE and s.due and (s.due - work.as_of).days <= plan.house.yellow_days:
            tally["临期"] += 1
    order = sorted(tallies, key=lambda name: (name == CITY_LEVEL, -tallies[name]["逾期或不符"], name))
    return [{"县（区）": name, **tallies[name]} for name in order]
