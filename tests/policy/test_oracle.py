"""The oracle itself, pinned by cases worked out by hand from the contract.

A case: what stands in the records, the day, and the status with days late, measured and required.
"""

from datetime import date, datetime, timedelta, timezone

import pytest

from tests.policy.oracle import judge_city
from tests.policy.random_city import judging_days, random_records

SHANGHAI = timezone(timedelta(hours=8))


def unit(code, kind, parent=None, **fields):
    return {"code": code, "kind": kind, "parent": parent} | fields


def a_city(**kinds):
    """One town with a station since 2021-06-30, one point with three villages, and the rows given."""
    units = [
        unit("C", "city"),
        unit("K", "county", "C"),
        unit("T", "township", "K"),
        unit("S", "station", "T", opened_on=date(2021, 6, 30)),
        unit("P", "point", "S", opened_on=date(2021, 6, 1)),
        *(unit(f"V{n}", "village", "T", point="P") for n in (1, 2, 3)),
    ]
    return {"units": units + kinds.pop("units", [])} | kinds


def post(person, where, what, starts_on=date(2021, 7, 1), ends_on=None, **fields):
    return {"person": person, "unit": where, "post": what, "starts_on": starts_on, "ends_on": ends_on} | fields


def at(day, hour=9):
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def verdict(records, clause, subject, as_of, period=None, **options):
    rows = judge_city(records, as_of, **options)
    found = [r for r in rows if (r["clause"], r["subject"], r["period"]) == (clause, subject, period)]
    assert len(found) <= 1
    return found[0] if found else {"status": "not_applicable", "flags": [], "alternatives": []}


def said(records, clause, subject, as_of, period=None, **options):
    row = verdict(records, clause, subject, as_of, period, **options)
    return row["status"], row.get("days_late", 0), row.get("measured"), row.get("required")


# deadlines


def filing(received_on):
    report = {"code": "r", "clause": "HZ-5.1-20", "from_unit": "K", "to_unit": "C", "received_on": received_on}
    return a_city(reports=[report])


@pytest.mark.parametrize(
    ("received_on", "as_of", "expected"),
    [
        (date(2021, 6, 29), date(2021, 5, 5), ("not_yet_due", 0)),
        (None, date(2021, 6, 30), ("not_yet_due", 0)),
        (None, date(2021, 7, 1), ("not_met", 1)),
        (None, date(2021, 7, 31), ("not_met", 31)),
        (date(2021, 6, 30), date(2021, 7, 31), ("met", 0)),
        (date(2021, 7, 2), date(2021, 7, 31), ("met_late", 2)),
        (date(2021, 7, 2), date(2021, 7, 1), ("not_met", 1)),
    ],
)
def test_a_deadline_day_counts_to_its_end_and_later_facts_do_not_count(received_on, as_of, expected):
    assert said(filing(received_on), "HZ-5.1-20", "K", as_of)[:2] == expected


def test_a_kind_that_is_not_kept_is_no_evidence_and_an_empty_one_is_not_met():
    day = date(2021, 7, 31)
    assert said(a_city(), "HZ-5.1-20", "K", day)[0] == "no_evidence"
    assert said(a_city(reports=[]), "HZ-5.1-20", "K", day)[0] == "not_met"


def test_a_record_counts_from_the_instant_it_was_known():
    city = filing(date(2021, 6, 20))
    city["reports"][0]["recorded_on"] = at(date(2021, 8, 1))
    day = date(2021, 12, 1)
    assert said(city, "HZ-5.1-20", "K", day, known_at=at(date(2021, 7, 31)))[0] == "not_met"
    assert said(city, "HZ-5.1-20", "K", day, known_at=at(date(2021, 8, 1)))[0] == "met"
    assert said(city, "HZ-5.1-20", "K", day)[0] == "met"


def test_the_newest_known_version_of_a_record_replaces_the_older():
    city = filing(date(2021, 6, 20))
    corrected = city["reports"][0] | {"received_on": date(2021, 7, 4), "recorded_on": at(date(2021, 8, 1))}
    city["reports"].insert(0, corrected)
    assert said(city, "HZ-5.1-20", "K", date(2021, 12, 1))[:2] == ("met_late", 4)
    assert said(city, "HZ-5.1-20", "K", date(2021, 12, 1), known_at=at(date(2021, 7, 31)))[0] == "met"


