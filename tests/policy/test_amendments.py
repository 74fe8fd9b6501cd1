"""A plan as its amendments word it on a day, and by which wording what has begun is judged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.amendments import plan_on, reworded, text_on
from policy.checks.done_by import DoneBy
from policy.checks.phase_span import PhaseSpan
from policy.checks.standing import Standing
from policy.checks.sum_by import SumBy
from policy.judge import Known, Measured, judge
from policy.plan import Amendment, Move, Obligation, PhaseDates, Plan
from policy.recurrence import Recurrence
from policy.verdict import Verdict
from policy.words import Role, Status, SubjectKind
from tests.policy.making import MONTHLY, a_clause, a_phase, a_plan, an_obligation

MAY, END = date(2022, 5, 1), date(2022, 12, 31)
POSTS = Standing(asks="holders", what="社工", least=1)


def an_amendment(day: date = MAY, key: str = "X1", **parts: Any) -> Amendment:
    return Amendment(key=key, date=day, document="补充通知", **parts)


def monthly(**changes: Any) -> Obligation:
    return an_obligation(key="monthly", due=None, every=MONTHLY, phase=None, duty="yearly", **changes)


def standing(**changes: Any) -> Obligation:
    return an_obligation(key="posts", due=None, check=POSTS, **changes)


def known(plan: Plan, rows: dict[str, Iterable[tuple[str, int, tuple[object, ...]]]], **began: date) -> Known:
    """The same rows for every wording of an obligation."""
    return Known(
        {
            wording.name: Measured(list(rows[obligation.key]), began=began)
            for obligation in plan.obligations
            if obligation.key in rows
            for wording in plan.wordings(obligation.key)
        }
    )


def judged(
    plan: Plan,
    rows: dict[str, Iterable[tuple[str, int, tuple[object, ...]]]],
    as_of: date = END,
    moves: tuple[Move, ...] = (),
    **began: date,
) -> dict[tuple[str, str, int], Verdict]:
    on_the_day = plan_on(plan, as_of, moves)
    return {verdict.key: verdict for verdict in judge(on_the_day, known(on_the_day, rows, **began), as_of)}


UNDONE = (None, 1, 0, None)
SPRING = [("K", number, UNDONE) for number in (202203, 202204, 202205, 202206)]


def test_a_plan_without_amendments_is_itself_on_every_day() -> None:
    plan = a_plan()
    assert plan_on(plan, END) is plan
    assert text_on(plan, END) is plan
    assert plan.moves == ()


def test_before_its_first_amendment_a_plan_is_its_base_text() -> None:
    plan = a_plan(amendments=(an_amendment(changes={"filing": {"title": "另报"}}),))
    later = plan_on(plan, MAY)
    assert later.by_key["filing"].title == "另报"
    assert plan_on(plan, date(2022, 4, 30)) is plan
    assert plan_on(later, date(2022, 4, 30)) is plan
    assert text_on(plan, date(2022, 4, 30)).by_key["filing"].title == "报送总结"
    assert text_on(later, MAY).by_key["filing"].title == "另报"


def test_of_a_check_and_a_recurrence_only_what_differs_has_to_be_written() -> None:
    changed = reworded(
        monthly(),
        {"check": {"need": 2}, "every": {"rule": "FREQ=MONTHLY;BYMONTHDAY=15", "first_due": date(2021, 7, 15)}},
    )
    assert changed.check == DoneBy(asks="report", what="总结报送", need=2)
    assert changed.every == Recurrence(rule="FREQ=MONTHLY;BYMONTHDAY=15", first_due=date(2021, 7, 15), span="month")
    other = reworded(monthly(), {"check": {"kind": "standing", "asks": "holders", "what": "社工"}})
    assert other.check == POSTS
    assert reworded(monthly(), {"every": None, "due": END}).every is None


def test_a_month_that_began_before_the_amendment_is_judged_by_the_old_text() -> None:
    plan = a_plan(monthly(), amendments=(an_amendment(changes={"monthly": {"check": {"need": 2}, "title": "新"}}),))
    said = judged(plan, {"monthly": [(s, n, (None, 1, 1, date(2022, 1, 1))) for s, n, _ in SPRING]})
    assert {key[2]: verdict.amendment for key, verdict in said.items()} == {
        202203: None,
        202204: None,
        202205: "X1",
        202206: "X1",
    }


def test_a_year_begun_keeps_its_october_and_the_next_has_the_new_day() -> None:
    october = Recurrence(rule="FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=31", first_due=date(2021, 10, 31), span="year")
    yearly = monthly().model_copy(update={"key": "yearly-one", "every": october})
    november = {"every": {"rule": "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=30", "first_due": date(2021, 11, 30)}}
    plan = a_plan(yearly, amendments=(an_amendment(changes={"yearly-one": november}),))
    rows = {"yearly-one": [("K", year, UNDONE) for year in (2021, 2022, 2023)]}
    said = judged(plan, rows, date(2023, 12, 31))
    assert [verdict.ruling.due for verdict in said.values()] == [
        date(2021, 10, 31), date(2022, 10, 31), date(2023, 11, 30),
    ]  # fmt: skip
    assert [verdict.period.due for verdict in said.values() if verdict.period] == [
        verdict.ruling.due for verdict in said.values()
    ]


def test_a_duty_open_already_keeps_its_day_and_one_not_yet_open_takes_the_new() -> None:
    filing = an_obligation(starts=date(2021, 7, 1), due=date(2022, 6, 30))
    later = an_obligation(key="later", starts=date(2022, 7, 1), due=date(2022, 9, 30))
    moved = {"due": date(2022, 12, 1)}
    plan = a_plan(filing, later, amendments=(an_amendment(changes={"filing": moved, "later": moved}),))
    said = judged(plan, {"filing": [("K", 0, UNDONE)], "later": [("K", 0, UNDONE)]})
    assert said["filing", "K", 0].ruling.due == date(2022, 6, 30)
    assert said["later", "K", 0].ruling.due == date(2022, 12, 1)


def test_a_duty_without_a_start_opened_with_the_document() -> None:
    plan = a_plan(amendments=(an_amendment(changes={"filing": {"due": END}}),))
    assert judged(plan, {"filing": [("K", 0, UNDONE)]})["filing", "K", 0].ruling.due == date(2021, 10, 31)


def test_for_a_subject_that_began_after_the_amendment_the_duty_opens_under_the_new_text() -> None:
    plan = a_plan(an_obligation(starts=date(2021, 7, 1)), amendments=(an_amendment(changes={"filing": {"due": END}}),))
    rows = {"filing": [("old", 0, UNDONE), ("new", 0, UNDONE)]}
    said = judged(plan, rows, old=date(2022, 4, 30), new=MAY)
    assert (said["filing", "old", 0].amendment, said["filing", "new", 0].amendment) == (None, "X1")


def test_a_deadline_of_its_own_stays_with_who_began_before() -> None:
    hours = an_obligation(
        key="hours",
        due=None,
        subject=SubjectKind.PERSON,
        check=SumBy(
            asks="hours_before_post", what="岗前培训", minutes=900, category="prejob", cohort=date(2021, 9, 30)
        ),
    )
    plan = a_plan(hours, amendments=(an_amendment(changes={"hours": {"check": {"minutes": 1200}}}),))
    posted = {"before": date(2022, 4, 1), "after": date(2022, 6, 1)}
    rows = {"hours": [(who, 0, (first, date(9999, 12, 31), 900, first)) for who, first in posted.items()]}
    said = judged(plan, rows, **posted)
    assert {who: said["hours", who, 0].amendment for who in posted} == {"before": None, "after": "X1"}


def test_a_standing_rule_is_asked_as_it_is_worded_on_the_day() -> None:
    plan = a_plan(standing(), amendments=(an_amendment(changes={"posts": {"check": {"least": 2}}}),))
    rows = {"posts": [("K", 0, (1, 1, 1))]}
    before, after = judged(plan, rows, date(2022, 4, 30)), judged(plan, rows, MAY)
    assert {v.amendment for v in before.values()} == {None}
    assert {v.amendment for v in after.values()} == {"X1"}


def test_a_visit_is_judged_by_the_text_of_its_day() -> None:
    visit = standing(subject=SubjectKind.VISIT)
    plan = a_plan(visit, amendments=(an_amendment(changes={"posts": {"check": {"least": 2}}}),))
    rows = {"posts": [(name, 0, (1, 1, 1)) for name in ("april", "may", "nobody-knows")]}
    said = judged(plan, rows, april=date(2022, 4, 30), may=MAY)
    assert {key[1]: v.amendment for key, v in said.items()} == {"april": None, "may": "X1", "nobody-knows": None}


def test_what_an_amendment_adds_is_asked_from_its_day_on_and_of_nothing_earlier() -> None:
    added = (monthly(), standing(), standing(subject=SubjectKind.VISIT).model_copy(update={"key": "visits"}))
    plan = a_plan(amendments=(an_amendment(adds=added),))
    done = (1, 1, 1)
    rows = {"monthly": SPRING, "posts": [("K", 0, done)], "visits": [("april", 0, done), ("may", 0, done)]}
    began = {"april": date(2022, 4, 30), "may": MAY}
    assert judged(plan, rows, date(2022, 4, 30), **began) == {}
    said = judged(plan, rows, **began)
    assert sorted(said) == [("monthly", "K", 202205), ("monthly", "K", 202206), ("posts", "K", 0), ("visits", "may", 0)]
    assert plan_on(plan, END).by_key["posts"].starts == MAY
    later = an_amendment(adds=(standing(starts=date(2022, 7, 1)),))
    assert plan_on(a_plan(amendments=(later,)), END).by_key["posts"].starts == date(2022, 7, 1)


def test_what_an_amendment_ends_is_judged_for_what_had_begun_and_not_asked_of_the_rest() -> None:
    filing = an_obligation(starts=date(2021, 7, 1))
    visits = standing(subject=SubjectKind.VISIT).model_copy(update={"key": "visits"})
    plan = a_plan(
        monthly(), standing(), filing, visits, amendments=(an_amendment(ends=("monthly", "posts", "filing", "visits")),)
    )
    done = (1, 1, 1)
    rows = {
        "monthly": SPRING,
        "posts": [("K", 0, done), ("new", 0, done)],
        "filing": [("K", 0, UNDONE)],
        "visits": [("april", 0, done), ("may", 0, done)],
    }
    said = judged(plan, rows, april=date(2022, 4, 30), may=MAY, new=date(2022, 6, 1))
    assert [key[2] for key in said if key[0] == "monthly"] == [202203, 202204]
    assert said["filing", "K", 0].ruling.status is Status.NOT_MET
    ended = said["posts", "K", 0]
    assert (ended.ruling.status, ended.amendment) == (Status.NOT_APPLICABLE, "X1")
    assert ended.ruling.why == "补充通知自2022年5月1日起施行，本条不再要求。"
    assert ("posts", "new", 0) not in said
    assert [key[1] for key in said if key[0] == "visits"] == ["april"]
    assert plan_on(plan, END).wording("posts", "X1").key == "posts"


def test_whom_the_new_text_does_not_mean_is_let_go() -> None:
    plan = a_plan(standing(), amendments=(an_amendment(changes={"posts": {"check": {"least": 2}}}),))
    on_the_day = plan_on(plan, END)
    first, second = on_the_day.wordings("posts")
    measured = {
        first.name: Measured([("K", 0, (1, 1, 1)), ("L", 0, (1, 1, 1))]),
        second.name: Measured([("K", 0, (2, 2, 2))]),
    }
    said = {v.subject: v.ruling.status for v in judge(on_the_day, Known(measured), END)}
    assert said == {"K": Status.MET, "L": Status.NOT_APPLICABLE}
    assert list(judge(on_the_day, Known({}), END)) == []


def test_wordings_follow_one_another() -> None:
    plan = a_plan(
        monthly(),
        amendments=(
            an_amendment(date(2022, 6, 1), "X2", changes={"monthly": {"who": ["township"]}}),
            an_amendment(MAY, "X1", changes={"monthly": {"check": {"need": 2}}}),
        ),
    )
    said = judged(plan, {"monthly": SPRING})
    assert [v.amendment for v in said.values()] == [None, None, "X1", "X2"]
    last = plan_on(plan, END).wording("monthly", "X2")
    assert last.check == DoneBy(asks="report", what="总结报送", need=2)
    assert last.who == (Role.TOWNSHIP,)
    assert plan_on(plan, END).wording("monthly", None) == monthly()


FILING = a_plan(
    an_obligation(starts=date(2021, 7, 1), due=date(2022, 6, 30)), monthly(),
    amendments=(an_amendment(changes={"filing": {"due": END}, "monthly": {"check": {"need": 2}}}),),
)  # fmt: skip
ROWS: dict[str, Any] = {"filing": [("K", 0, UNDONE), ("L", 0, UNDONE)], "monthly": SPRING}
DECIDED = date(2022, 4, 20)


@pytest.mark.parametrize(
    ("move", "goes_over"),
    [
        (Move("X1", DECIDED), {("filing", "K", 0), ("filing", "L", 0), ("monthly", "K", 202204)}),
        (Move("X1", DECIDED, "filing"), {("filing", "K", 0), ("filing", "L", 0)}),
        (Move("X1", DECIDED, "filing", "K"), {("filing", "K", 0)}),
        (Move("X1", DECIDED, "T-1", "L"), {("filing", "L", 0)}),
        (Move("X1", DECIDED, "nosuch"), set()),
        (Move("X2", DECIDED), set()),
        (Move("X1", date(2023, 1, 1)), set()),
    ],
)
def test_a_recorded_decision_moves_what_it_names_and_of_periods_those_not_over(
    move: Move, goes_over: set[tuple[str, str, int]]
) -> None:
    begun = {key for key in judged(FILING, ROWS) if key[2] < 202205}
    said = judged(FILING, ROWS, moves=(move,))
    assert {key for key in begun if said[key].amendment == "X1"} == goes_over
    assert all(said[key].amendment == "X1" for key in said.keys() - begun)


STAGES = (
    a_phase(ends=date(2022, 6, 30)),
    a_phase(key="deep", clause="T-2", starts=date(2022, 7, 1), ends=END),
)
REDATED = an_amendment(phases={"run": PhaseDates(ends=date(2022, 7, 31)), "deep": PhaseDates(starts=date(2022, 8, 1))})


def test_a_stage_begun_keeps_its_dates_and_one_ahead_moves() -> None:
    span = an_obligation(key="span", due=None, check=PhaseSpan(first=STAGES[1].starts, last=END), phase="deep")
    plan = a_plan(an_obligation(), span, phases=STAGES, amendments=(REDATED,))
    run, deep = plan_on(plan, MAY).phases
    assert (run.ends, deep.starts, deep.ends) == (date(2022, 6, 30), date(2022, 8, 1), END)
    assert plan_on(plan, MAY).by_key["span"].check == PhaseSpan(first=date(2022, 8, 1), last=END)
    assert [phase.ends for phase in text_on(plan, MAY).phases] == [date(2022, 7, 31), END]


@pytest.mark.parametrize(
    ("move", "ends"),
    [
        (Move("X1", MAY), date(2022, 7, 31)),
        (Move("X1", MAY, "run"), date(2022, 7, 31)),
        (Move("X1", MAY, "deep"), date(2022, 6, 30)),
        (Move("X1", MAY, "run", "K"), date(2022, 6, 30)),
        (Move("X1", date(2022, 6, 2), "run"), date(2022, 6, 30)),
        (Move("X2", MAY, "run"), date(2022, 6, 30)),
    ],
)
def test_only_a_decision_for_everybody_moves_a_stage_begun(move: Move, ends: date) -> None:
    plan = a_plan(phases=STAGES, amendments=(REDATED,))
    assert plan_on(plan, date(2022, 6, 1), (move,)).phases[0].ends == ends


def test_the_text_of_a_day_asks_only_what_it_says_and_gives_the_reason_for_the_rest() -> None:
    clauses = (a_clause("T-1"), a_clause("T-2"), a_clause("T-3"))
    plan = a_plan(
        an_obligation(),
        standing(clause="T-2"),
        clauses=clauses,
        not_run={"T-9": "不判定。"},
        amendments=(
            an_amendment(adds=(monthly(clause="T-3"),), ends=("posts",), changes={"filing": {"clause": "T-4"}}),
            an_amendment(END, "X2", ends=("monthly",)),
        ),
    )
    before, after = text_on(plan, date(2022, 4, 30)), text_on(plan, MAY)
    assert [o.key for o in before.obligations] == ["filing", "posts"]
    assert [o.key for o in after.obligations] == ["filing", "monthly"]
    assert [o.key for o in text_on(plan, END).obligations] == ["filing"]
    assert before.not_run == {
        "T-9": "不判定。", "T-3": "依补充通知，自2022-05-01起才有要求。", "T-4": "依补充通知，自2022-05-01起才有要求。",
    }  # fmt: skip
    assert after.not_run["T-2"] == "依补充通知，自2022-05-01起不再要求。"
    assert after.amendments == ()
    assert after.revision != before.revision


SUBJECTS = ("A", "B", "C")
DAYS = st.dates(date(2021, 5, 6), date(2023, 6, 30))
NEW = {"filing": {"due": date(2023, 12, 31)}, "monthly": {"check": {"need": 2}}, "posts": {"check": {"least": 2}}}
MEASURED = st.fixed_dictionaries(
    {
        "filing": st.lists(st.sampled_from([(s, 0, UNDONE) for s in SUBJECTS]), unique=True),
        "monthly": st.lists(
            st.sampled_from([(s, n, UNDONE) for s in SUBJECTS for n in (202107, 202204, 202301)]), unique=True
        ),
        "posts": st.lists(
            st.sampled_from([(s, 0, (n, n, n)) for s in SUBJECTS for n in (0, 1, 2)]), unique_by=lambda r: r[0]
        ),
    }
)
BASE = (an_obligation(starts=date(2021, 8, 1)), monthly(), standing())


def plain(said: dict[tuple[str, str, int], Verdict]) -> dict[tuple[str, str, int], Verdict]:
    return {key: verdict._replace(amendment=None) for key, verdict in said.items()}


@given(MEASURED, DAYS, DAYS)
def test_an_amendment_dated_after_the_day_changes_nothing(rows: Any, as_of: date, day: date) -> None:
    later = max(as_of, day).replace(year=2024)
    plan = a_plan(*BASE, amendments=(an_amendment(later, changes=NEW, ends=("posts",)),))
    assert judged(plan, rows, as_of) == judged(a_plan(*BASE), rows, as_of)


@given(MEASURED, DAYS)
def test_an_amendment_from_the_day_of_issue_is_the_amended_text(rows: Any, as_of: date) -> None:
    plan = a_plan(*BASE, amendments=(an_amendment(date(2021, 5, 6), changes=NEW),))
    amended = text_on(plan, as_of)
    assert amended.by_key["posts"].check.model_dump()["least"] == 2
    assert plain(judged(plan, rows, as_of)) == judged(amended, rows, as_of)


@given(MEASURED, DAYS, DAYS, st.dictionaries(st.sampled_from(SUBJECTS), DAYS))
def test_each_matter_is_judged_once_by_the_text_of_the_day_it_began(
    rows: Any, as_of: date, day: date, began: dict[str, date]
) -> None:
    plan = a_plan(*BASE, amendments=(an_amendment(day, changes=NEW),))
    old, new = judged(a_plan(*BASE), rows, as_of), judged(text_on(plan, day), rows, as_of)
    said = judged(plan, rows, as_of, **began)
    assert said.keys() == old.keys()
    for (duty, subject, number), verdict in said.items():
        begins = {
            "monthly": date(number // 100 or 1, number % 100 or 1, 1),
            "filing": max(date(2021, 8, 1), began.get(subject, date.min)),
            "posts": as_of,
        }[duty]
        expected = new if begins >= day and as_of >= day else old
        assert verdict._replace(amendment=None) == expected[duty, subject, number]
