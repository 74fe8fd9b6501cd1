"""Days and instants read the same on both engines, in SQL and in Python."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select, text

from db.columns import CivilDay, Instant, day_number, day_of, second_of
from db.measures.current import serial
from policy.calendar import SHANGHAI

DAY, AT = Column("day", CivilDay), Column("at", Instant)
KEPT = Table("kept", MetaData(), Column("id", Integer, primary_key=True), DAY, AT)


def test_a_day_and_an_instant_come_back_as_they_were(engine: Engine) -> None:
    evening = datetime(2021, 7, 31, 23, 59, 59, tzinfo=SHANGHAI)
    KEPT.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(KEPT), [{"day": date(2021, 7, 31), "at": evening}, {"day": None, "at": None}])
        found = connection.execute(select(KEPT.c.day, KEPT.c.at).order_by(KEPT.c.id)).all()
        raw = connection.execute(text("SELECT day, at FROM kept ORDER BY id")).first()
    assert found == [(date(2021, 7, 31), evening), (None, None)]
    assert found[0].at.tzinfo is UTC
    assert raw == (20210731, second_of(evening))


def test_months_and_years_are_divisions_on_both_engines(engine: Engine) -> None:
    KEPT.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(KEPT), {"day": date(2021, 12, 31)})
        found = connection.execute(text("SELECT day / 100, day / 10000, day / 100 % 100 FROM kept")).first()
    assert found == (202112, 2021, 12)


def test_the_length_of_an_interval_is_the_difference_of_serials(engine: Engine) -> None:
    first = date(2020, 1, 1)
    days = [first + timedelta(days=n) for n in (0, 30, 58, 59, 60, 365, 366, 790, 1154, 1155, 1461)]
    KEPT.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(KEPT), [{"day": day} for day in days])
        query = text(f"SELECT {serial('day')} FROM kept ORDER BY id")
        found = list(connection.execute(query).scalars())
    assert [n - found[0] for n in found] == [(day - first).days for day in days]


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="时区"):
        second_of(datetime(2021, 7, 1))


@given(st.dates(date(1900, 1, 1), date(9999, 12, 31)), st.dates(date(1900, 1, 1), date(9999, 12, 31)))
def test_day_numbers_keep_the_order_of_days(one: date, other: date) -> None:
    assert day_of(day_number(one)) == one
    assert (one < other) == (day_number(one) < day_number(other))


@given(st.integers(0, 2**33), st.integers(-12, 14))
def test_an_instant_is_the_same_in_every_zone(seconds: int, hours: int) -> None:
    there = datetime.fromtimestamp(seconds, timezone(timedelta(hours=hours)))
    assert second_of(there) == second_of(there.astimezone(SHANGHAI)) == seconds
