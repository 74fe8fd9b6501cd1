"""What a plan must satisfy beyond its shape: every clause placed once, every name resolved, dates in order.

Each finding is one Chinese line that starts with the file and names the place and what would be right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from policy.plan import Obligation, Plan
from policy.records import KINDS
from policy.words import Role

ASSIGNED = (Role.CITY_BUREAU, Role.COUNTY_BUREAU, Role.TOWNSHIP, Role.STATION)


def findings(plan: Plan) -> list[str]:
    """Every fault of a plan that loads; empty when it holds together."""
    return [*_unique(plan), *_placed(plan), *_phases(plan), *_obligations(plan), *_readings(plan), *_channels(plan)]


def _unique(plan: Plan) -> Iterator[str]:
    for file, kind, names in (
        ("plan.yaml", "obligations", [o.key for o in plan.obligations]),
        ("plan.yaml", "phases", [p.key for p in plan.phases]),
        ("clauses.yaml", "clauses", [c.id for c in plan.clauses]),
    ):
        for name, times in Counter(names).items():
            if times > 1:
                yield f"{file} {kind}.{name}：写了{times}次，应只写一次"


def _placed(plan: Plan) -> Iterator[str]:
    judged = {o.clause for o in plan.obligations}
    for clause in plan.clauses:
        if clause.id not in judged and clause.id not in plan.not_run:
            yield f"clauses.yaml {clause.id}：没有安排，应写一条 obligation 或在 not_run 写明原因"
    for name in sorted(judged & plan.not_run.keys()):
        yield f"plan.yaml not_run.{name}：已有 obligation 判定本条，应删去其一"
    for name in sorted(plan.not_run.keys() - plan.clause_of.keys()):
        yield f"plan.yaml not_run.{name}：clauses.yaml 里没有这个条款"


def _phases(plan: Plan) -> Iterator[str]:
    before = None
    for phase in plan.phases:
        if phase.ends < phase.starts:
            yield f"plan.yaml phases.{phase.key}：结束（{phase.ends}）早于开始（{phase.starts}），应改正其一"
        if before and phase.starts <= before.ends:
            yield f"plan.yaml phases.{phase.key}：与上一阶段重叠，应在{before.ends}之后开始"
        if phase.clause not in plan.clause_of:
            yield f"plan.yaml phases.{phase.key}.clause：没有条款{phase.clause}"
        for role in phase.assigns:
            if role not in ASSIGNED:
                yield f"plan.yaml phases.{phase.key}.assigns：不能交办给“{role}”，应为：{'、'.join(ASSIGNED)}"
        before = phase


def _obligations(plan: Plan) -> Iterator[str]:
    parts = {p.key for p in plan.phases} | {d.key for d in plan.duties}
    for o in plan.obligations:
        at = f"plan.yaml obligations.{o.key}"
        if o.clause not in plan.clause_of:
            yield f"{at}.clause：没有条款{o.clause}，应为 clauses.yaml 中的编号"
        if (o.phase is None) == (o.duty is None):
            yield f"{at}：phase 与 duty 应恰好写一个"
        elif (o.phase or o.duty) not in parts:
            yield f"{at}：没有名为“{o.phase or o.duty}”的阶段或业务"
        yield from (f"{at}：{fault}" for fault in _one(o))


def _one(o: Obligation) -> Iterator[str]:
    if not o.who and o.check.kind != "phase_span":
        yield "没有写由谁办理（who）"
    for kind in o.records:
        if kind not in KINDS:
            yield f"records：没有“{kind}”这种记录，应为：{'、'.join(KINDS)}"
    if o.due and o.every:
        yield "due 与 every 只能写一个：一次性的写 due，周期性的写 every"
    if o.due and o.starts and o.due < o.starts:
        yield f"截止（{o.due}）早于开始（{o.starts}）"
    if o.escalation and set(o.escalation) == set(o.who[:1]):
        yield "上报链上只有未办的人自己，应另有上级"
    if len(set(o.escalation)) < len(o.escalation):
        yield "上报链里有重复的角色，会绕圈"


def _readings(plan: Plan) -> Iterator[str]:
    house = plan.house
    for note, chosen in house.readings.items():
        values = house.reading_values.get(note)
        if values is None:
            yield f"house.yaml reading_values.{note}：没有列出这一读法的可选值"
        elif chosen not in values:
            yield f"house.yaml readings.{note}：“{chosen}”不是可选的读法，应为：{'、'.join(values)}"


def _channels(plan: Plan) -> Iterator[str]:
    house = plan.house
    if house.channel not in house.windows:
        yield f"house.yaml channel：没有“{house.channel}”的发送时段，应为：{'、'.join(house.windows)}"
