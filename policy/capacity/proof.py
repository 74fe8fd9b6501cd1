"""What the capacity question found for a month, in Chinese and as plain objects: a roster, or why there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from policy.capacity.conflict import RATIO, Conflict, Requirement, relaxed
from policy.capacity.roster import Roster
from policy.capacity.workload import Leave, Terms, Workload, may_visit, present
from policy.finding import Finding, warning
from policy.numbers import hours
from policy.plan import Obligation
from policy.words import Force

NAMED = 3
EACH = {
    "each_visit": "各须督导1次，每次不少于{hours}小时（{days}个工作日）",
    "monthly_sum": "当月督导合计各须不少于{hours}小时（{days}个工作日）",
    "one_for_all": "的督导员当月须有一次不少于{hours}小时（{days}个工作日）的督导",
}


@dataclass(frozen=True)
class Reason:
    """One conflict, and how many of its stations can be served while its members are kept."""

    conflict: Conflict
    served: int


@dataclass(frozen=True)
class Proof:
    """`roster` is the best there is. `reasons` is empty where it serves every station; the first is a smallest one.
    `eased` is the best roster under an exception from the limit, where the limit holds in principle only and that helps.
    """

    terms: Terms
    work: Workload
    roster: Roster
    reasons: tuple[Reason, ...] = ()
    eased: Roster | None = None

    @property
    def feasible(self) -> bool:
        return not self.roster.missing


def may_be_eased(terms: Terms) -> bool:
    """Whether the limit of stations is one that an exception may lift (A47)."""
    return terms.ratio is not None and terms.ratio.force is Force.IN_PRINCIPLE


def zh_month(month: date) -> str:
    return f"{month.year}年{month.month}月"


def balance(proof: Proof) -> str:
    """The month's sum: what is asked, what there is, and how it comes out."""
    terms, work = proof.terms, proof.work
    there = {code: days for code, days in present(work).items() if days}
    away = len(work.supervisors) - len(there)
    asked = EACH[work.reading].format(hours=hours(terms.minutes), days=terms.visit_days)
    needed, given = needed_days(work), sum(map(len, there.values()))
    unsure = "（放假安排未公布，按周一至周五计）" if work.provisional else ""
    return (
        f"{zh_month(work.month)}有{len(work.workdays)}个工作日{unsure}，{len(work.stations)}个站{asked}，"
        f"共需{needed}个工作日（{hours(needed * terms.workday_minutes)}小时）；"
        f"督导员{len(there)}名{f'（另{away}名整月请假）' if away else ''}，"
        f"可用{given}个工作日（{hours(given * terms.workday_minutes)}小时）{_limit(work, there)}。{_outcome(proof)}"
    )


def needed_days(work: Workload) -> int:
    """The supervisors' days that the month asks for; under one_for_all those of one visit each."""
    trips = len({supervisor for supervisor, _ in may_visit(work)})
    return work.visit_days * (trips if work.reading == "one_for_all" else len(work.stations))


def _limit(work: Workload, there: Collection[str]) -> str:
    if work.most is None:
        return ""
    freed = work.excused.intersection(there)
    return f"，每名至多{work.most}个站" + ("" if freed else f"，共{work.most * len(there)}个站")


def _outcome(proof: Proof) -> str:
    stations, missing = len(proof.work.stations), len(proof.roster.missing)
    if not stations:
        return "本月没有须督导的站。"
    if not missing:
        return f"排得开，{_loads(proof.roster)}。"
    eased = f"；如按例外放宽每名{proof.work.most}个站的上限，{_eased(proof)}" if proof.eased else ""
    return f"排不开，至多做到{stations - missing}个站，余{missing}个站{eased}。"


def _loads(roster: Roster) -> str:
    loads = Counter(supervisor for supervisor, _ in roster.carried).values()
    return f"每名督导员{min(loads)}至{max(loads)}个站" if min(loads) < max(loads) else f"每名督导员{min(loads)}个站"


def _eased(proof: Proof) -> str:
    assert proof.eased is not None
    loads = Counter(supervisor for supervisor, _ in proof.eased.carried)
    over = sum(load > (proof.work.most or 0) for load in loads.values())
    served = len(proof.work.stations) - len(proof.eased.missing)
    return f"可做到{served}个站，{over}名督导员超过上限，最多的{max(loads.values())}个站"


