"""The laws of the core (design 3), on the real plan and any measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.planstore import load_plan
from db.work_calendar import work_calendar
from policy.decide import Decisions, decide
from policy.directory import Directory, UnitCard
from policy.judge import Known, Measured, Row, judge, periods_of
from policy.notices import Notice, notices
from policy.office import Office
from policy.plan import Obligation
from policy.verdict import Verdict
from policy.words import BROKEN, NoticeState, Reason, Status, SubjectKind
from tests.policy.making import morning

PLAN = load_plan("huizhou")
CALENDAR = work_calendar(PLAN.house)
FIRST, LAST = date(2021, 5, 1), date(2023, 12, 31)
DAYS = st.dates(FIRST, LAST)
Key = tuple[str, str, int]

LEVELS = max(rung.level for rung in PLAN.house.ladder)
"""Of superiors: on so many mornings after an outage one after the other hears."""
law = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


# Measures by kind of check: not done, done on a day, and whatever else may be counted.

OPEN: dict[str, tuple[Any, ...]] = {
    "done_by": (None, 1, 0, None),
    "share": (None, 3, 1, None),
    "hung_after": (None, None, None, None, None),
    "not_before": (None,),
    "order_of_steps": (1, 0, 0),
    "qualified_count": (1, 0, None, 0, None, 0, None),
    "visit_length": (600, 600, 0),
    "ratio": (20, 3),
    "renewal": (20220701, 0, None),
    "reviewed_evidence": (0, None, None),
    "standing": (0, 1, None, 0, 0),
    "sum_by": (20210701, 99991231, 0, None),
    "sum_in_period": (0, 0, 365, 0),
    "term": (20210701, 20220630, 1),
    "phase_span": (),
}


def done_on(kind: str, day: date) -> tuple[Any, ...]:
    n = number(day)
    return {
        "done_by": (None, 1, 1, n),
        "share": (None, 3, 3, n),
        "hung_after": (n, n, n, n, n),
        "not_before": (max(n, 20220701),),
        "order_of_steps": (6, 0, 1),
        "qualified_count": (1, 1, n, 960, n, 1, n),
        "visit_length": (960, 960, 0),
        "ratio": (18, 3),
        "renewal": (20220701, 1, "合格"),
        "reviewed_evidence": (1, n, None),
        "standing": (1, 1, None, 0, 0),
        "sum_by": (20210701, 99991231, 900, n),
        "sum_in_period": (2880, 0, 365, 0),
        "term": (20210701, 20240630, 1),
        "phase_span": (),
    }[kind]


def oddities(kind: str) -> st.SearchStrategy[tuple[Any, ...]]:
    """Measures of a kind that are neither: partly done, not applicable, ahead of their time, accepted, excused."""
    day, count, flag = DAYS.map(number), st.integers(0, 8), st.integers(0, 1)
    maybe = st.none() | day
    return {
        "done_by": st.tuples(maybe, st.integers(0, 2), count, maybe),
        "share": st.tuples(st.none(), st.integers(0, 2), count, maybe),
        "hung_after": st.tuples(maybe, maybe, maybe, maybe, maybe),
        "not_before": st.tuples(maybe),
        "order_of_steps": st.tuples(st.integers(0, 6), flag, flag),
        "qualified_count": st.tuples(flag, count, maybe, st.integers(0, 2000), maybe, count, maybe),
        "visit_length": st.tuples(st.integers(0, 2000), st.integers(0, 2000), flag),
        "ratio": st.tuples(count, count),
        "renewal": st.tuples(day, flag, st.sampled_from([None, "优秀", "合格", "不合格"])),
        "reviewed_evidence": st.sampled_from(
            [(0, None, None), (2, None, None), (1, 20211001, None), (1, None, 20211001)]
        ),
        "standing": st.tuples(count, st.none() | count, st.none() | count, flag, flag),
        "sum_by": st.tuples(day, day, st.integers(0, 1200), maybe),
        "sum_in_period": st.tuples(st.integers(0, 4000), st.integers(0, 900), st.integers(0, 366), st.integers(0, 60)),
        "term": st.tuples(st.just(20210701), day.filter(lambda n: n > 20210701), flag),
        "phase_span": st.just(()),
    }[kind]


# A world: a few obligations, a few subjects, and the day on which each thing gets done (or never).


@dataclass(frozen=True)
class Course:
    """What is measured of one subject over time: `before` until `day`, `after` from then on."""

    before: tuple[Any, ...]
    after: tuple[Any, ...]
    day: date | None

    def on(self, day: date) -> tuple[Any, ...]:
        return self.after if self.day and self.day <= day else self.before


@dataclass(frozen=True)
class World:
    obligations: tuple[Obligation, ...]
    courses: Mapping[tuple[str, str], Course]
    absent: bool = False

    def known(self, day: date, standing: Mapping[Key, Status] | None = None) -> Known:
        return Known({o.key: self._measured(o, day) for o in self.obligations}, standing or {})

    def _measured(self, obligation: Obligation, day: date) -> Measured:
        numbers = [p.number for p in periods_of(obligation, day).values()] or [0]
        mine = [(subject, course) for (key, subject), course in self.courses.items() if key == obligation.key]
        rows = [
            Row(subject, n, course.on(day)) for subject, course in mine for n in numbers if not obligation.every or n
        ]
        return Measured(rows, obligation.records if self.absent else ())

    def breached(self) -> dict[Key, date]:
        """When each standing rule was first seen broken: given, as the ledger would give it."""
        return {(o.key, s, 0): o.starts or FIRST for o in self.obligations for key, s in self.courses if key == o.key}


UNITS = {
    code: UnitCard(code, f"{code}名", kind, parent)
    for code, kind, parent in [
        ("C", "city", None), ("K", "county", "C"), ("T", "township", "K"), ("S", "station", "T"),
        ("P", "point", "S"), ("V", "village", "T"),
    ]
}  # fmt: skip
CODES = {SubjectKind(card.kind): code for code, card in UNITS.items()}
# Recurring monthly duties make thirty rows a subject; two subjects are enough for every law.
JUDGED = tuple(o for o in PLAN.obligations)


def subject_of(obligation: Obligation, which: int) -> str:
    return CODES.get(obligation.subject, f"{obligation.subject}-{which}")


@st.composite
def worlds(draw: st.DrawFn, odd: bool = True, finish: bool = True, absent: bool = False) -> World:
    chosen = draw(st.lists(st.sampled_from(JUDGED), min_size=1, max_size=6, unique_by=lambda o: o.key))
    courses = {}
    for obligation in chosen:
        for which in range(draw(st.integers(1, 2))):
            kind = obligation.check.kind
            day = draw(st.none() | DAYS) if finish else None
            course = Course(OPEN[kind], done_on(kind, day or FIRST), day)
            if odd and draw(st.booleans()):
                strange = draw(oddities(kind))
                course = Course(strange, strange, None)
            courses[obligation.key, subject_of(obligation, which)] = course
    return World(tuple(chosen), courses, absent)


def office(world: World, breached: Mapping[Key, date] | None = None) -> Office:
    people = {(kind, f"{kind}-{n}"): "V" for kind in SubjectKind for n in range(2)}
    plan = PLAN.model_copy(update={"obligations": world.obligations, "phases": ()})
    return Office(
        plan, CALENDAR, Directory(UNITS, unit_of=people), dict(world.breached() if breached is None else breached)
    )


@dataclass
class Ledger:
    """What the office remembers between rounds, without a database; `told` are the keys issued or spoken for."""

    world: World
    standing: dict[Key, Status]
    issued: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    just: tuple[date, frozenset[str]] = (date.min, frozenset())

    def round(self, day: date) -> Decisions:
        just = self.just[1] if self.just[0] == day else frozenset()
        made = decide(office(self.world), self.world.known(day, self.standing), morning(day), self.issued, just)
        self.just = day, just | {n.key for n in made.notices}
        self.standing = {**self.standing, **{v.key: v.ruling.status for v in made.verdicts}}
        self.issued |= {n.key for n in made.notices}
        self.told |= {n.key for n in made.notices} | self._spoken_for(made, day)
        return made

    def _spoken_for(self, made: Decisions, day: date) -> set[str]:
        """The keys of the rungs that the new notices speak for."""
        passed = {(*thread(n), n.rung): n.key for n in notices(office(self.world), made.verdicts, morning(day))}
        return {passed[*thread(n), rung] for n in made.notices for rung in n.supersedes}


def thread(notice: Notice) -> tuple[object, ...]:
    """What is said to whom, on whatever rung."""
    return notice.duty, notice.subject.code, notice.period, notice.to


@law
@given(world=worlds(), day=DAYS)
def test_asking_again_decides_nothing_new(world: World, day: date) -> None:
    ledger = Ledger(world, {})
    first, again = ledger.round(day), ledger.round(day)
    assert again.verdicts == first.verdicts
    assert (again.transitions, again.notices) == ((), ())
    assert again.wanted <= first.wanted


@law
@given(world=worlds(), day=DAYS, before=st.integers(1, 60))
def test_asking_again_after_a_change_decides_nothing_new(world: World, day: date, before: int) -> None:
    ledger = Ledger(world, {})
    ledger.round(day - timedelta(days=before))
    ledger.round(day)
    again = ledger.round(day)
    assert (again.transitions, again.notices) == ((), ())


@law
@given(world=worlds(), day=DAYS)
def test_one_round_after_a_week_off_ends_where_seven_daily_rounds_end(world: World, day: date) -> None:
    daily, weekly = Ledger(world, {}), Ledger(world, {})
    daily.round(day)
    weekly.round(day)
    assert daily.issued == weekly.issued
    made = [daily.round(day + timedelta(days=n)) for n in range(1, 8)][-1]
    late = weekly.round(day + timedelta(days=7))
    assert late.verdicts == made.verdicts
    assert weekly.standing == daily.standing
    for later in range(8, 8 + LEVELS):
        made, late = daily.round(day + timedelta(days=later)), weekly.round(day + timedelta(days=later))
    # Whatever should stand now, speaking or superseded, stands in both; the rest is of things no longer open.
    now = {n.key for n in notices(office(world), late.verdicts, morning(day + timedelta(days=7 + LEVELS)))}
    assert now <= weekly.told
    assert now <= daily.told


@law
@given(world=worlds(odd=False, finish=False), day=DAYS)
def test_after_a_week_off_only_the_newest_rung_speaks_and_all_older_ones_are_superseded(
    world: World, day: date
) -> None:
    daily, weekly = Ledger(world, {}), Ledger(world, {})
    said = [n for later in range(8 + LEVELS) for n in daily.round(day + timedelta(days=later)).notices]
    late = weekly.round(day + timedelta(days=7))
    for later in range(8, 8 + LEVELS):
        weekly.round(day + timedelta(days=later))
    assert weekly.told <= daily.told
    # Missing are only words about what nobody can see any more: material that was not there on its day.
    missing = {PLAN.by_key[n.duty].check.kind for n in said if n.key not in weekly.told}
    assert missing <= {"reviewed_evidence"}
    assert max(Counter(map(thread, late.notices)).values(), default=1) == 1
    assert NoticeState.SUPERSEDED not in {n.state for n in late.notices}


@law
@given(world=worlds(odd=False, finish=False), day=DAYS, later=st.integers(1, 120))
def test_the_ladder_only_climbs_while_a_thing_stays_undone(world: World, day: date, later: int) -> None:
    early = said_rungs(world, day)
    late = said_rungs(world, day + timedelta(days=later))
    for thing, rungs in early.items():
        # Once its day has passed, what only a reviewer can see is no longer open: nothing is known of it.
        assert rungs <= late[thing] or PLAN.by_key[thing[0]].check.kind == "reviewed_evidence", thing


def said_rungs(world: World, day: date) -> dict[tuple[str, str, str | None], set[str]]:
    verdicts = list(judge(office(world).plan, world.known(day), day))
    found: dict[tuple[str, str, str | None], set[str]] = {matter(v): set() for v in verdicts}
    for n in notices(office(world), verdicts, morning(day)):
        found[n.duty, n.subject.code, n.period].add(n.rung)
    return found


@law
@given(world=worlds(odd=False), day=DAYS)
def test_the_ladder_stops_on_the_day_a_thing_is_done(world: World, day: date) -> None:
    ledger = Ledger(world, {})
    for n in (0, 30, 60):
        made = ledger.round(day + timedelta(days=n))
        told = {
            (n.duty, n.subject.code, n.period) for n in made.notices if n.reason in (Reason.OVERDUE, Reason.ESCALATED)
        }
        broken = {matter(v) for v in made.verdicts if v.ruling.status in BROKEN}
        assert told <= broken


def matter(verdict: Verdict) -> tuple[str, str, str | None]:
    return (verdict.duty, verdict.subject, verdict.period.label if verdict.period else None)


@law
@given(world=worlds(), day=DAYS)
def test_nothing_is_said_of_what_is_met_or_not_applicable_or_not_yet_open(world: World, day: date) -> None:
    verdicts = list(judge(office(world).plan, world.known(day), day))
    asked = {matter(v): v for v in verdicts}
    for n in notices(office(world), verdicts, morning(day)):
        verdict = asked[n.duty, n.subject.code, n.period]
        obligation = PLAN.by_key[n.duty]
        assert verdict.ruling.status in {Status.NOT_YET_DUE, *BROKEN}
        assert day >= max(PLAN.issued, obligation.starts or PLAN.issued)
        assert n.not_before <= morning(day)
        if n.reason in (Reason.OVERDUE, Reason.ESCALATED):
            assert verdict.ruling.status in BROKEN


@law
@given(world=worlds(), day=DAYS, seed=st.integers(0, 99))
def test_the_order_of_obligations_and_rows_does_not_matter(world: World, day: date, seed: int) -> None:
    rng = Random(seed)
    courses = list(world.courses.items())
    obligations = list(world.obligations)
    rng.shuffle(courses)
    rng.shuffle(obligations)
    mixed = replace(world, obligations=tuple(obligations), courses=dict(courses))
    first, second = Ledger(world, {}).round(day), Ledger(mixed, {}).round(day)
    assert {v.key: v for v in first.verdicts} == {v.key: v for v in second.verdicts}
    assert {n.key: n for n in first.notices} == {n.key: n for n in second.notices}
    assert first.wanted == second.wanted


@law
@given(world=worlds(finish=False, absent=True), day=DAYS, later=st.integers(0, 900))
def test_no_evidence_never_turns_into_not_met_by_the_mere_passing_of_days(world: World, day: date, later: int) -> None:
    for moment in (day, day + timedelta(days=later)):
        for verdict in judge(office(world).plan, world.known(moment), moment):
            obligation = PLAN.by_key[verdict.duty]
            assert not (obligation.records and verdict.ruling.status in BROKEN), verdict


@law
@given(world=worlds(), day=DAYS)
def test_every_expected_period_ends_in_exactly_one_verdict(world: World, day: date) -> None:
    expected = {
        (o.key, subject, n)
        for o in world.obligations
        for key, subject in world.courses
        if key == o.key
        for n in ([p.number for p in periods_of(o, day).values()] if o.every else [0])
    }
    keys = [v.key for v in judge(office(world).plan, world.known(day), day)]
    assert sorted(keys) == sorted(expected)


@law
@given(world=worlds(), day=DAYS)
def test_every_verdict_has_a_sentence_a_light_and_no_negative_lateness(world: World, day: date) -> None:
    for verdict in judge(office(world).plan, world.known(day), day):
        ruling = verdict.ruling
        assert ruling.why.endswith("。")
        assert ruling.days_late(day) >= 0
        assert ruling.light(day) is not None
        assert (ruling.days_late(day) > 0) <= (ruling.status in {Status.NOT_MET, Status.MET_LATE})


@law
@given(world=worlds(), day=DAYS)
def test_on_the_due_day_nothing_open_is_late(world: World, day: date) -> None:
    for verdict in judge(office(world).plan, world.known(day), day):
        kind = PLAN.by_key[verdict.duty].check.kind
        due = verdict.ruling.due
        if due and day <= due and kind != "not_before":
            assert verdict.ruling.status is not Status.NOT_MET, verdict
