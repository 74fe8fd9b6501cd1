"""Who is who, read once for all parts of a round: they speak of one day and know what was known at one instant."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Engine

from db.engine import reading
from db.intake import told_by
from db.views import Places, places


def who(engine: Engine, city: str, as_of: date, now: datetime) -> Places:
    """Who is who and what lies where at the end of `as_of`, by what is known at `now`."""
    with reading(engine) as connection:
        so_far = told_by(connection, city)
    return _who(engine, city, as_of, now, so_far)


@lru_cache(maxsize=2)
def _who(engine: Engine, city: str, as_of: date, now: datetime, so_far: int) -> Places:
    # An import in the very second of `now` is known at `now` and is one more.
    with reading(engine) as connection:
        return places(connection, city, as_of, now)
