"""The numbers of a plan's rules, looked up by what its obligations ask: never written down a second time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from policy.numbers import hours, zh_day
from policy.plan import Obligation, Plan
from policy.quantity import Quantity, exactly


@dataclass(frozen=True, slots=True)
class Rule:
    """One number (or one day) of one clause, with the sentence that people read. Lengths are whole minutes."""

    clause: str
    said: str
    number: int = 0
    due: date | None = None

    @property
    def quantity(self) -> Quantity:
        return exactly(self.number)


@dataclass(frozen=True, slots=True)
class Look:
    """Where a rule is found: the question its obligation asks, the field of its check, the posts it is about."""

    asks: str
    field: str
    says: Callable[[int], str]
    posts: frozenset[str] = frozenset()

    def finds(self, obligation: Obligation) -> bool:
        check = obligation.check
        return check.asks == self.asks and self.posts <= set(getattr(check, "posts", ()))


LOOKS = {
    "stations_per_supervisor": Look("stations_per_supervisor", "most", lambda n: f"每名督导员不超过{n}个社工站"),
    "monitors": Look(
        "holders_in_city", "least", lambda n: f"日常监管专职督导{n}名", frozenset({"supervision_monitor"})
    ),
    "visit": Look("visits_by_month", "minutes", lambda n: f"每站每月督导1次，不少于{hours(n)}小时"),
    "affairs_posts": Look(
        "holders", "least", lambda n: f"每站事务性岗位不少于{n}人", frozenset({"deputy_head", "disability_specialist"})
    ),
    "workers_per_point": Look("workers_of_point", "least", lambda n: f"每个社工点不少于{n}名社工"),
    "villages_per_point": Look("villages_of_point", "most", lambda n: f"每{n}个村（居）一个社工点"),
    "yearly_training": Look("hours_in_year", "minutes", lambda n: f"每人每年培训不少于{hours(n)}小时"),
}
DAYS = {
    "station_coverage": ("station_opened", "每个镇街建成社工站"),
    "village_coverage": ("city_covered", "村（居）站点全覆盖"),
    "beneficiary_coverage": ("beneficiaries_covered", "服务对象全覆盖"),
}


def rules_of(plan: Plan) -> dict[str, Rule]:
    """Every rule of LOOKS and DAYS that the plan has. Where several obligations match, the narrowest number and last day."""
    numbered = {name: rule for name, look in LOOKS.items() if (rule := _number(plan, look))}
    dated = {name: rule for name, (asks, what) in DAYS.items() if (rule := _day(plan, asks, what))}
    return {**numbered, **dated}


def _number(plan: Plan, look: Look) -> Rule | None:
    found = [(getattr(o.check, look.field), o.clause) for o in plan.obligations if look.finds(o)]
    if not found:
        return None
    number, clause = min(found)
    return Rule(clause, look.says(number), number)


def _day(plan: Plan, asks: str, what: str) -> Rule | None:
    found = [(o.due, o.clause) for o in plan.obligations if o.check.asks == asks and o.due]
    if not found:
        return None
    due, clause = max(found)
    return Rule(clause, f"{what}，{zh_day(due)}", due=due)
