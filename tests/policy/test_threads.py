"""Matters that stand alike are looked at once: that tells what looking at each would, and says nothing twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.calendar import WorkCalendar
from policy.decide import follow
from policy.directory import UnitCard
from policy.inhibition import Milestone
from policy.levers import Extension, Levers, StandIn, Waiver
from policy.notices import Call, Notice, notices, speak
from policy.office import Office
from policy.position import STOCK
from policy.recurrence import Period
from policy.verdict import Ruling, Verdict
from policy.words import NoticeState, Role, Status, SubjectKind
from tests.policy.making import (
    CALENDAR,
    UNITS,
    a_directory,
    a_house,
    a_plan,
    a_verdict,
    an_obligation,
    an_office,
    morning,
)
from tests.policy.oracle.rungs import said

DUE = date(2021, 10, 31)
FEW_DAYS = st.dates(date(2021, 8, 15), date(2022, 1, 31))
NOV = Period(202111, "2021-11", date(2021, 11, 1), date(2021, 11, 30), date(2021, 11, 30))
STATIONS = tuple(f"S{n}" for n in range(4))
HEADS = {("station_head", "S0"): ("H1", "H2"), ("station_head", "S1"): ("H3",)}
BEHIND = {"filing": ("town-built", "opened")}
PLAN = a_plan(
    an_obligation(
        subject=SubjectKind.STATION,
        who=(Role.STATION_HEAD, Role.STATION),
        copies=(Role.COUNTY_BUREAU, Role.STATION),
        escalation=(Role.COUNTY_BUREAU, Role.CITY_BUREAU),
    ),
    an_obligation(key="town-built", title="建成社工站", subject=SubjectKind.TOWNSHIP),
    an_obligation(key="opened", title="开张", subject=SubjectKind.STATION),
    phases=(),
    house=a_house(inhibited_by=BEHIND),
)
BEFORE = [("town-built", "T", 0), *(("opened", code, 0) for code in STATIONS)]
CARDS = a_directory(
    units={card.code: card for card in (*UNITS, *(UnitCard(code, code, "station", "T") for code in STATIONS))},
    holders=HEADS,
)
law = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
STANDS = (*Status,)
STATUSES = (Status.NOT_YET_DUE, Status.NOT_MET, Status.MET, Status.DEVIATION_UNJUSTIFIED)


@st.composite
def verdicts(draw: st.DrawFn) -> list[Verdict]:
    """Of a few rulings, shared and not, about each station and period."""
    dues = draw(st.lists(st.none() | FEW_DAYS, min_size=1, max_size=3))
    rulings = [Ruling(draw(st.sampled_from(STATUSES)), "……", due) for due in dues]
    return [
        Verdict("filing", "T-1", SubjectKind.STATION, code, period, draw(st.sampled_from(rulings)))
        for code in STATIONS
        for period in (None, NOV)
    ]


@st.composite
def offices(draw: st.DrawFn) -> Office:
    keys = [("filing", code, number) for code in STATIONS for number in (0, 202111)]
    some = st.dictionaries(st.sampled_from(keys), FEW_DAYS, max_size=4)
    extended = {key: Extension(due, DUE, due - timedelta(days=20)) for key, due in draw(some).items()}
    waived = tuple(Waiver(*key, on, on + timedelta(days=9), "汛期") for key, on in draw(some).items())
    before = draw(st.dictionaries(st.sampled_from(BEFORE), st.tuples(st.sampled_from(STANDS), st.none() | FEW_DAYS)))
    stand = {
        key: Milestone(key, PLAN.by_key[key[0]].title, *how, draw(st.integers(0, 2))) for key, how in before.items()
    }
    waived += tuple(
        Waiver(*key, date(2021, 11, 1), draw(FEW_DAYS), "汛期") for key in draw(st.sets(st.sampled_from(BEFORE)))
    )
    turns = {
        who: (StandIn("H9", date(2021, 11, 1), date(2021, 11, 30)),) for who in draw(st.sets(st.sampled_from("12")))
    }
    levers = Levers(extended, waived, {f"H{who}": turn for who, turn in turns.items()})
    given: dict[str, Any] = {name: draw(some) for name in ("breached", "owed", "hastened")}
    mended = {key: draw(st.integers(1, 3)) for key in draw(some)}
    live = draw(st.none() | FEW_DAYS)
    return Office(PLAN, CALENDAR, CARDS, levers=levers, live_from=live, mended=mended, milestones=stand, **given)


def told_plainly(office: Office, each: list[Verdict], day: date) -> Counter[tuple[object, ...]]:
    return Counter((v.key, *one[:3]) for v in each for one in said(office, v, morning(day)))


def told(found: list[Notice]) -> Counter[tuple[object, ...]]:
    return Counter(((n.duty, n.subject.code, n.span.number if n.span else 0), n.rung, n.to, n.state) for n in found)


@law
@given(office=offices(), each=verdicts(), day=FEW_DAYS)
def test_looked_at_together_they_hear_what_each_would_hear_alone(
    office: Office, each: list[Verdict], day: date
) -> None:
    found = notices(office, each, morning(day))
    assert told(found) == told_plainly(office, each, day)
    alone = [n for v in each for n in notices(office, [v], morning(day))]
    assert sorted(found, key=lambda n: n.key) == sorted(alone, key=lambda n: n.key)


@law
@given(office=offices(), each=verdicts(), day=FEW_DAYS, pick=st.randoms(use_true_random=False))
def test_every_rung_that_passed_was_issued_or_is_issued_or_is_spoken_for(
    office: Office, each: list[Verdict], day: date, pick: Any
) -> None:
    found = notices(office, each, morning(day))
    newest = [n for n in found if n.state is not NoticeState.SUPERSEDED]
    given = [call for calls in mornings(office, each, day) for call in calls]
    assert sorted(call.key for call in given) == sorted(n.key for n in newest)
    issued = {n.key for n in found if n.state is NoticeState.SUPERSEDED and pick.random() < 0.3}
    spoken = speak(office, each, morning(day), issued)
    thread = {n.key: (n.duty, n.subject.code, n.period, n.to) for n in found}
    said_of = Counter(
        (thread[call.key], rung) for call in spoken.calls for rung in (*call.word.supersedes, call.word.rung)
    )
    assert max(said_of.values(), default=1) == 1
    for n in found:
        earlier = [m for m in found if thread[m.key] == thread[n.key] and m.not_before >= n.not_before]
        settled = any(m.key in issued for m in earlier) or matter_of(n) in spoken.waiting
        assert settled or said_of[thread[n.key], n.rung] == 1


@law
@given(office=offices(), each=verdicts(), day=FEW_DAYS)
def test_no_level_is_given_out_with_the_one_below_and_none_is_forgotten(
    office: Office, each: list[Verdict], day: date
) -> None:
    now = morning(day)
    for calls in mornings(office, each, day):
        loud = [call.notice for call in calls if call.word.state is NoticeState.DUE]
        levels = {matter_of(n): {m.level for m in loud if matter_of(m) == matter_of(n)} for n in loud}
        assert {len(each) for each in levels.values()} <= {1}
    first = {call.key for call in speak(office, each, now, frozenset()).calls}
    assert speak(office, each, now, first, first).calls == []


@law
@given(office=offices(), each=verdicts(), day=FEW_DAYS)
def test_what_everybody_has_heard_stays_wanted_or_on_the_books_and_is_not_said_again(
    office: Office, each: list[Verdict], day: date
) -> None:
    newest = [n for n in notices(office, each, morning(day)) if n.state is not NoticeState.SUPERSEDED]
    spoken = speak(office, each, morning(day), {n.key for n in newest})
    assert (spoken.calls, spoken.waiting) == ([], set())
    assert spoken.wanted == {n.key for n in newest if n.state is NoticeState.DUE}
    assert spoken.stock == {n.key for n in newest if n.why_not == STOCK}


def test_matters_put_right_alike_are_told_of_as_each_would_be_alone() -> None:
    office = Office(PLAN, CALENDAR, CARDS, {})
    ruling = Ruling(Status.MET_LATE, "……", DUE, done_on=date(2021, 11, 3))
    each = tuple(Verdict("filing", "T-1", SubjectKind.STATION, code, None, ruling) for code in STATIONS)
    standing = dict.fromkeys((verdict.key for verdict in each), Status.NOT_MET)

    def said_of(*mended: Verdict) -> list[Notice]:
        return list(follow(office, mended, standing, morning(date(2021, 11, 4)), frozenset()).notices)

    assert said_of(*each) == [notice for verdict in each for notice in said_of(verdict)]
    assert {notice.subject.code for notice in said_of(*each)} == set(STATIONS)


def mornings(office: Office, each: list[Verdict], day: date) -> list[list[Call]]:
    """What is given out on one morning after the other if nothing else happens."""
    given: list[list[Call]] = []
    while True:
        issued = {call.key for calls in given for call in calls}
        spoken = speak(office, each, morning(day), issued)
        given.append(spoken.calls)
        if not spoken.calls:
            assert not spoken.waiting
            return given


def matter_of(notice: Notice) -> tuple[str, str, int]:
    return notice.duty, notice.subject.code, notice.span.number if notice.span else 0


def rungs_of(office: Office, day: date, issued: frozenset[str], status: Status = Status.NOT_YET_DUE) -> list[Any]:
    calls = speak(office, [a_verdict(status)], morning(day), issued).calls
    return [(call.word.rung, call.word.supersedes, call.key) for call in calls if call.to.role is Role.COUNTY_BUREAU]


def test_a_rung_speaks_for_those_that_passed_since_the_last_that_was_said() -> None:
    office = an_office(a_plan(phases=()))
    ((first, none, key),) = rungs_of(office, date(2021, 9, 28), frozenset())
    ((newest, passed, _),) = rungs_of(office, date(2021, 10, 29), frozenset({key}))
    assert (first, none, newest, passed) == ("D-20", (), "D+0", ("D-10", "D-5"))


def test_what_was_said_from_nearer_is_not_said_again_from_farther_off() -> None:
    """The holidays of a year are published late and move a rung that was said behind today."""
    office = an_office(a_plan(phases=()))
    ((newest, passed, key),) = rungs_of(office, date(2021, 10, 22), frozenset())
    assert (newest, passed) == ("D-5", ("D-20", "D-10"))
    shifted = WorkCalendar({**CALENDAR.working, date(2021, 10, 30): True}, CALENDAR.published)
    moved = replace(office, calendar=shifted)
    assert rungs_of(moved, date(2021, 10, 22), frozenset({key})) == []
    assert [rung for rung, *_ in rungs_of(moved, date(2021, 10, 22), frozenset())] == ["D-10"]


def test_what_turns_out_not_to_be_late_is_not_called_due_today_after_it_was_called_late() -> None:
    office = an_office(a_plan(phases=()))
    late = frozenset(key for *_, key in rungs_of(office, date(2021, 11, 2), frozenset(), Status.NOT_MET))
    assert rungs_of(office, date(2021, 11, 2), late) == []


def test_who_stands_in_for_two_hears_once() -> None:
    turn = (StandIn("H9", date(2021, 10, 1), date(2021, 12, 31)),)
    levers = Levers(stand_ins={"H1": turn, "H2": turn})
    office = Office(PLAN, CALENDAR, CARDS, {}, levers=levers)
    verdict = Verdict("filing", "T-1", SubjectKind.STATION, "S0", None, Ruling(Status.NOT_MET, "……", DUE))
    heads = [call for call in speak(office, [verdict], morning(date(2021, 11, 2)), frozenset()).calls if call.to.person]
    assert [call.to.person for call in heads] == ["H9"]
