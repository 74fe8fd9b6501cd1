"""Word that a milestone keeps back comes by itself once it is met: in rounds of either engine, rehearsed and forecast."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from given_amendments import amended_huizhou
from given_city import PEOPLE, POSTS, UNITS, read_city
from given_inhibition import HUIZHOU, behind
from given_notices import rows
from sqlalchemy import Engine

from db.delivery_audit import conserved, delivery_audit
from db.engine import reading
from db.event_log import events
from db.intake import import_rows
from db.outbox import NOTICE
from db.planstore import load_plan
from db.undo import undo
from policy.calendar import at
from policy.events import lines
from policy.notices import Notice
from policy.words import NoticeState
from tasks import jobs
from tasks.delivery_audit import AUDIT
from tasks.levers import end, waive
from tasks.rehearsal.play import Rehearsal, play
from tasks.rehearsal.rulings import Rulings
from tasks.rounds import hold, part_named
from tasks.stateless import asked, notice_list
from tests.tasks.test_judged_anew import spied
from tests.tasks.test_rehearsal import LIVELY, Act, lived, logged
from tests.tasks.test_rehearsal_law import Naive, NaiveRulings, played

WHOLE = load_plan("huizhou")
PLAN = behind(WHOLE, HUIZHOU)
WHY = "前置里程碑“协会登记”尚未办结，暂不提醒"
ACTS = "code,clause,subject,on,recorded_on\n"
REGISTERED = ACTS + "A1,HZ-5.3.2-09,T2,2021-08-04,2021-08-06T10:00\n"
TURNING = REGISTERED + "A1,HZ-5.3.2-09,T1,2021-08-04,2021-08-11T10:00\nA1,HZ-5.3.2-09,T2,2021-08-04,2021-08-18T10:00\n"
"""The association of T2 is registered, which turns out to have been a mistake, and that another."""
FIRST, LAST = date(2021, 7, 14), date(2021, 9, 14)  # the second station opens a day later


def kept_back(log: list[str]) -> set[str]:
    return {line for line in log if WHY in line}


@pytest.mark.parametrize("acts", [ACTS, REGISTERED, TURNING], ids=["never met", "met", "met, unmet and met"])
def test_what_is_not_looked_at_again_would_have_said_the_same(acts: str) -> None:
    cities = read_city({**LIVELY, "acts": acts}).rows
    clever, naive = (
        played(kinds, PLAN, cities, FIRST, LAST) for kinds in ((Rehearsal, Rulings), (Naive, NaiveRulings))
    )
    assert [line for line in naive if line not in set(clever)] == []
    assert [line for line in clever if line not in set(naive)] == []
    assert clever == naive
    assert len(kept_back(clever)) > 5


def on(month: int, day: int) -> datetime:
    return at(date(2021, month, day), time(10))


DECIDED: tuple[Act, ...] = (
    (on(8, 2), lambda desk: waive(desk, desk.matter("association", "T2"), date(2021, 8, 20), "K", "T2", "章程未定")),
    (on(8, 9), lambda desk: end(desk, 1, "C", "仍要办")),
    (on(8, 23), lambda desk: waive(desk, desk.matter("deputy-head", "S2"), date(2021, 8, 27), "K", "T2", "候选人未定")),
)


def test_production_logs_what_is_rehearsed_byte_for_byte(tmp_path: Path) -> None:
    """The milestone turns twice, is waived and no more, and what stands behind it is waived too."""
    city = read_city({**LIVELY, "acts": TURNING})
    with lived(city, tmp_path, FIRST, LAST, PLAN, DECIDED) as engine, reading(engine) as connection:
        real = lines(events(connection, PLAN.key, FIRST, LAST))
        rehearsed = lines(play(connection, PLAN, FIRST, LAST).events)
        assert conserved(delivery_audit(connection, PLAN.key, on(9, 14)))
    assert [line for line in real if line not in set(rehearsed)] == []
    assert [line for line in rehearsed if line not in set(real)] == []
    assert rehearsed == real
    assert len(kept_back(real)) > 5


def test_a_milestone_that_an_amendment_adds_keeps_back_from_its_day_on(tmp_path: Path) -> None:
    plan = behind(load_plan(str(amended_huizhou(tmp_path))), {"deputy-head": ("volunteer-book",)})
    first, last = date(2022, 4, 25), date(2022, 5, 12)
    city = read_city({**LIVELY, "acts": ACTS, "posts": POSTS + "W1,S2,deputy_head,2021-07-15,2022-04-27\n"})
    real = logged(city, tmp_path, first, last, plan)
    with asked(plan, city.rows, last) as question:
        assert lines(play(question.connection, plan, first, last).events) == real
    told = [json.loads(line) for line in real if '"duty":"deputy-head"' in line and '"event":"notice"' in line]
    kept = {one["day"] for one in told if "志愿服务台账" in (one["why_not"] or "")}
    said = {one["told_on"] for one in told if one["fate"] == "done"}
    assert kept
    assert said
    assert max(said) < "2022-05-01" <= min(kept)


# Rounds of the ledger. The milestone is of another stage than what stands behind it: another part records it.


BEHIND = behind(WHOLE, {"deputy-head": ("association",)})
SETUP, OPERATION = (part_named(BEHIND, key, date(2021, 8, 2)) for key in ("setup", "operation"))
CITY = {"units": UNITS + "S2,二镇社工站,station,T2,2021-07-15,,\n", "people": PEOPLE, "posts": POSTS}


class Office:
    """Some mornings of an office; what comes in is known at eight."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.learn(date(2021, 7, 15), read_city({**CITY, "acts": ACTS}).rows)

    def learn(self, day: date, records: Any) -> int | None:
        with self.engine.begin() as connection:
            return import_rows(connection, BEHIND.key, records, f"{day}", at(day, time(8))).batch

    def register(self, day: date) -> int | None:
        act = f"code,clause,subject,on\nA1,HZ-5.3.2-09,T2,{day}\n"
        return self.learn(day, {"acts": read_city({**CITY, "acts": act}).rows["acts"]})

    def morning(self, day: date, *parts: Any) -> list[tuple[str, str, str | None]]:
        """What this morning gave out of the missing deputy head of the second station."""
        before = {row["key"] for row in rows(self.engine, NOTICE)}
        for part in parts or (SETUP, OPERATION):
            hold(self.engine, BEHIND, part, day, at(day, time(9)))
        told = [row for row in rows(self.engine, NOTICE) if row["key"] not in before]
        theirs = (row for row in told if (row["duty"], row["subject"]) == ("deputy-head", "S2"))
        return sorted((row["rung"], row["state"], row["why_not"]) for row in theirs)


