"""Column types that read the same on SQLite and PostgreSQL, in SQL and to the eye.

A civil day is the integer 20210731, so month and year are integer divisions on both engines and comparisons need no
cast. An instant is whole seconds since 1970 in UTC. Neither can slip a day by a time zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Integer
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

FOR_EVER = 2**62
"""`known_to` of a version nobody has corrected."""


def day_number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


@cache
def day_of(number: int) -> date:
    return date(number // 10000, number // 100 % 100, number % 100)


def second_of(instant: datetime) -> int:
    """Seconds since 1970. Raises ValueError for a naive instant: nobody knows when that is."""
    if instant.tzinfo is None:
        raise ValueError("时刻要带时区")
    return int(instant.timestamp())


class CivilDay(TypeDecorator[date]):
    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else day_number(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return None if value is None else day_of(value)


class Instant(TypeDecorator[datetime]):
    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else second_of(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, UTC)


def serial() -> Column[int]:
    """A growing primary key, of 64 bits also where SQLite calls it INTEGER."""
    return Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
