"""The lines of a message: order, limits, one line a matter, who hears next."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from given_digest import CALENDAR, PLAN, about, digested
from given_notices import FRIDAY, MONDAY, a_notice, on
from hypothesis import given
from hypothesis import strategies as st

from notifications.digest import Alike, KnownAlike, Next
from policy.ladder import climb, climb_from_breach
from policy.notices import Notice
from policy.words import Reason, Role

JULY = date(2021, 7, 30)


def said_of(day: date = FRIDAY, **changes: Any) -> Alike:
    (line,) = digested([a_notice(**changes)], day).lines
    return line.alike


def test_the_most_overdue_comes_first_then_what_is_due_soonest_and_good_news_last() -> None:
    notices = [
        about("good", reason=Reason.RESOLVED, rung="R0", due=date(2021, 5, 1)),
        about("soon", reason=Reason.REMINDER, rung="D-5", due=date(2021, 8, 6)),
        about("late", due=date(2021, 7, 20)),
        about("later", due=date(2021, 7, 28)),
        about("today", reason=Reason.DUE_TODAY, rung="D+0", due=FRIDAY),
    ]
    assert [line.matter[:-6] for line in digested(notices).lines] == [
        "late镇",
        "later镇",
        "today镇",
        "soon镇",
        "good镇",
    ]


def test_the_order_in_which_notices_come_changes_nothing() -> None:
    notices = [about(f"{n}", due=date(2021, 7, n)) for n in range(1, 20)]
    assert digested(notices) == digested(reversed(notices))


def test_beyond_the_limit_the_rest_is_counted() -> None:
    whole = digested([about(f"{n:02}", due=date(2021, 6, 1) + timedelta(days=n)) for n in range(53)])
    assert (len(whole.lines), whole.more, whole.total) == (50, 3, 53)
    assert whole.counts == (("逾期催办", 53),)


def test_a_matter_told_in_two_capacities_is_one_line_under_its_highest_rung() -> None:
    both = [
        a_notice("a", rung="D+1", role=Role.COUNTY_BUREAU),
        a_notice("b", rung="E1", reason=Reason.ESCALATED, role=Role.COUNTY_FINANCE),
    ]
    (line,) = digested(both).lines
    assert (line.alike.reason, line.alike.role) == (Reason.ESCALATED, "县（区）财政局、县（区）民政局")


def test_what_is_said_alike_of_several_towns_is_one_line_that_names_them() -> None:
    made = digested([about("乙"), about("甲"), about("丙", due=JULY)])
    first, second = made.lines
    assert (first.matter, first.matters) == ("建成社工站：乙镇、甲镇，共2项", 2)
    assert (second.matter, second.matters) == ("丙镇 建成社工站", 1)
    assert (made.total, made.more) == (3, 0)


def test_a_line_names_twenty_and_counts_the_rest() -> None:
    (line,) = digested([about(f"{n:02}") for n in range(23)]).lines
    assert line.matter.startswith("建成社工站：00镇、01镇、")
    assert line.matter.endswith("18镇、19镇等，共23项")


def test_periods_of_one_duty_are_matters_of_their_own() -> None:
    assert digested([a_notice("a", period="2021-06"), a_notice("b", period="2021-07")]).total == 2


@pytest.mark.parametrize(
    ("reason", "rung", "colour"),
    [
        (Reason.OVERDUE, "D+1", "红"),
        (Reason.ESCALATED, "E1", "红"),
        (Reason.DUE_TODAY, "D+0", "黄"),
        (Reason.REMINDER, "D-5", "黄"),
        (Reason.ASSIGNED, "D-20", "绿"),
        (Reason.RESOLVED, "R0", "绿"),
    ],
)
def test_every_reason_has_its_colour(reason: Reason, rung: str, colour: str) -> None:
    assert said_of(reason=reason, rung=rung).colour == colour


def test_a_line_says_how_late_and_nothing_twice() -> None:
    (line,) = digested([a_notice()]).lines
    assert line.matter == "桥东街道 建成社工站"
    assert line.alike.situation == "尚未建成社工站。"
    assert (line.alike.clause, line.alike.days_late) == ("HZ-3-01", 1)


def test_words_of_a_plan_changed_since_are_shown_whole() -> None:
    assert said_of(text="旧标题的一句话。").situation == "旧标题的一句话。"


def test_the_next_to_hear_stands_on_the_ladder_by_working_days() -> None:
    said = said_of()
    assert said.next
    assert (said.next.day, said.next.whom) == (date(2021, 8, 3), "市民政局")


def test_levels_whose_day_has_passed_have_heard_and_only_a_later_one_hears_next() -> None:
    said = said_of(due=date(2021, 7, 20), not_before=on(date(2021, 7, 21), "08:30"))
    assert (said.told, said.next) == ("市民政局、市联席会议", Next(date(2021, 8, 10), "市政府"))
    assert said_of(due=date(2021, 1, 4), not_before=on(date(2021, 1, 5), "08:30")).next is None


@pytest.mark.parametrize(
    "due", [date(2021, 7, 29), date(2021, 6, 30)], ids=["its own day", "a waiver that ended later"]
)
def test_the_letter_gives_the_day_on_which_the_ladder_climbs_wherever_it_counts_from(due: date) -> None:
    *acts, first, second, third = [s for s in climb(PLAN.house, CALENDAR, date(2021, 7, 29), None) if s.day >= JULY][:4]
    for step, above in ((acts[-1], first), (first, second), (second, third)):
        said = said_of(due=due, reason=step.reason, rung=step.name, not_before=on(step.day, "08:30"), day=step.day)
        assert said.next
        assert (said.next.day, said.told) == (above.day, "")


def test_a_standing_rule_climbs_from_the_day_on_which_it_is_said_to_be_broken() -> None:
    overdue, *above = climb_from_breach(PLAN.house, CALENDAR, FRIDAY)
    for step, later in zip((overdue, *above[:2]), above[:3], strict=True):
        said = said_of(due=None, reason=step.reason, rung=step.name, not_before=on(step.day, "08:30"), day=step.day)
        assert said.next
        assert (said.since, said.next.day, said.days_late) == (step.day, later.day, 0)


def test_what_is_urged_without_a_due_day_gives_no_day_for_the_next_level() -> None:
    assert said_of(due=None, rung="U7").next is None
    assert said_of(due=date(2021, 7, 29), rung="U7").next == Next(date(2021, 8, 3), "市民政局")


def test_at_the_top_of_the_chain_and_for_good_news_nobody_hears_next() -> None:
    assert said_of(reason=Reason.ESCALATED, rung="E3").next is None
    assert said_of(reason=Reason.RESOLVED, rung="R0").next is None


def test_a_stage_is_a_line_without_an_obligation() -> None:
    phase = a_notice(reason=Reason.PHASE_CLOSING, rung="P-5", due=MONDAY)
    phase = phase._replace(duty="phase-unknown")
    (line,) = digested([phase]).lines
    assert (line.matter, line.alike.next, line.alike.actors) == ("桥东街道", None, "")


def test_news_and_open_matters_share_the_lines_and_nothing_is_said_twice() -> None:
    made = digested([about("甲")], most=2, still_open=[about("甲"), about("乙"), about("丙", due=JULY)])
    assert (len(made.lines), len(made.listed), made.unlisted, made.total) == (1, 1, 1, 3)
    assert made.counts[-1] == ("仍未办结", 2)


MATTERS = st.builds(
    about,
    code=st.sampled_from(["441302001", "441302002", "441303001"]),
    reason=st.sampled_from([Reason.OVERDUE, Reason.ESCALATED, Reason.REMINDER, Reason.ASSIGNED, Reason.RESOLVED]),
    duty=st.sampled_from(["station-built", "station-head"]),
    rung=st.sampled_from(["D+1", "E1", "E2"]),
    due=st.sampled_from([date(2021, 7, 1), date(2021, 7, 29), date(2021, 8, 3), None]),
    role=st.sampled_from([Role.TOWNSHIP, Role.COUNTY_BUREAU]),
    period=st.sampled_from([None, "2021-06"]),
    clause=st.sampled_from(["HZ-3-01", "HZ-9-99"]),
    not_before=st.sampled_from([on(FRIDAY, "08:30"), on(MONDAY, "08:30")]),
)


@given(st.lists(st.lists(MATTERS, max_size=6), min_size=2, max_size=4))
def test_a_digest_says_the_same_whatever_was_put_together_before_it(people: list[list[Notice]]) -> None:
    known: KnownAlike = {}
    for notices in people:
        assert digested(notices, MONDAY, known=known) == digested(notices, MONDAY)