# units


@pytest.mark.parametrize(
    ("clause", "as_of", "expected"),
    [
        ("HZ-5.2-02", date(2021, 6, 29), ("not_yet_due", 0, "0", "1")),
        ("HZ-5.2-02", date(2021, 6, 30), ("met", 0, "1", "1")),
        ("HZ-5.3-02", date(2021, 6, 30), ("not_yet_due", 0, "1", "1")),
        ("HZ-5.3-02", date(2021, 7, 1), ("met", 0, "1", "1")),
        ("HZ-3-01", date(2021, 6, 29), ("not_yet_due", 0, "0", "1")),
    ],
)
def test_opening_a_station_is_setting_it_up_and_starting_work(clause, as_of, expected):
    assert said(a_city(), clause, "T", as_of) == expected


def test_a_station_that_opened_in_august_is_late_twice_and_in_time_once():
    city = a_city()
    city["units"][3]["opened_on"] = date(2021, 8, 10)
    day = date(2022, 1, 1)
    found = [said(city, clause, "T", day)[:2] for clause in ("HZ-5.2-02", "HZ-5.3-02", "HZ-3-01")]
    assert found == [("met_late", 41), ("met_late", 40), ("met", 0)]


def test_a_closed_station_no_longer_counts_for_the_end_of_2021():
    city = a_city()
    city["units"][3]["closed_on"] = date(2022, 1, 1)
    assert said(city, "HZ-3-01", "T", date(2021, 12, 31))[0] == "met"
    assert said(city, "HZ-3-01", "T", date(2022, 1, 1))[:2] == ("not_met", 1)


def test_the_city_counts_towns_and_villages_together():
    city = a_city(units=[unit("V4", "village", "T")])
    assert said(city, "HZ-3-03", "C", date(2022, 12, 31)) == ("not_yet_due", 0, "4/5", "1")
    assert said(city, "HZ-3-03", "C", date(2023, 1, 1)) == ("not_met", 1, "4/5", "1")
    assert said(a_city(), "HZ-3-03", "C", date(2022, 1, 1)) == ("met", 0, "4/4", "1")


def test_a_point_has_three_villages_or_the_rest_of_the_division():
    rest = [unit("P2", "point", "S"), unit("V4", "village", "T", point="P2")]
    day = date(2021, 12, 1)
    assert said(a_city(units=rest), "HZ-5.2-09", "P2", day) == ("met", 0, "1", "3")
    more = [*rest, unit("V5", "village", "T")]
    assert said(a_city(units=more), "HZ-5.2-09", "P2", day) == ("not_met", 0, "1", "3")
    act = {"code": "x", "clause": "HZ-5.2-12", "subject": "P2", "on": date(2021, 11, 30)}
    assert said(a_city(units=more, acts=[act]), "HZ-5.2-09", "P2", day)[0] == "met"


def test_the_point_plaque_is_owed_only_by_points_open_by_then():
    late = a_city(units=[unit("P2", "point", "S", opened_on=date(2021, 6, 29))], acts=[])
    assert said(late, "HZ-5.2-14", "P", date(2021, 6, 28))[0] == "not_yet_due"
    assert said(late, "HZ-5.2-14", "P", date(2021, 6, 29))[:2] == ("not_met", 1)
    assert said(late, "HZ-5.2-14", "P2", date(2021, 6, 29))[0] == "not_applicable"
    assert said(late, "HZ-5.2-14", "S", date(2021, 7, 1))[:2] == ("not_met", 3)


# plaques of bodies


def plaques(*rows):
    acts = [
        {"code": f"x{n}", "clause": clause, "subject": subject, "on": on, "item": item}
        for n, (clause, subject, on, item) in enumerate(rows)
    ]
    return a_city(acts=acts)


