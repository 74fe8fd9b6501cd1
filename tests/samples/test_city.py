"""The sample city hangs together: its counts, its references, its days, and that nobody in it can be real."""

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from samples.city import city_records, write_city
from samples.sheets import COLUMNS, Row

Records = dict[str, list[Row]]
UNTIL = date(2023, 1, 31)
SOON = date(2021, 8, 31)
WORKER_POSTS = {"deputy_head", "professional", "disability_specialist", "affairs", "service"}

# Columns that name something, and the kinds in which it may stand.
REFERENCES = {
    "units": {"parent": "units", "point": "units"},
    "posts": {"person": "people", "unit": "units"},
    "contracts": {"person": "people", "employer": "units", "renews": "contracts"},
    "certificates": {"person": "people"},
    "trainings": {"person": "people", "course": "courses", "provider": "units"},
    "courses": {"organiser": "units"},
    "assignments": {"supervisor": "people", "station": "units"},
    "visits": {"supervisor": "people", "station": "units", "point": "units"},
    "assessments": {"subject": "people units", "assessor": "units", "third_party": "units"},
    "reports": {"from_unit": "units", "to_unit": "units", "subject": "units people"},
    "acts": {"subject": "units people contracts beneficiaries", "by": "units people"},
    "exceptions": {"subject": "units people contracts", "approver": "units people"},
    "leaves": {"person": "people", "substitute": "people"},
    "beneficiaries": {"village": "units"},
    "funds": {"unit": "units", "person": "people", "act": "acts"},
    "candidates": {"person": "people"},
}
FACTS = {
    "certificates": "issued_on",
    "trainings": "starts_at",
    "courses": "held_on",
    "visits": "starts_at",
    "assessments": "held_on",
    "reports": "sent_on",
    "acts": "on",
    "leaves": "starts_on",
    "candidates": "step_on",
    "exceptions": "approved_on",
    "funds": "on",
}
SPANS = {
    "units": ("opened_on", "closed_on"),
    "posts": ("starts_on", "ends_on"),
    "contracts": ("starts_on", "ends_on"),
    "assignments": ("starts_on", "ends_on"),
    "leaves": ("starts_on", "ends_on"),
    "reports": ("sent_on", "received_on"),
    "exceptions": ("approved_on", "expires_on"),
    "beneficiaries": ("registered_on", "removed_on"),
    "certificates": ("issued_on", "valid_to"),
    "courses": ("held_on", "ends_on"),
}


@pytest.fixture(scope="module")
def city() -> Records:
    return city_records(7, UNTIL)


@pytest.fixture(scope="module")
def early() -> Records:
    return city_records(7, SOON)


def kinds_of(city: Records) -> dict[str, str]:
    return {row["code"]: row["kind"] for row in city["units"]}


def holders(city: Records, posts: set[str], units: set[str], on: str) -> set[str]:
    kinds = kinds_of(city)
    return {
        row["person"]
        for row in city["posts"]
        if row["post"] in posts
        and kinds[row["unit"]] in units
        and row["starts_on"] <= on
        and (not row["ends_on"] or on <= row["ends_on"])
    }


def test_the_same_seed_and_day_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_city(tmp_path / name, seed=3, until=SOON)
    written = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert written == sorted(f"{kind}.csv" for kind in COLUMNS)
    for name in written:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_another_seed_is_another_city_on_the_same_map(city: Records) -> None:
    other = city_records(8, SOON)
    mine = {row["name"] for row in city["people"]}
    assert [row["name"] for row in city["people"][:50]] != [row["name"] for row in other["people"][:50]]
    assert len(mine) > 500
    towns = [[row["code"] for row in records["units"] if row["kind"] == "township"] for records in (city, other)]
    assert towns[0] == towns[1]


@pytest.mark.parametrize("kind", ["visits", "trainings", "assessments", "certificates", "acts", "courses", "people"])
def test_a_later_day_only_adds_to_what_is_recorded(city: Records, early: Records, kind: str) -> None:
    later = {tuple(row.items()) for row in city[kind]}
    assert [row for row in early[kind] if tuple(row.items()) not in later] == []


