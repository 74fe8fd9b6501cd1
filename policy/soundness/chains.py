"""Escalation climbs to somebody who did not fail: no circles, no end at the bearer, somebody of another house."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from policy.finding import Finding, error, note, warning
from policy.plan import Obligation, Plan
from policy.soundness.places import PLAN, of_obligation
from policy.words import LABELS, Role

HOUSE_OF = {
    Role.LEADING_GROUP: {Role.CITY_BUREAU},
    Role.SUPERVISION_MECHANISM: {Role.CITY_BUREAU},
    Role.STATION_DEPUTY_HEAD: {Role.STATION},
    Role.STATION_EXECUTIVE_HEAD: {Role.STATION, Role.TOWNSHIP},
    Role.STATION_HEAD: {Role.STATION, Role.TOWNSHIP},
}
"""Bodies and people that sit inside others; the two heads of a station are officers of its town."""
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
CITY = RANK[Role.SUPERVISION_MECHANISM]
"""From here on all are of the city: none of them stands below another."""
ADD_ONE = "应加上更高的一级；原文没有写的，由办公室定"
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
    """Somebody in the chain is neither one of those who failed, nor of their house, nor below them; said once for each
    pair of bearers and chain. Where it is only not the first, a text may well say so: one note for all."""
    later: dict[str, list[str]] = defaultdict(list)
    for (who, chain), same in _pairs(plan).items():
        told, free = _told(who, chain), [role for role in chain if not _tied(role, who)]
        if not free:
            yield _said(same, f"{told}，没有一级独立于办理人，{ADD_ONE}")
        elif chain[-1] in who:
            yield _said(same, f"{told}，最后一级就是办理人自己，{ADD_ONE}")
        elif chain[0] is not free[0]:
            later[f"{_tied(chain[0], who)}，第一个独立的是{LABELS[free[0]]}"] += [o.clause for o in same]
    if later:
        said = "；".join(f"{why}：{'、'.join(sorted(set(later[why])))}" for why in sorted(later))
        yield note("escalation-not-independent", (PLAN, "chains"), f"上报链的第一级不独立于办理人。{said}")


def _tied(role: Role, who: Sequence[Role]) -> str:
    """Why telling the role is not telling somebody else; empty where it is."""
    if role in who:
        return f"{LABELS[role]}{'就是办理人自己' if len(who) == 1 else '也是办理人之一'}"
    if HOUSE_OF.get(role, set()) & set(who):
        return f"{LABELS[role]}设在办理人内部"
    return f"{LABELS[role]}低于办理人" if RANK[role] < min(CITY, *(RANK[one] for one in who)) else ""


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


def _said(same: Sequence[Obligation], message: str) -> Finding:
    # By clause, not by place in the file: another order of the obligations is no other finding.
    same = sorted(same, key=lambda o: (o.clause, o.key))
    named = "、".join(dict.fromkeys(o.clause for o in same))
    more = f"（共{len(same)}条：{named}）" if len(same) > 1 else ""
    place = of_obligation(same[0], "escalation")
    return warning("escalation-ends-with-bearer", place, message + more, same[0].clause)


RULES = (no_circle, climbs, there_is_one, independent)