STATION_PLAQUE = ("HZ-5.2-05", "S", date(2021, 6, 30), "社工站")
ASSOCIATION = ("HZ-5.3.2-09", "T", date(2022, 3, 1), "登记")
FEDERATION = ("HZ-5.3.2-11", "T", date(2022, 3, 1), "备案")


def test_a_plaque_waits_for_its_body_and_is_due_on_the_day_of_registration():
    hung = ("HZ-5.2-05", "S", date(2022, 3, 3), "社会工作与志愿服务协会")
    other = ("HZ-5.2-05", "S", date(2022, 3, 1), "社会组织联合会")
    city = plaques(STATION_PLAQUE, ASSOCIATION, FEDERATION, hung, other)
    assert said(city, "HZ-5.2-05", "S", date(2022, 2, 28)) == ("blocked_by_upstream", 0, "1", "3")
    assert said(city, "HZ-5.2-05", "S", date(2022, 3, 1)) == ("not_yet_due", 0, "2", "3")
    assert said(city, "HZ-5.2-05", "S", date(2022, 3, 2)) == ("not_met", 1, "2", "3")
    assert said(city, "HZ-5.2-05", "S", date(2022, 3, 9)) == ("met_late", 2, "3", "3")


def test_a_station_plaque_that_is_missing_outweighs_the_blocked_ones():
    assert said(plaques(), "HZ-5.2-05", "S", date(2021, 6, 30))[:2] == ("not_yet_due", 0)
    assert said(plaques(), "HZ-5.2-05", "S", date(2021, 7, 1))[:2] == ("not_met", 1)


# posts


def test_exactly_one_head_means_neither_none_nor_two():
    day = date(2021, 7, 1)
    one, two = post("a", "S", "station_head"), post("b", "S", "station_head")
    found = [said(a_city(posts=posts), "HZ-4.2.1-01", "S", day)[0] for posts in ([], [one], [one, two])]
    assert found == ["not_met", "met", "not_met"]
    assert said(a_city(), "HZ-4.2.1-01", "S", day)[0] == "no_evidence"


def test_a_post_counts_on_its_last_day_and_not_on_the_next():
    city = a_city(posts=[post("a", "P", "point_contact", ends_on=date(2022, 3, 31))])
    assert said(city, "HZ-4.2.1-06", "P", date(2022, 3, 31))[0] == "met"
    assert said(city, "HZ-4.2.1-06", "P", date(2022, 4, 1))[0] == "not_met"


def test_two_professionals_cannot_fill_the_post_of_the_disability_specialist():
    day = date(2021, 8, 1)
    posts = [post("a", "S", "deputy_head"), post("b", "S", "professional"), post("c", "S", "professional")]
    city = a_city(posts=posts)
    assert said(city, "HZ-5.1-04", "S", day) == ("met", 0, "3", "3")
    assert said(city, "HZ-5.1-05", "S", day) == ("deviation_unjustified", 0, "2", "3")


def test_an_exception_justifies_from_approval_to_expiry():
    exception = {"code": "e", "clause": "HZ-5.1-04", "subject": "S"}
    exception |= {"approved_on": date(2021, 9, 1), "expires_on": date(2021, 9, 30)}
    city = a_city(posts=[], exceptions=[exception])
    days = [date(2021, 8, 31), date(2021, 9, 1), date(2021, 9, 30), date(2021, 10, 1)]
    found = [said(city, "HZ-5.1-04", "S", day)[0].removeprefix("deviation_") for day in days]
    assert found == ["unjustified", "justified", "justified", "unjustified"]
    assert said(city, "HZ-5.1-05", "S", date(2021, 9, 1))[0] == "deviation_unjustified"


def test_a_specialist_still_at_the_township_is_to_be_taken_into_the_station():
    city = a_city(posts=[post("a", "T", "disability_specialist")])
    assert said(city, "HZ-4.2.1-05", "S", date(2021, 8, 1)) == ("not_met", 0, "0", "1")
    assert said(a_city(posts=[]), "HZ-4.2.1-05", "S", date(2021, 8, 1))[0] == "not_applicable"


