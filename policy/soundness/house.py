"""The house's own numbers make sense, and speak only where the text is silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from policy.finding import Finding, error, warning
from policy.plan import House, Plan, Rung
from policy.soundness.places import HOUSE
from policy.words import LABELS, Reason, SubjectKind

BEFORE, AFTER = (Reason.ASSIGNED, Reason.REMINDER), (Reason.OVERDUE, Reason.ESCALATED)
SERVED = (SubjectKind.BENEFICIARY, SubjectKind.HOUSEHOLD)
HOUR = 60


def rungs(plan: Plan) -> Iterator[Finding]:
    for number, rung in enumerate(plan.house.ladder):
        at = (HOUSE, "ladder", str(number))
        if rung.reason not in (*BEFORE, Reason.DUE_TODAY, *AFTER):
            yield error("ladder", at, f"“{rung.reason.value}”不是阶梯上的一级")
        elif wrong := _wrong_day(rung):
            yield error("ladder", (*at, "workdays"), f"{LABELS[rung.reason]}应在{wrong}，写的是{rung.workdays}")
        elif (rung.reason is Reason.ESCALATED) != (rung.level > 0):
            yield error("ladder", (*at, "level"), "只有逾期上报（escalated）写第几级，从1起")


def _wrong_day(rung: Rung) -> str:
    if rung.reason in BEFORE:
        return "" if rung.workdays < 0 else "期限之前（负数）"
    if rung.reason in AFTER:
        return "" if rung.workdays > 0 else "期限之后（正数）"
    return "期限当天（0）" if rung.workdays else ""


def climbs(plan: Plan) -> Iterator[Finding]:
    """Levels follow one another upwards; none is told twice or left out."""
    at = (HOUSE, "ladder")
    for (reason, day, level), times in Counter((r.reason, r.workdays, r.level) for r in plan.house.ladder).items():
        if times > 1:
            yield error("ladder", at, f"{LABELS[reason]}第{day}个工作日（第{level}级）写了{times}次")
    levels = sorted((rung for rung in plan.house.ladder if rung.level > 0), key=lambda rung: rung.level)
    for below, above in pairwise(levels):
        if above.level > below.level + 1 or above.level == below.level:
            yield error("ladder", at, f"上报级数应是1、2、3……，第{below.level}级之后写了第{above.level}级")
        if above.workdays <= below.workdays:
            said = f"第{above.level}级（{above.workdays}个工作日）应晚于第{below.level}级（{below.workdays}个工作日）"
            yield error("ladder", at, said)
    if levels and levels[0].level != 1:
        yield error("ladder", at, f"上报应从第1级起，最低的却是第{levels[0].level}级")


def as_high_as_the_chains(plan: Plan) -> Iterator[Finding]:
    """A ladder shorter than a chain never reaches its top; a longer one has rungs on which nobody stands."""
    at, top = (HOUSE, "ladder"), max((rung.level for rung in plan.house.ladder), default=0)
    longest = max((o for o in plan.obligations if o.who), key=lambda o: len(o.escalation), default=None)
    height = len(longest.escalation) if longest else 0
    if longest and top < height:
        unheard = "、".join(LABELS[role] for role in longest.escalation[top:])
        yield warning(
            "ladder-too-short", at, f"阶梯只有{top}级，{longest.key}的上报链有{height}级，{unheard}永远不会被告知"
        )
    if top > height:
        yield warning("ladder-too-long", at, f"阶梯有{top}级，最长的上报链只有{height}级，多出的级没有人")
    said = {rung.reason for rung in plan.house.ladder}
    for reason in (Reason.REMINDER, Reason.OVERDUE):
        if reason not in said:
            yield warning("ladder-too-short", at, f"阶梯上没有{LABELS[reason]}（{reason.value}），这样的提醒不会发出")


def windows(plan: Plan) -> Iterator[Finding]:
    house = plan.house
    for name, channel in (("channel", house.channel), *(("fallback", one) for one in house.fallback)):
        if channel not in house.windows:
            said = f"没有“{channel}”的发送时段，应为：{'、'.join(house.windows)}"
            yield error("channel-unknown", (HOUSE, name), said)
    for name, window in house.windows.items():
        if window.closes <= window.opens:
            said = f"结束（{window.closes:%H:%M}）应晚于开始（{window.opens:%H:%M}），否则永远不发"
            yield error("window", (HOUSE, "windows", name), said)


def amounts(plan: Plan) -> Iterator[Finding]:
    for name, value, wanted, holds in _amounts(plan.house):
        if not holds:
            yield error("house-number", (HOUSE, name), f"应{wanted}，写的是{value}")


def _amounts(house: House) -> Iterator[tuple[str, object, str, bool]]:
    closing = house.phase_closing_workdays
    yield "phase_closing_workdays", list(closing), "为正的工作日数，各不相同", _days_apart(closing)
    yield "digest_lines", house.digest_lines, "至少为1", house.digest_lines > 0
    yield "yellow_days", house.yellow_days, "不小于0", house.yellow_days >= 0
    yield "plaque_days", house.plaque_days, "不小于0", house.plaque_days >= 0
    minutes = house.academic_minutes
    yield "academic_minutes", minutes, "在1至60分钟之间", 0 < minutes <= HOUR
    workday = house.workday_minutes
    yield "workday_minutes", workday, "在1至1440分钟之间", workday is None or 0 < workday <= 24 * HOUR


def _days_apart(days: tuple[int, ...]) -> bool:
    return all(day > 0 for day in days) and len(set(days)) == len(days)


def dates_where_the_text_has_none(plan: Plan) -> Iterator[Finding]:
    """A review date serves a clause without one. Where the text speaks it would stand there and do nothing."""
    for clause, day in plan.house.review_dates.items():
        at = (HOUSE, "review_dates", clause)
        placed = [o for o in plan.obligations if o.clause == clause]
        if clause not in plan.clause_of:
            yield error("clause-unknown", at, "clauses.yaml 里没有这个条款", clause)
        elif not placed:
            yield warning("house-without-effect", at, "本条不判定，审核日期不起作用", clause)
        elif all(o.due or o.every for o in placed):
            yield warning("house-against-text", at, "本条在方案里有期限，审核日期不起作用，应删去", clause)
        elif day < plan.issued:
            yield warning("house-date-early", at, f"审核日期{day}早于方案印发（{plan.issued}）", clause)


def working_day(plan: Plan) -> Iterator[Finding]:
    asked = next((o for o in plan.obligations if o.check.asks == "visits_by_month"), None)
    if asked and plan.house.workday_minutes is None:
        said = f"没有写每个工作日多少分钟，无法核算{asked.key}做不做得完"
        yield warning("workday-missing", (HOUSE, "workday_minutes"), said, asked.clause)


def categories(plan: Plan) -> Iterator[Finding]:
    at, named = (HOUSE, "beneficiary_categories"), plan.house.beneficiary_categories
    served = next((o for o in plan.obligations if o.subject in SERVED), None)
    if served and not named:
        yield warning("categories-missing", at, f"{served.key}等以服务对象为单位的义务没有对象：名单类别是空的")
    if len(set(named)) < len(named):
        yield warning("categories-missing", at, "同一类别写了两次")


def carried_over(plan: Plan) -> Iterator[Finding]:
    for phase in plan.phases:
        if phase.carries_over <= 0:
            said = f"整改的工作日数应为正数，写的是{phase.carries_over}"
            yield error("house-number", ("plan.yaml", "phases", phase.key, "carries_over"), said, phase.clause)


RULES = (
    rungs,
    climbs,
    as_high_as_the_chains,
    windows,
    amounts,
    dates_where_the_text_has_none,
    working_day,
    categories,
    carried_over,
)