def said(proof: Proof, reason: Reason) -> str:
    """What cannot be kept together, where, and the sum that shows it."""
    work, members = reason.conflict.work, reason.conflict.members
    kept = relaxed(work, members)
    stations = len(work.stations)
    where = "全市" if stations == len(proof.work.stations) else ""
    named = "、".join(station.name for station in work.stations[:NAMED])
    which = (
        f"{where}{stations}个站"
        if where or not stations
        else f"{named}{f'等{stations}个站' if stations > NAMED else ''}"
    )
    return (
        f"{zh_month(work.month)}不能同时做到：{'、'.join(_member(proof, one) for one in members)}。"
        f"{which}{_people(proof, kept, RATIO in members)}，至多做到{reason.served}个，余{stations - reason.served}个。"
    )


def findings(proof: Proof) -> Iterator[Finding]:
    """Why a month cannot be worked, for those who check the plan. A warning: it is of the records, not of the text."""
    visits = proof.terms.visits
    for reason in proof.reasons:
        yield warning("capacity", ("plan.yaml", "obligations", visits.key), said(proof, reason), visits.clause)


def _people(proof: Proof, kept: Workload, limited: bool) -> str:
    concerned = {supervisor for supervisor, _ in may_visit(kept)}
    if not concerned:
        return "没有督导员可去"
    names = {one.code: one.name for one in kept.supervisors if one.code in concerned}
    days = {code: len(own) for code, own in present(kept).items() if code in concerned}
    if len(names) <= NAMED:
        who = "、".join(f"{names[code]}（可用{days[code]}个工作日）" for code in sorted(names))
    else:
        who = f"{len(names)}名督导员（可用{sum(days.values())}个工作日）"
    each = f"，每名至多{kept.most}个站" if limited else ""
    length = f"，每站须{kept.visit_days}个工作日" if kept.visit_days > 1 else ""
    return f"可由{who}督导{each}{length}"


def placed(terms: Terms, kind: str) -> Obligation:
    """The obligation that asks it; where the length or the limit has none of its own, that of the visits."""
    own = {"length": terms.length, "ratio": terms.ratio, "assigned": terms.assigned}
    return own.get(kind) or terms.visits


def _member(proof: Proof, one: Requirement) -> str:
    if one.leave:
        return _leave(proof.work, one.leave)
    terms, obligation = proof.terms, placed(proof.terms, one.kind)
    what = {
        "visits": "每站每月1次",
        "length": f"每次不少于{hours(terms.minutes)}小时，即{terms.visit_days}个工作日",
        "ratio": f"每名不超过{terms.most}个站",
        "assigned": "由分工负责的督导员去",
    }
    return f"{obligation.clause}{obligation.title}（{what[one.kind]}）"


def _leave(work: Workload, leave: Leave) -> str:
    names = {one.code: one.name for one in work.supervisors}
    instead = f"，由{names.get(leave.substitute, leave.substitute)}代班" if leave.substitute else "，无人代班"
    return f"{names.get(leave.person, leave.person)}请假（{leave.starts}至{leave.ends}{instead}）"


def proof_object(proof: Proof) -> dict[str, Any]:
    """The month for programs; days as ISO dates, hours as decimals in text (contract 2, Numbers)."""
    terms, work, roster = proof.terms, proof.work, proof.roster
    people = {one.code: {"code": one.code, "name": one.name} for one in work.supervisors}
    stations = {one.code: {"code": one.code, "name": one.name} for one in work.stations}
    given = sum(map(len, present(work).values()))
    return {
        "month": f"{work.month:%Y-%m}",
        "feasible": proof.feasible,
        "workdays": len(work.workdays),
        "provisional_calendar": work.provisional,
        "stations": len(work.stations),
        "supervisors": len(work.supervisors),
        "needed_hours": hours(needed_days(work) * terms.workday_minutes),
        "available_hours": hours(given * terms.workday_minutes),
        "why": balance(proof),
        "conflicts": [_conflict_object(proof, reason) for reason in proof.reasons],
        "visits": [
            {
                "supervisor": people[visit.supervisor],
                "station": stations[visit.station],
                "days": [day.isoformat() for day in visit.days],
            }
            for visit in roster.visits
        ],
        "missing": [stations[code] for code in roster.missing],
    }


def _conflict_object(proof: Proof, reason: Reason) -> dict[str, Any]:
    work = reason.conflict.work
    return {
        "members": [_member_object(proof, one) for one in reason.conflict.members],
        "stations": [station.code for station in work.stations],
        "served": reason.served,
        "why": said(proof, reason),
    }


def _member_object(proof: Proof, one: Requirement) -> dict[str, Any]:
    obligation = None if one.leave else placed(proof.terms, one.kind)
    return {
        "kind": one.kind,
        "clause": obligation.clause if obligation else None,
        "duty": obligation.key if obligation else None,
        "person": one.leave.person if one.leave else None,
        "what": _member(proof, one),
    }