def test_a_substitute_carries_the_village_and_is_no_other_head():
    posts = [post("a", "V1", "service"), post("b", "V2", "service")]
    leave = {"person": "a", "starts_on": date(2021, 9, 1), "ends_on": date(2021, 9, 5), "substitute": "b"}
    city = a_city(posts=posts, leaves=[leave])
    day = date(2021, 9, 5)
    assert said(city, "HZ-4.2.1-07", "b", day) == ("deviation_unjustified", 0, "2", "1")
    assert said(city, "HZ-4.2.1-07", "b", date(2021, 9, 6)) == ("met", 0, "1", "1")
    assert said(city, "HZ-5.1-11", "V1", day) == ("met", 0, "1", "1")
    assert said(city, "HZ-5.1-09", "T", day) == ("deviation_unjustified", 0, "2", "3")


def test_a_village_is_left_alone_when_its_worker_is_away_without_a_substitute():
    leave = {"person": "a", "starts_on": date(2021, 9, 1), "ends_on": date(2021, 9, 5)}
    city = a_city(posts=[post("a", "V1", "service")], leaves=[leave])
    assert said(city, "HZ-5.1-11", "V1", date(2021, 9, 5)) == ("not_met", 0, "0", "1")
    assert said(city, "HZ-5.1-11", "V1", date(2021, 9, 6))[0] == "not_applicable"


def test_a_county_has_one_or_two_full_time_liaisons():
    def liaisons(count):
        return a_city(posts=[post(f"l{n}", "K", "county_liaison", full_time=True) for n in range(count)])

    found = [said(liaisons(count), "HZ-4.2.4-03", "K", date(2021, 8, 1)) for count in range(4)]
    assert found == [
        ("not_met", 0, "0", "1"),
        ("met", 0, "1", "1"),
        ("met", 0, "2", "1"),
        ("not_met", 0, "3", "2"),
    ]


# contracts


def contract(starts_on, ends_on, employer="T", **fields):
    row = {"code": "c", "person": "a", "employer": employer, "starts_on": starts_on, "ends_on": ends_on}
    return a_city(contracts=[row | fields], units=[unit("A", "agency")])


@pytest.mark.parametrize(
    ("ends_on", "expected", "flags"),
    [
        (date(2024, 6, 29), ("not_met", 0, "2.99", "3"), []),
        (date(2024, 6, 30), ("met", 0, "3", "3"), []),
        (date(2025, 6, 30), ("not_met", 0, "4", "3"), ["needs_ruling"]),
    ],
)
def test_three_years_from_july_end_with_june(ends_on, expected, flags):
    city = contract(date(2021, 7, 1), ends_on)
    assert said(city, "HZ-4.2.2-03", "c", date(2021, 7, 1)) == expected
    assert verdict(city, "HZ-4.2.2-03", "c", date(2021, 7, 1))["flags"] == flags


def test_a_term_from_29_february_ends_on_28_february():
    city = contract(date(2024, 2, 29), date(2027, 2, 28))
    assert said(city, "HZ-4.2.2-03", "c", date(2024, 3, 1)) == ("met", 0, "3", "3")


def test_contracts_from_before_july_2021_keep_their_employer():
    old, new = date(2021, 6, 30), date(2021, 7, 1)
    day = date(2021, 8, 1)
    assert said(contract(old, date(2023, 6, 30), "A"), "HZ-5.1-15", "c", day)[0] == "not_applicable"
    assert said(contract(new, date(2024, 6, 30), "A"), "HZ-5.1-15", "c", day)[0] == "not_met"
    assert said(contract(new, date(2024, 6, 30), "T"), "HZ-5.1-15", "c", day)[0] == "met"


def renewed(**kinds):
    return contract(date(2022, 7, 1), date(2025, 6, 30), renews="c0") | {"certificates": [], "assessments": []} | kinds


