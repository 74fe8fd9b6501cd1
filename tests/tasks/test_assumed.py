"""A rehearsal of what no record tells: the plan played as if everybody were on time, late, or never did it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from given_amendments import amended_huizhou
from given_city import PEOPLE, POSTS, UNITS, read_city

from db import measures
from db.columns import second_of
from db.planstore import load_plan
from policy.assumption import assumptions
from policy.calendar import at
from policy.events import Event, Happening
from policy.judge import Known, judge
from policy.words import Reason
from tasks.phases.lifecycle import CLOSED, SIGNED
from tasks.rehearsal.play import Played, Rehearsal, play
from tasks.rehearsal.rulings import CLOCK, Stretch, rulings
from tasks.rounds import parts
from tasks.stateless import asked

PLAN = load_plan("huizhou")
FIRST, LAST = date(2021, 6, 21), date(2021, 8, 20)
RECORDS = read_city({"units": UNITS, "people": PEOPLE, "posts": POSTS})


def played(*words: str, first: date = FIRST, last: date = LAST) -> Played:
    with asked(PLAN, RECORDS.rows, last) as question:
        return play(question.connection, PLAN, first, last, None, assumptions(PLAN, words))


def said(one: Played, duty: str) -> Counter[object]:
    notices = (e for e in one.events if e.happening is Happening.NOTICE and e.said["fate"] == "done")
    return Counter(e.said["reason"] for e in notices if e.said["duty"] == duty)


def turned(one: Played, duty: str) -> list[Event]:
    return [e for e in one.events if e.happening is Happening.TURNED and e.said["duty"] == duty]


def test_on_time_everybody_is_reminded_and_nothing_is_late() -> None:
    reasons = {e.said["reason"] for e in played("on_time").events if e.happening is Happening.NOTICE}
    assert Reason.ASSIGNED in reasons
    assert reasons.isdisjoint({Reason.OVERDUE, Reason.ESCALATED, Reason.RESOLVED})


def test_three_working_days_late_is_overdue_told_one_level_above_and_then_put_right() -> None:
    one = played("supervision=late=3")
    days = [(e.day, e.said["status"]) for e in turned(one, "monthly-supervision") if e.said["period"] == 202107]
    assert days == [
        (date(2021, 7, 1), "not_yet_due"),
        (date(2021, 8, 1), "not_met"),
        (date(2021, 8, 4), "met_late"),
    ]
    assert said(one, "monthly-supervision")[Reason.RESOLVED] > 0


def test_never_climbs_and_is_never_put_right() -> None:
    reasons = said(played("supervision=never"), "monthly-supervision")
    assert reasons[Reason.ESCALATED] > 0
    assert reasons[Reason.RESOLVED] == 0


def test_what_is_assumed_bears_the_word_and_nothing_else_does() -> None:
    events = played("supervision=late=3").events
    marked = {e.said["duty"] for e in events if e.said.get("assumed") == "late=3"}
    assert marked == {
        e.said["duty"] for e in events if PLAN.by_key.get(str(e.said.get("duty"))) in PLAN.of_duty("supervision")
    }
    assert {e.said.get("assumed") for e in events} == {None, "late=3"}
    assert {e.said["duty"] for e in played().events if "assumed" in e.said} == set()


@pytest.mark.parametrize(
    ("word", "days"), [("on_time", [date(2021, 7, 1)] * 2), ("late=5", [date(2021, 7, 8)] * 2), ("never", [])]
)
def test_a_stage_is_signed_and_closed_as_it_is_assumed(word: str, days: list[date]) -> None:
    stages = [e for e in played(f"setup={word}", last=date(2021, 7, 9)).events if e.happening is Happening.STAGE]
    assert [e.day for e in stages if e.said["phase"] == "setup" and e.said["what"] in (SIGNED, CLOSED)] == days


@pytest.mark.parametrize(
    "words", [["on_time"], ["late=7"], ["never"], ["late=2", "supervision=never", "setup=on_time"]]
)
def test_what_stands_at_the_end_is_what_is_assumed_of_that_day_alone(words: list[str]) -> None:
    with asked(PLAN, RECORDS.rows, LAST) as question:
        rehearsal = Rehearsal(question.connection, Stretch(PLAN, FIRST, LAST, None, assumptions(PLAN, words)))
        for ruled in rulings(question.connection, rehearsal.stretch):
            rehearsal.hold(ruled)
        begun = [o for part in parts(PLAN, LAST) for o in part.obligations]
        known = measures.known(question.connection, PLAN, begun, LAST, second_of(at(LAST, CLOCK)))
        supposed = Known({key: rehearsal.supposed.instead(key, each) for key, each in known.measured.items()})
        afresh = {v.key: (v.ruling.status, v.ruling.due) for v in judge(PLAN, supposed, LAST)}
        stands = {v.key: (v.ruling.status, v.ruling.due) for v in rehearsal.verdicts.values()}
    assert stands == afresh


def test_what_an_amendment_words_anew_is_assumed_as_well(tmp_path: Path) -> None:
    """The hours of a visit change in May 2022; never is never by either text."""
    plan = load_plan(str(amended_huizhou(tmp_path)))
    first, last = date(2022, 5, 27), date(2022, 7, 2)
    with asked(plan, RECORDS.rows, last) as question:
        one = play(question.connection, plan, first, last, None, assumptions(plan, ["supervision=never"]))
    months = {e.said["period"]: e.said["status"] for e in turned(one, "monthly-supervision")}
    assert (months[202204], months[202205], months[202206]) == ("not_met",) * 3
