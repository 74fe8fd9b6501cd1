"""Word of a duty is kept back while a milestone before it is open, and comes by itself; a plan that could not work so is
refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policy.checks.done_by import DoneBy
from policy.checks.reviewed_evidence import ReviewedEvidence
from policy.decide import Decisions, decide
from policy.directory import Directory
from policy.inhibition import Milestone
from policy.judge import Known, Measured, Row
from policy.levers import Levers, Waiver
from policy.notices import Notice, notices
from policy.office import Office
from policy.plan import Amendment, Obligation, Plan
from policy.soundness.inhibition import inhibitions
from policy.verdict import Subject, Verdict
from policy.words import NoticeState, Reason, Role, Status, SubjectKind
from tests.policy.making import (
    MONTHLY,
    OCTOBER,
    a_directory,
    a_house,
    a_plan,
    a_verdict,
    an_obligation,
    an_office,
    morning,
    said,
)

DUE = date(2021, 10, 31)
SUMMER, DONE = date(2021, 9, 30), date(2021, 11, 24)
KEY, LAUNCH = ("filing", "K", 0), ("launch", "C", 0)
WHY = "前置里程碑“全市启动”尚未办结，暂不提醒"


def launch(**changes: Any) -> Obligation:
    """The city launches something, once."""
    values = {
        "key": "launch",
        "title": "全市启动",
        "subject": SubjectKind.CITY,
        "due": SUMMER,
        "who": (Role.CITY_BUREAU,),
    }
    return an_obligation(**{**values, **changes})


def behind(*before: Obligation, filing: Obligation | None = None, **changes: Any) -> Plan:
    """The county's filing waits for the launch, and for what else is named."""
    each = before or (launch(),)
    house = a_house(inhibited_by={"filing": tuple(o.key for o in each)}, **changes)
    return a_plan(filing or an_obligation(), *each, phases=(), house=house)


def an_office_with(*stand: Verdict, plan: Plan | None = None, reopened: int = 0) -> Office:
    made, titles = an_office(plan or behind()), {"launch": "全市启动", "opened": "挂牌"}
    each = [Milestone(v.key, titles[v.duty], v.ruling.status, v.ruling.done_on, reopened) for v in stand]
    return replace(made, milestones={milestone.key: milestone for milestone in each})


def launched(status: Status = Status.NOT_MET, done_on: date | None = None, duty: str = "launch") -> Verdict:
    verdict = a_verdict(status, SUMMER, duty, SubjectKind.CITY, "C")
    return verdict._replace(ruling=verdict.ruling._replace(done_on=done_on))


def on(day: date, office: Office, status: Status = Status.NOT_MET, due: date | None = DUE) -> list[Notice]:
    return notices(office, [a_verdict(status, due)], morning(day))


def spoken(day: date, office: Office, status: Status = Status.NOT_MET, due: date | None = DUE) -> list[str]:
    return [n.rung for n in on(day, office, status, due) if n.state is NoticeState.DUE]


OPEN_STILL = an_office_with(launched())
MET = an_office_with(launched(Status.MET_LATE, DONE))


@pytest.mark.parametrize("day", [date(2021, 10, 11), date(2021, 11, 1), date(2021, 11, 24)])
def test_while_the_milestone_is_open_nothing_is_said_and_the_reason_names_it(day: date) -> None:
    status = Status.NOT_MET if day > DUE else Status.NOT_YET_DUE
    told = on(day, OPEN_STILL, status)
    assert spoken(day, OPEN_STILL, status) == []
    assert {n.why_not for n in told if n.state is NoticeState.SUPPRESSED} == {WHY}
    assert spoken(day, an_office(behind()), status) != [], "without the milestone it would be said"


def test_a_milestone_that_waits_for_somebody_else_keeps_back_what_is_behind_it() -> None:
    assert spoken(date(2021, 11, 1), an_office_with(launched(Status.BLOCKED_BY_UPSTREAM))) == []


@pytest.mark.parametrize("status", [Status.NO_EVIDENCE, Status.NOT_APPLICABLE, Status.DEVIATION_JUSTIFIED])
def test_where_nobody_is_told_of_the_milestone_what_is_behind_it_does_not_fall_silent(status: Status) -> None:
    assert spoken(date(2021, 11, 1), an_office_with(launched(status))) == ["D+1"]


def test_other_duties_are_said_as_ever() -> None:
    plan = behind(filing=an_obligation(key="other"))
    verdict = a_verdict(Status.NOT_MET, duty="other")
    assert said(notices(an_office_with(launched(), plan=plan), [verdict], morning(date(2021, 11, 1))))