def test_a_renewal_needs_a_certificate_and_a_passed_assessment():
    certificate = {"person": "a", "level": "assistant", "issued_on": date(2022, 7, 1)}
    passed = {"code": "a1", "kind": "worker", "subject": "a", "held_on": date(2021, 10, 20), "grade": "合格"}
    day = date(2022, 7, 2)
    clause = "HZ-5.1-21"
    both = renewed(certificates=[certificate], assessments=[passed])
    assert said(both, clause, "c", date(2022, 6, 30))[0] == "not_yet_due"
    assert said(both, clause, "c", day) == ("met", 0, "2", "2")
    assert said(renewed(assessments=[passed]), clause, "c", day)[0] == "deviation_unjustified"
    assert said(renewed(certificates=[certificate]), clause, "c", day)[0] == "needs_ruling"
    failed = renewed(certificates=[certificate], assessments=[passed | {"grade": "基本合格"}])
    assert said(failed, clause, "c", day)[0] == "deviation_unjustified"


# yearly duties


def assessed(held_on, **fields):
    row = {"code": "a1", "kind": "worker", "subject": "a", "held_on": held_on, "grade": "合格"}
    row["departments"] = ["民政", "财政", "人社", "妇联", "残联"]
    return a_city(posts=[post("a", "V1", "service")], assessments=[row | fields])


def test_the_october_assessment_is_due_on_the_last_of_october_and_stays_a_finding():
    clause = "HZ-4.2.3-01"
    assert said(assessed(date(2021, 10, 31)), clause, "a", date(2021, 11, 1), "2021")[0] == "met"
    assert said(assessed(date(2021, 11, 2)), clause, "a", date(2021, 10, 31), "2021")[0] == "not_yet_due"
    assert said(assessed(date(2021, 11, 2)), clause, "a", date(2021, 11, 1), "2021")[:2] == ("not_met", 1)
    assert said(assessed(date(2021, 11, 2)), clause, "a", date(2022, 12, 1), "2021")[:2] == ("met_late", 2)
    assert said(assessed(date(2021, 11, 2)), clause, "a", date(2022, 12, 1), "2022")[:2] == ("not_met", 31)


def test_the_end_of_the_assessed_period_decides_the_year():
    city = assessed(date(2022, 1, 10), period_to=date(2021, 12, 31))
    assert said(city, "HZ-4.2.3-01", "a", date(2022, 2, 1), "2021")[:2] == ("met_late", 71)
    assert said(city, "HZ-4.2.3-01", "a", date(2022, 2, 1), "2022")[0] == "not_yet_due"


def test_all_five_departments_take_part():
    four = assessed(date(2021, 10, 1), departments=["民政", "财政", "人社", "妇联"])
    assert said(four, "HZ-4.2.3-02", "a", date(2021, 11, 1), "2021") == ("not_met", 1, "4", "5")
    assert said(assessed(date(2021, 10, 1)), "HZ-4.2.3-02", "a", date(2021, 11, 1), "2021") == ("met", 0, "5", "5")


def test_the_report_to_the_members_is_done_with_the_fifth():
    days = [date(2021, 12, 1), date(2021, 12, 2), date(2021, 12, 2), date(2021, 12, 31), date(2022, 1, 3)]
    rows = [
        {
            "code": f"r{n}",
            "clause": "HZ-4.2.3-09",
            "from_unit": "C",
            "to_unit": f"G{n}",
            "period": "2021",
            "sent_on": day,
        }
        for n, day in enumerate(days)
    ]
    members = [unit(f"G{n}", "government") for n in range(5)]
    city = a_city(units=members, reports=rows)
    assert said(city, "HZ-4.2.3-09", "C", date(2022, 1, 2), "2021") == ("not_met", 2, "4", "5")
    assert said(city, "HZ-4.2.3-09", "C", date(2022, 1, 3), "2021") == ("met_late", 3, "5", "5")


# training


def trained(minutes, day, category, start=date(2021, 7, 1), **fields):
    row = {"person": "a", "starts_at": at(day), "hours": minutes, "category": category}
    return a_city(posts=[post("a", "V1", "service", start)], trainings=[row | fields])