def test_files_carry_the_contracts_headers_and_open_in_excel(tmp_path: Path) -> None:
    write_city(tmp_path, until=date(2021, 5, 31))
    for kind, columns in COLUMNS.items():
        raw = (tmp_path / f"{kind}.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert next(csv.reader(raw.decode("utf-8-sig").splitlines())) == list(columns)


def test_the_map_is_the_citys_own(city: Records) -> None:
    counts = Counter(row["kind"] for row in city["units"])
    assert (counts["city"], counts["county"], counts["township"], counts["station"]) == (1, 7, 72, 72)
    assert counts["village"] == 1349
    assert 350 <= counts["point"] <= 410
    counties = [row["name"] for row in city["units"] if row["kind"] == "county"]
    assert counties == ["惠城区", "惠阳区", "惠东县", "博罗县", "龙门县", "大亚湾开发区", "仲恺高新区"]


@pytest.mark.parametrize("on", ["2021-07-01", "2021-12-31", "2022-06-30", "2022-07-01", "2023-01-31"])
def test_some_1450_workers_and_thirteen_supervisors_serve_on_any_day(city: Records, on: str) -> None:
    assert 1400 <= len(holders(city, WORKER_POSTS, {"station", "point", "village"}, on)) <= 1500
    if not "2022-09-01" <= on <= "2022-09-12":
        assert len(holders(city, {"supervisor", "supervision_monitor"}, {"city"}, on)) == 13


def test_most_stations_open_in_time_and_a_few_do_not(city: Records) -> None:
    opened = [row["opened_on"] for row in city["units"] if row["kind"] == "station"]
    assert sum(day > "2021-06-30" for day in opened) == 6
    assert sum(day > "2021-12-31" for day in opened) == 1


def test_most_workers_reach_48_hours_and_about_a_tenth_fall_short(city: Records) -> None:
    hours: dict[str, float] = defaultdict(float)
    for row in city["trainings"]:
        if row["category"] == "continuing" and row["starts_at"].startswith("2022"):
            hours[row["person"]] += float(row["hours"]) * (0.75 if row["unit_of_hours"] == "academic" else 1)
    serving = holders(city, WORKER_POSTS, {"station", "point", "village"}, "2022-12-31")
    short = sum(hours[person] < 48 for person in serving) / len(serving)
    assert 0.07 <= short <= 0.14


def test_months_of_supervision_are_mostly_whole_and_sometimes_not(city: Records) -> None:
    month: dict[str, float] = defaultdict(float)
    for row in city["visits"]:
        if row["starts_at"].startswith("2022-05") and row["remote"] == "no":
            month[row["visit"]] += float(row["hours"])
    whole = {visit.split("-")[0] for visit, hours in month.items() if hours >= 16}
    assert 50 <= len(whole) < 72


@pytest.mark.parametrize("kind", REFERENCES)
def test_every_reference_resolves(city: Records, kind: str) -> None:
    codes = {name: {row.get("code", "") for row in rows} for name, rows in city.items()}
    for column, targets in REFERENCES[kind].items():
        known = set().union(*(codes[target] for target in targets.split()), {""})
        unknown = {row[column] for row in city[kind]} - known
        assert not unknown, f"{kind}.{column}"


@pytest.mark.parametrize(
    "kind",
    ["units", "people", "contracts", "courses", "assessments", "reports", "exceptions", "beneficiaries", "funds"],
)
def test_codes_name_one_row_each(city: Records, kind: str) -> None:
    codes = Counter(row["code"] for row in city[kind])
    assert [code for code, times in codes.items() if times > 1] == []


@pytest.mark.parametrize(("kind", "column"), FACTS.items())
def test_no_fact_lies_after_the_day_told_of(city: Records, kind: str, column: str) -> None:
    assert city[kind]
    assert max(row[column][:10] for row in city[kind]) <= UNTIL.isoformat()
    assert max(row["recorded_on"][:10] for row in city[kind]) <= UNTIL.isoformat()


@pytest.mark.parametrize(("kind", "columns"), SPANS.items())
def test_nothing_ends_before_it_begins(city: Records, kind: str, columns: tuple[str, str]) -> None:
    first, last = columns
    assert [row for row in city[kind] if row[first] and row[last] and row[last] < row[first]] == []


def test_about_two_rows_in_a_hundred_were_recorded_late(city: Records) -> None:
    rows = city["trainings"]
    assert 0.01 < sum(bool(row["recorded_on"]) for row in rows) / len(rows) < 0.03


def test_nobody_can_be_called_written_to_or_identified(city: Records) -> None:
    phones = [row["phone"] for row in city["people"]]
    assert all(re.fullmatch(r"100\d{8}", phone) for phone in phones)
    assert len(set(phones)) == len(phones)
    mails = [row["email"] for row in city["people"] + city["units"] if row["email"]]
    assert all(mail.endswith("@duban.example") for mail in mails)
    assert not any(row["id_number"] for row in city["people"])
