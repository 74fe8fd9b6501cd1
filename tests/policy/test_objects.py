"""Verdicts and notices as the outside sees them (contract 2)."""

from __future__ import annotations

from datetime import date

from policy.checks.phase_span import PhaseSpan
from policy.differences import differences, notice_differences
from policy.directory import Turn
from policy.notices import notices
from policy.objects import difference_object, notice_difference_object, notice_object, verdict_object
from policy.recurrence import Period
from policy.verdict import Alternative, Ruling, Verdict
from policy.words import Flag, Role, Status, SubjectKind
from tests.policy.making import a_directory, a_plan, a_verdict, an_obligation, an_office, morning

CARDS = a_directory(
    supervisors={
        "S": (Turn("new", date(2021, 12, 1), date(2022, 6, 30)), Turn("old", date(2021, 7, 1), date(2021, 11, 30)))
    }
)
NOVEMBER = Period(202111, "2021-11", date(2021, 11, 1), date(2021, 11, 30), date(2021, 11, 30))


def test_a_verdict_has_every_field_of_the_contract() -> None:
    ruling = Ruling(
        Status.NOT_MET, "……", NOVEMBER.due, None, "0", "1", None, "次", (Flag.NEEDS_RULING,),
        (Alternative("A35", "monthly_sum", "1", "1", Status.MET),),
    )  # fmt: skip
    plan = a_plan(an_obligation(who=(Role.SUPERVISOR,), subject=SubjectKind.STATION))
    verdict = Verdict("filing", "T-1", SubjectKind.STATION, "S", NOVEMBER, ruling)
    said = verdict_object(plan, CARDS, verdict, date(2021, 12, 3), ["visits:1"], [{"ref": "visits:2", "why": "不足"}])
    assert said == {
        "plan": "demo",
        "clause": "T-1",
        "duty": "filing",
        "title": "报送总结",
        "subject": {"kind": "station", "code": "S", "name": "甲镇社工站", "unit": "S"},
        "period": {"label": "2021-11", "from": "2021-11-01", "to": "2021-11-30"},
        "due": "2021-11-30",
        "status": "not_met",
        "days_late": 3,
        "flags": ["needs_ruling"],
        "measured": "0",
        "required": "1",
        "unit": "次",
        "percent": None,
        "alternatives": [{"note": "A35", "reading": "monthly_sum", "measured": "1", "required": "1", "status": "met"}],
        "done_on": None,
        "counted": ["visits:1"],
        "refused": [{"ref": "visits:2", "why": "不足"}],
        "why": "……",
        "responsible": [{"role": "supervisor", "unit": "S", "person": "old"}],
        "escalation": ["city_bureau", "city_government"],
        "light": "red",
        "amendment": None,
    }


def test_before_the_day_who_has_to_act_is_asked_for_today() -> None:
    plan = a_plan(an_obligation(who=(Role.SUPERVISOR,), subject=SubjectKind.STATION))
    verdict = a_verdict(due=date(2021, 12, 31), kind=SubjectKind.STATION, subject="S")
    standing = verdict._replace(ruling=Ruling(Status.NOT_MET, "……"))
    for one in (verdict, standing):
        assert verdict_object(plan, CARDS, one, date(2021, 10, 1))["responsible"][0]["person"] == "old"


def test_a_verdict_without_period_or_day_says_null() -> None:
    said = verdict_object(a_plan(), CARDS, a_verdict(Status.NOT_MET, due=None), date(2021, 12, 3))
    assert (said["period"], said["due"], said["days_late"]) == (None, None, 0)


def test_a_stage_gives_its_days_and_its_state() -> None:
    plan = a_plan(an_obligation(check=PhaseSpan(first=date(2021, 7, 1), last=date(2021, 12, 31)), due=None))
    ruling = Ruling(Status.NOT_APPLICABLE, "……", phase_state="current")
    said = verdict_object(plan, CARDS, Verdict("filing", "T-1", SubjectKind.CITY, "C", None, ruling), date(2021, 8, 1))
    assert said["period"] == {"label": None, "from": "2021-07-01", "to": "2021-12-31"}
    assert said["phase_state"] == "current"


def test_a_notice_has_every_field_of_the_contract() -> None:
    verdict = a_verdict(Status.NOT_MET, due=NOVEMBER.due)._replace(period=NOVEMBER)
    found = notices(an_office(a_plan(phases=())), [verdict], morning(date(2021, 12, 1)))
    said = notice_object(found[-1])
    key, text = said.pop("key"), said.pop("text")
    assert len(key) == 32
    assert text.startswith("逾期催办：甲县")
    assert said == {
        "reason": "overdue",
        "rung": "D+1",
        "clause": "T-1",
        "duty": "filing",
        "subject": {"kind": "county", "code": "K", "name": "甲县", "unit": "K"},
        "period": {"label": "2021-11", "from": "2021-11-01", "to": "2021-11-30"},
        "due": "2021-11-30",
        "to": {"role": "county_bureau", "unit": "K", "person": None},
        "channel": "email",
        "not_before": "2021-12-01T08:30:00+08:00",
        "state": "due",
        "why_not": None,
    }
    assert notice_object(found[0])["state"] == "superseded"


def test_a_difference_gives_both_sides_and_null_for_the_one_that_says_nothing() -> None:
    plan = a_plan()
    before, after = a_verdict(Status.NOT_MET), a_verdict(Status.MET)
    said = difference_object(plan, CARDS, differences([before], [after])[0])
    assert (said["clause"], said["title"], said["subject"]["name"]) == ("T-1", "报送总结", "甲县")
    assert (said["before"]["status"], said["after"]["status"], said["differs"]) == ("not_met", "met", ["status"])
    assert said["after"]["due"] == "2021-10-31"
    assert difference_object(plan, CARDS, differences([before], [])[0])["after"] is None
    assert difference_object(plan, CARDS, differences([], [after])[0])["before"] is None


def test_a_notice_that_differs_is_given_whole_on_both_sides() -> None:
    plan = a_plan(phases=())
    earlier, later = (
        notices(an_office(plan), [a_verdict(due=due)], morning(date(2021, 11, 8)))
        for due in (date(2021, 11, 12), date(2021, 11, 15))
    )
    said = notice_difference_object(notice_differences(earlier, later)[0])
    assert said["change"] == "moved"
    assert said["before"]["not_before"] < said["after"]["not_before"]
    assert said["before"]["rung"] == said["after"]["rung"]
    assert notice_difference_object(notice_differences(earlier, [])[0])["after"] is None
    assert notice_difference_object(notice_differences([], later)[0])["before"] is None


def test_a_verdict_due_in_a_year_without_published_holidays_says_so() -> None:
    verdict = a_verdict(due=date(2027, 1, 31))
    flags = [verdict_object(a_plan(), CARDS, verdict, date(2026, 12, 3), provisional=p)["flags"] for p in (False, True)]
    assert flags == [[], ["provisional_calendar"]]
