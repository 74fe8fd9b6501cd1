"""Which message leaves before which: no county waits for a large one, and nobody is last every day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from given_notices import CITY, FRIDAY, MONDAY, a_notice, a_unit, attached, issued, on
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from db import deliveries
from db.engine import open_engine
from db.precedence import IN_TURN, NO_DEADLINE, Oldest, in_order
from db.schema import create_all
from policy.verdict import Subject
from policy.words import SubjectKind

NOW = on(FRIDAY)
LARGE, SMALL = "441302", "441303"
JULY = date(2021, 7, 1)
EVERYBODY = st.dictionaries(
    st.integers(0, 500).map(lambda n: ("email", f"person:P{n:03d}")),
    st.builds(Oldest, st.dates(JULY, date(2021, 7, 3)), st.sampled_from([LARGE, SMALL, "441304", None])),
    max_size=200,
)


@pytest.fixture
def counties(engine: Engine) -> Engine:
    create_all(engine)
    with engine.begin() as connection:
        for county in (LARGE, SMALL):
            a_unit(connection, county, kind="county", name=county)
            for n in range(3):
                a_unit(connection, f"{county}00{n}", parent=county)
    return engine


def told(engine: Engine, unit: str, person: str, due: date) -> None:
    subject = Subject(SubjectKind.TOWNSHIP, unit, "桥东街道", unit)
    issued(engine, a_notice(f"{person}", subject=subject, unit=unit, person=person, due=due))


def claimed(engine: Engine, day: date = FRIDAY, clock: str = "09:00") -> list[str]:
    with engine.begin() as connection:
        found = deliveries.claim(connection, CITY, "me", on(day, clock), "email", hours=True, most=500)
    return [one.recipient.removeprefix("person:") for one in found]


def test_the_oldest_deadline_leaves_first(counties: Engine) -> None:
    for person, days in {"A": 3, "B": 1, "C": 2}.items():
        told(counties, f"{LARGE}001", person, JULY + timedelta(days=days))
    attached(counties)
    assert claimed(counties) == ["B", "C", "A"]


def test_of_one_deadline_a_small_county_has_its_turn_before_a_large_one_is_through(counties: Engine) -> None:
    for n in range(2 * IN_TURN):
        told(counties, f"{LARGE}00{n % 3}", f"L{n:03d}", JULY)
    for n in range(2):
        told(counties, f"{SMALL}00{n}", f"S{n}", JULY)
    attached(counties)
    order = claimed(counties)
    assert order[IN_TURN : IN_TURN + 2] == ["S0", "S1"]
    assert len(order) == 2 * IN_TURN + 2


def test_what_waits_for_the_next_hours_keeps_its_order(counties: Engine) -> None:
    for person, days in {"A": 3, "B": 1, "C": 2}.items():
        told(counties, f"{LARGE}001", person, JULY + timedelta(days=days))
    attached(counties)
    with counties.begin() as connection:
        opens = on(MONDAY, "08:30")
        deliveries.park(connection, CITY, "email", "已过时间", opens, digests=True, spread=timedelta(minutes=20))
    assert claimed(counties, MONDAY, "08:30") == ["B"]
    assert claimed(counties, MONDAY, "08:50") == ["C", "A"]


@given(EVERYBODY)
def test_no_county_is_ahead_of_one_that_waits_by_more_than_its_turn(oldest: dict[tuple[str, str], Oldest]) -> None:
    engine = open_engine()
    create_all(engine)
    with engine.begin() as connection:
        for county in (LARGE, SMALL, "441304"):
            a_unit(connection, county, kind="county", name=county)
        order = in_order(connection, CITY, NOW, oldest)
    engine.dispose()
    assert sorted(order) == sorted(oldest)
    assert [oldest[whom].due for whom in order] == sorted(one.due for one in oldest.values())
    for day in {one.due for one in oldest.values()}:
        left = Counter(one.unit for one in oldest.values() if one.due == day)
        sent: Counter[str | None] = Counter()
        for whom in (whom for whom in order if oldest[whom].due == day):
            unit = oldest[whom].unit
            sent[unit] += 1
            left[unit] -= 1
            assert all(sent[unit] - sent[other] <= IN_TURN for other, number in left.items() if number)


def test_a_list_without_a_deadline_leaves_last(counties: Engine) -> None:
    some = {("email", "person:A"): NO_DEADLINE, ("email", "person:B"): Oldest(FRIDAY, LARGE)}
    with counties.begin() as connection:
        assert [whom for _, whom in in_order(connection, CITY, NOW, some)] == ["person:B", "person:A"]
