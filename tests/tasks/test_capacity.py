"""The solver finds what trying everything finds, and every roster it gives keeps the law of the month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.planstore import load_plan
from db.work_calendar import work_calendar
from policy.capacity.conflict import LENGTH, RATIO, VISITS, conflicts, relaxed, smallest
from policy.capacity.proof import Proof
from policy.capacity.roster import broken
from policy.capacity.workload import Leave, Tie, Workload, counted, terms_of
from policy.words import Force
from tasks import solver
from tasks.capacity import prove
from tasks.solver import SolverGaveUp, best_roster, is_feasible
from tests.policy.oracle.roster import can_be_worked
from tests.policy.random_workload import a_workload, random_workload

PLAN = load_plan("huizhou")
CALENDAR = work_calendar(PLAN.house)
TERMS = terms_of(PLAN)
assert TERMS is not None
FEBRUARY = date(2022, 2, 1)
ALWAYS = date(2021, 1, 1), date(2030, 12, 31)

small_months = st.integers(0, 10**6).map(random_workload)
law = settings(max_examples=150, deadline=None)


@law
@given(small_months)
def test_a_month_can_be_worked_exactly_where_trying_everything_finds_a_way(work: Workload) -> None:
    assert is_feasible(work) is can_be_worked(work)


@law
@given(small_months)
def test_the_roster_of_a_month_keeps_every_rule_for_all_stations_but_the_missing(work: Workload) -> None:
    roster = best_roster(work)
    served = tuple(station for station in work.stations if station.code not in roster.missing)
    assert broken(replace(work, stations=served), roster) == []


@law
@given(small_months)
def test_no_roster_could_serve_more_stations(work: Workload) -> None:
    missing = best_roster(work).missing
    fewer = combinations(work.stations, len(work.stations) - len(missing) + 1) if missing else ()
    assert not any(can_be_worked(replace(work, stations=stations)) for stations in fewer)


def test_two_who_share_a_station_are_worth_it() -> None:
    assert best_roster(a_workload(1, 2, 1, reading="monthly_sum")).missing == ()


@law
@given(small_months)
def test_the_smallest_conflict_is_as_small_as_the_one_found_by_trying_everything(work: Workload) -> None:
    found = smallest(work, is_feasible)
    assert found == smallest(work, can_be_worked)
    if found:
        assert not can_be_worked(relaxed(work, found))


def city(supervisors: int) -> Workload:
    assert TERMS is not None
    return counted(TERMS, 72, supervisors, CALENDAR, FEBRUARY)


def proof_of(work: Workload) -> Proof:
    assert TERMS is not None
    return prove(TERMS, work)


def test_twelve_supervisors_have_six_stations_each_and_none_to_spare() -> None:
    proof = proof_of(city(12))
    assert proof.feasible
    assert broken(proof.work, proof.roster) == []
    assert loads(proof) == [6] * 12


def test_eleven_supervisors_leave_six_stations_by_the_limit_and_none_by_the_hours() -> None:
    proof = proof_of(city(11))
    assert len(proof.roster.missing) == 6
    assert [(reason.conflict.members, reason.served) for reason in proof.reasons] == [((VISITS, RATIO), 66)]
    assert proof.eased is not None
    assert loads(replace(proof, roster=proof.eased)) == [6] * 5 + [7] * 6


def test_eight_supervisors_in_february_2022_have_too_few_days_as_well() -> None:
    proof = proof_of(city(8))
    (reason,) = proof.reasons
    assert (reason.conflict.members, reason.served) == ((VISITS, LENGTH), 64)


def loads(proof: Proof) -> list[int]:
    carried = [supervisor for supervisor, _ in proof.roster.carried]
    return sorted(carried.count(supervisor) for supervisor in set(carried))


def test_a_limit_that_is_a_must_is_not_eased() -> None:
    assert TERMS is not None
    assert TERMS.ratio is not None
    strict = replace(TERMS, ratio=TERMS.ratio.model_copy(update={"force": Force.MUST}))
    assert prove(strict, city(11)).eased is None


def test_visits_come_as_early_as_they_can_and_their_days_together() -> None:
    work = a_workload(2, 1, 10)
    days = [[day.day for day in visit.days] for visit in best_roster(work).visits]
    assert days == [[1, 2], [3, 4]]


def test_a_visit_goes_round_the_days_of_leave() -> None:
    work = a_workload(1, 1, 3, leaves=(Leave("D0", date(2022, 2, 2), date(2022, 2, 2)),))
    (visit,) = best_roster(work).visits
    assert [day.day for day in visit.days] == [1, 3]


def test_a_substitute_takes_the_stations_he_can_beside_his_own() -> None:
    ties = (Tie("D0", "S0", *ALWAYS), Tie("D1", "S1", *ALWAYS), Tie("D1", "S0", FEBRUARY, date(2022, 2, 4)))
    work = a_workload(2, 2, 4, ties=ties, leaves=(Leave("D0", FEBRUARY, date(2022, 2, 4), "D1"),))
    assert best_roster(work).carried == {("D1", "S0"), ("D1", "S1")}


@pytest.mark.parametrize("reading", ["each_visit", "monthly_sum", "one_for_all"])
def test_nothing_to_visit_is_an_empty_roster(reading: str) -> None:
    assert best_roster(a_workload(0, 2, reading=reading)).visits == ()
    assert best_roster(a_workload(2, 0, reading=reading)).missing == ("S0", "S1")


def test_a_solver_out_of_time_says_so_and_claims_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "SECONDS", 0)
    with pytest.raises(SolverGaveUp):
        conflicts(replace(city(8), reading="monthly_sum"), is_feasible)
