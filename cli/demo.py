"""The sample city, and one telling day in each stage, played through the real server and worker."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from db.intake import import_rows
from policy.calendar import SHANGHAI, at, civil_day
from policy.plan import Plan
from samples.city import write_city
from settings import Settings
from tasks.intake import read_records
from tasks.send import drain

TELLING = (date(2021, 5, 28), date(2021, 6, 29), date(2021, 11, 2), date(2022, 12, 30), date(2023, 12, 29))
MORNING = timedelta(hours=1)


def fill(engine: Engine, city: str, now: datetime) -> int:
    """Brings the sample city into an empty ledger; nothing into one that holds anything. Gives the new records."""
    with engine.connect() as connection:
        if connection.execute(text("SELECT 1 FROM unit WHERE city = :city LIMIT 1"), {"city": city}).first():
            return 0
    with tempfile.TemporaryDirectory() as folder:
        write_city(Path(folder), until=civil_day(now))
        records = read_records(Path(folder))
    with engine.begin() as connection:
        return import_rows(connection, city, records.rows, "样例城市", now).added


def days_to_play(engine: Engine, city: str, today: date) -> list[date]:
    """The telling days that no round has been recorded for, and today: a second start plays none twice."""
    with engine.connect() as connection:
        newest = connection.execute(text("SELECT MAX(as_of) FROM round WHERE city = :city"), {"city": city}).scalar()
    last = int(newest or 0)
    return [day for day in (*TELLING, today) if day.year * 10000 + day.month * 100 + day.day > last]


def deliver(engine: Engine, settings: Settings, plan: Plan, day: date) -> int:
    """The mails of a played day, at the hour at which they would have gone out."""
    opens = plan.house.windows[plan.house.channel].opens
    return drain(engine, settings, at(day, opens) + MORNING).sent


def today() -> date:
    return datetime.now(SHANGHAI).date()
