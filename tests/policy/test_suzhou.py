"""The judged clauses of the Suzhou plan, each on the days and at the numbers where it turns."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from db.planstore import load_plan
from policy.words import Flag, Status
from tests.policy.suzhou_city import JULY, City

END_2022, END_2023 = date(2022, 12, 31), date(2023, 12, 31)
NEW_YEAR = date(2023, 1, 1)


def test_every_clause_is_placed_once() -> None:
    plan = load_plan("suzhou")
    judged = {o.clause for o in plan.obligations}
    assert len(plan.clauses) == 111
    assert judged | plan.not_run.keys() == plan.clause_of.keys()
    assert not judged & plan.not_run.keys()


def test_nothing_is_late_before_the_plan_was_issued() -> None:
    city = City().towns(JULY, None).person("p", "S0")
    statuses = {r.status for r in city.rulings(date(2022, 6, 20)).values()}
    assert statuses <= {Status.NOT_YET_DUE, Status.NOT_APPLICABLE, Status.NO_EVIDENCE, Status.UNSCHEDULED}


# the stages


@pytest.mark.parametrize(("day", "states"), [
    (date(2021, 12, 31), ["current", "upcoming", "upcoming"]),
    (date(2022, 1, 1), ["ended", "current", "upcoming"]),
    (date(2023, 12, 31), ["ended", "ended", "current"]),
])  # fmt: skip
def test_the_three_stages_are_calendar_years(day: date, states: list[str]) -> None:
    said = City().rulings(day)
    phases = ("phase-pilot", "phase-rollout", "phase-coverage")
    assert [said[duty, "C", None].phase_state for duty in phases] == states


# county centres (SZ-2.1-07, -09)


@pytest.mark.parametrize(("opened", "day", "status", "late"), [
    (END_2022, END_2022, Status.MET, 0),
    (NEW_YEAR, END_2022, Status.NOT_YET_DUE, 0),
    (None, NEW_YEAR, Status.NOT_MET, 1),
    (NEW_YEAR, date(2023, 6, 1), Status.MET_LATE, 1),
])  # fmt: skip
def test_every_county_has_a_centre_by_the_end_of_2022(
    opened: date | None, day: date, status: Status, late: int
) -> None:
    city = City()
    if opened:
        city.unit("E", "centre", "K", opened)
    ruling = city.ruling("centre-built", "K", day)
    assert (ruling.status, ruling.days_late(day), ruling.due) == (status, late, END_2022)


def test_a_closed_centre_is_none() -> None:
    city = City().unit("E", "centre", "K", JULY, closed_on=date(2022, 12, 1))
    assert city.ruling("centre-built", "K", NEW_YEAR).status is Status.NOT_MET
    assert city.proofs("centre-built", NEW_YEAR) == {("units:E", "该中心已撤销")}


@pytest.mark.parametrize(("reading", "status"), [
    ("ask", Status.NEEDS_RULING), ("bound", Status.NOT_MET), ("exempt", Status.NOT_APPLICABLE),
])  # fmt: skip
def test_whether_a_functional_zone_needs_a_centre_is_a_reading(reading: str, status: Status) -> None:
    city = City().unit("Z", "county", "C", kind_note="functional_zone")
    ruling = city.ruling("centre-built", "Z", NEW_YEAR, A52=reading)
    assert ruling.status is status
    assert Flag.NEEDS_RULING in ruling.flags
    assert {a.note for a in ruling.alternatives} == {"A52"}


def test_a_functional_zone_with_a_centre_has_done_what_could_be_asked() -> None:
    city = City().unit("Z", "county", "C", kind_note="functional_zone").unit("E", "centre", "Z", JULY)
    assert city.ruling("centre-built", "Z", NEW_YEAR).status is Status.MET


def staffed(*starts: date, ends_on: date | None = None) -> City:
    city = City().unit("E", "centre", "K", JULY)
    for number, day in enumerate(starts):
        city.person(f"p{number}", "E", "centre_staff", day, ends_on=ends_on if number == 0 else None)
    return city


@pytest.mark.parametrize(("third", "day", "status", "measured"), [
    (END_2022, END_2022, Status.MET, "3"),
    (NEW_YEAR, END_2022, Status.NOT_YET_DUE, "2"),
    (NEW_YEAR, NEW_YEAR, Status.MET_LATE, "3"),
])  # fmt: skip
def test_a_centre_has_three_people_by_the_end_of_2022(third: date, day: date, status: Status, measured: str) -> None:
    ruling = staffed(JULY, JULY, third).ruling("centre-staff", "E", day)
    assert (ruling.status, ruling.measured, ruling.required) == (status, measured, "3")


def test_a_centre_that_loses_one_of_three_no_longer_meets_the_rule() -> None:
    city = staffed(JULY, JULY, JULY, ends_on=date(2023, 3, 1))
    assert city.ruling("centre-staff", "E", date(2023, 3, 1)).status is Status.MET
    assert city.ruling("centre-staff", "E", date(2023, 3, 2)).status is Status.NOT_MET


def test_replacing_somebody_does_not_make_a_staffed_centre_late() -> None:
    city = staffed(JULY, JULY, JULY, date(2023, 3, 2), ends_on=date(2023, 3, 1))
    ruling = city.ruling("centre-staff", "E", date(2023, 4, 1))
    assert (ruling.status, ruling.done_on) == (Status.MET, JULY)


# shares of the towns (SZ-2.1-01, -10, -11, SZ-4-10)


@pytest.mark.parametrize(("stations", "status"), [(31, Status.NOT_YET_DUE), (32, Status.MET)])
def test_31_of_52_towns_are_not_three_fifths_and_32_are(stations: int, status: Status) -> None:
    city = City().towns(*[JULY] * stations, *[None] * (52 - stations))
    ruling = city.ruling("three-fifths-built", "C", END_2022)
    assert (ruling.status, ruling.measured, ruling.required) == (status, f"{stations}/52", "3/5")
    assert city.ruling("three-fifths-built", "C", NEW_YEAR).status is (Status.MET if stations == 32 else Status.NOT_MET)


def test_31_of_52_prints_less_than_sixty_percent() -> None:
    ruling = City().towns(*[JULY] * 31, *[None] * 21).ruling("three-fifths-built", "C", END_2022)
    assert ruling.percent == "59.6"


@pytest.mark.parametrize(("opened", "status", "done_on"), [
    (END_2022, Status.MET, END_2022), (date(2023, 1, 10), Status.MET_LATE, date(2023, 1, 10)),
])  # fmt: skip
def test_the_share_is_reached_the_day_the_deciding_station_opens(opened: date, status: Status, done_on: date) -> None:
    ruling = City().towns(JULY, JULY, opened, None, None).ruling("three-fifths-built", "C", date(2023, 6, 1))
    assert (ruling.status, ruling.done_on, ruling.measured) == (status, done_on, "3/5")


def test_what_was_reached_on_the_due_day_stays_reached() -> None:
    city = City().towns(JULY, JULY, None, None).unit("T9", "township", "K")
    city.unit("S9", "station", "T9", JULY, closed_on=date(2023, 5, 1))
    assert city.ruling("three-fifths-built", "C", date(2023, 6, 1)).status is Status.MET


def test_a_share_reached_because_a_town_went_away_is_late() -> None:
    city = City().towns(JULY, JULY, JULY, None, None).unit("T9", "township", "K", closed_on=date(2023, 2, 1))
    ruling = city.ruling("three-fifths-built", "C", date(2023, 6, 1))
    assert (ruling.status, ruling.done_on) == (Status.MET_LATE, NEW_YEAR)


@pytest.mark.parametrize(("opened", "day", "status"), [
    (END_2023, END_2023, Status.MET),
    (None, END_2023, Status.NOT_YET_DUE),
    (None, date(2024, 1, 1), Status.NOT_MET),
])  # fmt: skip
def test_all_towns_have_a_station_by_the_end_of_2023(opened: date | None, day: date, status: Status) -> None:
    said = City().towns(JULY, opened).rulings(day)
    for duty, subject in (("all-built", "C"), ("county-built", "K")):
        assert said[duty, subject, None].status is status
        assert said[duty, subject, None].required == "1"


def test_2025_is_only_an_outer_limit() -> None:
    city = City().towns(JULY, None)
    assert city.ruling("all-built-outer", "C", date(2025, 12, 31)).status is Status.NOT_YET_DUE
    assert city.ruling("all-built-outer", "C", date(2026, 1, 1)).status is Status.NOT_MET


def test_a_county_without_towns_has_no_building_task() -> None:
    assert City().ruling("county-built", "K", NEW_YEAR).status is Status.NOT_APPLICABLE


# certified staff (SZ-2.1-12, SZ-3.2-01)


def with_staff(certified: int, total: int, issued_on: date = JULY) -> City:
    city = City().towns(JULY)
    for number in range(total):
        city.person(f"p{number}", "S0")
        if number < certified:
            city.certificate(f"p{number}", issued_on)
    return city


@pytest.mark.parametrize(("certified", "status"), [(62, Status.NOT_MET), (63, Status.MET)])
def test_62_of_104_are_not_three_fifths_and_63_are(certified: int, status: Status) -> None:
    ruling = with_staff(certified, 104).ruling("certified", "C", date(2024, 1, 1))
    assert (ruling.status, ruling.measured, ruling.required) == (status, f"{certified}/104", "3/5")


@pytest.mark.parametrize(("issued", "day", "status"), [
    (END_2023, END_2023, Status.MET),
    (date(2024, 1, 1), END_2023, Status.NOT_YET_DUE),
    (date(2024, 1, 1), date(2024, 1, 1), Status.MET_LATE),
])  # fmt: skip
def test_certificates_count_from_the_day_of_issue(issued: date, day: date, status: Status) -> None:
    assert with_staff(3, 5, issued).ruling("certified", "C", day).status is status


def test_a_certificate_that_ran_out_before_the_due_day_does_not_count() -> None:
    city = with_staff(2, 5).certificate("p2", JULY, date(2023, 12, 30))
    assert city.ruling("certified", "C", date(2024, 1, 1)).measured == "2/5"


def test_who_leaves_after_the_due_day_changes_nothing() -> None:
    city = with_staff(2, 4).person("p9", "S0", ends_on=date(2024, 2, 1)).certificate("p9", JULY)
    assert city.ruling("certified", "C", date(2024, 6, 1)).status is Status.MET


def test_heads_and_helpers_count_only_under_the_other_reading() -> None:
    city = with_staff(3, 5)
    for post in ("station_head", "part_time", "intern", "volunteer"):
        city.person(post, "S0", post)
    ruling = city.ruling("certified", "C", date(2024, 1, 1))
    assert (ruling.status, ruling.measured) == (Status.MET, "3/5")
    assert [(a.reading, a.measured, a.status) for a in ruling.alternatives] == [("everyone", "3/9", Status.NOT_MET)]
    other = city.ruling("certified", "C", date(2024, 1, 1), A51="everyone")
    assert (other.status, other.measured, other.alternatives[0].reading) == (Status.NOT_MET, "3/9", "staff")


@pytest.mark.parametrize(("certified", "status"), [(1, Status.DEVIATION_UNJUSTIFIED), (2, Status.MET)])
def test_a_station_has_two_qualified_people_in_principle(certified: int, status: Status) -> None:
    ruling = with_staff(certified, 3).ruling("qualified-two", "S0", JULY)
    assert (ruling.status, ruling.measured, ruling.required) == (status, str(certified), "2")


def test_a_qualified_head_is_said_but_not_counted() -> None:
    city = with_staff(1, 2).person("h", "S0", "station_head").certificate("h", JULY)
    ruling = city.ruling("qualified-two", "S0", JULY)
    assert (ruling.status, ruling.measured) == (Status.DEVIATION_UNJUSTIFIED, "1")
    assert "为2人" in ruling.why
    assert ruling.alternatives[0].status is Status.MET
    assert city.ruling("qualified-two", "S0", JULY, A51="everyone").status is Status.MET


def test_a_supervisors_certificate_is_no_professional_level() -> None:
    city = with_staff(1, 2).certificate("p1", JULY, level="supervisor")
    assert city.ruling("qualified-two", "S0", JULY).measured == "1"
    assert ("certificates:2", "不是职业水平证书") in city.proofs("qualified-two", JULY)


def test_an_approved_exception_justifies_a_station_with_one() -> None:
    city = with_staff(1, 1).add(
        "exceptions", code="e", clause="SZ-3.2-01", subject="S0", reason="偏远", approver="K", approved_on=JULY,
        expires_on=END_2022,
    )  # fmt: skip
    assert city.ruling("qualified-two", "S0", END_2022).status is Status.DEVIATION_JUSTIFIED
    assert city.ruling("qualified-two", "S0", NEW_YEAR).status is Status.DEVIATION_UNJUSTIFIED


# other people (SZ-3.2-02 … -06, SZ-4-23)


@pytest.mark.parametrize(("heads", "status"), [(0, Status.NOT_MET), (1, Status.MET), (2, Status.NOT_MET)])
def test_a_station_has_exactly_one_head(heads: int, status: Status) -> None:
    city = City().towns(JULY)
    for number in range(heads):
        city.person(f"h{number}", "S0", "station_head")
    assert city.ruling("station-head", "S0", JULY).status is status


@pytest.mark.parametrize(("since", "status", "measured"), [
    (date(2017, 6, 30), Status.MET, "5"),
    (date(2017, 7, 1), Status.MET, "5"),
    (date(2017, 7, 2), Status.NOT_MET, "4.99"),
    (date(2022, 7, 1), Status.NOT_MET, "0"),
    (None, Status.NOT_MET, "0"),
])  # fmt: skip
def test_a_supervisor_has_five_full_years_on_the_first_day(since: date | None, status: Status, measured: str) -> None:
    city = City().person("p", "C", "supervisor", JULY, social_work_started_on=since)
    ruling = city.ruling("supervisor-experience", "p", date(2023, 7, 1))
    assert (ruling.status, ruling.measured, ruling.required) == (status, measured, "5")


def test_a_supervisor_who_has_not_begun_is_not_yet_judged() -> None:
    city = City().person("p", "C", "supervisor", date(2022, 8, 1), social_work_started_on=date(2020, 1, 1))
    assert city.ruling("supervisor-experience", "p", date(2022, 7, 31)).status is Status.NOT_YET_DUE
    assert city.ruling("supervisor-experience", "p", date(2022, 8, 1)).status is Status.NOT_MET


def test_supervisors_older_than_the_rule_are_measured_on_its_first_day() -> None:
    city = City().person("p", "C", "supervisor", date(2020, 1, 1), social_work_started_on=date(2017, 6, 21))
    assert city.ruling("supervisor-experience", "p", JULY).status is Status.MET


@pytest.mark.parametrize(("education", "status"), [
    ("大专", Status.MET), ("本科", Status.MET),
    ("中专", Status.NOT_MET), ("高中", Status.NOT_MET), (None, Status.NOT_MET),
])  # fmt: skip
def test_station_staff_have_at_least_a_college_education(education: str | None, status: Status) -> None:
    assert City().towns(JULY).person("p", "S0", education=education).ruling("schooling", "p", JULY).status is status


def test_an_agency_with_one_station_has_nothing_to_choose() -> None:
    city = City().towns(JULY, JULY).unit("A", "agency", "K").person("p", "S0").person("q", "S1")
    terms = {"employer": "A", "starts_on": JULY, "ends_on": date(2024, 6, 30)}
    city.add("contracts", code="c1", person="p", **terms)
    assert city.ruling("agency-many", "A", JULY).status is Status.NOT_APPLICABLE
    city.add("contracts", code="c2", person="q", **terms)
    ruling = city.ruling("agency-many", "A", JULY)
    assert (ruling.status, ruling.measured) == (Status.MET, "2")


def test_a_village_room_has_a_head_and_two_plaques() -> None:
    city = City().towns(JULY).unit("V", "village", "T0").unit("W", "village", "T0").act("SZ-2.2-06", "V", JULY)
    said = city.rulings(JULY)
    assert said["room-head", "V", None].status is Status.NOT_MET
    assert said["room-plaques", "V", None].measured == "0"
    assert ("room-head", "W", None) not in said
    city.person("r", "V", "room_head").act("SZ-3.5-01", "V", JULY, item="户外").act("SZ-3.5-01", "V", JULY, item="室内")
    said = city.rulings(JULY)
    assert (said["room-head", "V", None].status, said["room-plaques", "V", None].status) == (Status.MET, Status.MET)


def test_graduates_on_the_staff_are_enrolled() -> None:
    city = City().towns(JULY).person("g", "S0", graduated_on=date(2021, 6, 30)).person("o", "S0")
    assert city.ruling("graduates-enrolled", "g", JULY).status is Status.NOT_MET
    assert city.ruling("graduates-enrolled", "o", JULY).status is Status.NOT_APPLICABLE
    city.act("SZ-4-23", "g", date(2022, 7, 2))
    assert city.ruling("graduates-enrolled", "g", JULY).status is Status.NOT_MET
    assert city.ruling("graduates-enrolled", "g", date(2022, 7, 2)).status is Status.MET


# premises (SZ-3.3-02 … -04, SZ-3.5-01, SZ-3.1-03)


@pytest.mark.parametrize(("office", "activity", "status", "measured"), [
    ("20", "1", Status.MET, "20"),
    ("20.0", "0.5", Status.MET, "20"),
    ("19.99", "30", Status.DEVIATION_UNJUSTIFIED, "19.99"),
    ("50", None, Status.DEVIATION_UNJUSTIFIED, "50"),
    ("50", "0", Status.DEVIATION_UNJUSTIFIED, "50"),
    ("约二十", "30", Status.DEVIATION_UNJUSTIFIED, "0"),
    ("NaN", "30", Status.DEVIATION_UNJUSTIFIED, "0"),
])  # fmt: skip
def test_twenty_square_metres_are_the_office_alone(
    office: str, activity: str | None, status: Status, measured: str
) -> None:
    city = City().towns(JULY).act("SZ-3.3-02", "S0", JULY, item="办公场地", value=office, unit="m2")
    if activity:
        city.act("SZ-3.3-02", "S0", JULY, item="活动场地", value=activity, unit="㎡")
    ruling = city.ruling("floor-space", "S0", JULY)
    assert (ruling.status, ruling.measured, ruling.required, ruling.unit) == (status, measured, "20", "m2")


def test_the_latest_size_counts_and_another_unit_does_not() -> None:
    city = City().towns(JULY).act("SZ-3.3-02", "S0", JULY, item="办公", value="30", code="old")
    city.act("SZ-3.3-02", "S0", date(2022, 8, 1), item="办公", value="15", code="new")
    city.act("SZ-3.3-02", "S0", date(2022, 8, 2), item="办公", value="30", unit="亩", code="acre")
    city.act("SZ-3.3-02", "S0", date(2022, 8, 2), item="停车场", value="300", code="cars")
    assert city.ruling("floor-space", "S0", date(2022, 9, 1)).measured == "15"
    assert city.proofs("floor-space", date(2022, 9, 1)) == {
        ("acts:old", "已有更新的记录"),
        ("acts:new", None),
        ("acts:acre", "单位不是平方米"),
        ("acts:cars", "不是本条所列事项"),
    }


@pytest.mark.parametrize(("items", "measured", "status"), [
    (["桌椅", "电脑", "打印机"], "3", Status.NOT_MET),
    (["桌椅", "电脑", "打印机", "档案柜"], "4", Status.MET),
    (["桌椅、电脑、打印机、档案柜"], "4", Status.MET),
    (["空调"], "0", Status.NOT_MET),
])  # fmt: skip
def test_a_station_has_the_four_kinds_of_equipment(items: list[str], measured: str, status: Status) -> None:
    city = City().towns(JULY)
    for item in items:
        city.act("SZ-3.3-03", "S0", JULY, item=item)
    ruling = city.ruling("station-equipment", "S0", JULY)
    assert (ruling.status, ruling.measured, ruling.required) == (status, measured, "4")


@pytest.mark.parametrize(("place", "status"), [
    ("党群服务中心", Status.MET), ("便民服务中心", Status.MET), ("租用民房", Status.DEVIATION_UNJUSTIFIED),
])  # fmt: skip
def test_the_office_is_in_a_service_centre_in_principle(place: str, status: Status) -> None:
    city = City().towns(JULY).act("SZ-3.3-04", "S0", JULY, item=place)
    assert city.ruling("office-place", "S0", JULY).status is status


def test_plaques_hang_outside_and_inside() -> None:
    city = City().towns(JULY).act("SZ-3.5-01", "S0", JULY, item="户外").act("SZ-3.5-01", "S0", JULY, item="户外")
    assert city.ruling("station-plaques", "S0", JULY).measured == "1"
    city.act("SZ-3.5-01", "S0", JULY, item="室内", verdict="returned")
    assert city.ruling("station-plaques", "S0", JULY).status is Status.NOT_MET
    assert city.act("SZ-3.5-01", "S0", JULY, item="室内").ruling("station-plaques", "S0", JULY).status is Status.MET


@pytest.mark.parametrize(("sizes", "status", "measured"), [
    ((), Status.NO_EVIDENCE, None),
    (("40cm*60cm",), Status.MET, "1"),
    (("60×40",), Status.MET, "1"),
    (("600mmx400mm",), Status.MET, "1"),
    (("40x50",), Status.NOT_MET, "0"),
    (("40x60", "60x60"), Status.NOT_MET, "1"),
    (("40x60", None), Status.NO_EVIDENCE, "1"),
    (("60x60", None), Status.NOT_MET, "0"),
])  # fmt: skip
def test_a_plaque_measures_forty_by_sixty_either_way_round(
    sizes: tuple[str | None, ...], status: Status, measured: str | None
) -> None:
    city = City().towns(JULY)
    for number, size in enumerate(sizes):
        city.act("SZ-3.5-02", "S0", JULY, item=f"标牌{number}", value=size)
    ruling = city.ruling("station-plaque-size", "S0", JULY)
    assert (ruling.status, ruling.measured) == (status, measured)


@pytest.mark.parametrize(("mode", "employer", "status"), [
    (None, "A", Status.NOT_MET),
    ("purchase", "A", Status.MET),
    ("purchase", "K", Status.NOT_MET),
    ("direct", "K", Status.MET),
    ("direct", "A", Status.NOT_MET),
])  # fmt: skip
def test_a_station_says_how_it_is_run_and_employs_that_way(mode: str | None, employer: str, status: Status) -> None:
    city = City().unit("T0", "township", "K").unit("S0", "station", "T0", JULY, mode=mode).unit("A", "agency", "K")
    city.person("p", "S0").add(
        "contracts", code="c", person="p", employer=employer, starts_on=JULY, ends_on=date(2024, 6, 30)
    )
    assert city.ruling("mode-given", "S0", JULY).status is status


# prohibitions (SZ-2.2-07, -08, SZ-3.6-04)


@pytest.mark.parametrize(("duty", "clause", "subject"), [
    ("purchase-scope", "SZ-2.2-07", "K"),
    ("service-list", "SZ-2.2-08", "S0"),
    ("no-powers-station", "SZ-3.6-04", "S0"),
    ("no-powers-person", "SZ-3.6-04", "p"),
])  # fmt: skip
def test_a_prohibition_is_broken_by_a_finding_and_mended_by_a_remedy(duty: str, clause: str, subject: str) -> None:
    city = City().towns(JULY).person("p", "S0")
    found, mended = date(2022, 8, 1), date(2022, 9, 1)
    assert city.ruling(duty, subject, JULY).status is Status.MET
    city.act(clause, subject, JULY, verdict="returned")
    assert city.ruling(duty, subject, JULY).status is Status.MET
    city.act(clause, subject, found).act(clause, subject, mended, item="整改")
    days = (found - timedelta(days=1), found, mended - timedelta(days=1), mended)
    statuses = [city.ruling(duty, subject, day).status for day in days]
    assert statuses == [Status.MET, Status.NOT_MET, Status.NOT_MET, Status.MET]


def test_a_finding_after_the_remedy_is_a_new_one() -> None:
    city = City().towns(JULY).act("SZ-2.2-08", "S0", JULY, item="整改").act("SZ-2.2-08", "S0", date(2022, 8, 1))
    assert city.ruling("service-list", "S0", date(2022, 8, 1)).measured == "1"


def test_without_any_acts_kept_a_prohibition_cannot_be_seen() -> None:
    city = City()
    del city.rows["acts"]
    assert city.ruling("purchase-scope", "K", JULY).status is Status.NO_EVIDENCE


# money (SZ-4-18, -19, SZ-5-02, SZ-6.2-01, -05)


def bought(signed: date = date(2022, 8, 1)) -> City:
    return City().act("SZ-4-18", "K", signed, code="buy")


@pytest.mark.parametrize(("approved", "status"), [
    (date(2022, 7, 31), Status.MET),
    (date(2022, 8, 1), Status.MET),
    (date(2022, 8, 2), Status.NOT_MET),
    (None, Status.NOT_MET),
])  # fmt: skip
def test_the_budget_is_approved_no_later_than_the_signing(approved: date | None, status: Status) -> None:
    city = bought().fund("budget_approved", 100, on=approved, act="buy")
    assert city.ruling("budget-first", "buy", END_2022).status is status


def test_a_contract_without_a_budget_is_bought_too_early() -> None:
    city = bought().fund("budget_approved", 100, on=JULY, act="other").fund("project_total", 100, on=JULY, act="buy")
    assert city.ruling("budget-first", "buy", END_2022).status is Status.NOT_MET


def test_contracts_signed_before_the_plan_are_left_alone() -> None:
    said = bought(date(2022, 6, 20)).rulings(END_2022)
    duties = ("budget-first", "budget-of-year", "review-reserve")
    assert {said[duty, "buy", None].status for duty in duties} == {Status.NOT_APPLICABLE}


def test_a_contract_not_yet_signed_is_no_subject() -> None:
    assert ("budget-first", "buy", None) not in bought().rulings(date(2022, 7, 31))


@pytest.mark.parametrize(("year", "status"), [(2021, Status.NOT_MET), (2022, Status.MET), (2023, Status.NOT_MET)])
def test_a_purchase_stands_in_the_budget_of_its_year(year: int, status: Status) -> None:
    city = bought().fund("budget_approved", 100, year, on=JULY, act="buy")
    assert city.ruling("budget-of-year", "buy", END_2022).status is status


@pytest.mark.parametrize(("cents", "status", "measured"), [(0, Status.NOT_MET, "0"), (1, Status.MET, "0.01")])
def test_something_is_set_aside_for_evaluation(cents: int, status: Status, measured: str) -> None:
    ruling = bought().fund("evaluation_reserve", cents, act="buy").ruling("review-reserve", "buy", END_2022)
    assert (ruling.status, ruling.measured, ruling.unit) == (status, measured, "CNY")


@pytest.mark.parametrize(("year", "status"), [(2021, Status.NOT_MET), (2022, Status.MET), (2023, Status.NOT_MET)])
def test_a_county_has_a_budget_of_its_own(year: int, status: Status) -> None:
    assert City().fund("budget_approved", 1, year).ruling("county-budget", "K", END_2022).status is status


@pytest.mark.parametrize(("charged", "status"), [
    (100_00, Status.MET), (100_01, Status.DEVIATION_UNJUSTIFIED), (99_99, Status.MET),
])  # fmt: skip
def test_one_percent_of_last_years_total_is_allowed_to_the_cent(charged: int, status: Status) -> None:
    city = City().fund("assistance_charged", charged).fund("assistance_local_total", 10_000_99, 2021)
    ruling = city.ruling("assistance-cap", "K", END_2022, "2022")
    assert (ruling.status, ruling.required, ruling.unit, ruling.due) == (status, "100", "CNY", None)


def test_this_years_total_is_the_base_of_the_next_year_only() -> None:
    city = City().fund("assistance_charged", 200, 2023).fund("assistance_local_total", 10_000, 2022)
    city.fund("assistance_local_total", 100_000, 2023)
    said = city.rulings(NEW_YEAR)
    assert said["assistance-cap", "K", "2023"].status is Status.DEVIATION_UNJUSTIFIED
    assert said["assistance-cap", "K", "2022"].measured == "0"


def test_a_cap_without_its_base_cannot_be_judged_unless_nothing_was_charged() -> None:
    assert City().ruling("assistance-cap", "K", END_2022, "2022").status is Status.MET
    city = City().fund("assistance_charged", 1)
    assert city.ruling("assistance-cap", "K", END_2022, "2022").status is Status.NO_EVIDENCE


def test_charges_of_later_days_are_not_yet_counted() -> None:
    city = City().fund("assistance_charged", 200, on=date(2022, 8, 2)).fund("assistance_local_total", 10_000, 2021)
    assert city.ruling("assistance-cap", "K", date(2022, 8, 1), "2022").status is Status.MET
    assert city.ruling("assistance-cap", "K", date(2022, 8, 2), "2022").status is Status.DEVIATION_UNJUSTIFIED
