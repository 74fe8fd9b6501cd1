"""Jiaxing, clause by clause: the day before, the day itself, the day after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as D
from typing import Any

import pytest

from db.planstore import load_plan
from policy.records import KINDS
from tasks.stateless import asked, chosen, verdict_objects

Records = dict[str, list[dict[str, Any]]]
FIRST, DUE, NEXT = D(2018, 5, 24), D(2018, 5, 25), D(2018, 5, 26)
UNITS = [
    {"code": "C", "name": "嘉兴市民政局", "kind": "city"},
    {"code": "K", "name": "示例县", "kind": "county", "parent": "C"},
    {"code": "T", "name": "甲镇", "kind": "township", "parent": "K"},
    {"code": "U", "name": "乙镇", "kind": "township", "parent": "K"},
    {"code": "V", "name": "甲村", "kind": "village", "parent": "T"},
    {"code": "A", "name": "某社工中心", "kind": "agency"},
]


def records(**kinds: list[dict[str, Any]]) -> Records:
    return {"units": UNITS, "people": [{"code": code, "name": code} for code in "pqr"], **kinds}


def post(person: str = "p", starts_on: D = DUE, ends_on: D | None = None, **more: Any) -> dict[str, Any]:
    return {"person": person, "unit": "T", "post": "relief_worker", "starts_on": starts_on, "ends_on": ends_on, **more}


def contract(code: str, starts_on: D, ends_on: D, **more: Any) -> dict[str, Any]:
    return {"code": code, "person": "p", "employer": "A", "starts_on": starts_on, "ends_on": ends_on, **more}


def assessed(held_on: D, person: str = "p", **more: Any) -> dict[str, Any]:
    return {
        "code": f"{person}{held_on}",
        "kind": "worker",
        "subject": person,
        "held_on": held_on,
        "assessor": "A",
        **more,
    }


def act(clause: str, subject: str, on: D, **more: Any) -> dict[str, Any]:
    return {"code": f"{subject}{on}", "clause": clause, "subject": subject, "on": on, **more}


def paid(amount: int, on: D | None, person: str | None = "p", year: int = 2019, **more: Any) -> dict[str, Any]:
    values = {"code": f"{person}{amount}{on}", "unit": "K", "year": year, "kind": "worker_transfer"}
    return {**values, "amount": amount * 100, "on": on, "person": person, **more}


def candidate(**more: Any) -> dict[str, Any]:
    return {
        "code": "x",
        "name": "应聘人",
        "applied_on": D(2018, 5, 1),
        "step": "报名",
        "step_on": D(2018, 5, 1),
        **more,
    }


def judged(clause: str, as_of: D, given: Mapping[str, Any], **readings: str) -> dict[Any, dict[str, Any]]:
    """Verdicts by subject, or by subject and year where the clause is yearly."""
    plan = load_plan("jiaxing", {f"readings.{note}": value for note, value in readings.items()})
    rows = {
        kind: [{**row, "ref": f"{kind}:{row['code'] if KINDS[kind].coded else n}"} for n, row in enumerate(given[kind])]
        for kind in given
    }
    with asked(plan, rows, as_of) as question:
        said = list(verdict_objects(question, chosen(plan, [clause])))
    return {(o["subject"]["code"], o["period"]["label"]) if o["period"] else o["subject"]["code"]: o for o in said}


def status(clause: str, as_of: D, given: Mapping[str, Any], key: Any, **readings: str) -> str:
    return str(judged(clause, as_of, given, **readings)[key]["status"])


# one worker in every town


@pytest.mark.parametrize(
    ("starts_on", "as_of", "expected"),
    [
        (None, FIRST, "not_yet_due"),
        (None, DUE, "not_yet_due"),
        (None, NEXT, "not_met"),
        (FIRST, NEXT, "met"),
        (DUE, DUE, "met"),
        (NEXT, DUE, "not_yet_due"),
        (NEXT, NEXT, "met_late"),
    ],
)
def test_every_town_has_its_first_worker_by_the_day(starts_on: D | None, as_of: D, expected: str) -> None:
    given = records(posts=[post(starts_on=starts_on)] if starts_on else [])
    assert status("JX-2.1-04", as_of, given, "T") == expected


def test_the_milestone_stays_met_and_the_standing_rule_does_not_when_the_worker_leaves() -> None:
    given = records(posts=[post(ends_on=D(2018, 12, 31))])
    assert status("JX-2.1-04", D(2019, 1, 1), given, "T") == "met"
    assert status("JX-2.1-05", D(2018, 12, 31), given, "T") == "met"
    assert status("JX-2.1-05", D(2019, 1, 1), given, "T") == "not_met"


def test_a_worker_gone_before_the_day_or_not_full_time_does_not_staff_the_town() -> None:
    gone = records(posts=[post(starts_on=D(2018, 5, 1), ends_on=FIRST)])
    assert status("JX-2.1-04", NEXT, gone, "T") == "not_met"
    part_time = judged("JX-2.1-05", NEXT, records(posts=[post(full_time=False)]))["T"]
    assert (part_time["status"], part_time["refused"][0]["why"]) == ("not_met", "不是专职")


def test_the_standing_rule_starts_the_day_after_the_milestone() -> None:
    given = records(posts=[])
    assert status("JX-2.1-05", DUE, given, "T") == "not_yet_due"
    assert status("JX-2.1-05", NEXT, given, "T") == "not_met"
    assert status("JX-2.1-05", NEXT, records(posts=[post(unit="V")]), "T") == "met"


def test_without_any_record_of_posts_nothing_can_be_seen() -> None:
    assert status("JX-2.1-05", NEXT, records(), "T") == "no_evidence"


# contracts


@pytest.mark.parametrize(
    ("employer", "as_of", "expected"),
    [
        ("A", FIRST, "not_met"),
        ("A", DUE, "met"),
        ("A", D(2021, 5, 24), "met"),
        ("A", D(2021, 5, 25), "not_met"),
        ("T", DUE, "not_met"),
    ],
)
def test_the_employer_is_an_agency_while_the_contract_runs(employer: str, as_of: D, expected: str) -> None:
    given = records(
        posts=[post(starts_on=D(2018, 5, 1))], contracts=[contract("c", DUE, D(2021, 5, 24), employer=employer)]
    )
    found = judged("JX-2.1-08", as_of, given)["p"]
    assert (found["status"], found["responsible"][0]["role"]) == (expected, "employer")
    # before any contract with an agency has begun it is the town that is asked
    assert found["responsible"][0]["unit"] == ("A" if employer == "A" and as_of >= DUE else "T")


@pytest.mark.parametrize(
    ("ends_on", "expected", "years"),
    [(D(2021, 5, 23), "not_met", "2.99"), (D(2021, 5, 24), "met", "3"), (D(2023, 5, 24), "met", "5")],
)
def test_one_contract_covers_three_years(ends_on: D, expected: str, years: str) -> None:
    found = judged("JX-2.1-09", NEXT, records(posts=[post()], contracts=[contract("c", DUE, ends_on)]))["c"]
    assert (found["status"], found["measured"], found["required"]) == (expected, years, "3")


def test_two_years_and_one_year_in_a_chain_are_not_one_contract() -> None:
    chain = [contract("c", DUE, D(2020, 5, 24)), contract("d", D(2020, 5, 25), D(2021, 5, 24), renews="c")]
    given = records(posts=[post()], contracts=chain)
    assert status("JX-2.1-09", D(2020, 5, 24), given, "d") == "not_yet_due"
    assert {status("JX-2.1-09", D(2020, 5, 25), given, code) for code in "cd"} == {"not_met"}


def test_a_contract_with_the_town_or_older_than_the_rule_is_not_asked_for_its_term() -> None:
    old = [contract("c", D(2018, 4, 15), D(2019, 4, 14)), contract("d", DUE, D(2019, 5, 24), employer="T")]
    given = records(posts=[post()], contracts=old)
    assert {status("JX-2.1-09", NEXT, given, code) for code in "cd"} == {"not_applicable"}


# assessments and what follows from them


@pytest.mark.parametrize(
    ("held_on", "as_of", "expected", "late"),
    [
        (None, D(2018, 12, 31), "not_yet_due", 0),
        (None, D(2019, 1, 1), "not_met", 1),
        (D(2018, 12, 31), D(2019, 1, 1), "met", 0),
        (D(2019, 1, 2), D(2019, 1, 3), "met_late", 2),
    ],
)
def test_every_worker_is_assessed_in_every_year(held_on: D | None, as_of: D, expected: str, late: int) -> None:
    given = records(posts=[post()], assessments=[assessed(held_on, period_to=D(2018, 12, 31))] if held_on else [])
    found = judged("JX-2.1-12", as_of, given)["p", "2018"]
    assert (found["status"], found["days_late"], found["due"]) == (expected, late, "2018-12-31")


def test_a_missed_year_stays_missed() -> None:
    given = records(posts=[post()], assessments=[assessed(D(2019, 12, 20))])
    found = judged("JX-2.1-12", D(2020, 1, 1), given)
    assert {year: o["status"] for (_, year), o in found.items()} == {
        "2018": "not_met",
        "2019": "met",
        "2020": "not_yet_due",
    }


@pytest.mark.parametrize(("clause", "grade"), [("JX-2.1-14", "不合格"), ("JX-2.1-13", "优秀")])
def test_a_grade_calls_for_a_decision_and_nothing_is_decided_by_itself(clause: str, grade: str) -> None:
    held = D(2018, 12, 20)
    given = records(posts=[post()], assessments=[assessed(held, grade=grade)])
    assert status(clause, D(2018, 12, 19), given, ("p", "2018")) == "not_applicable"
    for as_of in (held, D(2018, 12, 21), D(2025, 1, 1)):
        found = judged(clause, as_of, given)["p", "2018"]
        assert (found["status"], found["due"], found["days_late"]) == ("not_met", None, 0)
    early, done = act(clause, "p", D(2018, 12, 19)), act(clause, "p", D(2019, 1, 10))
    decided = {**given, "acts": [early, done]}
    assert status(clause, D(2019, 1, 9), decided, ("p", "2018")) == "not_met"
    found = judged(clause, D(2019, 1, 10), decided)["p", "2018"]
    assert (found["status"], found["done_on"], found["due"]) == ("met", "2019-01-10", None)
    returned = {**given, "acts": [{**done, "verdict": "returned"}]}
    assert status(clause, D(2019, 1, 10), returned, ("p", "2018")) == "not_met"


def test_another_grade_or_a_later_better_one_calls_for_nothing() -> None:
    given = records(
        posts=[post()], assessments=[assessed(D(2018, 11, 1), grade="不合格"), assessed(D(2018, 12, 1), grade="合格")]
    )
    assert status("JX-2.1-14", D(2018, 11, 30), given, ("p", "2018")) == "not_met"
    assert status("JX-2.1-14", D(2018, 12, 1), given, ("p", "2018")) == "not_applicable"


def test_where_no_assessments_are_kept_nobody_can_say_that_nothing_happened() -> None:
    assert status("JX-2.1-14", D(2019, 1, 1), records(posts=[post()]), ("p", "2018")) == "no_evidence"


def ranked(*years: tuple[int, int, int], assessor: str = "A") -> list[dict[str, Any]]:
    return [
        assessed(D(year, 12, 20), rank=rank, population=population, assessor=assessor)
        for year, rank, population in years
    ]


@pytest.mark.parametrize(
    ("years", "times", "expected"),
    [
        ([(2018, 3, 3), (2019, 5, 5)], "2", "not_met"),
        ([(2018, 2, 2), (2019, 2, 2)], "2", "not_met"),
        ([(2018, 1, 1), (2019, 1, 1)], "0", "not_applicable"),  # a population of one never triggers
        ([(2018, 1, 1), (2019, 2, 2)], "1", "not_applicable"),
        ([(2018, 2, 3), (2019, 3, 3)], "1", "not_applicable"),
        ([(2017, 3, 3), (2019, 3, 3)], "1", "not_applicable"),  # a gap year breaks it
        ([(2018, 3, 3), (2019, 2, 3)], "0", "not_applicable"),
        ([(2018, 3, 3)], "0", "not_applicable"),
    ],
)
def test_last_of_several_two_years_running_calls_for_a_decision(
    years: list[tuple[int, int, int]], times: str, expected: str
) -> None:
    given = records(posts=[post(starts_on=D(2017, 1, 1))], assessments=ranked(*years))
    found = judged("JX-2.1-15", D(2020, 2, 1), given)["p", "2019"]
    assert (found["status"], found["measured"], found["required"], found["due"]) == (expected, times, "2", None)


def test_last_twice_is_known_on_the_day_of_the_second_ranking_and_closed_by_a_decision() -> None:
    given = records(posts=[post()], assessments=ranked((2018, 3, 3), (2019, 3, 3)))
    assert status("JX-2.1-15", D(2019, 12, 19), given, ("p", "2019")) == "not_applicable"
    assert status("JX-2.1-15", D(2019, 12, 20), given, ("p", "2019")) == "not_met"
    decided = {**given, "acts": [act("JX-2.1-15", "p", D(2019, 12, 21))]}
    assert status("JX-2.1-15", D(2019, 12, 21), decided, ("p", "2019")) == "met"


def test_last_of_two_different_groups_is_for_a_person_to_rule() -> None:
    rows = ranked((2018, 3, 3), assessor="T") + ranked((2019, 3, 3))
    found = judged("JX-2.1-15", D(2020, 1, 1), records(posts=[post()], assessments=rows))["p", "2019"]
    assert (found["status"], found["flags"]) == ("needs_ruling", ["needs_ruling"])


# money


@pytest.mark.parametrize(
    ("rows", "as_of", "expected", "measured"),
    [
        ([], D(2019, 12, 31), "not_yet_due", "0"),
        ([], D(2020, 1, 1), "not_met", "0"),
        ([paid(50000, D(2019, 12, 31))], D(2019, 12, 30), "not_yet_due", "0"),
        ([paid(50000, D(2019, 12, 31))], D(2020, 1, 1), "met", "50000"),
        ([paid(50000, D(2020, 1, 2))], D(2020, 1, 2), "met_late", "50000"),
        ([paid(20000, D(2019, 3, 1)), paid(30000, D(2019, 9, 1))], D(2019, 9, 1), "met", "50000"),
        ([paid(49999, D(2019, 3, 1))], D(2020, 1, 1), "not_met", "49999"),
        ([paid(50000, None)], D(2019, 6, 1), "met", "50000"),
        ([paid(50000, D(2019, 3, 1), None)], D(2020, 1, 1), "not_met", "0"),
        ([paid(50000, D(2019, 3, 1), unit="C")], D(2020, 1, 1), "not_met", "0"),
        ([paid(50000, D(2019, 3, 1), kind="budget_approved")], D(2020, 1, 1), "not_met", "0"),
    ],
)
def test_the_county_pays_for_each_worker_and_year(rows: Any, as_of: D, expected: str, measured: str) -> None:
    found = judged("JX-2.1-17", as_of, records(posts=[post()], funds=rows))["K", "2019"]
    assert (found["status"], found["measured"], found["required"], found["unit"]) == (
        expected,
        measured,
        "50000",
        "CNY",
    )
    assert found["flags"] == []


def test_plenty_for_one_does_not_make_up_for_another() -> None:
    given = records(posts=[post(), post("q")], funds=[paid(60000, D(2019, 3, 1)), paid(40000, D(2019, 3, 1), "q")])
    found = judged("JX-2.1-17", D(2020, 1, 1), given)["K", "2019"]
    assert (found["status"], found["measured"]) == ("not_met", "40000")
    assert "足额1人" in found["why"]
    assert "合计100000元" in found["why"]


def test_part_of_a_year_is_flagged_with_what_pro_rata_would_say() -> None:
    given = records(posts=[post()], funds=[paid(30273, D(2018, 12, 1), year=2018)])
    found = judged("JX-2.1-17", D(2019, 1, 1), given)["K", "2018"]
    assert (found["status"], found["flags"], found["required"]) == ("not_met", ["needs_ruling"], "50000")
    (other,) = found["alternatives"]
    assert (other["reading"], other["required"], other["status"]) == ("pro_rata", "30273.97", "not_met")
    enough = records(posts=[post()], funds=[paid(30274, D(2018, 12, 1), year=2018)])
    read = judged("JX-2.1-17", D(2019, 1, 1), enough, A64="pro_rata")["K", "2018"]
    assert (read["status"], read["required"], read["measured"]) == ("met", "30273.97", "30274")
    assert [a["status"] for a in read["alternatives"]] == ["not_met"]


def test_two_posts_on_the_same_days_are_one_worker_for_a_whole_year() -> None:
    twice = [post(ends_on=D(2019, 6, 30)), post(starts_on=D(2019, 6, 1), unit="U")]
    found = judged("JX-2.1-17", D(2020, 1, 1), records(posts=twice, funds=[paid(50000, D(2019, 3, 1))]))["K", "2019"]
    assert (found["status"], found["flags"]) == ("met", [])


def test_a_county_without_workers_owes_nothing() -> None:
    assert status("JX-2.1-17", D(2020, 1, 1), records(posts=[], funds=[]), ("K", "2019")) == "not_applicable"


# households


def family(**more: Any) -> dict[str, Any]:
    return {"code": "b", "village": "V", "category": "低保", "household": "h", **more}


@pytest.mark.parametrize(("clause", "column"), [("JX-2.2.1-02", "file_on"), ("JX-2.2.1-04", "plan_on")])
def test_every_household_on_the_register_has_one(clause: str, column: str) -> None:
    given = records(beneficiaries=[family(**{column: DUE}), family(code="c")])
    assert status(clause, D(2018, 4, 15), given, "h") == "not_yet_due"
    assert status(clause, FIRST, given, "h") == "not_met"
    assert status(clause, DUE, given, "h") == "met"


@pytest.mark.parametrize(
    ("on", "as_of", "expected"),
    [
        (None, DUE, "not_yet_due"),
        (None, NEXT, "not_met"),
        (FIRST, NEXT, "met"),
        (DUE, NEXT, "met"),
        (NEXT, NEXT, "met_late"),
    ],
)
def test_the_first_step_completes_every_household_on_the_register(on: D | None, as_of: D, expected: str) -> None:
    acts = [act("JX-3.1-05", "h", on)] if on else []
    assert status("JX-3.1-05", as_of, records(beneficiaries=[family()], acts=acts), "h") == expected


def test_a_household_registered_after_the_first_step_is_not_part_of_it() -> None:
    given = records(beneficiaries=[family(registered_on=NEXT)], acts=[])
    assert status("JX-3.1-05", D(2018, 6, 1), given, "h") == "not_applicable"


@pytest.mark.parametrize(
    ("starts_on", "updated_on", "expected"),
    [
        (DUE, DUE, "met"),
        (DUE, NEXT, "met_late"),
        (NEXT, DUE, "met_late"),
        (None, DUE, "not_met"),
        (DUE, None, "not_met"),
    ],
)
def test_the_second_step_is_a_worker_and_an_update(starts_on: D | None, updated_on: D | None, expected: str) -> None:
    given = records(
        posts=[post(starts_on=starts_on)] if starts_on else [],
        beneficiaries=[family()],
        acts=[act("JX-3.1-06", "b", updated_on)] if updated_on else [],
    )
    assert status("JX-3.1-06", NEXT, given, "T") == expected
    assert status("JX-3.1-06", FIRST, given, "T") == "not_yet_due"


# candidates


def condition(
    clause: str, *, people: Any = (), certificates: Any = (), A61: str = "feb28", **more: Any
) -> dict[str, Any]:
    given = records(candidates=[candidate(**more)], certificates=list(certificates))
    given["people"] = [*given["people"], *people]
    return judged(clause, D(2018, 6, 1), given, A61=A61)["x"]


def decided(clause: str, **more: Any) -> tuple[str, str | None, str | None]:
    found = condition(clause, **more)
    assert "recommended" in found["flags"] or found["status"] == "no_evidence"
    return found["status"], found["measured"], found["required"]


def test_nobody_is_older_than_thirty_five_until_the_thirty_sixth_birthday() -> None:
    assert decided("JX-A-02", born_on=D(1982, 5, 2)) == ("met", "35", "35")
    assert decided("JX-A-02", born_on=D(1982, 5, 1)) == ("not_met", "36", "35")
    assert decided("JX-A-02", born_on=D(1982, 4, 30)) == ("not_met", "36", "35")


def test_the_deadline_is_the_reference_day_where_it_is_given() -> None:
    assert decided("JX-A-02", born_on=D(1982, 5, 10), deadline_on=D(2018, 5, 9)) == ("met", "35", "35")
    assert decided("JX-A-02", born_on=D(1982, 5, 10), deadline_on=D(2018, 5, 10)) == ("not_met", "36", "35")


def test_the_relaxed_are_asked_for_thirty_eight_years_and_the_others_are_not() -> None:
    village = {"former_post": "village"}
    assert decided("JX-A-08", born_on=D(1979, 5, 2), **village) == ("met", "38", "38")
    assert decided("JX-A-08", born_on=D(1979, 5, 1), **village) == ("not_met", "39", "38")
    assert decided("JX-A-02", born_on=D(1979, 5, 2), **village)[0] == "not_applicable"
    assert decided("JX-A-08", born_on=D(1979, 5, 2))[0] == "not_applicable"


@pytest.mark.parametrize(
    ("leap_day", "on", "years", "flagged"),
    [
        ("feb28", D(2019, 2, 27), "38", False),
        ("feb28", D(2019, 2, 28), "39", True),
        ("feb28", D(2019, 3, 1), "39", False),
        ("mar1", D(2019, 2, 28), "38", True),
        ("mar1", D(2019, 3, 1), "39", False),
    ],
)
def test_born_on_the_leap_day_is_read_as_the_house_says(leap_day: str, on: D, years: str, flagged: bool) -> None:
    found = condition("JX-A-08", A61=leap_day, born_on=D(1980, 2, 29), deadline_on=on, former_post="civil_affairs")
    assert (found["measured"], "needs_ruling" in found["flags"]) == (years, flagged)


@pytest.mark.parametrize(
    ("education", "regular", "relaxed"),
    [
        ("初中", "not_met", "not_met"),
        ("高中", "not_met", "met"),
        ("大专", "not_met", "met"),
        ("全日制大专", "met", "met"),
        ("本科", "met", "met"),
        ("硕士", "met", "met"),
        ("肄业", "no_evidence", "no_evidence"),
        (None, "no_evidence", "no_evidence"),
    ],
)
def test_schooling_is_compared_level_by_level(education: str | None, regular: str, relaxed: str) -> None:
    assert decided("JX-A-04", education=education)[0] == regular
    assert decided("JX-A-09", education=education, former_post="village")[0] == relaxed
    assert decided("JX-A-04", education=education, former_post="village")[0] == "not_applicable"


def test_two_years_of_work_are_complete_on_the_anniversary_and_never_relaxed() -> None:
    assert decided("JX-A-06", work_started_on=D(2016, 5, 2)) == ("not_met", "1", "2")
    assert decided("JX-A-06", work_started_on=D(2016, 5, 1)) == ("met", "2", "2")
    assert decided("JX-A-06", work_started_on=D(2016, 4, 30)) == ("met", "2", "2")
    assert decided("JX-A-06", work_started_on=D(2017, 5, 1), former_post="village") == ("not_met", "1", "2")
    assert decided("JX-A-06", work_started_on=D(2019, 1, 1)) == ("not_met", "0", "2")


@pytest.mark.parametrize(
    ("household", "expected"),
    [
        ("嘉兴", "met"),
        ("浙江省嘉兴市", "met"),
        ("浙江海宁", "met"),
        ("海宁市", "met"),
        ("杭州", "not_met"),
        (None, "no_evidence"),
    ],
)
def test_the_household_is_in_the_city(household: str | None, expected: str) -> None:
    assert decided("JX-A-01", household_city=household)[0] == expected


def test_an_empty_cell_fails_nobody() -> None:
    for clause in ("JX-A-01", "JX-A-02", "JX-A-04", "JX-A-06"):
        assert decided(clause)[0] == "no_evidence"


def test_what_the_application_leaves_empty_is_taken_from_the_person() -> None:
    person = {"code": "x", "name": "应聘人", "born_on": D(1990, 1, 1), "former_post": "village"}
    assert decided("JX-A-08", people=[person]) == ("met", "28", "38")


@pytest.mark.parametrize(
    ("level", "issued_on", "expected"),
    [
        ("assistant", D(2018, 4, 30), "met"),
        ("assistant", D(2018, 5, 1), "met"),
        ("social_worker", D(2018, 5, 2), "not_applicable"),
        ("supervisor", D(2018, 4, 30), "not_applicable"),
    ],
)
def test_a_certificate_of_the_reference_day_relaxes(level: str, issued_on: D, expected: str) -> None:
    certificate = {"person": "x", "level": level, "issued_on": issued_on}
    person = {"code": "x", "name": "应聘人"}
    assert decided("JX-A-07", people=[person], certificates=[certificate])[0] == expected


def test_a_relaxation_and_a_preference_speak_for_somebody_and_never_against() -> None:
    assert decided("JX-A-07", former_post="civil_affairs")[0] == "met"
    assert decided("JX-A-07", former_post="社区工作")[0] == "met"
    assert decided("JX-A-07")[0] == "not_applicable"
    assert decided("JX-A-10", family_in_need=True)[0] == "met"
    assert decided("JX-A-10", family_in_need=False)[0] == "not_applicable"


# five years to the title


def title(as_of: D, certificates: list[dict[str, Any]], ends_on: D | None = None, **readings: str) -> dict[str, Any]:
    return judged("JX-A-11", as_of, records(posts=[post(ends_on=ends_on)], certificates=certificates), **readings)["p"]


def held(level: str, issued_on: D) -> dict[str, Any]:
    return {"person": "p", "level": level, "issued_on": issued_on}


@pytest.mark.parametrize(
    ("certificates", "as_of", "expected"),
    [
        ([], D(2023, 5, 25), "not_yet_due"),
        ([], D(2023, 5, 26), "not_met"),
        ([held("social_worker", D(2023, 5, 25))], D(2023, 5, 26), "met"),
        ([held("senior", D(2023, 5, 26))], D(2023, 5, 26), "met_late"),
        ([held("social_worker", DUE)], NEXT, "not_applicable"),
        ([held("supervisor", D(2019, 1, 1))], D(2023, 5, 26), "not_met"),
        ([held("assistant", D(2016, 1, 1)), held("social_worker", D(2020, 1, 1))], D(2023, 5, 26), "met"),
    ],
)
def test_the_title_is_won_within_five_years(certificates: list[dict[str, Any]], as_of: D, expected: str) -> None:
    found = title(as_of, certificates)
    assert (found["status"], found["due"], found["flags"]) == (expected, "2023-05-25", ["recommended"])


def test_an_assistant_alone_is_for_a_person_to_rule() -> None:
    only = [held("assistant", D(2019, 1, 1))]
    found = title(D(2023, 5, 26), only)
    assert (found["status"], found["flags"]) == ("needs_ruling", ["needs_ruling", "recommended"])
    assert {a["reading"]: a["status"] for a in found["alternatives"]} == {"title": "not_met", "lesser": "met"}
    assert title(D(2023, 5, 25), only)["status"] == "not_yet_due"
    assert title(D(2023, 5, 26), only, A62="title")["status"] == "not_met"
    assert title(D(2023, 5, 26), only, A62="lesser")["status"] == "met"


def test_the_duty_ends_with_employment() -> None:
    left = D(2021, 5, 24)
    assert title(left, [], left)["status"] == "not_yet_due"
    assert title(D(2021, 5, 25), [], left)["status"] == "not_applicable"
    assert title(D(2024, 1, 1), [], D(2023, 5, 25))["status"] == "not_met"


def test_engaged_on_a_leap_day_the_five_years_end_on_the_28th() -> None:
    given = records(posts=[post(starts_on=D(2020, 2, 29))], certificates=[])
    assert judged("JX-A-11", D(2020, 3, 1), given)["p"]["due"] == "2025-02-28"


# the plan as a whole


def test_reviewed_clauses_are_about_households_candidates_and_persons_too() -> None:
    given = records(
        posts=[post()],
        beneficiaries=[family()],
        candidates=[candidate()],
        acts=[act("JX-A-03", "x", DUE, verdict="accepted")],
    )
    for clause, subject, expected in (
        ("JX-1-02", "h", "no_evidence"),
        ("JX-2.2.3-01", "b", "no_evidence"),
        ("JX-3.3-01", "p", "unscheduled"),
        ("JX-A-03", "x", "met"),
        ("JX-A-05", "x", "unscheduled"),
    ):
        assert status(clause, D(2018, 6, 1), given, subject) == expected


def test_all_sixty_five_clauses_are_placed() -> None:
    plan = load_plan("jiaxing")
    assert len(plan.clauses) == 65
    assert len({o.clause for o in plan.obligations} | plan.not_run.keys()) == 65
