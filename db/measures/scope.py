"""A question asked of a few: which of them can be, and by which column of each part those in scope are found.

A question has a reach where the rows of a subject follow from the records of its own group alone: a person and whoever
stands in, the units of one town or one of them alone, a household, a candidate, the visits of a month, all or those to
one station. Then it gives for the groups in scope exactly what it gives for all of them. A question without a reach is
asked of everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from db.measures.current import PARTS, with_parts
from db.measures.question import Question
from db.measures.reading import Reading, readings
from policy.plan import Obligation
from policy.words import SubjectKind


class Reach(StrEnum):
    PERSON = "person"
    PLACE = "place"
    SPOT = "spot"
    BENEFICIARY = "beneficiary"
    HOUSEHOLD = "household"
    CANDIDATE = "candidate"
    MONTH = "month"
    STATION = "station"
    EVERYBODY = "everybody"


COLUMNS: dict[Reach, dict[str, str]] = {
    Reach.PERSON: {
        "posts": "person",
        "trainings": "person",
        "leaves": "person",
        "certificates": "person",
        "contracts": "person",
        "assessments": "subject",
        "candidates": "person or code",
    },
    Reach.PLACE: {
        "units": "code",
        "posts": "unit",
        "acts": "subject",
        "assessments": "subject",
        "beneficiaries": "village",
    },
    Reach.SPOT: {
        "units": "code",
        "posts": "unit",
        "acts": "subject",
        "assessments": "subject",
        "beneficiaries": "village",
    },
    Reach.BENEFICIARY: {"beneficiaries": "code", "acts": "subject"},
    Reach.HOUSEHOLD: {"beneficiaries": "household or code"},
    Reach.CANDIDATE: {"candidates": "code"},
    Reach.MONTH: {"visits": "visit"},
    Reach.STATION: {"visits": "visit"},
    Reach.EVERYBODY: {},
}
"""The column of each part that bears the codes of a scope, or a second where the first is not told; a part that is not
named is read whole."""

ASKED: dict[Reach, tuple[str, ...]] = {
    Reach.PERSON: (
        "prejob_course",
        "hours_before_post",
        "hours_in_year",
        "contract_in_force",
        "insurance",
        "contract_terms",
        "direct_employer",
        "renewals",
        "integrated_in_term",
        "rightly_placed",
        "villages_carried",
        "liaison_certified",
        "first_post_of_round",
        "departments",
        "relief_employed",
        "relief_assessed",
        "titles_of_hired",
    ),
    Reach.PLACE: (
        "disability_specialists",
        "workers_of_village",
        "present_in_village",
        "workers_of_point",
        "workers_of_town",
        "village_covered",
        "station_opened",
        "villages_of_point",
        "supervised",
        "plaques",
        "points_grown",
    ),
    Reach.SPOT: ("holders", "kinds_filled", "village_served", "equipment", "plaque_of_early_point"),
    Reach.BENEFICIARY: ("visited", "planned", "matter_recorded", "case_steps"),
    Reach.HOUSEHOLD: ("household_file", "household_plan"),
    Reach.CANDIDATE: ("recruitment_steps",),
    Reach.MONTH: ("visits_by_month",),
    Reach.STATION: ("visit_hours",),
}
"""The questions of each reach; those below depend on what they are asked about."""
COUNTED = {"beneficiaries_covered": Reach.BENEFICIARY, "city_covered": Reach.PLACE}
"""Counts over a city, which have to be asked of everybody: the reach of what they count, for whoever keeps count."""
ABOUT_ANYTHING = ("act", "reviewed_act", "assessed")
PLACES = {SubjectKind(kind) for kind in ("city", "county", "township", "station", "point", "village", "centre")}


@dataclass(frozen=True)
class Scope:
    """Codes of whole groups (none for everybody), and of periods (None: every period begun)."""

    reach: Reach
    codes: frozenset[str]
    periods: frozenset[int] | None = None


@cache
def _reach_by_name() -> dict[str, Reach]:
    return {name: reach for reach, names in ASKED.items() for name in names}


def reach_of(obligation: Obligation) -> Reach | None:
    """The reach of the question that measures this obligation; None where it has to be asked of everybody."""
    asks = obligation.check.asks
    if asks in ABOUT_ANYTHING:
        about_person = obligation.subject is SubjectKind.PERSON and asks == "assessed"
        return Reach.PERSON if about_person else Reach.SPOT if obligation.subject in PLACES else None
    return _reach_by_name().get(asks)


def reads(obligation: Obligation, asked: Question) -> dict[str, Reading]:
    """What the measure reads of the records, by kind."""
    return readings(with_parts({**asked.parts, "periods": "SELECT 1"}, asked.rows), obligation.clause)


def narrowed(reach: Reach, dialect: str) -> dict[str, str]:
    """The tables cut to the codes of `:scope`, a JSON list; `city` and both clocks stay as they are."""
    given = "json_each(:scope)" if dialect == "sqlite" else "json_array_elements_text(CAST(:scope AS json))"
    return {name: f"{PARTS[name]} AND {_among(column, given)}" for name, column in COLUMNS[reach].items()}


def _among(column: str, given: str) -> str:
    """Each column of two by itself: no index finds what is worked out of both."""
    first, _, second = column.partition(" or ")
    among = f"{first} IN (SELECT value FROM {given})"
    return f"({among} OR {first} IS NULL AND {_among(second, given)})" if second else among
