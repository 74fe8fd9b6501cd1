"""Small things to judge, with good defaults: a plan of one duty, an office with one person in each chair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from policy.calendar import WorkCalendar, at
from policy.checks.done_by import DoneBy
from policy.directory import Directory, UnitCard
from policy.office import Office
from policy.plan import Clause, Duty, House, Obligation, Phase, Plan, Rung, Window
from policy.recurrence import Recurrence
from policy.verdict import Case, Ruling, Verdict
from policy.words import Force, Reason, Role, Status, SubjectKind

OCTOBER = Recurrence(rule="FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=31", first_due=date(2021, 10, 31), span="year")
MONTHLY = Recurrence(rule="FREQ=MONTHLY;BYMONTHDAY=-1", first_due=date(2021, 7, 31), span="month")
LADDER = (
    Rung(reason=Reason.ASSIGNED, workdays=-20),
    Rung(reason=Reason.REMINDER, workdays=-10),
    Rung(reason=Reason.REMINDER, workdays=-5),
    Rung(reason=Reason.DUE_TODAY, workdays=0),
    Rung(reason=Reason.OVERDUE, workdays=1),
    Rung(reason=Reason.ESCALATED, workdays=3, level=1),
    Rung(reason=Reason.ESCALATED, workdays=8, level=2),
)
READINGS = {"A35": "each_visit", "A37": "none", "A39": "none", "A41": "exact"}
# The holidays of October 2021 and the Saturday worked for them.
CALENDAR = WorkCalendar(
    {**{date(2021, 10, day): False for day in range(1, 8)}, date(2021, 10, 9): True}, frozenset({2021, 2022})
)


def a_house(**changes: Any) -> House:
    values: dict[str, Any] = {
        "readings": READINGS,
        "reading_values": {note: {chosen: "…", "other": "…"} for note, chosen in READINGS.items()},
        "ladder": LADDER,
        "phase_closing_workdays": (20, 5),
        "channel": "email",
        "windows": {"email": Window(opens=time(8, 30), closes=time(18))},
        "digest_lines": 50,
        "yellow_days": 10,
        "academic_minutes": 45,
        "plaque_days": 0,
        "beneficiary_categories": ("低保",),
    }
    return House(**{**values, **changes})


def an_obligation(**changes: Any) -> Obligation:
    """A county reports once by 2021-10-31; the city bureau hears at E1, the city government at E2."""
    values: dict[str, Any] = {
        "key": "filing",
        "clause": "T-1",
        "title": "报送总结",
        "subject": SubjectKind.COUNTY,
        "check": DoneBy(asks="report", what="总结报送"),
        "due": date(2021, 10, 31),
        "who": (Role.COUNTY_BUREAU,),
        "escalation": (Role.CITY_BUREAU, Role.CITY_GOVERNMENT),
        "phase": "run",
    }
    return Obligation(**{**values, **changes})


def a_phase(**changes: Any) -> Phase:
    values: dict[str, Any] = {
        "key": "run",
        "kind": "operation",
        "title": "阶段一·运作",
        "clause": "T-1",
        "starts": date(2021, 7, 1),
        "ends": date(2021, 12, 31),
    }
    return Phase(**{**values, **changes})


def a_clause(name: str = "T-1", force: Force = Force.SHOULD) -> Clause:
    return Clause(id=name, place="一", title="某条", summary="某事应办。", force=force, kind="duty")


def a_plan(*obligations: Obligation, **changes: Any) -> Plan:
    values: dict[str, Any] = {
        "key": "demo",
        "title": "示例工程",
        "city": "示例市",
        "document": "示例〔2021〕1号",
        "issued": date(2021, 5, 6),
        "phases": (a_phase(),),
        "duties": (Duty(key="yearly", title="年度业务"),),
        "obligations": obligations or (an_obligation(),),
        "not_run": {},
        "clauses": (a_clause(),),
        "house": a_house(),
    }
    return Plan(**{**values, **changes})


UNITS = (
    UnitCard("G1", "省民政厅", "government", None),
    UnitCard("G2", "示例市人民政府", "government", None),
    UnitCard("C", "示例市", "city", None),
    UnitCard("K", "甲县", "county", "C"),
    UnitCard("T", "甲镇", "township", "K"),
    UnitCard("S", "甲镇社工站", "station", "T"),
    UnitCard("P", "甲点", "point", "S"),
    UnitCard("V", "甲村", "village", "T"),
)


def a_directory(**changes: Any) -> Directory:
    values: dict[str, Any] = {"units": {card.code: card for card in UNITS}}
    return Directory(**{**values, **changes})


def an_office(
    plan: Plan | None = None,
    directory: Directory | None = None,
    breached: Mapping[tuple[str, str, int], date] | None = None,
    calendar: WorkCalendar = CALENDAR,
    owed: Mapping[tuple[str, str, int], date] | None = None,
) -> Office:
    return Office(plan or a_plan(), calendar, directory or a_directory(), dict(breached or {}), dict(owed or {}))


def a_case(as_of: date = date(2021, 10, 31), **changes: Any) -> Case:
    values: dict[str, Any] = {"force": Force.SHOULD, "readings": READINGS}
    return Case(as_of=as_of, **{**values, **changes})


def a_verdict(
    status: Status = Status.NOT_YET_DUE,
    due: date | None = date(2021, 10, 31),
    duty: str = "filing",
    kind: SubjectKind = SubjectKind.COUNTY,
    subject: str = "K",
) -> Verdict:
    return Verdict(duty, "T-1", kind, subject, None, Ruling(status, "尚未报送。", due))


def morning(day: date) -> datetime:
    """Nine o'clock: the sending window has opened."""
    return at(day, time(9))


def said(notices: Iterable[Any], state: str = "due") -> list[tuple[str, str, str]]:
    """Rung, role and unit or person of the notices in this state, in order."""
    return [(n.rung, n.to.role.value, n.to.person or n.to.unit) for n in notices if n.state == state]
