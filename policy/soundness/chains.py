"""Escalation climbs to somebody who did not fail: no circles, no end at the bearer, nobody of the same house first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from policy.finding import Finding, error, note, warning
from policy.plan import Obligation, Plan
from policy.soundness.places import of_obligation
from policy.words import LABELS, Role

HOUSE_OF = {Role.LEADING_GROUP: Role.CITY_BUREAU, Role.SUPERVISION_MECHANISM: Role.CITY_BUREAU}
"""Bodies that sit inside another: the leading group and the supervision mechanism inside the city bureau."""
RANK = {
    Role.WORKER: 0,
    Role.POINT_CONTACT: 1,
    Role.STATION_DEPUTY_HEAD: 1,
    Role.STATION_EXECUTIVE_HEAD: 2,
    Role.STATION: 3,
    Role.STATION_HEAD: 3,
    Role.SUPERVISOR: 3,
    Role.EMPLOYER: 3,
    Role.CONTRACTOR: 3,
    Role.TOWNSHIP: 4,
    Role.COUNTY_BUREAU: 5,
    Role.COUNTY_FINANCE: 5,
    Role.SUPERVISION_MECHANISM: 6,
    Role.CITY_BUREAU: 6,
    Role.LEADING_GROUP: 7,
    Role.JOINT_CONFERENCE: 8,
    Role.CITY_GOVERNMENT: 9,
    Role.PROVINCIAL_DEPARTMENT: 9,
}
Pair = tuple[tuple[Role, ...], tuple[Role, ...]]


def no_circle(plan: Plan) -> Iterator[Finding]:
    for o in plan.obligations:
        at = of_obligation(o, "escalation")
        if o.escalation and set(o.escalation) == set(o.who[:1]):
            yield error("escalation-ends-with-bearer", at, "上报链上只有未办的人自己，应另有上级", o.clause)
        if len(set(o.escalation)) < len(o.escalation):
            yield error("escalation-loops", at, "上报链里有重复的角色，会绕圈", o.clause)


def climbs(plan: Plan) -> Iterator[Finding]:
    """Each step is told after one that stands no higher."""
    for o in plan.obligations:
        for below, above in pairwise(o.escalation):
            if RANK[above] < RANK[below] and above not in o.who:
                said = f"上报链往下走了：先报{LABELS[below]}，再报{LABELS[above]}"
                yield warning("escalation-descends", of_obligation(o, "escalation"), said, o.clause)


def above_the_bearer(plan: Plan) -> Iterator[Finding]:
    """The chain begins no lower than the lowest who bears the duty, or it is told to their subordinates."""
    for (who, chain), same in _pairs(plan).items():
        if RANK[chain[0]] < min(RANK[role] for role in who) and chain[0] not in who:
            said = f"{_told(who, chain)}，第一级{LABELS[chain[0]]}低于办理人"
            yield _said(same, "warning", "escalation-descends", said)


def there_is_one(plan: Plan) -> Iterator[Finding]:
    """No chain at all is right only for those above whom the plan knows nobody."""
    below = {
        role
        for o in plan.obligations
        if o.escalation and not set(o.escalation) & set(o.who)
        for role in (*o.who, *o.escalation[:-1])
    }
    for o in plan.obligations:
        if o.who and not o.escalation and below & set(o.who):
            said = "没有写逾期上报给谁（escalation），而别处写了这些办理人的上级"
            yield warning("escalation-missing", of_obligation(o, "escalation"), said, o.clause)


def independent(plan: Plan) -> Iterator[Finding]:
    """Where a level of the chain is one of those who failed, or of the same house; said once for each pair of both."""
    for (who, chain), same in _pairs(plan).items():
        alone = [role for role in chain if role not in who]
        if not alone:
            yield _said(same, "warning", "escalation-ends-with-bearer", f"{_told(who, chain)}，没有一级不是办理人自己")
        elif chain[-1] in who:
            yield _said(same, "warning", "escalation-ends-with-bearer", f"{_told(who, chain)}，最后一级就是办理人自己")
        elif who == chain[:1]:
            said = f"{_told(who, chain)}，第一级就是办理人自己，第一个独立的是{LABELS[alone[0]]}"
            yield _said(same, "warning", "escalation-not-independent", said)
        elif chain[0] in who:
            said = f"{_told(who, chain)}，第一级也是办理人之一，第一个独立的是{LABELS[alone[0]]}"
            yield _said(same, "note", "escalation-not-independent", said)
        elif HOUSE_OF.get(chain[0]) in who:
            higher = next((LABELS[role] for role in chain if HOUSE_OF.get(role) not in who), "没有")
            said = f"{_told(who, chain)}，{LABELS[chain[0]]}设在办理人内部，第一个独立的是{higher}"
            yield _said(same, "warning", "escalation-not-independent", said)


def _pairs(plan: Plan) -> dict[Pair, list[Obligation]]:
    """Obligations by who bears them and who is told; circles have been said."""
    pairs: dict[Pair, list[Obligation]] = defaultdict(list)
    for o in plan.obligations:
        looped = len(set(o.escalation)) < len(o.escalation) or set(o.escalation) == set(o.who[:1])
        if o.who and o.escalation and not looped:
            pairs[o.who, o.escalation].append(o)
    return pairs


def _told(who: Sequence[Role], chain: Sequence[Role]) -> str:
    return f"{'、'.join(LABELS[role] for role in who)}未办，上报{'→'.join(LABELS[role] for role in chain)}"


def _said(same: Sequence[Obligation], grade: str, rule: str, message: str) -> Finding:
    # By clause, not by place in the file: another order of the obligations is no other finding.
    same = sorted(same, key=lambda o: (o.clause, o.key))
    named = "、".join(dict.fromkeys(o.clause for o in same))
    more = f"（共{len(same)}条：{named}）" if len(same) > 1 else ""
    grades = {"warning": warning, "note": note}
    return grades[grade](rule, of_obligation(same[0], "escalation"), message + more, same[0].clause)


RULES = (no_circle, climbs, above_the_bearer, there_is_one, independent)
