"""A rehearsal tells what production logs, byte for byte: the same days as real rounds, real steps and real messages."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from given_amendments import amended_huizhou
from given_city import PEOPLE, POSTS, UNITS, read_city
from sqlalchemy import Engine

from db.engine import open_engine
from db.event_log import events
from db.intake import import_rows
from db.planstore import load_plan
from db.schema import migrate
from policy.calendar import at
from policy.events import lines
from policy.plan import Plan
from settings import Settings
from tasks import jobs
from tasks.intake import Records
from tasks.rehearsal.play import CLOCK, play
from tasks.send import drain
from tasks.stateless import DOOMSDAY, asked

PLAN = load_plan("huizhou")
VISITS = """visit,supervisor,station,starts_at,hours,recorded_on
G1,D1,S1,2021-07-20 09:00,16,2021-07-21T10:00
G2,D1,S1,2021-08-20 09:00,15,2021-08-20T20:00
G2,D1,S1,2021-08-20 09:00,16,2021-09-06T09:00
"""
TRAININGS = """person,starts_at,hours,category,recorded_on
W1,2021-06-28 09:00,8,prejob,2021-07-05T09:00
W1,2021-07-08 09:00,7.5,prejob,
"""
ASSIGNED = "supervisor,station,starts_on,ends_on\nD1,S1,2021-07-01,\n"
LATER_STATION = "S2,二镇社工站,station,T2,2021-07-15,,\n"
HEAD_CHANGES = "H2,S1,station_head,2021-08-10,\n"
BASIC = {"units": UNITS, "people": PEOPLE + "H2,站长乙\n", "posts": POSTS}
LIVELY = {
    **BASIC,
    "units": UNITS + LATER_STATION,
    "posts": POSTS.replace("2021-06-15,\n", "2021-06-15,2021-08-09\n", 1) + HEAD_CHANGES,
    "visits": VISITS,
    "trainings": TRAININGS,
    "assignments": ASSIGNED,
}


def logged(rows: Records, folder: Path, first: date, last: date, plan: Plan = PLAN) -> list[str]:
    """What an office writes down that holds every round and sends every message from `first` to `last`."""
    engine: Engine = open_engine(f"sqlite:///{folder / 'ledger.db'}")
    migrate(engine)
    with engine.begin() as connection:
        import_rows(connection, plan.key, rows.rows, "test", DOOMSDAY)
    office, settings = jobs.Office(engine, plan, folder), Settings(data=folder)
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        for key in jobs.parts_of(plan, jobs.ROUND, day):
            for _ in jobs.played(office, jobs.part_of(plan, key, day), day, at(day, CLOCK)):
                pass
        drain(engine, settings, at(day, CLOCK), ignore_window=False)
    with engine.connect() as connection:
        told = lines(events(connection, plan.key, first, last))
    engine.dispose()
    return told


def rehearsed(rows: Records, first: date, last: date, plan: Plan = PLAN) -> list[str]:
    with asked(plan, rows.rows, last) as question:
        return lines(play(question.connection, plan, first, last).events)


@pytest.mark.parametrize("kinds", [BASIC, LIVELY], ids=["quiet", "lively"])
@pytest.mark.parametrize(
    ("first", "last"), [(date(2021, 6, 21), date(2021, 7, 20)), (date(2021, 8, 2), date(2021, 9, 14))]
)
def test_a_rehearsal_tells_what_production_logs_byte_for_byte(
    kinds: dict[str, str], first: date, last: date, tmp_path: Path
) -> None:
    rows = read_city(kinds)
    real, played = logged(rows, tmp_path, first, last), rehearsed(rows, first, last)
    assert [line for line in real if line not in set(played)] == []
    assert [line for line in played if line not in set(real)] == []
    assert played == real
    assert len(real) > 200


DECISION = "code,clause,subject,on,item,by,verdict\nM1,HZ-XG1,C,2022-05-10,,C,accepted\n"


@pytest.mark.parametrize(
    ("first", "last", "duty"),
    [
        (date(2022, 4, 25), date(2022, 5, 12), "county-liaison"),
        (date(2022, 6, 27), date(2022, 7, 8), "volunteer-book"),
    ],
)
def test_an_amendment_and_a_decision_that_moves_what_has_begun_are_told_as_production_logs_them(
    first: date, last: date, duty: str, tmp_path: Path
) -> None:
    """The hours of a visit, due days, a chain and the stages change, one duty begins and one ends; or all this has."""
    plan = load_plan(str(amended_huizhou(tmp_path)))
    rows = read_city({**LIVELY, "acts": DECISION})
    real, played = logged(rows, tmp_path, first, last, plan), rehearsed(rows, first, last, plan)
    assert [line for line in real if line not in set(played)] == []
    assert [line for line in played if line not in set(real)] == []
    assert played == real
    by_the_old_text = rehearsed(rows, first, last)
    assert any(f'"duty":"{duty}"' in line for line in set(real) - set(by_the_old_text))
