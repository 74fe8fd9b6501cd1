"""What people decide turns what is said, never what is so: more time, a waiver with an end, somebody in one's place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from policy.ladder import Step
from policy.levers import Extension, Levers, StandIn, Waiver, fault_of_reason
from policy.notices import Notice, notices, phase_notices, resolutions, urged
from policy.position import STOCK
from policy.words import NoticeState, Reason, Role, Status, SubjectKind
from tests.policy.making import a_directory, a_phase, a_plan, a_verdict, an_obligation, an_office, morning, said

QUIET = a_plan(phases=())
DUE = date(2021, 10, 31)
KEY = ("filing", "K", 0)


def on(day: date, status: Status = Status.NOT_MET, due: date | None = DUE, **office: Any) -> list[Notice]:
    made = replace(an_office(office.pop("plan", QUIET)), **office)
    return notices(made, [a_verdict(status, due=due)], morning(day))


def spoken(told: list[Notice]) -> list[str]:
    return [n.rung for n in told if n.state is NoticeState.DUE]


def test_a_reason_is_one_short_sentence() -> None:
    assert fault_of_reason("长" * 200) is None
    assert fault_of_reason("长" * 201) == "理由（--why）有201字，应为一句话，不超过200字"
    assert fault_of_reason("汛期　已报市局，“用地未批”") is None
    assert fault_of_reason("一\u202e二") is not None
    assert fault_of_reason("一\n二") == "理由（--why）应为一句话，不能换行，不含控制字符"
    assert fault_of_reason("  ") == "没有写明理由（--why）"


def waived(*days: date, key: tuple[str | None, str | None, int | None] = KEY) -> Levers:
    return Levers(waivers=(Waiver(*key, *days, "平台停用"),))


LATER = Levers(extensions={KEY: Extension(date(2021, 12, 15), DUE, date(2021, 11, 3))})


def test_an_extension_moves_the_ladder_and_keeps_the_old_day_in_the_words() -> None:
    assert spoken(on(date(2021, 11, 4), levers=LATER)) == []
    told = on(date(2021, 12, 8), levers=LATER)
    assert spoken(told) == ["D-5"]
    assert told[-1].due == date(2021, 12, 15)
    assert "期限2021年12月15日（原为2021年10月31日，经批准延期）" in told[-1].text
    assert spoken(on(date(2021, 12, 16), levers=LATER)) == ["D+1"]


def test_an_extension_to_before_the_due_day_changes_nothing() -> None:
    earlier = Levers(extensions={KEY: Extension(date(2021, 10, 1), DUE, date(2021, 9, 1))})
    assert spoken(on(date(2021, 11, 1), levers=earlier)) == ["D+1"]


def test_while_a_matter_is_waived_nothing_is_said_and_the_reason_is_kept() -> None:
    told = on(date(2021, 11, 8), levers=waived(date(2021, 11, 1), date(2021, 11, 30)))
    assert spoken(told) == []
    assert told[-1].why_not == "经批准暂不催办至2021年11月30日：平台停用"


def test_the_ladder_counts_on_from_the_end_of_a_waiver() -> None:
    levers = waived(date(2021, 11, 1), date(2021, 11, 30))
    assert spoken(on(date(2021, 12, 1), levers=levers)) == ["D+1"]


def test_a_standing_rule_counts_from_the_day_after_its_waiver() -> None:
    levers = waived(date(2021, 11, 1), date(2021, 11, 30))
    breached = {KEY: date(2021, 10, 8)}
    assert spoken(on(date(2021, 12, 1), due=None, levers=levers, breached=breached)) == ["D+1"]
    assert spoken(on(date(2021, 11, 2), due=None, breached=breached)) == ["D+1", "E1", "E2"]


def test_a_silence_for_a_cause_covers_every_matter_in_its_scope_and_no_other() -> None:
    days = (date(2021, 11, 1), date(2021, 11, 30))
    assert spoken(on(date(2021, 11, 2), levers=waived(*days, key=(None, "K", None)))) == []
    assert spoken(on(date(2021, 11, 2), levers=waived(*days, key=("filing", None, None)))) == []
    assert spoken(on(date(2021, 11, 2), levers=waived(*days, key=(None, "K2", None)))) == ["D+1"]


def test_a_stand_in_hears_for_the_days_agreed_and_the_holder_after_them() -> None:
    plan = a_plan(phases=(), obligations=(an_obligation(who=(Role.STATION_HEAD,), escalation=()),))
    directory = replace(a_directory(), holders={("station_head", "S"): ("H1",)})
    levers = Levers(stand_ins={"H1": (StandIn("H2", date(2021, 11, 1), date(2021, 11, 5)),)})
    office = replace(an_office(plan, directory), levers=levers)
    verdict = a_verdict(Status.NOT_MET, kind=SubjectKind.STATION, subject="S")
    assert {n.to.person for n in notices(office, [verdict], morning(date(2021, 11, 1)))} == {"H2"}
    assert {n.to.person for n in notices(office, [verdict], morning(date(2021, 11, 8)))} == {"H1"}


def test_all_who_heard_before_and_after_an_extension_hear_that_it_is_mended() -> None:
    office = replace(an_office(QUIET), owed={KEY: DUE}, levers=LATER)
    told = {n.rung for n in resolutions(office, a_verdict(Status.MET_LATE), morning(date(2021, 12, 16)))}
    assert told == {"R0", "R1"}  # E1 stood on 3 November, the day of the decision


def test_what_was_over_before_the_office_went_live_is_on_the_books_and_not_said() -> None:
    live = date(2021, 11, 2)
    told = on(date(2021, 11, 24), live_from=live)
    assert spoken(told) == []
    assert {n.why_not for n in told if n.state is NoticeState.SUPPRESSED} == {STOCK}
    office = replace(an_office(QUIET), owed={KEY: DUE}, live_from=live)
    assert list(resolutions(office, a_verdict(Status.MET_LATE), morning(date(2021, 11, 24)))) == []


def test_what_falls_due_after_going_live_is_said_from_its_next_rung_on() -> None:
    live = date(2021, 10, 27)
    assert spoken(on(live, Status.NOT_YET_DUE, live_from=live)) == []
    assert spoken(on(date(2021, 10, 29), Status.NOT_YET_DUE, live_from=live)) == ["D+0"]


def test_a_standing_rule_found_broken_the_day_the_office_goes_live_is_on_the_books_until_it_breaks_anew() -> None:
    live, later = date(2021, 11, 2), date(2021, 11, 24)
    for day in (live, later):
        told = on(day, due=None, live_from=live, breached={KEY: live})
        assert spoken(told) == []
        assert {n.why_not for n in told if n.state is NoticeState.SUPPRESSED} == {STOCK}
    office = replace(an_office(QUIET), breached={KEY: live}, live_from=live)
    assert list(resolutions(office, a_verdict(Status.MET, due=None), morning(later))) == []
    assert spoken(on(later, due=None, live_from=live, breached={KEY: later}, mended={KEY: 1})) == ["D+1"]


def test_a_standing_rule_that_comes_into_force_the_day_the_office_goes_live_is_said() -> None:
    live = date(2021, 11, 2)
    plan = a_plan(phases=(), obligations=(an_obligation(starts=live),))
    assert spoken(on(live, due=None, plan=plan, live_from=live, breached={KEY: live})) == ["D+1"]


def test_a_standing_rule_on_the_books_whose_waiver_ends_is_said_from_then_on() -> None:
    live = date(2021, 11, 2)
    levers = waived(date(2021, 11, 8), date(2021, 11, 30))
    told = on(date(2021, 12, 1), due=None, levers=levers, live_from=live, breached={KEY: live})
    assert spoken(told) == ["D+1"]


def test_a_stage_that_opened_before_the_office_went_live_is_not_announced() -> None:
    plan = a_plan(phases=(a_phase(starts=date(2021, 6, 1), ends=date(2021, 12, 31)),))
    office = replace(an_office(plan), live_from=date(2021, 9, 1))
    told = {(n.reason, n.state) for n in phase_notices(office, date(2021, 9, 2))}
    assert (Reason.PHASE_OPENED, NoticeState.SUPPRESSED) in told
    assert (Reason.PHASE_CLOSING, NoticeState.DUE) in told


def test_what_breaks_again_has_new_keys() -> None:
    first, again = (on(date(2021, 11, 1), mended=times) for times in ({}, {KEY: 1}))
    assert not {n.key for n in first} & {n.key for n in again}
    assert said(first) == said(again)


def test_what_is_urged_by_hand_goes_to_who_acts_at_once_with_the_reason() -> None:
    step = Step(Reason.OVERDUE, "U7", 0, date(2021, 11, 6), False)
    now = morning(date(2021, 11, 6))
    told = list(urged(an_office(QUIET), a_verdict(Status.NOT_MET), step, "周五要报", now))
    assert said(told) == [("U7", "county_bureau", "K")]
    assert told[0].not_before == now
    assert told[0].text.endswith("催办说明：周五要报")
