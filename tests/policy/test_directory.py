"""Whom a role means for a subject."""

from __future__ import annotations

from datetime import date

import pytest

from policy.directory import Addressee, Directory, Turn, UnitCard
from policy.verdict import Subject
from policy.words import Role, SubjectKind
from tests.policy.making import UNITS, a_directory

HELD = a_directory(
    holders={
        ("station_head", "S"): ("a",),
        ("deputy_head", "S"): ("b", "c"),
        ("executive_deputy_head", "S"): ("d",),
        ("point_contact", "P"): ("e",),
    },
    supervisors={
        "S": (Turn("f2", date(2021, 9, 1), date(2021, 12, 31)), Turn("f1", date(2021, 7, 1), date(2021, 8, 31)))
    },
    carers={"V": "g"},
    unit_of={("person", "h"): "V", ("beneficiary", "n1"): "V", ("household", "f1"): "V"},
    names={("person", "h"): "某甲"},
)


def told(directory: Directory, role: Role, kind: SubjectKind, code: str) -> list[tuple[str | None, str | None]]:
    addressees = directory.addressees(role, directory.subject(kind, code))
    assert all(to.role is role for to in addressees)
    return [(to.unit, to.person) for to in addressees]


@pytest.mark.parametrize(
    ("role", "kind", "code", "expected"),
    [
        (Role.STATION_HEAD, SubjectKind.STATION, "S", [("S", "a")]),
        (Role.STATION_DEPUTY_HEAD, SubjectKind.STATION, "S", [("S", "b"), ("S", "c")]),
        (Role.STATION_EXECUTIVE_HEAD, SubjectKind.POINT, "P", [("S", "d")]),
        (Role.STATION_HEAD, SubjectKind.VILLAGE, "V", [("S", "a")]),
        (Role.POINT_CONTACT, SubjectKind.POINT, "P", [("P", "e")]),
        (Role.POINT_CONTACT, SubjectKind.STATION, "S", [(None, None)]),
        (Role.STATION, SubjectKind.BENEFICIARY, "n1", [("S", None)]),
        (Role.TOWNSHIP, SubjectKind.POINT, "P", [("T", None)]),
        (Role.EMPLOYER, SubjectKind.PERSON, "h", [("T", None)]),
        (Role.COUNTY_BUREAU, SubjectKind.VILLAGE, "V", [("K", None)]),
        (Role.COUNTY_FINANCE, SubjectKind.COUNTY, "K", [("K", None)]),
        (Role.COUNTY_BUREAU, SubjectKind.CITY, "C", [("K", None)]),
        (Role.STATION, SubjectKind.CITY, "C", [("S", None)]),
        (Role.CONTRACTOR, SubjectKind.PERSON, "h", []),
        (Role.WORKER, SubjectKind.PERSON, "h", [("V", "h")]),
        (Role.WORKER, SubjectKind.HOUSEHOLD, "f1", [("V", "g")]),
        (Role.WORKER, SubjectKind.TOWNSHIP, "T", [("T", None)]),
        (Role.SUPERVISOR, SubjectKind.STATION, "S", [("S", "f2")]),
        (Role.SUPERVISOR, SubjectKind.CITY, "C", [(None, None)]),
        (Role.CITY_BUREAU, SubjectKind.PERSON, "h", [("C", None)]),
        (Role.JOINT_CONFERENCE, SubjectKind.STATION, "S", [("C", None)]),
        (Role.CITY_GOVERNMENT, SubjectKind.STATION, "S", [("G2", None)]),
        (Role.PROVINCIAL_DEPARTMENT, SubjectKind.CITY, "C", [("G1", None)]),
    ],
)
def test_a_role_is_answered_by_a_person_where_the_text_names_one(
    role: Role, kind: SubjectKind, code: str, expected: list[tuple[str | None, str | None]]
) -> None:
    assert told(HELD, role, kind, code) == expected


@pytest.mark.parametrize(
    ("on", "person"),
    [
        (date(2021, 8, 31), "f1"),
        (date(2021, 9, 1), "f2"),
        (date(2021, 12, 31), "f2"),
        (date(2022, 1, 1), None),
        (None, "f2"),
    ],
)
def test_the_supervisor_of_a_month_is_the_one_assigned_on_its_day(on: date | None, person: str | None) -> None:
    subject = HELD.subject(SubjectKind.STATION, "S")
    assert HELD.addressees(Role.SUPERVISOR, subject, on) == (Addressee(Role.SUPERVISOR, "S", person),)


