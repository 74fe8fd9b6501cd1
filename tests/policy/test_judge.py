"""From measured rows to verdicts."""

from __future__ import annotations

from datetime import date

import pytest

from policy.checks.phase_span import PhaseSpan
from policy.checks.standing import Standing
from policy.judge import Known, Measured, Row, judge, periods_of, rulings
from policy.plan import Obligation, Plan
from policy.verdict import Ruling, Verdict
from policy.words import Flag, Force, Status, SubjectKind
from tests.policy.making import MONTHLY, a_house, a_plan, an_obligation

OPEN = (None, 1, 0, None)
DAY = date(2021, 9, 1)


def one(obligation: Obligation, measured: Measured, as_of: date = DAY, plan: Plan | None = None) -> Verdict:
    (verdict,) = judge(plan or a_plan(obligation), Known({obligation.key: measured}), as_of)
    return verdict


def rule(obligation: Obligation, measured: Measured, as_of: date = DAY, plan: Plan | None = None) -> Ruling:
    return one(obligation, measured, as_of, plan).ruling


def test_equal_measures_share_one_ruling() -> None:
    obligation = an_obligation()
    rows = [Row(f"K{n}", 0, OPEN) for n in range(100)] + [Row("L", 0, (None, 1, 1, 20210801))]
    said = [ruling for _, _, ruling in rulings(a_plan(obligation), obligation, Measured(rows), DAY)]
    assert len({id(ruling) for ruling in said}) == 2


def test_an_excused_subject_does_not_share_the_ruling_of_one_that_is_not() -> None:
    obligation = an_obligation(
        check=Standing(asks="x", what="人员", least=3), force=Force.IN_PRINCIPLE, due=None, who=an_obligation().who
    )
    measured = Measured([Row("a", 0, (1, 3, None)), Row("b", 0, (1, 3, None))], excused=frozenset({"b"}))
    said = {subject: ruling.status for subject, _, ruling in rulings(a_plan(obligation), obligation, measured, DAY)}
    assert said == {"a": Status.DEVIATION_UNJUSTIFIED, "b": Status.DEVIATION_JUSTIFIED}


def test_before_a_rule_is_in_force_it_is_not_yet_due_whatever_was_measured() -> None:
    ruling = rule(an_obligation(starts=date(2021, 9, 2)), Measured([Row("K", 0, (None, 1, 1, 20210801))]))
    assert (ruling.status, ruling.done_on) == (Status.NOT_YET_DUE, None)
    assert "自2021年9月2日起执行" in ruling.why


def test_on_its_first_day_a_rule_is_in_force() -> None:
    assert rule(an_obligation(starts=DAY), Measured([Row("K", 0, (None, 1, 1, 20210801))])).status is Status.MET


def test_what_does_not_apply_does_not_apply_before_the_start_either() -> None:
    ruling = rule(an_obligation(starts=date(2021, 9, 2)), Measured([Row("K", 0, (None, 0, 0, None))]))
    assert ruling.status is Status.NOT_APPLICABLE


def test_records_nobody_keeps_are_no_evidence_and_are_named() -> None:
    for as_of in (DAY, date(2022, 9, 1)):
        ruling = rule(an_obligation(), Measured([Row("K", 0, OPEN)], absent=("reports", "acts")), as_of)
        assert ruling.status is Status.NO_EVIDENCE
        assert "没有“报送、事项”记录" in ruling.why
        assert (ruling.measured, ruling.flags) == (None, ())


def test_records_nobody_keeps_do_not_matter_where_the_rule_does_not_apply() -> None:
    assert (
        rule(an_obligation(), Measured([Row("K", 0, (None, 0, 0, None))], absent=("reports",))).status
        is Status.NOT_APPLICABLE
    )


@pytest.mark.parametrize(
    ("absent", "told_by", "status"),
    [
        (("acts",), (), Status.NO_EVIDENCE),
        (("acts",), ("beneficiaries",), Status.NOT_APPLICABLE),
        (("beneficiaries",), ("beneficiaries",), Status.NO_EVIDENCE),
    ],
)
def test_that_there_is_no_occasion_must_be_seen_in_the_records_that_tell_it(
    absent: tuple[str, ...], told_by: tuple[str, ...], status: Status
) -> None:
    standing = Standing(asks="matter_recorded", what="案例记录")
    obligation = an_obligation(due=None, check=standing, records=("acts", "beneficiaries"), told_by=told_by)
    assert rule(obligation, Measured([Row("K", 0, (0, None, None))], absent=absent)).status is status


def test_either_of_two_kinds_is_named_where_neither_is_kept() -> None:
    ruling = rule(an_obligation(), Measured([Row("K", 0, OPEN)], absent=("beneficiaries|acts",)), DAY)
    assert "没有“服务对象或事项”记录" in ruling.why


def test_a_recommendation_is_flagged_as_one() -> None:
    assert rule(an_obligation(recommended=True), Measured([Row("K", 0, OPEN)])).flags == (Flag.RECOMMENDED,)


def test_a_date_set_by_the_office_is_flagged_as_its_own_rule() -> None:
    obligation = an_obligation(due=None)
    plan = a_plan(obligation, house=a_house(review_dates={"T-1": date(2021, 8, 31)}))
    ruling = rule(obligation, Measured([Row("K", 0, OPEN)]), DAY, plan)
    assert (ruling.status, ruling.due, ruling.flags) == (Status.NOT_MET, date(2021, 8, 31), (Flag.HOUSE_RULE,))


def test_a_printed_date_wins_over_one_the_office_set() -> None:
    plan = a_plan(house=a_house(review_dates={"T-1": date(2021, 8, 31)}))
    ruling = rule(an_obligation(), Measured([Row("K", 0, OPEN)]), DAY, plan)
    assert (ruling.due, ruling.flags) == (date(2021, 10, 31), ())


def test_each_period_is_judged_by_its_own_day() -> None:
    obligation = an_obligation(due=None, every=MONTHLY)
    measured = Measured([Row("K", 202107, OPEN), Row("K", 202108, OPEN), Row("K", 202109, OPEN)])
    verdicts = list(judge(a_plan(obligation), Known({"filing": measured}), DAY))
    assert [(v.period.label, v.ruling.status) for v in verdicts if v.period] == [
        ("2021-07", Status.NOT_MET),
        ("2021-08", Status.NOT_MET),
        ("2021-09", Status.NOT_YET_DUE),
    ]
    assert [v.key for v in verdicts] == [("filing", "K", number) for number in (202107, 202108, 202109)]


def test_a_duty_without_recurrence_has_no_periods() -> None:
    assert periods_of(an_obligation(), DAY) == {}


def test_a_stage_is_told_by_its_state_and_is_never_due() -> None:
    obligation = an_obligation(
        due=None,
        starts=date(2021, 7, 1),
        check=PhaseSpan(first=date(2021, 7, 1), last=date(2021, 12, 31)),
        subject=SubjectKind.CITY,
    )
    states = {
        day: rule(obligation, Measured([Row("C", 0, ())]), day)
        for day in (date(2021, 6, 30), date(2021, 7, 1), date(2021, 12, 31), date(2022, 1, 1))
    }
    assert [r.phase_state for r in states.values()] == ["upcoming", "current", "current", "ended"]
    assert {r.status for r in states.values()} == {Status.NOT_APPLICABLE}