@pytest.mark.parametrize(
    ("minutes", "day", "unit_of_hours", "expected"),
    [
        (899, date(2021, 9, 30), "clock", ("not_met", 31, "14.98", "15")),
        (900, date(2021, 9, 30), "clock", ("met", 0, "15", "15")),
        (900, date(2021, 10, 1), "clock", ("met_late", 1, "15", "15")),
        (20 * 60, date(2021, 9, 30), "academic", ("met", 0, "15", "15")),
        (19 * 60, date(2021, 9, 30), "academic", ("not_met", 31, "14.25", "15")),
    ],
)
def test_fifteen_hours_before_october_2021(minutes, day, unit_of_hours, expected):
    city = trained(minutes, day, "prejob", unit_of_hours=unit_of_hours)
    assert said(city, "HZ-5.2-22", "a", date(2021, 10, 31)) == expected


def test_later_people_are_trained_before_their_first_day():
    start = date(2022, 7, 1)
    assert said(trained(900, date(2022, 6, 30), "prejob", start), "HZ-5.2-22", "a", date(2022, 7, 1))[0] == "met"
    late = trained(900, date(2022, 7, 1), "prejob", start)
    assert said(late, "HZ-5.2-22", "a", date(2022, 6, 30))[0] == "not_yet_due"
    assert said(late, "HZ-5.2-22", "a", date(2022, 7, 1))[:2] == ("met_late", 1)


def test_the_day_of_a_training_is_the_shanghai_day():
    instant = datetime(2021, 9, 30, 16, 0, tzinfo=timezone.utc)  # noqa: UP017 - as the records write it
    city = trained(900, date(2021, 9, 30), "prejob", starts_at=instant)
    assert said(city, "HZ-5.2-22", "a", date(2021, 10, 31))[:2] == ("met_late", 1)


def test_forty_eight_hours_a_year_and_a_part_year_needs_a_ruling():
    early = date(2021, 1, 1)
    short = trained(2879, date(2021, 12, 31), "continuing", early)
    assert said(short, "HZ-5.3.3-04", "a", date(2021, 12, 31), "2021") == ("not_yet_due", 0, "47.98", "48")
    assert said(short, "HZ-5.3.3-04", "a", date(2022, 1, 1), "2021") == ("not_met", 1, "47.98", "48")
    assert verdict(short, "HZ-5.3.3-04", "a", date(2022, 1, 1), "2021")["flags"] == []
    half = verdict(trained(1452, date(2021, 12, 1), "continuing"), "HZ-5.3.3-04", "a", date(2022, 1, 1), "2021")
    assert (half["status"], half["flags"]) == ("not_met", ["needs_ruling"])
    assert half["alternatives"] == [
        {"reading": "pro_rata", "measured": "24.2", "required": "24.19", "status": "met"},
        {"reading": "with_prejob", "measured": "24.2", "required": "48", "status": "not_met"},
    ]


def test_more_than_thirty_days_of_leave_need_a_ruling():
    def flags(days):
        city = trained(2880, date(2022, 3, 1), "continuing", date(2021, 7, 1))
        end = date(2022, 5, 1) + timedelta(days=days - 1)
        city["leaves"] = [{"person": "a", "starts_on": date(2022, 5, 1), "ends_on": end}]
        return verdict(city, "HZ-5.3.3-04", "a", date(2023, 1, 1), "2022")["flags"]

    assert (flags(30), flags(31)) == ([], ["needs_ruling"])


# supervision


def visited(*sessions):
    """Sessions (visit, day, minutes, remote)"""
    rows = [
        {"visit": visit, "supervisor": "z", "station": "S", "starts_at": at(day), "hours": minutes, "remote": remote}
        for visit, day, minutes, remote in sessions
    ]
    return a_city(visits=rows)


@pytest.mark.parametrize(
    ("minutes", "as_of", "expected"),
    [
        (960, date(2021, 7, 30), ("not_yet_due", 0, "0", "1")),
        (960, date(2021, 7, 31), ("met", 0, "1", "1")),
        (959, date(2021, 7, 31), ("not_yet_due", 0, "0", "1")),
        (959, date(2021, 8, 1), ("not_met", 1, "0", "1")),
    ],
)
def test_sixteen_hours_once_a_month(minutes, as_of, expected):
    city = visited(("v", date(2021, 7, 31), minutes, False))
    assert said(city, "HZ-4.2.4-09", "S", as_of, "2021-07") == expected