def test_a_milestone_that_is_not_asked_where_the_matter_lies_keeps_nothing_back() -> None:
    town = launch(subject=SubjectKind.TOWNSHIP)
    there = an_office_with(a_verdict(Status.NOT_MET, SUMMER, "launch", SubjectKind.TOWNSHIP, "T"), plan=behind(town))
    assert spoken(date(2021, 11, 1), there) == ["D+1"], "a county lies in no town"
    gone = a_plan(an_obligation(), phases=(), house=behind().house)
    assert spoken(date(2021, 11, 1), an_office_with(plan=gone)) == ["D+1"], "the text does not ask it any more"
    asked_no_more = replace(an_office(gone), milestones=OPEN_STILL.milestones)
    assert spoken(date(2021, 11, 1), asked_no_more) == ["D+1"]


def test_what_was_kept_back_before_its_due_day_is_said_by_the_newest_reminder() -> None:
    day, issued = date(2021, 10, 22), frozenset(n.key for n in on(date(2021, 10, 22), OPEN_STILL, Status.NOT_YET_DUE))
    met = an_office_with(launched(Status.MET_LATE, date(2021, 10, 21)))
    told = on(day, met, Status.NOT_YET_DUE)
    assert said(told) == [("D-5", "county_bureau", "K")]
    assert not issued & {n.key for n in told}


def test_once_it_is_met_the_ladder_counts_on_from_that_day() -> None:
    assert said(on(DONE, MET)) == [("D+1", "county_bureau", "K")]
    assert spoken(date(2021, 11, 26), MET) == ["D+1", "E1"]
    assert spoken(date(2021, 12, 3), MET) == ["D+1", "E1", "E2"]


def test_a_standing_rule_behind_it_counts_from_that_day_too() -> None:
    broken = {KEY: date(2021, 10, 8)}
    assert spoken(date(2021, 11, 23), replace(OPEN_STILL, breached=broken), due=None) == []
    assert spoken(DONE, replace(MET, breached=broken), due=None) == ["D+1"]
    assert spoken(date(2021, 11, 29), replace(MET, breached=broken), due=None) == ["D+1", "E1"]


def test_what_was_met_before_the_due_day_changes_nothing() -> None:
    early = an_office_with(launched(Status.MET, date(2021, 9, 1)))
    free = an_office(behind())
    for day in (date(2021, 10, 11), date(2021, 11, 3), date(2021, 11, 24)):
        assert on(day, early) == on(day, free)


def test_a_waiver_of_the_milestone_lets_word_through_from_its_first_day_and_a_silence_does_not() -> None:
    first, last = date(2021, 11, 22), date(2021, 12, 31)
    waived = replace(OPEN_STILL, levers=Levers(waivers=(Waiver(*LAUNCH, first, last, "不再需要"),)))
    assert spoken(first, waived) == ["D+1"]
    assert spoken(date(2021, 11, 24), waived) == ["D+1", "E1"]
    assert spoken(date(2022, 1, 4), waived) == []
    silenced = replace(OPEN_STILL, levers=Levers(waivers=(Waiver("launch", None, None, first, last, "平台停用"),)))
    assert spoken(first, silenced) == []


def test_of_several_milestones_the_first_that_is_open_is_named_and_the_last_that_was_met_counts() -> None:
    plan = behind(launch(), launch(key="opened", title="挂牌"))
    one_left = an_office_with(launched(Status.MET, SUMMER), launched(duty="opened"), plan=plan)
    assert {n.why_not for n in on(DONE, one_left) if n.why_not and n.state is NoticeState.SUPPRESSED} == {
        "前置里程碑“挂牌”尚未办结，暂不提醒"
    }
    both = an_office_with(launched(Status.MET_LATE, DONE), launched(Status.MET, SUMMER, "opened"), plan=plan)
    assert spoken(DONE, both) == ["D+1"]


def test_where_it_is_not_known_when_the_milestone_was_met_the_ladder_counts_from_the_due_day() -> None:
    assert spoken(DONE, an_office_with(launched(Status.MET))) == ["D+1", "E1", "E2"]


def test_what_a_milestone_that_reopened_had_let_through_is_said_anew_once_it_is_met_again() -> None:
    again = an_office_with(launched(Status.MET_LATE, DONE), reopened=1)
    first, second = ({n.key for n in on(DONE, office)} for office in (MET, again))
    assert not first & second
    kept = an_office_with(launched(), reopened=1)
    assert not {n.key for n in on(DONE, OPEN_STILL)} & {n.key for n in on(DONE, kept)}


