"""The days that matter, in the contract's words: the day before, the day, the day after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from given_city import UNITS, write_city

Judge = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def judge(duban, tmp_path: Path) -> Judge:
    """The verdicts of one clause on one day, of a small city in which the kinds given stand in place of the usual."""

    def ask(clause: str, day: str, *words: str, **kinds: str) -> list[dict[str, Any]]:
        folder = write_city(tmp_path / f"records-{len(list(tmp_path.iterdir()))}", **kinds)
        call = ("judge", "--plan", "huizhou", "--records", folder, "--as-of", day, "--clause", clause)
        answer = duban(*call, "--format", "json", *words)
        assert answer.code == 0, answer.said
        return answer.objects

    return ask


def of(objects: list[dict[str, Any]], subject: str, period: str | None = None) -> dict[str, Any]:
    (one,) = (
        o for o in objects if o["subject"]["code"] == subject and (period is None or o["period"]["label"] == period)
    )
    return one


# HZ-3-01: a station in every township by the end of 2021


@pytest.mark.parametrize(
    ("opened", "day", "status", "late"),
    [
        ("", "2021-12-30", "not_yet_due", 0),
        ("", "2021-12-31", "not_yet_due", 0),
        ("", "2022-01-01", "not_met", 1),
        ("2021-12-31", "2021-12-30", "not_yet_due", 0),
        ("2021-12-31", "2021-12-31", "met", 0),
        ("2022-01-03", "2022-01-02", "not_met", 2),
        ("2022-01-03", "2022-01-03", "met_late", 3),
        ("2022-01-03", "2022-06-01", "met_late", 3),
        ("", "2021-05-05", "not_yet_due", 0),
    ],
)
def test_a_township_without_a_station(judge: Judge, opened: str, day: str, status: str, late: int) -> None:
    built = f"S2,二镇社工站,station,T2,{opened},,\n" if opened else ""
    one = of(judge("HZ-3-01", day, units=UNITS + built), "T2")
    assert (one["status"], one["days_late"], one["due"]) == (status, late, "2021-12-31")


# HZ-4.2.3-01: every worker assessed by the end of October

ASSESSED = "code,kind,subject,held_on,period_to,grade\n"


@pytest.mark.parametrize(
    ("held_on", "day", "status", "late"),
    [
        (None, "2021-10-31", "not_yet_due", 0),
        (None, "2021-11-01", "not_met", 1),
        ("2021-10-31", "2021-10-30", "not_yet_due", 0),
        ("2021-10-31", "2021-10-31", "met", 0),
        ("2021-11-02", "2021-11-01", "not_met", 1),
        ("2021-11-02", "2021-12-01", "met_late", 2),
    ],
)
def test_a_worker_and_the_yearly_assessment(
    judge: Judge, held_on: str | None, day: str, status: str, late: int
) -> None:
    row = f"A1,worker,W1,{held_on},2021-10-31,合格\n" if held_on else ""
    one = of(judge("HZ-4.2.3-01", day, assessments=ASSESSED + row), "W1", "2021")
    assert (one["status"], one["days_late"], one["due"]) == (status, late, "2021-10-31")
    assert (one["period"]["from"], one["period"]["to"]) == ("2021-01-01", "2021-12-31")


def test_a_year_assessed_does_not_answer_for_the_next(judge: Judge) -> None:
    objects = judge("HZ-4.2.3-01", "2022-11-01", assessments=ASSESSED + "A1,worker,W1,2021-10-20,,合格\n")
    assert [of(objects, "W1", year)["status"] for year in ("2021", "2022")] == ["met", "not_met"]


# HZ-4.2.4-09: sixteen hours of supervision a month

VISITS = "visit,supervisor,station,starts_at,hours,remote\n"


@pytest.mark.parametrize(
    ("hours", "day", "status"),
    [
        ("16", "2021-08-31", "met"),
        ("16:00", "2021-08-31", "met"),
        ("15:59", "2021-08-31", "not_yet_due"),
        ("15:59", "2021-09-01", "not_met"),
        ("16", "2021-08-09", "not_yet_due"),
        ("16", "2021-08-10", "met"),
    ],
)
def test_one_visit_a_month_of_sixteen_hours(judge: Judge, hours: str, day: str, status: str) -> None:
    objects = judge("HZ-4.2.4-09", day, visits=f"{VISITS}A,D1,S1,2021-08-10T09:00,{hours},\n")
    one = of(objects, "S1", "2021-08")
    assert (one["status"], one["due"]) == (status, "2021-08-31")
    assert (one["measured"], one["required"]) == ("1" if status == "met" else "0", "1")


@pytest.mark.parametrize(
    ("reading", "status"),
    [(None, "not_met"), ("each_visit", "not_met"), ("monthly_sum", "met"), ("one_for_all", "not_met")],
)
def test_two_visits_of_eight_hours_under_each_reading(judge: Judge, reading: str | None, status: str) -> None:
    words = ("--set", f"readings.A35={reading}") if reading else ()
    rows = "A,D1,S1,2021-08-10T09:00,8,\nB,D1,S1,2021-08-20T09:00,8,\n"
    one = of(judge("HZ-4.2.4-09", "2021-09-01", *words, visits=VISITS + rows), "S1", "2021-08")
    assert one["status"] == status
    assert "needs_ruling" in one["flags"]
    others = {other["reading"]: other["status"] for other in one["alternatives"] if other["status"] != status}
    assert set(others.values()) == {"met" if status == "not_met" else "not_met"}


def test_a_visit_of_two_sessions_counts_whole_and_remote_hours_do_not(judge: Judge) -> None:
    two = "A,D1,S1,2021-08-31T09:00,8,\nA,D1,S1,2021-09-01T09:00,8,\n"
    objects = judge("HZ-4.2.4-09", "2021-09-30", visits=VISITS + two)
    assert of(objects, "S1", "2021-08")["status"] == "met", "a visit belongs to the month of its first session"
    remote = two.replace("2021-09-01T09:00,8,", "2021-08-31T18:00,8,yes")
    assert of(judge("HZ-4.2.4-09", "2021-09-30", visits=VISITS + remote), "S1", "2021-08")["status"] == "not_met"


def test_a_month_begun_before_the_station_asks_for_no_visit_unless_read_so(judge: Judge) -> None:
    late = UNITS.replace("station,T1,2021-06-15", "station,T1,2021-07-02")
    objects = judge("HZ-4.2.4-09", "2021-09-01", units=late, visits=VISITS)
    july = [one for one in objects if one["period"]["label"] == "2021-07"]
    assert {one["status"] for one in july} <= {"not_applicable"}
    assert of(objects, "S1", "2021-08")["status"] == "not_met"
    full = judge("HZ-4.2.4-09", "2021-09-01", "--set", "readings.A39=full", units=late, visits=VISITS)
    assert of(full, "S1", "2021-07")["status"] == "not_met"


# HZ-5.2-22: fifteen hours before the post; those of the first cohort until the end of September 2021

TRAININGS = "person,starts_at,hours,category\n"


@pytest.mark.parametrize(
    ("starts", "hours", "held", "day", "status", "due"),
    [
        ("2021-07-01", "15", "2021-09-30", "2021-09-29", "not_yet_due", "2021-09-30"),
        ("2021-07-01", "15", "2021-09-30", "2021-09-30", "met", "2021-09-30"),
        ("2021-07-01", "14.99", "2021-09-30", "2021-09-30", "not_yet_due", "2021-09-30"),
        ("2021-07-01", "14.99", "2021-09-30", "2021-10-01", "not_met", "2021-09-30"),
        ("2021-07-01", "15", "2021-10-01", "2021-10-01", "met_late", "2021-09-30"),
        ("2022-03-15", "15", "2022-03-14", "2022-03-13", "not_yet_due", "2022-03-14"),
        ("2022-03-15", "15", "2022-03-14", "2022-03-14", "met", "2022-03-14"),
        ("2022-03-15", "15", "2022-03-15", "2022-03-14", "not_yet_due", "2022-03-14"),
        ("2022-03-15", "15", "2022-03-15", "2022-03-15", "met_late", "2022-03-14"),
        ("2022-03-15", "14", "2022-03-14", "2022-03-15", "not_met", "2022-03-14"),
    ],
)
def test_training_before_the_post(
    judge: Judge, starts: str, hours: str, held: str, day: str, status: str, due: str
) -> None:
    posts = f"person,unit,post,starts_on,ends_on\nW1,S1,deputy_head,{starts},\n"
    rows = f"{TRAININGS}W1,{held}T08:00,{hours},prejob\n"
    one = of(judge("HZ-5.2-22", day, posts=posts, trainings=rows), "W1")
    assert (one["status"], one["due"], one["required"], one["unit"]) == (status, due, "15", "h")


# HZ-5.3.3-04: forty-eight hours a year


def continuing(hours: str, day: str = "2022-06-01") -> str:
    return f"{TRAININGS}W1,{day}T08:00,{hours},continuing\n"


@pytest.mark.parametrize(
    ("hours", "day", "status", "measured"),
    [
        ("48", "2022-12-31", "met", "48"),
        ("47:59", "2022-12-31", "not_yet_due", "47.98"),
        ("47:59", "2023-01-01", "not_met", "47.98"),
        ("48", "2022-05-31", "not_yet_due", "0"),
    ],
)
def test_training_in_a_whole_year(judge: Judge, hours: str, day: str, status: str, measured: str) -> None:
    one = of(judge("HZ-5.3.3-04", day, trainings=continuing(hours)), "W1", "2022")
    assert (one["status"], one["measured"], one["required"]) == (status, measured, "48")
    assert "needs_ruling" not in one["flags"]


def test_training_in_part_of_a_year_is_for_a_human_with_what_each_reading_says(judge: Judge) -> None:
    posts = "person,unit,post,starts_on,ends_on\nW1,S1,deputy_head,2022-07-01,\n"
    rows = continuing("25", "2022-10-01") + "W1,2022-06-20T08:00,23,prejob\n"
    one = of(judge("HZ-5.3.3-04", "2023-01-01", posts=posts, trainings=rows), "W1", "2022")
    assert (one["status"], one["measured"], one["required"]) == ("not_met", "25", "48")
    assert "needs_ruling" in one["flags"]
    said = {other["reading"]: (other["measured"], other["required"], other["status"]) for other in one["alternatives"]}
    assert said["pro_rata"] == ("25", "24.19", "met")
    assert said["with_prejob"] == ("48", "48", "met")
    chosen = judge("HZ-5.3.3-04", "2023-01-01", "--set", "readings.A37=pro_rata", posts=posts, trainings=rows)
    assert of(chosen, "W1", "2022")["status"] == "met"


# HZ-5.2-05: three plaques, two of them of bodies that others have to register first

ACTS = "code,clause,subject,on,item\n"
OWN = "X1,HZ-5.2-05,S1,2021-06-30,社工站\n"
TWO = "X2,HZ-5.3.2-09,T1,2021-07-10,登记\nX3,HZ-5.3.2-11,T1,2021-07-12,登记\n"
OTHERS = "X4,HZ-5.2-05,S1,2021-07-10,社会工作与志愿服务协会\nX5,HZ-5.2-05,S1,2021-07-12,社会组织联合会\n"


@pytest.mark.parametrize(
    ("rows", "day", "status", "measured"),
    [
        ("", "2021-06-30", "not_yet_due", "0"),
        ("", "2021-07-01", "not_met", "0"),
        (OWN, "2021-07-01", "blocked_by_upstream", "1"),
        (OWN + TWO, "2021-07-09", "blocked_by_upstream", "1"),
        (OWN + TWO, "2021-07-11", "not_met", "1"),
        (OWN + TWO + OTHERS, "2021-07-12", "met", "3"),
        (OWN + TWO + OTHERS.replace("2021-07-12", "2021-07-13"), "2021-07-13", "met_late", "3"),
    ],
)
def test_three_plaques(judge: Judge, rows: str, day: str, status: str, measured: str) -> None:
    one = of(judge("HZ-5.2-05", day, acts=ACTS + rows), "S1")
    assert (one["status"], one["measured"], one["required"]) == (status, measured, "3")


# HZ-5.2-14: the plaque hung by 28 June 2021


@pytest.mark.parametrize(
    ("hung", "day", "status", "late"),
    [
        (None, "2021-06-28", "not_yet_due", 0),
        (None, "2021-06-29", "not_met", 1),
        ("2021-06-28", "2021-06-28", "met", 0),
        ("2021-06-30", "2021-07-05", "met_late", 2),
    ],
)
def test_the_plaque_of_a_station(judge: Judge, hung: str | None, day: str, status: str, late: int) -> None:
    rows = f"X1,HZ-5.2-14,S1,{hung},社工站\n" if hung else ""
    one = of(judge("HZ-5.2-14", day, acts=ACTS + rows), "S1")
    assert (one["status"], one["days_late"], one["due"]) == (status, late, "2021-06-28")


# HZ-4.2.2-03: three years to the day

CONTRACTS = "code,person,employer,starts_on,ends_on,renews\n"


@pytest.mark.parametrize(
    ("starts", "ends", "status", "flagged"),
    [
        ("2021-07-01", "2024-06-30", "met", False),
        ("2021-07-01", "2024-06-29", "not_met", False),
        ("2021-07-01", "2024-07-01", "not_met", True),
        ("2024-02-29", "2027-02-28", "met", False),
        ("2021-06-30", "2022-06-29", "not_applicable", False),
    ],
)
def test_a_contract_of_three_years(judge: Judge, starts: str, ends: str, status: str, flagged: bool) -> None:
    rows = f"{CONTRACTS}K1,W1,T1,{starts},{ends},\n"
    one = of(judge("HZ-4.2.2-03", "2024-03-01", contracts=rows), "K1")
    assert one["status"] == status
    assert ("needs_ruling" in one["flags"]) is flagged
    minimum = judge("HZ-4.2.2-03", "2024-03-01", "--set", "readings.A41=minimum", contracts=rows)
    assert of(minimum, "K1")["status"] == ("met" if flagged else status)


def test_a_contract_not_begun_is_not_yet_due(judge: Judge) -> None:
    rows = f"{CONTRACTS}K1,W1,T1,2024-03-02,2025-03-01,\n"
    assert of(judge("HZ-4.2.2-03", "2024-03-01", contracts=rows), "K1")["status"] == "not_yet_due"
    assert of(judge("HZ-4.2.2-03", "2024-03-02", contracts=rows), "K1")["status"] == "not_met"


# HZ-5.1-21: renewed only with a certificate and an assessment passed

RENEWED = f"{CONTRACTS}K1,W1,T1,2021-07-01,2022-07-31,\nK2,W1,T1,2022-08-01,2025-07-31,K1\n"
CERTIFICATES = "person,level,issued_on,valid_to\n"
HELD = CERTIFICATES + "W1,assistant,2021-11-01,\n"
GOOD = ASSESSED + "A1,worker,W1,2021-10-20,,合格\n"


@pytest.mark.parametrize(
    ("certificates", "assessments", "day", "status"),
    [
        (HELD, GOOD, "2022-07-31", "not_yet_due"),
        (HELD, GOOD, "2022-08-01", "met"),
        (CERTIFICATES, GOOD, "2022-08-01", "deviation_unjustified"),
        (HELD.replace("2021-11-01", "2022-08-02"), GOOD, "2022-09-01", "deviation_unjustified"),
        (HELD, GOOD.replace("合格", "不合格"), "2022-08-01", "deviation_unjustified"),
        (HELD, ASSESSED, "2022-08-01", "needs_ruling"),
    ],
)
def test_a_renewed_contract(judge: Judge, certificates: str, assessments: str, day: str, status: str) -> None:
    kinds = {"contracts": RENEWED, "certificates": certificates, "assessments": assessments}
    objects = judge("HZ-5.1-21", day, **kinds)
    assert of(objects, "K2")["status"] == status
    excused = (
        "code,clause,subject,reason,approver,approved_on,expires_on\nE1,HZ-5.1-21,K2,骨干,C,2022-07-20,2023-07-20\n"
    )
    with_exception = of(judge("HZ-5.1-21", day, **kinds, exceptions=excused), "K2")
    assert with_exception["status"] == ("deviation_justified" if status == "deviation_unjustified" else status)


# HZ-4.2.4-08: at most six stations a supervisor


def big_city(stations: int, supervisors: int) -> dict[str, str]:
    numbers = range(1, stations + 1)
    towns = "".join(f"T{n},{n}号镇,township,K,,,\nS{n},{n}号站,station,T{n},2021-06-15,,\n" for n in numbers)
    head, city, county, *_ = UNITS.splitlines(keepends=True)
    people = "".join(f"D{n},督导{n}\n" for n in range(1, supervisors + 1))
    posts = "".join(f"D{n},C,supervisor,2021-07-01,\n" for n in range(1, supervisors + 1))
    assigned = "".join(f"D{(n - 1) % supervisors + 1},S{n},2021-07-01\n" for n in numbers)
    return {
        "units": f"{head}{city}{county}{towns}",
        "people": f"code,name\n{people}",
        "posts": f"person,unit,post,starts_on,ends_on\n{posts}",
        "assignments": f"supervisor,station,starts_on\n{assigned}",
    }


def test_seventy_two_stations_for_twelve_supervisors_are_enough_and_one_more_is_not(judge: Judge) -> None:
    objects = judge("HZ-4.2.4-08", "2021-07-01", **big_city(72, 12))
    city = of(objects, "C")
    assert (city["status"], city["measured"], city["required"]) == ("met", "72/12", "6")
    assert {of(objects, f"D{n}")["measured"] for n in range(1, 13)} == {"6"}
    more = judge("HZ-4.2.4-08", "2021-07-01", **big_city(73, 12))
    assert (of(more, "C")["status"], of(more, "C")["measured"]) == ("deviation_unjustified", "73/12")
    assert (of(more, "D1")["status"], of(more, "D1")["measured"]) == ("deviation_unjustified", "7")
    assert of(more, "D2")["status"] == "met"


def test_an_exception_for_the_city_excuses_the_city_and_a_supervisor_on_leave_does_not_count(judge: Judge) -> None:
    kinds = big_city(72, 12)
    away = "person,starts_on,ends_on\nD12,2021-07-10,2021-07-20\n"
    assert of(judge("HZ-4.2.4-08", "2021-07-09", **kinds, leaves=away), "C")["status"] == "met"
    on_leave = of(judge("HZ-4.2.4-08", "2021-07-10", **kinds, leaves=away), "C")
    assert (on_leave["status"], on_leave["measured"]) == ("deviation_unjustified", "72/11")
    excused = (
        "code,clause,subject,reason,approver,approved_on,expires_on\nE1,HZ-4.2.4-08,C,轮休,C,2021-07-10,2021-07-20\n"
    )
    found = judge("HZ-4.2.4-08", "2021-07-20", **kinds, leaves=away, exceptions=excused)
    assert of(found, "C")["status"] == "deviation_justified"
    assert of(judge("HZ-4.2.4-08", "2021-07-21", **kinds, leaves=away, exceptions=excused), "C")["status"] == "met"


def test_before_the_rule_begins_it_is_not_yet_due(judge: Judge) -> None:
    assert of(judge("HZ-4.2.4-08", "2021-06-30", **big_city(73, 12)), "C")["status"] == "not_yet_due"
