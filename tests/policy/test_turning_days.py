"""On which days the same facts may be ruled otherwise, and who may hear of it: what a rehearsal rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from policy.checks.done_by import DoneBy
from policy.checks.hung_after import HungAfter
from policy.events import notice_event, stage_event
from policy.judge import Measured, Spoken, rulings, rulings_stand_until, stands_until, turning_days
from policy.notices import Call, notices, speaks_on
from policy.verdict import Ruling
from policy.words import Status
from tests.policy.making import MONTHLY, a_case, a_plan, a_verdict, an_obligation, an_office, morning

QUIET = a_plan(phases=())
KEY = ("filing", "K", 0)


def test_a_ruling_stands_until_the_day_after_its_due_day() -> None:
    obligation = an_obligation()
    facts = (None, 1, 0, None)
    ruling = Ruling(Status.NOT_YET_DUE, "尚未报送。", date(2021, 10, 31))
    case = a_case(date(2021, 10, 1), due=date(2021, 10, 31), starts=date(2021, 9, 1))
    assert stands_until(obligation, facts, ruling, case) == date(2021, 11, 1)
    over = replace(case, as_of=date(2021, 11, 2))
    assert stands_until(obligation, facts, ruling, over) == date.max


def test_what_was_ruled_stands_until_the_first_day_on_which_a_measure_or_the_question_means_something_else() -> None:
    obligation, day = an_obligation(), date(2021, 10, 1)
    plan = a_plan(obligations=(obligation,))
    spoken: Spoken = {}
    measured = Measured([("A", 0, (None, 1, 0, None)), ("B", 0, (20211005, 1, 0, None))])
    assert len(list(rulings(plan, obligation, measured, day, spoken))) == len(spoken) == 2
    assert rulings_stand_until(plan, obligation, spoken, day) == date(2021, 10, 5)
    turns = dict(turning_days(obligation, day, date(2022, 1, 1)))
    assert rulings_stand_until(plan, obligation, {}, day) == min(turns)


def test_years_turn_the_question_for_everybody_and_a_period_does_its_own_rows() -> None:
    monthly = an_obligation(due=None, every=MONTHLY)
    days = set(turning_days(monthly, date(2021, 10, 31), date(2022, 1, 1)))
    november, december, january = date(2021, 11, 1), date(2021, 12, 1), date(2022, 1, 1)
    assert days == {
        (november, 202110), (november, 202111), (december, 202111), (december, 202112),
        (january, 202112), (january, 202201), (january, 0),
    }  # fmt: skip


def test_a_day_among_the_facts_turns_when_it_comes_and_when_it_has_passed() -> None:
    check = DoneBy(asks="report", what="总结报送")
    facts = check.read((20211115, 1, 1, 20211110))
    days = set(check.turns(facts, a_case()))
    assert {date(2021, 11, 10), date(2021, 11, 11), date(2021, 11, 15), date(2021, 11, 16)} <= days


def test_the_days_allowed_for_a_plaque_end_too() -> None:
    check = HungAfter(asks="plaques", what="牌匾", items=("甲", "乙", "丙"), after=("登记", "登记"))
    facts = check.read((None, None, None, 20210701, None))
    case = replace(a_case(), plaque_days=10)
    assert date(2021, 7, 12) in set(check.turns(facts, case))


def test_a_verdict_speaks_on_the_days_of_its_ladder_and_a_broken_rule_from_its_breach() -> None:
    dated = speaks_on(an_office(QUIET), a_verdict(Status.NOT_MET))
    assert date(2021, 11, 1) in dated
    assert dated == sorted(dated)
    breached = an_office(QUIET, breached={KEY: date(2021, 11, 2)})
    assert speaks_on(breached, a_verdict(Status.NOT_MET, due=None))[0] == date(2021, 11, 2)


def test_what_a_stage_did_is_one_line() -> None:
    event = stage_event(date(2021, 7, 1), "setup", "closed", "C", date(2021, 7, 1), None)
    assert event.line == (
        '{"day":"2021-07-01","due":null,"event":"stage","on":"2021-07-01","phase":"setup","subject":"C","what":"closed"}'
    )


def test_a_notice_is_one_line_with_what_became_of_it() -> None:
    (notice,) = notices(an_office(QUIET), [a_verdict(Status.NOT_MET)], morning(date(2021, 11, 1)))[-1:]
    event = notice_event(date(2021, 11, 1), Call.of(notice), "unit:K", "done", None, date(2021, 11, 1))
    assert (event.said["rung"], event.said["recipient"], event.said["told_on"]) == ("D+1", "unit:K", date(2021, 11, 1))
    assert event.said["subject"] == "K"