def test_where_nobody_holds_the_post_the_unit_itself_is_told() -> None:
    assert told(a_directory(), Role.STATION_HEAD, SubjectKind.STATION, "S") == [("S", None)]
    assert told(a_directory(), Role.SUPERVISOR, SubjectKind.STATION, "S") == [("S", None)]


def test_governments_that_are_not_recorded_are_told_through_the_city() -> None:
    cards = {card.code: card for card in UNITS if card.kind != "government"}
    assert told(Directory(cards), Role.CITY_GOVERNMENT, SubjectKind.STATION, "S") == [("C", None)]
    assert told(Directory({}), Role.CITY_GOVERNMENT, SubjectKind.STATION, "S") == [(None, None)]


@pytest.mark.parametrize("name", ["市政府", "示例市人民政府", "示例市政府"])
def test_the_city_government_is_known_by_either_name(name: str) -> None:
    others = {"G0": UnitCard("G0", "甲县人民政府", "government", None), "GX": UnitCard("GX", name, "government", None)}
    assert told(Directory(others), Role.CITY_GOVERNMENT, SubjectKind.CITY, "C") == [("GX", None)]


def test_a_subject_is_named_by_its_card_its_own_name_or_its_code() -> None:
    assert HELD.subject(SubjectKind.STATION, "S") == Subject(SubjectKind.STATION, "S", "甲镇社工站", "S")
    assert HELD.subject(SubjectKind.PERSON, "h") == Subject(SubjectKind.PERSON, "h", "某甲", "V")
    assert HELD.subject(SubjectKind.CANDIDATE, "x") == Subject(SubjectKind.CANDIDATE, "x", "x", None)


@pytest.mark.parametrize(
    "kind",
    [SubjectKind.PERSON, SubjectKind.CONTRACT, SubjectKind.BENEFICIARY, SubjectKind.CANDIDATE, SubjectKind.VISIT],
)
def test_a_person_or_paper_that_bears_a_units_code_is_not_that_unit(kind: SubjectKind) -> None:
    assert HELD.subject(kind, "S") == Subject(kind, "S", "S", None)


def test_above_a_unit_comes_everything_it_hangs_under() -> None:
    assert [card.code for card in HELD.above("P")] == ["P", "S", "T", "K", "C"]
    assert list(HELD.above("unknown")) == []


def test_one_persons_two_chairs_are_two_addressees() -> None:
    both = a_directory(holders={("station_head", "S"): ("a",), ("deputy_head", "S"): ("a",)})
    heads = {Addressee(Role.STATION_HEAD, "S", "a"), Addressee(Role.STATION_DEPUTY_HEAD, "S", "a")}
    subject = both.subject(SubjectKind.STATION, "S")
    assert {
        to for role in (Role.STATION_HEAD, Role.STATION_DEPUTY_HEAD) for to in both.addressees(role, subject)
    } == heads


def test_a_duty_of_the_city_is_said_to_every_open_unit_that_bears_it() -> None:
    more = {
        "K2": UnitCard("K2", "乙县", "county", "C"),
        "K3": UnitCard("K3", "丙县", "county", "C", open=False),
        "T2": UnitCard("T2", "丁镇", "township", "K2"),
    }
    cards = Directory({card.code: card for card in UNITS} | more)
    assert told(cards, Role.COUNTY_BUREAU, SubjectKind.CITY, "C") == [("K", None), ("K2", None)]
    assert told(cards, Role.TOWNSHIP, SubjectKind.CITY, "C") == [("T", None), ("T2", None)]
    assert told(cards, Role.STATION, SubjectKind.COUNTY, "K2") == [(None, None)]


def test_the_contractor_is_the_agency_itself_or_the_one_that_employs() -> None:
    agency = {"A": UnitCard("A", "某机构", "agency", None)}
    cards = Directory(
        {card.code: card for card in UNITS} | agency,
        employers={("person", "h"): "A"},
        unit_of={("person", "h"): "S"},
    )
    assert told(cards, Role.CONTRACTOR, SubjectKind.AGENCY, "A") == [("A", None)]
    assert told(cards, Role.CONTRACTOR, SubjectKind.PERSON, "h") == [("A", None)]


def test_who_is_hired_by_an_agency_is_employed_by_it_and_anybody_else_by_the_town() -> None:
    units = {"T": UnitCard("T", "甲镇", "township", None), "A": UnitCard("A", "甲社工机构", "agency", None)}
    who = Directory(units, unit_of={("person", "h"): "T", ("person", "w"): "T"}, employers={("person", "h"): "A"})
    told = [who.addressees(Role.EMPLOYER, who.subject(SubjectKind.PERSON, code)) for code in ("h", "w", "h")]
    assert [[one.unit for one in each] for each in told] == [["A"], ["T"], ["A"]]
