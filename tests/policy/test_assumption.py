"""What is taken to be so where no record tells: the words for it, whom they mean, and what then is so on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.assumption import Assumption, Assumptions, Behaviour, assumptions
from policy.calendar import WorkCalendar
from policy.checks.done_by import DoneBy
from policy.checks.phase_span import PhaseSpan
from policy.checks.reviewed_evidence import ReviewedEvidence
from policy.checks.standing import Standing
from policy.errors import AssumptionInvalid
from policy.judge import Known, Measured, assumed_until, case_of, judge, opens_for, ruled
from policy.plan import Obligation
from policy.verdict import Ruling
from policy.words import Flag, Force, Status
from tests.policy.making import CALENDAR, OCTOBER, a_clause, a_plan, an_obligation

ON_TIME, LATE_3, NEVER = Behaviour(0), Behaviour(3), Behaviour(None)
OPEN_DONE = (None, 1, 0, None)
"""Something is wanted, nothing is there."""


def on(day: date, behaviour: Behaviour, obligation: Obligation | None = None, **changes: object) -> Ruling:
    """What is assumed of a county on a day, asked as a round asks."""
    plan = a_plan(obligation or an_obligation())
    facts = changes.pop("facts", OPEN_DONE)
    period = int(changes.pop("period", 0))  # type: ignore[call-overload]
    measured = Measured([("K", period, facts)], ("acts",), assumed=Assumption(behaviour, CALENDAR), **changes)  # type: ignore[arg-type,list-item]
    (verdict,) = judge(plan, Known({plan.obligations[0].key: measured}), day)
    return verdict.ruling


@pytest.mark.parametrize(
    ("word", "behaviour", "zh"),
    [("on_time", ON_TIME, "按时办理"), ("late=3", LATE_3, "晚3个工作日"), ("never", NEVER, "一直不办")],
)
def test_a_behaviour_is_read_and_said(word: str, behaviour: Behaviour, zh: str) -> None:
    assert Behaviour.read(word) == behaviour
    assert (behaviour.word, behaviour.zh) == (word, zh)


@pytest.mark.parametrize("word", ["", "late", "late=0", "late=-1", "late=1.5", "late=三", "late=1000", "ON_TIME"])
def test_no_other_word_is_a_behaviour(word: str) -> None:
    assert Behaviour.read(word) is None


def test_on_time_is_the_last_working_day_up_to_the_due_day() -> None:
    # 31 October 2021 is a Sunday.
    assert on(date(2021, 10, 28), ON_TIME).status is Status.NOT_YET_DUE
    done = on(date(2021, 10, 29), ON_TIME)
    assert (done.status, done.done_on, done.due) == (Status.MET, date(2021, 10, 29), date(2021, 10, 31))
    assert "假设按时办理" in done.why


def test_on_time_is_not_before_the_duty_opens() -> None:
    due = date(2021, 10, 3)
    opened = on(due, ON_TIME, an_obligation(due=due, starts=date(2021, 10, 2)))
    assert opened.done_on == date(2021, 10, 2)
    first = on(date(2021, 10, 31), ON_TIME, an_obligation(due=None, every=OCTOBER), period=2021)
    assert first.done_on == date(2021, 10, 29)


def test_so_many_working_days_late_is_not_met_and_then_met_late() -> None:
    assert on(date(2021, 10, 31), LATE_3).status is Status.NOT_YET_DUE
    assert on(date(2021, 11, 2), LATE_3).status is Status.NOT_MET
    done = on(date(2021, 11, 3), LATE_3)
    assert (done.status, done.done_on) == (Status.MET_LATE, date(2021, 11, 3))


def test_never_is_not_met_for_good() -> None:
    assert on(date(2031, 1, 1), NEVER).status is Status.NOT_MET


def test_a_rule_is_kept_never_kept_or_kept_some_days_after_it_first_concerned_the_subject() -> None:
    rule = an_obligation(check=Standing(asks="holders", what="站长"), due=None, starts=date(2021, 6, 1))
    facts = {"facts": (0, 1, None)}
    began = {"began": {"K": date(2021, 10, 8)}}
    assert on(date(2021, 6, 1), ON_TIME, rule, **facts).status is Status.MET
    assert on(date(2031, 6, 1), NEVER, rule, **facts).status is Status.NOT_MET
    assert on(date(2021, 6, 3), LATE_3, rule, **facts).status is Status.NOT_MET
    assert on(date(2021, 6, 4), LATE_3, rule, **facts).status is Status.MET
    # The Saturday after the holidays is worked.
    assert on(date(2021, 10, 11), LATE_3, rule, **facts, **began).status is Status.NOT_MET
    assert on(date(2021, 10, 12), LATE_3, rule, **facts, **began).status is Status.MET


def test_a_rule_in_principle_that_is_not_kept_is_a_deviation() -> None:
    rule = an_obligation(check=Standing(asks="holders", what="站长"), due=None, force=Force.IN_PRINCIPLE)
    assert on(date(2021, 10, 1), NEVER, rule, facts=(1, 1, None)).status is Status.DEVIATION_UNJUSTIFIED


def test_nothing_is_assumed_of_what_is_not_asked_not_dated_or_not_yet_in_force() -> None:
    none_wanted = on(date(2021, 11, 30), NEVER, facts=(None, 0, 0, None))
    assert none_wanted.status is Status.NOT_APPLICABLE
    undated = an_obligation(check=ReviewedEvidence(unscheduled=True), due=None)
    assert on(date(2021, 11, 30), ON_TIME, undated, facts=(0, None, None)).status is Status.UNSCHEDULED
    later = an_obligation(starts=date(2021, 10, 1))
    assert on(date(2021, 9, 30), NEVER, later).why.startswith("本条自2021年10月1日起执行")


def test_what_another_reading_would_say_of_the_records_is_not_said() -> None:
    plan = a_plan(an_obligation(recommended=True))
    case = case_of(plan, plan.obligations[0], None, False, date(2021, 10, 30))
    counted = ruled(plan.obligations[0], OPEN_DONE, (), case).flagged(Flag.NEEDS_RULING)
    said = on(date(2021, 10, 30), ON_TIME, an_obligation(recommended=True))
    assert Flag.NEEDS_RULING in counted.flags
    assert said.flags == (Flag.RECOMMENDED,)


CHECKS = st.sampled_from(
    [(DoneBy(asks="report", what="总结"), OPEN_DONE), (Standing(asks="x", what="人"), (0, 1, None))]
)
BEHAVIOURS = st.one_of(st.just(ON_TIME), st.just(NEVER), st.integers(1, 30).map(Behaviour))
DAYS = st.dates(date(2021, 1, 1), date(2022, 12, 31))


@given(CHECKS, BEHAVIOURS, DAYS, st.none() | DAYS, DAYS, st.integers(1, 60))
def test_until_the_day_given_the_same_is_assumed(check, behaviour, starts, due, day, more) -> None:
    obligation = an_obligation(check=check[0], starts=starts, due=due)
    plan, assumption = a_plan(obligation), Assumption(behaviour, WorkCalendar())
    case = case_of(plan, obligation, None, False, day)
    counted = ruled(obligation, check[1], (), case)
    until = assumed_until(obligation, check[1], counted, case, assumption, opens_for(plan, obligation, None))
    assert until > day
    for n in range(more):
        later = day + timedelta(days=n)
        if later < until:
            assert _status(plan, obligation, check[1], later, assumption) is _status(
                plan, obligation, check[1], day, assumption
            )


def _status(plan, obligation, facts, day, assumption) -> Status:
    measured = Measured([("K", 0, facts)], assumed=assumption)
    (verdict,) = judge(plan, Known({obligation.key: measured}), day)
    return verdict.ruling.status


@pytest.mark.parametrize(
    "given_words", [["on_time", "yearly=never", "worker=late=3"], ["worker=late=3", "yearly=never", "on_time"]]
)
def test_the_narrower_name_goes_before_the_wider_whatever_the_order(given_words: list[str]) -> None:
    found = assumptions(_plan(), given_words)
    assert {key: one.word for key, one in found.duties.items()} == {
        "filing": "on_time",
        "worker": "late=3",
        "station": "never",
    }
    assert found.stages == {"run": ON_TIME}
    assert found.said == "各项按时办理；年度业务一直不办；考核社工晚3个工作日"


def _plan():
    yearly = {"phase": None, "duty": "yearly", "due": None, "every": OCTOBER}
    span = PhaseSpan(asks="phase_span", first=date(2021, 7, 1), last=date(2021, 12, 31))
    return a_plan(
        an_obligation(),
        an_obligation(key="worker", title="考核社工", clause="T-2", **yearly),
        an_obligation(key="station", title="考核社工站", clause="T-2", **yearly),
        an_obligation(key="phase-run", check=span, due=None),
        clauses=(a_clause(), a_clause("T-2")),
    )


def test_a_stage_names_its_duties_and_its_signature_a_clause_all_its_obligations() -> None:
    found = assumptions(_plan(), ["run=never", "T-2=on_time"])
    assert {key: one.word for key, one in found.duties.items()} == {
        "filing": "never",
        "worker": "on_time",
        "station": "on_time",
    }
    assert found.stages == {"run": NEVER}
    assert assumptions(_plan(), []) == Assumptions()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("visits=never", "没有名为“visits”的业务，应为yearly（年度业务）、run（阶段一·运作），或事项代码、条款编号"),
        ("phase-run=never", "没有名为“phase-run”的业务"),
        ("yearly=late", "应为 on_time（按时）、late=N（晚N个工作日，1至999）或 never（一直不办）"),
        ("yearly", "应为 on_time（按时）"),
        ("late=x", "应为 on_time（按时）"),
    ],
)
def test_a_wrong_word_is_one_line_with_what_would_be_right(word: str, said: str) -> None:
    with pytest.raises(AssumptionInvalid) as refused:
        assumptions(_plan(), [word])
    (line,) = refused.value.findings
    assert line.startswith(f"--assume {word}：")
    assert said in line


def test_what_is_said_twice_is_refused() -> None:
    with pytest.raises(AssumptionInvalid, match="“全部”给了两次") as refused:
        assumptions(_plan(), ["on_time", "never", "yearly=never", "yearly=on_time"])
    assert len(refused.value.findings) == 2
