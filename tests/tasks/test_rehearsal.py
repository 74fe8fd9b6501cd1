"""A rehearsal tells what production logs, byte for byte: the same days as real rounds, real steps and real messages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from given_amendments import amended_huizhou
from given_city import PEOPLE, POSTS, UNITS, read_city
from sqlalchemy import Engine

from db.engine import open_engine, reading
from db.event_log import events
from db.intake import import_rows
from db.planstore import load_plan
from db.schema import migrate
from policy.calendar import at, end_of
from policy.events import lines
from policy.plan import Plan
from settings import Settings
from tasks import jobs
from tasks.intake import Records
from tasks.levers import Desk, acknowledge, end, extend, hand_over, silence, snooze, urge, waive
from tasks.rehearsal.play import play
from tasks.rehearsal.rulings import CLOCK
from tasks.send import drain
from tasks.stateless import DOOMSDAY, asked

PLAN = load_plan("huizhou")
Act = tuple[datetime, Callable[[Desk], Any]]
"""What somebody decides, and when."""
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
    with lived(rows, folder, first, last, plan) as engine, reading(engine) as connection:
        return lines(events(connection, plan.key, first, last))


@contextmanager
def lived(
    rows: Records, folder: Path, first: date, last: date, plan: Plan = PLAN, acts: Sequence[Act] = ()
) -> Iterator[Engine]:
    """The ledger of that office; each of `acts` is done at its instant, and what it lets out is sent at once."""
    engine: Engine = open_engine(f"sqlite:///{folder / 'ledger.db'}")
    migrate(engine)
    with engine.begin() as connection:
        import_rows(connection, plan.key, rows.rows, "test", DOOMSDAY)
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        done(engine, folder, plan, acts, at(day, time.min), at(day, CLOCK))
        office = jobs.Office(engine, plan, folder)
        for key in jobs.parts_of(plan, jobs.ROUND, day):
            for _ in jobs.played(office, jobs.part_of(plan, key, day), day, at(day, CLOCK)):
                pass
        drain(engine, Settings(data=folder), at(day, CLOCK), ignore_window=False)
        done(engine, folder, plan, acts, at(day, CLOCK), end_of(day))
    yield engine
    engine.dispose()


def done(engine: Engine, folder: Path, plan: Plan, acts: Sequence[Act], after: datetime, until: datetime) -> None:
    for instant, act in acts:
        if after < instant <= until:
            with engine.begin() as connection:
                act(Desk(connection, plan, instant))
            drain(engine, Settings(data=folder), instant, ignore_window=False)


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


def test_a_stage_over_before_anything_was_known_is_filed_when_the_records_come(tmp_path: Path) -> None:
    late = {kind: _known_from(sheet, "2021-07-05T10:00") for kind, sheet in BASIC.items()}
    first, last = date(2021, 6, 29), date(2021, 7, 8)
    real, played = logged(read_city(late), tmp_path, first, last), rehearsed(read_city(late), first, last)
    assert played == real
    filed = [json.loads(line)["day"] for line in real if '"what":"dossier"' in line]
    assert filed == ["2021-07-06", "2021-07-06"]


def _known_from(sheet: str, instant: str) -> str:
    head, *rows = sheet.strip().split("\n")
    return "\n".join([f"{head},recorded_on", *(f"{row},{instant}" for row in rows)]) + "\n"


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


def on(month: int, day: int, hour: int = 10) -> datetime:
    return at(date(2021, month, day), time(hour))


SUPERVISION = ("monthly-supervision", "S2", "2021-08")
VISIT = ("visit-length", "G2")
ACTS: tuple[Act, ...] = (
    (on(8, 3), lambda desk: waive(desk, desk.matter("station-head", "S2"), date(2021, 8, 20), "K", "T2", "候选人未定")),
    (on(8, 3), lambda desk: silence(desk, "HZ-4.2.1-06", None, date(2021, 8, 18), "C", "联络人统一调整")),
    (on(8, 4), lambda desk: hand_over(desk, "D1", "W1", date(2021, 8, 16), date(2021, 8, 30), "C", "休假")),
    (on(8, 6), lambda desk: acknowledge(desk, desk.matter("affairs-worker", "S2"), "T2", "已在招聘")),
    (on(8, 9), lambda desk: acknowledge(desk, desk.matter("executive-head", "S2"), "K", "已知")),
    (on(8, 10, 7), lambda desk: urge(desk, desk.matter("executive-head", "S1"), "C", "请本周报送")),
    (on(8, 11, 15), lambda desk: urge(desk, desk.matter("executive-head", "S2"), "C", "请本周报送")),
    (on(8, 13, 20), lambda desk: urge(desk, desk.matter("deputy-head", "S2"), "C", "下班后催办")),
    (on(8, 16), lambda desk: snooze(desk, desk.matter(*SUPERVISION), "S2", date(2021, 8, 24), "等合同")),
    (on(8, 17), lambda desk: end(desk, 2, "C", "调整已完成")),
    (on(8, 23, 11), lambda desk: acknowledge(desk, desk.matter("deputy-head", "S2"), "K", "周一签收")),
    (on(8, 25), lambda desk: end(desk, 3, "C", "提前销假")),
    (on(8, 26), lambda desk: extend(desk, desk.matter(*SUPERVISION), date(2021, 9, 8), "C", "K", "台风")),
    (on(8, 27), lambda desk: waive(desk, desk.matter(*VISIT), date(2021, 9, 1), "C", "K", "核对时长")),
)


def test_what_people_decided_is_heard_again_on_its_day(tmp_path: Path) -> None:
    first, last = date(2021, 7, 14), date(2021, 9, 14)  # the second station opens a day later
    with lived(read_city(LIVELY), tmp_path, first, last, acts=ACTS) as engine, reading(engine) as connection:
        real = lines(events(connection, PLAN.key, first, last))
        played = lines(play(connection, PLAN, first, last).events)
    assert [line for line in real if line not in set(played)] == []
    assert [line for line in played if line not in set(real)] == []
    assert played == real
    assert sum('"rung":"U' in line for line in real) == 3
    assert len(set(real) - set(rehearsed(read_city(LIVELY), first, last))) > 30


def test_the_ledger_of_either_engine_is_rehearsed_to_the_same_bytes(engine: Engine) -> None:
    first, last = date(2021, 7, 5), date(2021, 7, 14)
    with engine.begin() as connection:
        import_rows(connection, PLAN.key, read_city(LIVELY).rows, "test", DOOMSDAY)
    with reading(engine) as connection:
        one = play(connection, PLAN, first, last)
    with asked(PLAN, read_city(LIVELY).rows, last) as question:
        other = play(question.connection, PLAN, first, last)
    assert lines(one.events) == lines(other.events)
    assert one.loads == other.loads
    assert sum(load.training_minutes for load in one.loads) == 450
    assert sum(load.visits_due for load in one.loads) == 1
