"""The capacity question: what the records make of a month, which rosters keep its rules, and which requirements clash.

Small months are worked out by trying everything; tests/tasks/test_capacity.py holds the solver to the same answers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import chain, combinations
from typing import Any

import pytest

from db.planstore import load_plan
from db.work_calendar import work_calendar
from policy.capacity.conflict import (
    ASSIGNED,
    LENGTH,
    RATIO,
    VISITS,
    Conflict,
    Requirement,
    conflicts,
    relaxed,
    requirements,
    smallest,
)
from policy.capacity.proof import Proof, Reason, balance, findings, may_be_eased, proof_object, said
from policy.capacity.roster import Roster, Visit, broken
from policy.capacity.workload import (
    Leave,
    OnFile,
    Stay,
    Terms,
    Tie,
    Workload,
    counted,
    may_visit,
    months,
    parts,
    present,
    terms_of,
    workload,
)
from policy.words import Grade
from tests.policy.making import a_plan
from tests.policy.oracle.roster import can_be_worked
from tests.policy.random_workload import a_workload, random_workload

PLAN = load_plan("huizhou")
CALENDAR = work_calendar(PLAN.house)
FEBRUARY, OCTOBER = date(2022, 2, 1), date(2021, 10, 1)
ALWAYS = date(2021, 1, 1), date(2030, 12, 31)


def the_terms(**settings: str) -> Terms:
    terms = terms_of(load_plan("huizhou", {key.replace("_", ".", 1): value for key, value in settings.items()}))
    assert terms is not None
    return terms


def on_file(**changes: Any) -> OnFile:
    """One station and its supervisor, from the first day on."""
    values: dict[str, Any] = {
        "stations": (Stay("S", *ALWAYS),),
        "posts": (Stay("D", *ALWAYS),),
        "ties": (Tie("D", "S", *ALWAYS),),
        "leaves": (),
        "excused": (),
        "names": {"S": "甲站", "D": "督导甲"},
    }
    return OnFile(**{**values, **changes})


def month(day: date = FEBRUARY, terms: Terms | None = None, **changes: Any) -> Workload:
    return workload(terms or the_terms(), on_file(**changes), CALENDAR, day)


def days_of(work: Workload, supervisor: str = "D", station: str = "S") -> list[int]:
    return sorted(day.day for day in may_visit(work).get((supervisor, station), ()))


# What the plan asks


def test_the_terms_are_those_of_the_plan_and_the_working_day_is_the_houses() -> None:
    terms = the_terms()
    placed = [terms.visits, terms.length, terms.ratio, terms.assigned]
    assert [o.clause for o in placed if o] == ["HZ-4.2.4-09", "HZ-4.2.4-10", "HZ-4.2.4-08", "HZ-4.2.4-02"]
    assert (terms.minutes, terms.most, terms.workday_minutes, terms.visit_days) == (960, 6, 480, 2)
    assert may_be_eased(terms)
    assert not may_be_eased(replace(terms, ratio=None))


@pytest.mark.parametrize(("minutes", "days"), [("480", 2), ("479", 3), ("420", 3), ("960", 1), ("1440", 1)])
def test_a_visit_takes_as_many_whole_days_as_its_hours_fill(minutes: str, days: int) -> None:
    terms = terms_of(load_plan("huizhou", {"workday_minutes": minutes}))
    assert terms is not None
    assert terms.visit_days == days


def test_a_plan_that_asks_for_no_visits_has_no_capacity_question() -> None:
    assert terms_of(a_plan()) is None


# What the records make of a month


def test_the_working_days_are_those_of_the_real_calendar() -> None:
    assert len(month(FEBRUARY).workdays) == 16
    october = month(OCTOBER)
    assert len(october.workdays) == 17
    assert date(2021, 10, 9) in october.workdays  # a Saturday worked for the holidays


def test_a_year_without_a_published_calendar_is_provisional() -> None:
    assert not month().provisional
    assert month(date(2041, 2, 1)).provisional


def test_the_months_of_a_range_are_counted_from_any_day_to_any_day() -> None:
    assert [f"{m:%Y-%m}" for m in months(date(2021, 11, 30), date(2022, 2, 1))] == [
        "2021-11",
        "2021-12",
        "2022-01",
        "2022-02",
    ]


@pytest.mark.parametrize(
    ("opens", "closes", "owed"),
    [
        (date(2022, 2, 1), date(2022, 2, 28), True),
        (date(2022, 2, 2), date(2030, 1, 1), False),
        (date(2021, 7, 1), date(2022, 2, 27), False),
        (date(2022, 3, 1), date(2030, 1, 1), False),
    ],
)
def test_a_station_not_open_the_whole_month_owes_no_visit_unless_the_house_reads_so(
    opens: date, closes: date, owed: bool
) -> None:
    stations = (Stay("S", opens, closes),)
    assert bool(month(stations=stations).stations) is owed
    full = month(terms=the_terms(readings_A39="full"), stations=stations)
    assert bool(full.stations) is (opens.month == 2 or closes.month == 2)


def test_a_station_that_opens_within_the_month_is_visited_after_it_opened() -> None:
    full = month(terms=the_terms(readings_A39="full"), stations=(Stay("S", date(2022, 2, 24), ALWAYS[1]),))
    assert days_of(full) == [24, 25, 28]


def test_a_supervisor_comes_with_his_post_and_goes_with_it() -> None:
    assert days_of(month(posts=(Stay("D", date(2022, 2, 24), date(2022, 2, 25)),))) == [24, 25]
    assert month(posts=(Stay("D", date(2022, 3, 1), ALWAYS[1]),)).supervisors == ()


def test_somebody_on_leave_is_not_there() -> None:
    away = month(
        leaves=(Leave("D", date(2022, 1, 1), date(2022, 2, 24)), Leave("D", date(2022, 2, 28), date(2022, 2, 28)))
    )
    assert days_of(away) == [25]
    assert [day.day for day in present(away)["D"]] == [25]


def test_leave_outside_the_month_is_no_matter_of_the_month() -> None:
    assert month(leaves=(Leave("D", date(2022, 3, 1), date(2022, 3, 9)),)).leaves == ()


def test_a_substitute_may_go_while_the_leave_lasts_also_without_a_post_of_his_own() -> None:
    work = month(leaves=(Leave("D", date(2022, 2, 24), date(2022, 2, 25), "E"),))
    assert days_of(work, "E") == [24, 25]
    assert {24, 25}.isdisjoint(days_of(work))


def test_a_leave_of_another_month_or_of_a_stranger_brings_no_substitute() -> None:
    leaves = (Leave("D", date(2022, 3, 2), date(2022, 3, 4), "E"), Leave("X", date(2022, 2, 2), date(2022, 2, 4), "E"))
    ties = (Tie("D", "S", ALWAYS[0], date(2022, 3, 1)), Tie("D", "S", date(2022, 3, 5), ALWAYS[1]))
    assert [one.code for one in month(ties=ties, leaves=leaves).supervisors] == ["D"]


def test_a_station_handed_over_is_each_ones_in_his_time() -> None:
    ties = (Tie("D", "S", ALWAYS[0], date(2022, 2, 24)), Tie("E", "S", date(2022, 2, 25), ALWAYS[1]))
    work = month(ties=ties, posts=(Stay("D", *ALWAYS), Stay("E", *ALWAYS)))
    assert days_of(work, "E") == [25, 28]
    assert {25, 28}.isdisjoint(days_of(work))


def test_a_station_given_twice_to_one_supervisor_is_his_on_the_days_of_both() -> None:
    ties = (Tie("D", "S", ALWAYS[0], date(2022, 2, 7)), Tie("D", "S", date(2022, 2, 28), ALWAYS[1]))
    assert days_of(month(ties=ties)) == [7, 28]


def test_where_one_visit_serves_for_all_it_is_owed_by_who_has_the_station_at_the_months_end() -> None:
    ties = (Tie("D", "S", ALWAYS[0], date(2022, 2, 24)), Tie("E", "S", date(2022, 2, 25), ALWAYS[1]))
    posts = (Stay("D", *ALWAYS), Stay("E", *ALWAYS))
    work = month(terms=the_terms(readings_A35="one_for_all"), ties=ties, posts=posts)
    assert (days_of(work), days_of(work, "E")) == ([], [25, 28])


def test_without_assignments_on_file_anybody_may_go_anywhere() -> None:
    work = month(ties=None, posts=(Stay("D", *ALWAYS), Stay("E", *ALWAYS)))
    assert days_of(work) == days_of(work, "E") == sorted(day.day for day in work.workdays)


def test_an_exception_from_the_limit_counts_in_the_months_it_touches() -> None:
    excused = (Stay("D", date(2022, 2, 28), date(2022, 3, 31)),)
    assert month(excused=excused).excused == {"D"}
    assert month(date(2022, 1, 1), excused=excused).excused == frozenset()


def test_a_month_falls_into_the_groups_that_share_a_supervisor() -> None:
    ties = (
        Tie("D0", "S0", *ALWAYS),
        Tie("D1", "S1", *ALWAYS),
        Tie("D0", "S2", *ALWAYS),
        Tie("D1", "S2", *ALWAYS),
        Tie("D2", "S3", *ALWAYS),
    )
    work = a_workload(5, 3, ties=ties)
    assert [[station.code for station in part.stations] for part in parts(work)] == [["S0", "S1", "S2"], ["S3"], ["S4"]]
    assert all(part.supervisors == work.supervisors for part in parts(work))
    assert parts(replace(work, ties=None)) == [replace(work, ties=None)]


# The law of a roster

FIRST, SECOND, THIRD, FOURTH = (day for day in a_workload(1, 1).workdays)


def a_roster(*visits: Visit, **changes: Any) -> Roster:
    carried = frozenset((visit.supervisor, visit.station) for visit in visits)
    return replace(Roster(visits, carried), **changes)


GOOD = a_roster(Visit("D0", "S0", (FIRST, SECOND)), Visit("D0", "S1", (THIRD, FOURTH)))


def test_a_roster_that_keeps_every_rule_has_nothing_said_against_it() -> None:
    assert broken(a_workload(2, 1), GOOD) == []


@pytest.mark.parametrize(
    ("changes", "roster", "fault"),
    [
        ({}, a_roster(GOOD.visits[0]), "S1本月没有足够的督导"),
        ({}, a_roster(GOOD.visits[0], Visit("D0", "S1", (SECOND, THIRD))), f"D0{SECOND}排了2处"),
        ({}, a_roster(GOOD.visits[0], Visit("D0", "S1", (THIRD,))), "D0到S1只有1天，应有2天"),
        ({"most": 1}, GOOD, "D0负责2个站，应不超过1个"),
        ({"leaves": (Leave("D0", FOURTH, FOURTH),)}, GOOD, f"D0{FOURTH}不能到S1"),
        ({"ties": (Tie("D0", "S0", *ALWAYS),)}, GOOD, "S1没有分给D0"),
        ({}, replace(GOOD, carried=frozenset({("D0", "S0")})), "S1不由D0负责"),
        ({}, a_roster(GOOD.visits[0], Visit("D0", "S1", (date(2022, 3, 1), THIRD))), "D02022-03-01不能到S1"),
    ],
)
def test_a_roster_that_breaks_a_rule_is_told_which(changes: dict[str, Any], roster: Roster, fault: str) -> None:
    assert fault in broken(a_workload(2, 1, **changes), roster)


def test_an_exception_lifts_the_limit_of_that_supervisor_alone() -> None:
    assert broken(a_workload(2, 1, most=1, excused=frozenset({"D0"})), GOOD) == []
    assert broken(a_workload(2, 1, most=1, excused=frozenset({"D1"})), GOOD) == ["D0负责2个站，应不超过1个"]


def test_two_short_visits_serve_only_where_hours_are_added_up() -> None:
    split = a_roster(Visit("D0", "S0", (FIRST,)), Visit("D1", "S0", (FIRST,)))
    assert broken(a_workload(1, 2), split) != []
    assert broken(a_workload(1, 2, reading="monthly_sum"), split) == []


def test_one_visit_serves_all_stations_of_its_supervisor_only_where_it_is_read_so() -> None:
    once = replace(a_roster(GOOD.visits[0]), carried=frozenset({("D0", "S0"), ("D0", "S1")}))
    assert broken(a_workload(2, 1), once) == ["S1本月没有足够的督导"]
    assert broken(a_workload(2, 1, reading="one_for_all"), once) == []
    assert broken(a_workload(2, 1, reading="one_for_all"), replace(once, visits=())) != []


# Requirements that clash


def test_what_is_asked_of_a_month_is_named() -> None:
    leave = Leave("D0", FIRST, FIRST)
    work = a_workload(1, 1, ties=(), leaves=(leave, Leave("stranger", FIRST, FIRST)))
    assert requirements(work) == (VISITS, LENGTH, RATIO, ASSIGNED, Requirement("leave", leave))
    assert requirements(a_workload(1, 1, most=None, visit_days=1)) == (VISITS,)


def test_a_month_of_which_nothing_is_kept_asks_nothing() -> None:
    work = a_workload(2, 1, ties=(), leaves=(Leave("D0", FIRST, FIRST),))
    assert relaxed(work, requirements(work)) == work
    bare = relaxed(work, ())
    assert (bare.stations, bare.visit_days, bare.most, bare.ties, bare.leaves) == ((), 1, None, None, ())


def every_subset(names: tuple[Requirement, ...]) -> list[tuple[Requirement, ...]]:
    return list(chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)))


@pytest.mark.parametrize("seed", range(80))
def test_the_set_found_clashes_and_no_smaller_set_does(seed: int) -> None:
    work = random_workload(seed)
    found = smallest(work, can_be_worked)
    clashing = [chosen for chosen in every_subset(requirements(work)) if not can_be_worked(relaxed(work, chosen))]
    if not clashing:
        assert found == ()
        return
    assert found in clashing
    assert len(found) == min(map(len, clashing))


@pytest.mark.parametrize("seed", range(80))
def test_every_conflict_told_is_one_that_loses_its_point_with_any_member(seed: int) -> None:
    work = random_workload(seed)
    found = conflicts(work, can_be_worked)
    assert bool(found) is not can_be_worked(work)
    for conflict in found:
        assert not can_be_worked(relaxed(conflict.work, conflict.members))
        for one in conflict.members:
            assert can_be_worked(relaxed(conflict.work, set(conflict.members) - {one}))
    if found:
        assert len(found[0].members) == len(smallest(work, can_be_worked))


def test_random_months_are_of_every_sort() -> None:
    works = [random_workload(seed) for seed in range(80)]
    sizes = {len(smallest(work, can_be_worked)) for work in works}
    assert {0, 1, 2, 3, 4} <= sizes
    assert {work.reading for work in works} == {"each_visit", "monthly_sum", "one_for_all"}


def test_groups_with_the_same_trouble_are_told_as_one() -> None:
    ties = tuple(Tie(f"D{n // 2}", f"S{n}", *ALWAYS) for n in range(4))
    (conflict,) = conflicts(a_workload(4, 4, 4, ties=ties, most=1), can_be_worked)
    assert conflict.members == (VISITS, RATIO, ASSIGNED)
    assert len(conflict.work.stations) == 4


def test_groups_that_together_have_a_smaller_trouble_are_told_apart() -> None:
    ties = tuple(Tie(f"D{n // 2}", f"S{n}", *ALWAYS) for n in range(4))
    found = conflicts(a_workload(4, 3, 4, ties=ties, most=1), can_be_worked)
    assert [(one.members, len(one.work.stations)) for one in found] == [
        ((VISITS, RATIO), 4),
        ((VISITS, RATIO, ASSIGNED), 2),
        ((VISITS, RATIO, ASSIGNED), 2),
    ]


# What is said


def a_proof(work: Workload, missing: tuple[str, ...] = (), reasons: tuple[Reason, ...] = (), **changes: Any) -> Proof:
    """Everybody has his turn; `missing` stations are left over."""
    codes = [s.code for s in work.stations if s.code not in missing]
    carried = frozenset((work.supervisors[n % len(work.supervisors)].code, code) for n, code in enumerate(codes))
    return Proof(changes.pop("terms", the_terms()), work, Roster((), carried, missing), reasons, **changes)


def test_the_sum_of_a_month_has_stations_hours_people_and_days() -> None:
    work = counted(the_terms(), 72, 12, CALENDAR, FEBRUARY)
    assert balance(a_proof(work)) == (
        "2022年2月有16个工作日，72个站各须督导1次，每次不少于16小时（2个工作日），共需144个工作日（1152小时）；"
        "督导员12名，可用192个工作日（1536小时），每名至多6个站，共72个站。排得开，每名督导员6个站。"
    )


def test_the_sum_says_how_many_stations_are_left_over_and_what_an_exception_would_bring() -> None:
    work = counted(the_terms(), 72, 11, CALENDAR, FEBRUARY)
    eased = frozenset((f"督导员{n % 11 + 1:02d}", station.code) for n, station in enumerate(work.stations))
    proof = Proof(the_terms(), work, Roster((), frozenset(), tuple("ABCDEF")), (), Roster((), eased))
    assert balance(proof).endswith(
        "督导员11名，可用176个工作日（1408小时），每名至多6个站，共66个站。排不开，至多做到66个站，余6个站；"
        "如按例外放宽每名6个站的上限，可做到72个站，6名督导员超过上限，最多的7个站。"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stations": ()}, "本月没有须督导的站。"),
        ({"provisional": True}, "有4个工作日（放假安排未公布，按周一至周五计）"),
        ({"most": None}, "可用8个工作日（64小时）。"),
        ({"excused": frozenset({"D1"})}, "，每名至多2个站。"),
        ({"leaves": (Leave("D0", FIRST, FOURTH),)}, "督导员1名（另1名整月请假），可用4个工作日"),
        ({"reading": "monthly_sum"}, "当月督导合计各须不少于16小时"),
        (
            {"reading": "one_for_all"},
            "3个站的督导员当月须有一次不少于16小时（2个工作日）的督导，共需4个工作日（32小时）",
        ),
        ({}, "排得开，每名督导员1至2个站。"),
    ],
)
def test_the_sum_of_a_month_names_what_is_particular(changes: dict[str, Any], words: str) -> None:
    assert words in balance(a_proof(a_workload(3, 2, **changes)))


def the_reason(work: Workload, members: tuple[Requirement, ...], served: int, stations: int | None = None) -> str:
    """What is said of a conflict of the first so many stations."""
    part = replace(work, stations=work.stations[:stations])
    reason = Reason(Conflict(part, members), served)
    return said(a_proof(work, ("S0",), (reason,)), reason)


def test_a_conflict_of_the_whole_city_names_the_clauses_and_the_sum() -> None:
    assert the_reason(a_workload(5, 2, 10), (VISITS, RATIO), 4) == (
        "2022年2月不能同时做到：HZ-4.2.4-09月度督导到站（每站每月1次）、HZ-4.2.4-08督导员负责站数（每名不超过6个站）。"
        "全市5个站可由督导0（可用10个工作日）、督导1（可用10个工作日）督导，每名至多2个站，至多做到4个，余1个。"
    )


def test_a_conflict_of_many_people_adds_their_days_up() -> None:
    assert "全市9个站可由4名督导员（可用16个工作日）督导，每站须2个工作日，至多做到8个，余1个。" in the_reason(
        a_workload(9, 4), (VISITS, LENGTH), 8
    )


def test_a_conflict_of_one_group_names_its_stations_and_whose_leave_it_is() -> None:
    ties = (Tie("D0", "S0", *ALWAYS), Tie("D1", "S1", *ALWAYS))
    leave = Leave("D0", FIRST, FOURTH)
    work = a_workload(2, 2, ties=ties, leaves=(leave,))
    assert the_reason(work, (VISITS, ASSIGNED, Requirement("leave", leave)), 0, stations=1).endswith(
        "HZ-4.2.4-02站点有督导员（由分工负责的督导员去）、督导0请假（2022-02-01至2022-02-04，无人代班）。"
        "0号站没有督导员可去，至多做到0个，余1个。"
    )


def test_a_conflict_of_a_large_group_names_the_first_stations_and_the_substitute() -> None:
    leave = Leave("D0", SECOND, FOURTH, "E")
    work = a_workload(6, 3, 10, ties=tuple(Tie("D0", f"S{n}", *ALWAYS) for n in range(5)), leaves=(leave,))
    words = the_reason(work, (VISITS, LENGTH, ASSIGNED, Requirement("leave", leave)), 3, stations=5)
    assert "督导0请假（2022-02-02至2022-02-04，由E代班）" in words
    assert "0号站、1号站、2号站等5个站可由督导0（可用7个工作日）督导，每站须2个工作日，至多做到3个，余2个。" in words


def test_a_requirement_without_a_clause_of_its_own_is_that_of_the_visits() -> None:
    work = a_workload(5, 2, 10)
    reason = Reason(Conflict(work, (VISITS, RATIO)), 4)
    assert "HZ-4.2.4-09月度督导到站（每名不超过6个站）" in said(
        a_proof(work, ("S0",), (reason,), terms=replace(the_terms(), ratio=None)), reason
    )


def test_a_month_as_an_object_has_the_roster_and_what_is_missing() -> None:
    work = a_workload(2, 1)
    one = proof_object(Proof(the_terms(), work, replace(GOOD, missing=("S1",))))
    assert {key: one[key] for key in ("month", "feasible", "workdays", "stations", "supervisors")} == {
        "month": "2022-02",
        "feasible": False,
        "workdays": 4,
        "stations": 2,
        "supervisors": 1,
    }
    assert (one["needed_hours"], one["available_hours"]) == ("32", "32")
    assert one["visits"][0] == {
        "supervisor": {"code": "D0", "name": "督导0"},
        "station": {"code": "S0", "name": "0号站"},
        "days": ["2022-02-01", "2022-02-02"],
    }
    assert one["missing"] == [{"code": "S1", "name": "1号站"}]


def test_a_conflict_as_an_object_names_clauses_duties_persons_and_stations() -> None:
    leave = Leave("D0", FIRST, FOURTH)
    work = a_workload(1, 1, ties=(Tie("D0", "S0", *ALWAYS),), leaves=(leave,))
    reason = Reason(Conflict(work, (VISITS, ASSIGNED, Requirement("leave", leave))), 0)
    (conflict,) = proof_object(a_proof(work, ("S0",), (reason,)))["conflicts"]
    assert [(one["kind"], one["clause"], one["duty"], one["person"]) for one in conflict["members"]] == [
        ("visits", "HZ-4.2.4-09", "monthly-supervision", None),
        ("assigned", "HZ-4.2.4-02", "station-supervised", None),
        ("leave", None, None, "D0"),
    ]
    assert (conflict["stations"], conflict["served"]) == (["S0"], 0)
    assert conflict["why"] == said(a_proof(work, ("S0",), (reason,)), reason)


def test_a_month_that_cannot_be_worked_is_a_warning_at_the_duty_of_visiting() -> None:
    work = a_workload(5, 2, 10)
    reason = Reason(Conflict(work, (VISITS, RATIO)), 4)
    (found,) = findings(a_proof(work, ("S0",), (reason,)))
    assert (found.grade, found.rule, found.clause) == (Grade.WARNING, "capacity", "HZ-4.2.4-09")
    assert found.place == ("plan.yaml", "obligations", "monthly-supervision")
    assert "不能同时做到" in found.message