LATE, OPEN = (None, 1, 1, 20211125), (None, 1, 0, None)


def decided(day: date, office: Office, facts: tuple[object, ...]) -> Decisions:
    known = Known({"filing": Measured([Row("K", 0, facts)])}, {KEY: Status.NOT_MET})
    return decide(replace(office, owed={KEY: DUE}), known, morning(day))


def test_what_is_put_right_while_it_is_kept_back_is_told_to_nobody() -> None:
    told = decided(date(2021, 11, 25), OPEN_STILL, LATE).notices
    assert {(n.reason, n.state, n.why_not) for n in told} == {(Reason.RESOLVED, NoticeState.SUPPRESSED, WHY)}


def test_what_is_put_right_afterwards_is_told_to_those_who_have_heard_since() -> None:
    assert said(decided(date(2021, 11, 25), MET, LATE).notices) == [("R0", "county_bureau", "K")]
    assert said(decided(date(2021, 11, 29), MET, LATE).notices) == [
        ("R0", "county_bureau", "K"),
        ("R1", "city_bureau", "C"),
    ]


def test_a_rule_put_right_is_told_to_those_who_have_heard_since() -> None:
    office = replace(MET, breached={KEY: date(2021, 10, 8)}, owed={})
    known = Known({"filing": Measured([Row("K", 0, LATE)])}, {KEY: Status.NOT_MET})
    rule = behind(filing=an_obligation(due=None))
    assert said(decide(replace(office, plan=rule), known, morning(date(2021, 11, 25))).notices) == [
        ("R0", "county_bureau", "K")
    ]


def test_the_verdict_stays_what_it_is() -> None:
    (kept,), (free,) = (decided(DONE, office, OPEN).verdicts for office in (OPEN_STILL, an_office(behind())))
    assert kept == free


# Where a matter lies.


CARDS = a_directory(unit_of={("person", "W"): "P", ("household", "H"): "V"})


@pytest.mark.parametrize(
    ("about", "kind", "place"),
    [
        ((SubjectKind.PERSON, "W"), SubjectKind.PERSON, "W"),
        ((SubjectKind.PERSON, "W"), SubjectKind.STATION, "S"),
        ((SubjectKind.HOUSEHOLD, "H"), SubjectKind.TOWNSHIP, "T"),
        ((SubjectKind.HOUSEHOLD, "H"), SubjectKind.STATION, "S"),
        ((SubjectKind.STATION, "S"), SubjectKind.COUNTY, "K"),
        ((SubjectKind.COUNTY, "K"), SubjectKind.STATION, None),
        ((SubjectKind.PERSON, "nobody's"), SubjectKind.TOWNSHIP, None),
        ((SubjectKind.COURSE, "X"), SubjectKind.CITY, "C"),
    ],
)
def test_a_subject_lies_where_its_unit_does(about: tuple[SubjectKind, str], kind: SubjectKind, place: str) -> None:
    assert CARDS.place(CARDS.subject(*about), kind) == place


def test_in_a_directory_without_a_city_nothing_lies_in_one() -> None:
    assert Directory({}).place(Subject(SubjectKind.COURSE, "X", "X", None), SubjectKind.CITY) is None


# What a house may say.


def wrong(
    house: Mapping[str, tuple[str, ...]], *obligations: Obligation, grade: str = "error", **plan: Any
) -> list[tuple[str, str]]:
    """Path and message of what is found, all of one grade."""
    made = a_plan(*(obligations or (an_obligation(), launch())), house=a_house(inhibited_by=house), **plan)
    found = list(inhibitions(made))
    assert {f.grade.value for f in found} <= {grade}
    assert {f.file for f in found} <= {"house.yaml"}
    return [(f.path, f.message) for f in found]


def test_a_house_without_any_and_one_that_works_are_sound() -> None:
    assert wrong({}) == []
    assert wrong({"filing": ("launch",)}) == []


def test_names_that_the_plan_does_not_have_are_named_with_those_that_come_near() -> None:
    assert wrong({"plaque": ("launch",)}) == [
        ("inhibited_by.plaque", "方案里没有名为“plaque”的事项，应为 obligations 中的 key")
    ]
    assert wrong({"filing": ("launch-day",)}) == [
        ("inhibited_by.filing.0", "方案里没有名为“launch-day”的事项，相近的有：launch")
    ]