def test_a_visit_over_the_month_end_belongs_to_its_first_session():
    city = visited(("v", date(2021, 7, 31), 480, False), ("v", date(2021, 8, 1), 480, False))
    assert said(city, "HZ-4.2.4-09", "S", date(2021, 7, 31), "2021-07")[0] == "not_yet_due"
    assert said(city, "HZ-4.2.4-09", "S", date(2021, 8, 1), "2021-07") == ("met", 0, "1", "1")
    assert said(city, "HZ-4.2.4-09", "S", date(2021, 9, 1), "2021-08")[0] == "not_met"
    assert said(city, "HZ-4.2.4-10", "v", date(2021, 8, 1)) == ("met", 0, "16", "16")


def test_two_visits_of_eight_hours_are_none_unless_the_monthly_sum_is_the_reading():
    city = visited(("v", date(2021, 7, 5), 480, False), ("w", date(2021, 7, 20), 480, False))
    row = verdict(city, "HZ-4.2.4-09", "S", date(2021, 8, 1), "2021-07")
    assert (row["status"], row["flags"]) == ("not_met", ["needs_ruling"])
    assert {a["reading"]: a["status"] for a in row["alternatives"]} == {"monthly_sum": "met", "one_for_all": "not_met"}
    ruled = said(city, "HZ-4.2.4-09", "S", date(2021, 8, 1), "2021-07", readings={"A35": "monthly_sum"})
    assert ruled == ("met", 0, "1", "1")


def test_remote_sessions_bring_no_hours():
    city = visited(("v", date(2021, 7, 5), 900, False), ("v", date(2021, 7, 6), 100, True))
    assert said(city, "HZ-4.2.4-10", "v", date(2021, 7, 31)) == ("not_met", 0, "15", "16")


def test_a_month_the_station_was_not_open_throughout_counts_only_by_ruling():
    city = visited()
    city["units"][3]["opened_on"] = date(2021, 8, 2)
    day = date(2021, 10, 1)
    assert said(city, "HZ-4.2.4-09", "S", day, "2021-08")[0] == "not_applicable"
    assert said(city, "HZ-4.2.4-09", "S", day, "2021-09")[:2] == ("not_met", 1)
    assert said(city, "HZ-4.2.4-09", "S", day, "2021-08", readings={"A39": "full"})[:2] == ("not_met", 31)


def test_one_visit_of_the_supervisor_serves_all_his_stations_only_by_ruling():
    city = visited(("v", date(2021, 7, 5), 960, False))
    city["units"].append(unit("S2", "station", "T", opened_on=date(2021, 6, 30)))
    city["assignments"] = [
        {"supervisor": "z", "station": station, "starts_on": date(2021, 7, 1), "ends_on": None}
        for station in ("S", "S2")
    ]
    assert said(city, "HZ-4.2.4-09", "S2", date(2021, 8, 1), "2021-07")[0] == "not_met"
    ruled = said(city, "HZ-4.2.4-09", "S2", date(2021, 8, 1), "2021-07", readings={"A35": "one_for_all"})
    assert ruled == ("met", 0, "1", "1")


def test_six_stations_a_supervisor_and_the_city_as_a_whole():
    more = [unit(f"S{n}", "station", "T", opened_on=date(2021, 6, 30)) for n in range(2, 8)]
    codes = ["S", *(station["code"] for station in more)]
    rows = [{"supervisor": "z", "station": code, "starts_on": date(2021, 7, 1)} for code in codes]
    city = a_city(units=more, posts=[post("z", "C", "supervisor")], assignments=[r | {"ends_on": None} for r in rows])
    assert said(city, "HZ-4.2.4-08", "z", date(2021, 8, 1)) == ("deviation_unjustified", 0, "7", "6")
    assert said(city, "HZ-4.2.4-08", "C", date(2021, 8, 1)) == ("deviation_unjustified", 0, "7/1", "6")
    city["units"].pop()
    assert said(city, "HZ-4.2.4-08", "z", date(2021, 8, 1)) == ("met", 0, "6", "6")
    assert said(city, "HZ-4.2.4-08", "C", date(2021, 8, 1)) == ("met", 0, "6/1", "6")


