"""What a round writes: rulings once for all who share them, verdicts that changed, and never anything over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from db import standing as parts
from db.ledger import CHUNK, Recorder, Standing, close_round, newest_round, open_round, ruling_of, ruling_row, standing
from db.planstore import load_plan
from db.standing import ALL, NONE, Rows, counted
from policy.calendar import SHANGHAI
from policy.recurrence import Period
from policy.verdict import Alternative, Ruling, Verdict
from policy.words import Flag, Status, SubjectKind

CITY, PART, DUTY = "huizhou", "setup", "station-built"
OBLIGATION = load_plan(CITY).by_key[DUTY]
DAY = date(2021, 12, 31)
NOW = datetime(2021, 12, 31, 20, tzinfo=SHANGHAI)
LATE = Ruling(Status.NOT_MET, "还没有建成。", due=DAY, measured="0", required="1")
DONE = Ruling(Status.MET_LATE, "建成了。", due=DAY, done_on=date(2022, 1, 5), measured="1", required="1")


def a_verdict(subject: str = "T1", ruling: Ruling = LATE, period: Period | None = None) -> Verdict:
    return Verdict(DUTY, OBLIGATION.clause, SubjectKind.TOWNSHIP, subject, period, ruling)


def recorded(engine: Engine, verdicts: Sequence[Verdict], day: date = DAY) -> int:
    """One round of these verdicts; gives how many changed."""
    now = NOW + (day - DAY)
    with engine.begin() as connection:
        stood = standing(connection, CITY, [OBLIGATION])
        recorder = Recorder(connection, CITY, open_round(connection, CITY, PART, day, "r", now), stood)
        for verdict in verdicts:
            recorder.add(verdict)
        recorder.flush()
        return recorder.changed


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one())


def stood(engine: Engine, city: str = CITY) -> Any:
    with engine.connect() as connection:
        return standing(connection, city, [OBLIGATION])


def test_only_what_differs_from_what_stood_is_written(engine: Engine) -> None:
    assert recorded(engine, [a_verdict("T1"), a_verdict("T2")]) == 2
    assert recorded(engine, [a_verdict("T1"), a_verdict("T2")], DAY + timedelta(days=1)) == 0
    assert recorded(engine, [a_verdict("T1", DONE), a_verdict("T2")], DAY + timedelta(days=2)) == 1
    assert count(engine, "verdict") == 3


def test_equal_rulings_are_one_row_in_any_round(engine: Engine) -> None:
    recorded(engine, [a_verdict("T1"), a_verdict("T2", LATE._replace()), a_verdict("T3", DONE)])
    recorded(engine, [a_verdict("T1", DONE)], DAY + timedelta(days=1))
    assert count(engine, "ruling") == 2


def test_more_than_one_chunk_is_written_whole(engine: Engine) -> None:
    verdicts = [a_verdict(f"T{n}") for n in range(CHUNK + 1)]
    assert recorded(engine, verdicts) == CHUNK + 1
    assert count(engine, "verdict") == CHUNK + 1


def test_what_stands_is_the_newest_word_of_each_key(engine: Engine) -> None:
    july = Period(202107, "2021-07", date(2021, 7, 1), date(2021, 7, 31), date(2021, 7, 31))
    recorded(engine, [a_verdict("T1"), a_verdict("T1", LATE, july)])
    recorded(engine, [a_verdict("T1", DONE)], DAY + timedelta(days=5))
    found = stood(engine)
    assert found.status == {(DUTY, "T1", 0): Status.MET_LATE, (DUTY, "T1", 202107): Status.NOT_MET}
    assert found.breached == {(DUTY, "T1", 202107): DAY}
    assert stood(engine, "suzhou").status == {}


def test_a_breach_is_dated_from_the_round_that_first_saw_it_and_anew_after_it_was_mended(engine: Engine) -> None:
    worse = LATE._replace(why="仍未建成。")
    for days, ruling in enumerate((LATE, worse, DONE, LATE)):
        recorded(engine, [a_verdict("T1", ruling)], DAY + timedelta(days=days))
        expected = {0: DAY, 1: DAY, 2: None, 3: DAY + timedelta(days=3)}[days]
        assert stood(engine).breached.get((DUTY, "T1", 0)) == expected


def test_the_newest_round_is_that_of_the_part_and_the_city(engine: Engine) -> None:
    with engine.begin() as connection:
        assert newest_round(connection, CITY, PART) is None
        open_round(connection, CITY, PART, DAY, "r", NOW)
        open_round(connection, CITY, "operation", DAY + timedelta(days=9), "r", NOW)
        assert newest_round(connection, CITY, PART) == DAY
        assert newest_round(connection, "suzhou", PART) is None


def test_the_same_part_day_and_instant_are_one_round_that_keeps_what_it_found(engine: Engine) -> None:
    with engine.begin() as connection:
        first = open_round(connection, CITY, PART, DAY, "r", NOW)
        close_round(connection, first, 10, 4, 2)
        assert open_round(connection, CITY, PART, DAY, "r", NOW) == first
        close_round(connection, first, 10, 0, 0)
        found = connection.execute(text("SELECT verdicts, changed, notices FROM round")).all()
        assert found == [(10, 4, 2)]
        assert open_round(connection, CITY, PART, DAY, "r", NOW + timedelta(seconds=1)) != first


CHANGES: list[dict[str, Any]] = [
    {"status": Status.NO_EVIDENCE},
    {"why": "别的话。"},
    {"due": date(2022, 1, 1)},
    {"done_on": DAY},
    {"measured": "1"},
    {"required": "2"},
    {"percent": "50"},
    {"unit": "h"},
    {"flags": (Flag.HOUSE_RULE,)},
    {"alternatives": (Alternative("A35", "monthly_sum", "1", "1", Status.MET),)},
    {"phase_state": "ended"},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_a_ruling_is_another_row_when_anything_in_it_differs(change: dict[str, Any]) -> None:
    assert ruling_row(a_verdict(ruling=LATE._replace(**change)))["id"] != ruling_row(a_verdict())["id"]


def test_the_number_of_a_ruling_depends_on_its_content_alone_and_fits_both_engines() -> None:
    numbers = {ruling_row(a_verdict(f"T{n}", LATE._replace()))["id"] for n in range(5)}
    assert len(numbers) == 1
    assert 0 <= numbers.pop() < 2**63


def test_it_is_remembered_when_what_is_open_was_found_to_be_due_earlier(engine: Engine) -> None:
    later = Ruling(Status.NOT_YET_DUE, "还没有建成。", due=DAY + timedelta(days=60))
    for n, ruling in enumerate((later, LATE, LATE, LATE._replace(due=DAY + timedelta(days=9)))):
        recorded(engine, [a_verdict(ruling=ruling)], DAY + timedelta(days=n))
    with engine.begin() as connection:
        stood = standing(connection, CITY, [OBLIGATION])
    assert stood.hastened == {(DUTY, "T1", 0): DAY + timedelta(days=1)}
    assert stood.owed == {(DUTY, "T1", 0): DAY + timedelta(days=9)}


def test_a_milestone_that_is_open_again_is_counted_whether_or_not_today_is_recorded(engine: Engine) -> None:
    plan, times = load_plan(CITY), []
    for days, ruling in enumerate((LATE, DONE, LATE, LATE, DONE)):
        before = stood(engine).milestones(plan, [a_verdict("T1", ruling)])
        recorded(engine, [a_verdict("T1", ruling)], DAY + timedelta(days=days))
        after = stood(engine).milestones(plan, [a_verdict("T1", ruling)])
        assert before == after
        (milestone,) = after.values()
        assert (milestone.key, milestone.title, milestone.done_on) == ((DUTY, "T1", 0), "建成社工站", ruling.done_on)
        times.append(milestone.reopened)
    assert times == [0, 0, 1, 1, 1]


def test_a_ruling_comes_back_from_its_row_as_it_was() -> None:
    other = Alternative("A35", "monthly_sum", "2", "1", Status.MET)
    for ruling in (
        LATE,
        DONE,
        DONE._replace(flags=(Flag.NEEDS_RULING,), alternatives=(other,), percent="50", unit="h"),
    ):
        assert ruling_of(ruling_row(a_verdict(ruling=ruling))) == ruling


def test_what_is_judged_no_more_stands_no_more_until_it_is_judged_again(engine: Engine) -> None:
    recorded(engine, [a_verdict("T1"), a_verdict("T2")])
    with engine.begin() as connection:
        before = standing(connection, CITY, [OBLIGATION])
        recorder = Recorder(connection, CITY, open_round(connection, CITY, PART, DAY, "r", NOW), before)
        recorder.end((DUTY, "T2", 0))
        recorder.flush()
        assert counted(connection, CITY, [DUTY]) == {Status.NOT_MET: 1}
    assert stood(engine).status.keys() == {(DUTY, "T1", 0), (DUTY, "T2", 0)}
    assert stood(engine).ruling.keys() == {(DUTY, "T1", 0)}
    assert recorded(engine, [a_verdict("T1"), a_verdict("T2")], DAY + timedelta(days=1)) == 1
    assert stood(engine).breached[DUTY, "T2", 0] == DAY, "it was broken all the time"


def test_of_some_rows_alone_is_read_what_stood_of_them_and_beside_them_what_is_open(engine: Engine) -> None:
    october, november = (Period(n, str(n), DAY, DAY, DAY) for n in (202110, 202111))
    verdicts = [a_verdict(s, r, p) for s, r in (("T1", LATE), ("T2", DONE), ("T3", LATE)) for p in (october, november)]
    recorded(engine, verdicts)
    for rows, read, beside in (
        (ALL, {("T1", 202110), ("T1", 202111), ("T2", 202110), ("T2", 202111), ("T3", 202110), ("T3", 202111)}, set()),
        (NONE, set(), {("T1", 202110), ("T1", 202111), ("T3", 202110), ("T3", 202111)}),
        (Rows(frozenset({"T1", "T2"}), frozenset({202111})), {("T1", 202111), ("T2", 202111)}, {("T1", 202110), ("T3", 202110), ("T3", 202111)}),
        (Rows(None, frozenset({202110})), {("T1", 202110), ("T2", 202110), ("T3", 202110)}, {("T1", 202111), ("T3", 202111)}),
    ):  # fmt: skip
        with engine.connect() as connection:
            found = Standing()
            assert set(parts.read(connection, CITY, DUTY, rows, found)) == {(DUTY, *key) for key in read}
            open_beside = parts.read_open_beside(connection, CITY, DUTY, rows, found)
        assert {(subject, number) for subject, number, _ in open_beside} == beside
        assert all(ruling == LATE for _, _, ruling in open_beside)
        assert found.breached.keys() == {(DUTY, *key) for key in read | beside if key[0] != "T2"}