def test_nothing_waits_for_itself() -> None:
    assert wrong({"launch": ("launch",)}) == [("inhibited_by.launch.0", "“launch”不能以自己为前置，应写另一项")]


def test_two_that_wait_for_each_other_are_found_and_so_are_three() -> None:
    both = wrong({"filing": ("launch",), "launch": ("filing",)}, an_obligation(subject=SubjectKind.CITY), launch())
    assert [path for path, _ in both] == ["inhibited_by.filing"]
    assert both[0][1] == "前置关系绕成了圈：filing→launch→filing，谁都等不到，应去掉其中一处"
    ring = {"a": ("b",), "b": ("c",), "c": ("a",), "x": ("y",), "y": ("x",)}
    found = wrong(ring, *(launch(key=key) for key in "abcxy"))
    assert len(found) == 2
    assert all("绕成了圈" in message for _, message in found)


def test_what_is_never_done_once_and_for_all_cannot_come_before() -> None:
    recurring, standing = launch(due=None, every=OCTOBER), launch(due=None)
    ((path, yearly),) = wrong({"filing": ("launch",)}, an_obligation(), recurring)
    assert path == "inhibited_by.filing.0"
    assert yearly == "“launch”（全市启动）每期都要办，没有办结的一天，前置应为有期限、只办一次的事项（里程碑）"
    ((_, always),) = wrong({"filing": ("launch",)}, an_obligation(), standing)
    assert always == "“launch”（全市启动）没有期限，没有办结的一天，前置应为有期限、只办一次的事项（里程碑）"


def test_of_a_milestone_that_is_reviewed_one_should_know_when_it_keeps_nothing_back() -> None:
    ((path, said_of),) = wrong({"filing": ("launch",)}, an_obligation(), launch(check=ReviewedEvidence()), grade="note")
    assert path == "inhibited_by.filing.0"
    assert said_of == "“launch”按材料审核：过了期限仍没有材料的判无佐证，没有人被催办，也就不再压住“filing”"


@pytest.mark.parametrize(
    ("behind_it", "before", "fit"),
    [
        (SubjectKind.PERSON, SubjectKind.STATION, ""),
        (SubjectKind.PERSON, SubjectKind.PERSON, ""),
        (SubjectKind.STATION, SubjectKind.TOWNSHIP, ""),
        (SubjectKind.COURSE, SubjectKind.CITY, ""),
        (SubjectKind.COURSE, SubjectKind.COUNTY, "培训班、市"),
        (SubjectKind.TOWNSHIP, SubjectKind.STATION, "乡镇（街道）、市、县（区）"),
        (SubjectKind.CITY, SubjectKind.COUNTY, "市"),
        (SubjectKind.STATION, SubjectKind.PERSON, "社工站、市、县（区）、乡镇（街道）"),
    ],
)
def test_a_milestone_has_to_be_found_from_what_it_keeps_back(
    behind_it: SubjectKind, before: SubjectKind, fit: str
) -> None:
    found = wrong({"filing": ("launch",)}, an_obligation(subject=behind_it), launch(subject=before))
    assert len(found) == bool(fit)
    for path, message in found:
        assert path == "inhibited_by.filing.0"
        assert message.endswith(f"前置的对象应为：{fit}")


def test_an_unknown_duty_is_said_once_and_its_milestones_are_looked_at_all_the_same() -> None:
    found = wrong({"nosuch": ("launch", "monthly")}, launch(), launch(key="monthly", due=None, every=MONTHLY))
    assert [path for path, _ in found] == ["inhibited_by.nosuch", "inhibited_by.nosuch.1"]


def test_what_an_amendment_adds_may_come_before_and_what_it_ends_may_stay_in_the_house() -> None:
    adds = Amendment(
        key="A1", date=date(2022, 1, 1), document="示例〔2022〕1号", adds=(launch(key="relaunch", due=DUE),)
    )
    ends = Amendment(key="A2", date=date(2022, 2, 1), document="示例〔2022〕2号", ends=("launch",))
    assert wrong({"filing": ("launch", "relaunch")}, amendments=(adds, ends)) == []


def test_a_plan_says_which_milestones_stand_before_its_duties_as_far_as_it_knows_them() -> None:
    plan = behind(launch(), launch(key="opened", check=DoneBy(asks="act", what="挂牌")))
    assert [o.key for o in plan.inhibitors(["filing", "launch"])] == ["launch", "opened"]
    assert plan.inhibitors(["launch"]) == ()
    assert a_plan(house=plan.house).inhibitors(["filing"]) == ()