# people served, candidates, phases


def test_a_beneficiary_is_covered_by_a_file_and_a_service():
    row = {"code": "b", "village": "V1", "category": "低保对象", "file_on": date(2022, 1, 5)}
    day = date(2023, 1, 10)
    assert said(a_city(beneficiaries=[row]), "HZ-3-04", "C", day) == ("not_met", 10, "0/1", "1")
    served = a_city(beneficiaries=[row | {"served_on": date(2023, 1, 2)}])
    assert said(served, "HZ-3-04", "C", day) == ("met_late", 2, "1/1", "1")
    outside = a_city(beneficiaries=[row | {"category": "普通居民"}])
    assert said(outside, "HZ-3-04", "C", day)[0] == "not_applicable"
    gone = a_city(beneficiaries=[row | {"removed_on": date(2022, 12, 31)}])
    assert said(gone, "HZ-3-04", "C", day)[0] == "not_applicable"


def test_six_steps_of_a_case_in_order():
    def case(*days):
        names = ("识别对象", "分析需求", "制定计划", "协调资源", "专业介入", "跟踪问效")
        acts = [
            {"code": f"x{n}", "clause": "HZ-5.3.1-03", "subject": "b", "on": date(2021, 8, day), "item": name}
            for n, (name, day) in enumerate(zip(names, days, strict=False))
            if day
        ]
        city = a_city(beneficiaries=[{"code": "b", "village": "V1", "category": "低保对象"}], acts=acts)
        return said(city, "HZ-5.3.1-03", "b", date(2021, 9, 1))[0]

    assert case() == "not_yet_due"
    assert case(1, 2, 3) == "not_yet_due"
    assert case(2, 1) == "not_met"
    assert case(1, 1, 2, 3, 4, 5) == "met"
    assert case(1, 1, 2, None, 4, 5) == "not_met"


def test_a_hire_went_through_six_steps_in_order():
    def hire(*days):
        names = ("报名", "笔试", "面试", "体检", "公示", "录用")
        rows = [
            {"code": "d", "applied_on": date(2021, 6, 1), "step": name, "step_on": date(2021, 6, day)}
            for name, day in zip(names, days, strict=True)
            if day
        ]
        return said(a_city(candidates=rows), "HZ-5.2-19", "d", date(2021, 6, 20))

    assert hire(1, 2, 3, 4, 5, 21) == ("not_yet_due", 0, "5", "6")
    assert hire(1, 2, 3, 4, 5, 20) == ("met", 0, "6", "6")
    assert hire(1, 2, None, 4, 5, 20) == ("not_met", 0, "5", "6")
    assert hire(1, 3, 2, 4, 5, 20)[0] == "not_met"


@pytest.mark.parametrize(
    ("as_of", "states"),
    [
        (date(2021, 5, 31), ["ended", "upcoming", "upcoming", "upcoming", "upcoming"]),
        (date(2021, 6, 1), ["ended", "current", "upcoming", "upcoming", "upcoming"]),
        (date(2022, 6, 30), ["ended", "ended", "current", "upcoming", "upcoming"]),
        (date(2024, 1, 1), ["ended", "ended", "ended", "ended", "ended"]),
    ],
)
def test_the_last_day_of_may_2021_lies_between_two_phases(as_of, states):
    rows = [row for row in judge_city(a_city(), as_of) if "phase_state" in row]
    assert [row["phase_state"] for row in rows] == states


# random cities


@pytest.mark.parametrize("seed", range(4))
def test_every_row_of_a_random_city_is_said_once_and_late_only_after_its_day(seed):
    records = random_records(seed)
    assert records == random_records(seed)
    for day in judging_days(seed, 2):
        rows = judge_city(records, day)
        keys = [(row["clause"], row["subject_kind"], row["subject"], row["period"]) for row in rows]
        assert len(keys) == len(set(keys))
        late = [row for row in rows if row["days_late"]]
        assert all(row["due"] and row["status"] in ("met_late", "not_met") for row in late)