@pytest.fixture
def office(engine: Engine) -> Office:
    made = Office(engine)
    for day in (15, 16):
        made.morning(date(2021, 7, day))
    return made


def test_a_milestone_that_is_met_has_those_behind_it_told_of_what_no_record_has_touched(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert office.morning(date(2021, 8, 2)) == [("E1", "suppressed", WHY), ("E2", "suppressed", WHY)]
    assert office.morning(date(2021, 8, 3)) == []
    office.register(date(2021, 8, 4))
    asked_again = spied(monkeypatch)
    assert office.morning(date(2021, 8, 4), SETUP) == [("D+1", "planned", None)], "before the milestone is recorded"
    assert "deputy-head" not in {duty for duty, _ in asked_again}
    assert office.morning(date(2021, 8, 4)) == []
    assert office.morning(date(2021, 8, 9)) == [("E1", "planned", None)]


def test_what_waits_is_withdrawn_when_the_milestone_is_unmet_again_and_said_once_it_is_met(office: Office) -> None:
    batch = office.register(date(2021, 8, 4))
    assert office.morning(date(2021, 8, 4)) == [("D+1", "planned", None)]
    with office.engine.begin() as connection:
        undo(connection, BEHIND.key, batch or 0, at(date(2021, 8, 5), time(8)))
    assert {state for _, state, _ in office.morning(date(2021, 8, 5))} == {"suppressed"}
    assert not [
        row for row in rows(office.engine, NOTICE) if row["duty"] == "deputy-head" and row["state"] == "planned"
    ]
    office.register(date(2021, 8, 6))
    assert office.morning(date(2021, 8, 6)) == [("D+1", "planned", None)]


def test_the_auditor_counts_what_is_kept_back_as_not_said_for_a_reason(office: Office, tmp_path: Path) -> None:
    day = date(2021, 8, 2)
    office.morning(day)
    with office.engine.connect() as connection:
        found = delivery_audit(connection, BEHIND.key, at(date(2021, 8, 2), time(9)))
    kept = [row for row in rows(office.engine, NOTICE) if row["why_not"] == WHY]
    assert conserved(found)
    assert len(kept) == 3
    assert {row.fate: row.notices for row in found}["suppressed"] >= len(kept)
    assert all(row["closed_at"] for row in kept), "nobody finds it on a weekly list"
    work = jobs.Office(office.engine, BEHIND, tmp_path).work(
        jobs.part_of(BEHIND, jobs.DELIVERY_AUDIT, day), day, on(8, 2)
    )
    (page,) = [page for page in AUDIT.act(work).pages if page.key == "kept-back"]
    assert page.rows == [{"原因": WHY, "通知": 3}]


# Asked without recording.


def stateless(day: date, acts: str) -> list[Notice]:
    with asked(BEHIND, read_city({**CITY, "acts": acts}).rows, day) as question:
        return [n for n in notice_list(question, at(day, time(9))) if (n.duty, n.subject.code) == ("deputy-head", "S2")]


def test_asked_of_files_it_is_kept_back_and_comes_alike() -> None:
    day = date(2021, 8, 4)
    kept, told = stateless(day, ACTS), stateless(day, ACTS + "A1,HZ-5.3.2-09,T2,2021-08-04,\n")
    assert {(n.state, n.why_not) for n in kept} == {(NoticeState.SUPPRESSED, WHY)}
    assert {n.state for n in told} == {NoticeState.DUE}
