"""A small plan with nothing to be said against it, and ways to spoil it in one place."""

from __future__ import annotations

from datetime import date
from typing import Any

from policy.checks.done_by import DoneBy
from policy.checks.phase_span import PhaseSpan
from policy.checks.standing import Standing
from policy.plan import Clause, House, Obligation, Phase, Plan
from policy.recurrence import Recurrence
from policy.soundness import findings
from policy.words import Force, Role
from tests.policy.making import LADDER, a_house, a_phase, a_plan, an_obligation

SUMMER, WINTER = date(2021, 7, 1), date(2021, 12, 31)
COUNTY, CITY, GOVERNMENT = Role.COUNTY_BUREAU, Role.CITY_BUREAU, Role.CITY_GOVERNMENT
DECEMBER = Recurrence(rule="FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31", first_due=WINTER, span="year")
Said = tuple[str, str, str]


def clause(name: str = "T-1", summary: str = "县区应在2021年10月31日前把总结送给市民政局。", **changes: Any) -> Clause:
    values = {"place": f"{name}处", "title": "某条", "force": Force.SHOULD, "kind": "duty"}
    return Clause(id=name, summary=summary, **{**values, **changes})


def stage(**changes: Any) -> Phase:
    return a_phase(**{"clause": "T-0", "assigns": ("county_bureau",), **changes})


def span(**changes: Any) -> Obligation:
    check = PhaseSpan(first=changes.pop("first", SUMMER), last=changes.pop("last", WINTER))
    return an_obligation(**{"key": "span", "clause": "T-0", "check": check, "who": (), "due": None, **changes})


def filing(**changes: Any) -> Obligation:
    return an_obligation(**{"recipients": (CITY,), **changes})


def standing(key: str = "posts", **check: Any) -> Obligation:
    """At least one holder of a post, always."""
    return an_obligation(key=key, due=None, check=Standing(asks="holders", what="站长", **check))


def reported(check: str = "报送") -> DoneBy:
    return DoneBy(asks="report", what=check)


STAGE_CLAUSE = clause("T-0", "2021年7月1日到12月31日为运作时期。", force=Force.FACT, kind="phase")
YEARLY_CLAUSE = clause("T-2", "县区每年12月31日前应办一次。")


def sound_house(**changes: Any) -> House:
    return a_house(**{"readings": {}, "reading_values": {}, "ladder": LADDER, **changes})


def yearly(**changes: Any) -> Obligation:
    check = DoneBy(asks="act", what="一次")
    base = {"key": "yearly-one", "clause": "T-2", "check": check, "due": None, "every": DECEMBER, "phase": None}
    return an_obligation(**{**base, "duty": "yearly", **changes})


def sound_plan(*obligations: Obligation, **changes: Any) -> Plan:
    """A stage, a report of it, a yearly duty. `obligations` take the place of the report."""
    values: dict[str, Any] = {
        "phases": (stage(),),
        "clauses": (STAGE_CLAUSE, clause(), YEARLY_CLAUSE),
        "house": sound_house(),
    }
    return a_plan(span(), yearly(), *(obligations or (filing(),)), **{**values, **changes})


def said(plan: Plan, rule: str | None = None) -> list[Said]:
    """Grade, place and message of what is found, by one rule or by all but the notes of every plan."""
    return [
        (f.grade.value, "/".join(f.place), f.message)
        for f in findings(plan)
        if (f.rule == rule if rule else f.rule not in ("duty-without-end", "due-at-weekend"))
    ]
