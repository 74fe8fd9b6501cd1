"""Whoever holds the post is told: a head who leaves before the letter does hears nothing more, her successor once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from given_city import UNITS, read_city
from sqlalchemy import Engine, text

from db.intake import import_rows
from db.planstore import load_plan
from policy.calendar import at
from settings import Settings
from tasks.rounds import hold, part_named
from tasks.send import drain

PLAN = load_plan("huizhou")
LIVE, FRIDAY, MONDAY = date(2021, 7, 2), date(2021, 9, 24), date(2021, 9, 27)
PEOPLE = "code,name\nD1,副站长甲\nD2,副站长乙\nW1,社工某\n"
BEFORE = "person,unit,post,starts_on,ends_on\nD1,S1,deputy_head,2021-06-15,\nW1,V1,service,2021-07-01,\n"
AFTER = BEFORE.replace("2021-06-15,\n", "2021-06-15,2021-09-26\n") + "D2,S1,deputy_head,2021-09-27,\n"
TRAININGS = "person,starts_at,hours,category\n"


@pytest.fixture
def office(engine: Engine) -> Engine:
    """Live since July; a worker has none of the 15 hours due on 30 September, and on this Friday the deputy head is D1."""
    imported(engine, BEFORE, morning(LIVE))
    for day in (LIVE, FRIDAY):
        held(engine, day)
    return engine


def imported(engine: Engine, posts: str, now: datetime) -> None:
    rows = read_city(units=UNITS, people=PEOPLE, posts=posts, trainings=TRAININGS).rows
    with engine.begin() as connection:
        import_rows(connection, PLAN.key, rows, "test", now)


def morning(day: date) -> datetime:
    return at(day, PLAN.house.windows["email"].opens) + timedelta(hours=1)


def held(engine: Engine, day: date) -> None:
    hold(engine, PLAN, part_named(PLAN, "training", day), day, morning(day))


def told(engine: Engine, person: str) -> list[tuple[str, str]]:
    """Rung and state of what was to be said about the worker's pre-job hours, to one deputy head."""
    query = (
        "SELECT rung, state FROM notice WHERE duty = 'prejob-hours' AND subject = 'W1' AND recipient = :who "
        "AND role = 'station_deputy_head' AND rung IN ('D-5', 'D-1', 'D0') ORDER BY id"
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), {"who": f"person:{person}"})]


def letters(settings: Settings) -> list[str]:
    return sorted(path.name.rpartition("-")[2] for path in settings.mail_folder.iterdir())


def test_a_head_who_leaves_before_the_letter_does_is_not_written_to(office: Engine, tmp_path: Path) -> None:
    assert told(office, "D1") == [("D-5", "planned")]
    imported(office, AFTER, morning(MONDAY) - timedelta(hours=1))
    held(office, MONDAY)
    settings = Settings(data=tmp_path / "mail")
    drain(office, settings, morning(MONDAY))
    assert told(office, "D1") == [("D-5", "superseded")]
    assert told(office, "D2") == [("D-5", "done")]
    assert "D2" in letters(settings)
    assert "D1" not in letters(settings)


def test_the_successor_hears_the_rung_that_stands_once_and_the_former_head_no_more(
    office: Engine, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "mail")
    drain(office, settings, morning(FRIDAY))
    assert (told(office, "D1"), told(office, "D2")) == ([("D-5", "done")], [])
    imported(office, AFTER, morning(MONDAY) - timedelta(hours=1))
    for _ in range(2):
        held(office, MONDAY)
        drain(office, settings, morning(MONDAY))
    assert (told(office, "D1"), told(office, "D2")) == ([("D-5", "done")], [("D-5", "done")])
