"""What a plan can get wrong in its names, stages, readings and house rules: grade, place and cure of each."""

from __future__ import annotations

import inspect
from datetime import date, time

import pytest

from policy import checks
from policy.checks.base import Check
from policy.checks.qualified_count import QualifiedCount
from policy.checks.sum_in_period import SumInPeriod
from policy.checks.term import Term
from policy.plan import Duty, Plan, Rung, Window
from policy.soundness import errors, findings
from policy.soundness.wording import DEVIATES
from policy.words import Reason, Role, SubjectKind
from tests.policy.making import LADDER
from tests.policy.sound_plan import (
    STAGE_CLAUSE,
    SUMMER,
    WINTER,
    YEARLY_CLAUSE,
    clause,
    filing,
    said,
    sound_house,
    sound_plan,
    span,
    stage,
    standing,
    yearly,
)

NEXT_YEAR = {"key": "next", "starts": date(2022, 1, 1), "ends": date(2022, 12, 31), "clause": "T-3"}
NEXT_CLAUSE = clause("T-3", "2022年全年为深化时期。")


def two_stages(**second: object) -> Plan:
    nxt = stage(**{**NEXT_YEAR, **second})
    spans = span(key="span2", clause=nxt.clause, phase="next", first=nxt.starts, last=nxt.ends)
    return sound_plan(
        filing(), spans, phases=(stage(), nxt), clauses=(STAGE_CLAUSE, clause(), YEARLY_CLAUSE, NEXT_CLAUSE)
    )


def readings(chosen: dict[str, str], values: dict[str, dict[str, str]], *notes: str, **check: str) -> Plan:
    """A contract of three years read by A41, in a house with these readings; `notes` stand in the clause."""
    term = filing(
        check=Term(asks="terms", what="聘期", years=3, **{"reading": "A41", **check}), recipients=(), due=None
    )
    text = clause(summary="合同期限应为三年。", ambiguity=notes)
    house = sound_house(readings=chosen, reading_values=values)
    return sound_plan(term, clauses=(STAGE_CLAUSE, text, YEARLY_CLAUSE), house=house)


A41 = {"exact": "正好", "minimum": "至少"}
RUNGS = list(LADDER)


def ladder(*rungs: Rung) -> Plan:
    return sound_plan(house=sound_house(ladder=(*RUNGS, *rungs)))


def a_rung(reason: Reason, workdays: int, level: int = 0) -> Rung:
    return Rung(reason=reason, workdays=workdays, level=level)


def test_a_sound_plan_has_nothing_said_against_it() -> None:
    assert said(sound_plan()) == []
    assert said(two_stages()) == []
    assert said(readings({"A41": "exact"}, {"A41": A41}, "A41"), "reading-values") == []


@pytest.mark.parametrize(
    ("plan", "rule", "finding"),
    [
        (
            sound_plan(filing(), filing()),
            "written-once",
            ("error", "plan.yaml/obligations/filing", "写了2次，应只写一次"),
        ),
        (
            sound_plan(duties=(Duty(key="yearly", title="业务"), Duty(key="run", title="业务"))),
            "written-once",
            ("error", "plan.yaml/duties/run", "已有同名的阶段，应另取一个名字"),
        ),
        (
            sound_plan(clauses=(STAGE_CLAUSE, clause(), clause(), YEARLY_CLAUSE)),
            "written-once",
            ("error", "clauses.yaml/T-1", "写了2次，应只写一次"),
        ),
        (
            sound_plan(clauses=(STAGE_CLAUSE, clause(), YEARLY_CLAUSE, clause("T-9"))),
            "clause-unplaced",
            ("error", "clauses.yaml/T-9", "没有安排，应写一条 obligation 或在 not_run 写明原因"),
        ),
        (
            sound_plan(not_run={"T-1": "不判。"}),
            "clause-placed-twice",
            ("error", "plan.yaml/not_run/T-1", "已有 obligation 判定本条，应删去其一"),
        ),
        (
            sound_plan(not_run={"T-9": "不判。"}),
            "clause-unknown",
            ("error", "plan.yaml/not_run/T-9", "clauses.yaml 里没有这个条款"),
        ),
        (
            sound_plan(not_run={"T-9": " "}, clauses=(STAGE_CLAUSE, clause(), YEARLY_CLAUSE, clause("T-9"))),
            "reason-missing",
            ("error", "plan.yaml/not_run/T-9", "没有写不判定的原因"),
        ),
        (
            sound_plan(filing(clause="T-9")),
            "clause-unknown",
            ("error", "plan.yaml/obligations/filing/clause", "没有条款T-9，应为 clauses.yaml 中的编号"),
        ),
        (
            sound_plan(filing(), standing(occasion="T-9")),
            "clause-unknown",
            ("error", "plan.yaml/obligations/posts/check/occasion", "没有条款T-9，应为 clauses.yaml 中的编号"),
        ),
        (
            sound_plan(filing(phase=None)),
            "part-unknown",
            ("error", "plan.yaml/obligations/filing", "phase 与 duty 应恰好写一个"),
        ),
        (
            sound_plan(filing(phase="ran")),
            "part-unknown",
            ("error", "plan.yaml/obligations/filing/phase", "没有名为“ran”的阶段"),
        ),
        (
            sound_plan(filing(phase=None, duty="ran")),
            "part-unknown",
            ("error", "plan.yaml/obligations/filing/duty", "没有名为“ran”的业务"),
        ),
        (
            sound_plan(duties=(Duty(key="yearly", title="业务"), Duty(key="idle", title="业务"))),
            "part-empty",
            ("warning", "plan.yaml/duties/idle", "没有任何 obligation 属于这项业务"),
        ),
        (
            sound_plan(phases=(stage(), stage(**NEXT_YEAR))),
            "part-empty",
            ("warning", "plan.yaml/phases/next", "没有任何 obligation 属于这个阶段"),
        ),
        (
            sound_plan(filing(), standing(posts=("deputy_head|profesional",))),
            "post-unknown",
            ("error", "plan.yaml/obligations/posts/check/posts", "没有“profesional”这种岗位"),
        ),
        (
            sound_plan(filing(records=("report",))),
            "record-unknown",
            ("error", "plan.yaml/obligations/filing/records", "没有“report”这种记录，应为：units"),
        ),
        (
            sound_plan(filing(records=("units|report",))),
            "record-unknown",
            ("error", "plan.yaml/obligations/filing/records", "没有“report”这种记录，应为：units"),
        ),
        (
            sound_plan(filing(records=("units",), told_by=("acts",))),
            "record-untold",
            ("error", "plan.yaml/obligations/filing/told_by", "“acts”不在 records 之中，应为：units"),
        ),
        (
            two_stages(ends=date(2021, 12, 31)),
            "phase-backwards",
            ("error", "plan.yaml/phases/next", "结束（2021-12-31）早于开始（2022-01-01），应改正其一"),
        ),
        (
            two_stages(starts=WINTER),
            "phase-overlap",
            ("error", "plan.yaml/phases/next/starts", "与上一阶段重叠，应在2021-12-31之后开始"),
        ),
        (
            two_stages(starts=date(2022, 1, 2)),
            "phase-gap",
            ("warning", "plan.yaml/phases/next/starts", "2022-01-01这1天不在任何阶段"),
        ),
        (
            two_stages(starts=date(2022, 2, 1)),
            "phase-gap",
            ("warning", "plan.yaml/phases/next/starts", "2022-01-01至2022-01-31这31天不在任何阶段"),
        ),
        (
            two_stages(kind="standart"),
            "kind-unknown",
            ("error", "plan.yaml/phases/next/kind", "没有“standart”这种阶段，应为：integration、"),
        ),
        (
            two_stages(clause="T-9"),
            "clause-unknown",
            ("error", "plan.yaml/phases/next/clause", "没有条款T-9，应为 clauses.yaml 中的编号"),
        ),
        (
            two_stages(starts=date(2022, 2, 1)),
            "phase-unwritten",
            ("warning", "plan.yaml/phases/next/starts", "条款里没有2022-02-01这个开始的日子，请核对"),
        ),
        (
            two_stages(ends=date(2022, 11, 30)),
            "phase-unwritten",
            ("warning", "plan.yaml/phases/next/ends", "条款里没有2022-11-30这个结束的日子，请核对"),
        ),
        (
            sound_plan(phases=(stage(ends=date(2021, 11, 30)),)),
            "phase-span",
            (
                "error",
                "plan.yaml/obligations/span/check",
                "写的是2021-07-01至2021-12-31，而阶段是2021-07-01至2021-11-30",
            ),
        ),
        (
            sound_plan(phases=(stage(clause="T-1"),)),
            "phase-span",
            ("error", "plan.yaml/obligations/span/clause", "写的是条款T-0，而阶段写的是T-1，应一致"),
        ),
        (
            sound_plan(filing(phase="next"), phases=(stage(), stage(**NEXT_YEAR))),
            "phase-unshown",
            ("warning", "plan.yaml/phases/next", "别的阶段都有 phase_span 的 obligation，这个阶段没有"),
        ),
        (
            sound_plan(phases=(stage(assigns=("worker",)),)),
            "assigned-nobody",
            ("error", "plan.yaml/phases/run/assigns", "不能交办给“worker”，应为：city_bureau"),
        ),
        (
            sound_plan(phases=(stage(assigns=()),)),
            "assigned-nobody",
            ("warning", "plan.yaml/phases/run/assigns", "没有写阶段启动时交办给谁"),
        ),
        (
            sound_plan(issued=date(2021, 7, 11)),
            "phase-before-issue",
            (
                "note",
                "plan.yaml/phases/run/starts",
                "阶段开始早于方案印发（2021-07-11）；印发以前不算违反，印发当日起还有174天",
            ),
        ),
        (
            sound_plan(issued=date(2022, 7, 11), document="示例〔2022〕1号"),
            "phase-before-issue",
            ("note", "plan.yaml/phases/run/starts", "整个阶段早于方案印发（2022-07-11）"),
        ),
        (
            sound_plan(issued=date(2012, 5, 6)),
            "issued-year",
            ("warning", "plan.yaml/issued", "印发日期是2012-05-06，与文号“示例〔2021〕1号”的年份不同，请核对"),
        ),
        (
            readings({"A41": "exact"}, {}, "A41"),
            "reading-values",
            ("error", "house.yaml/reading_values/A41", "没有列出这一读法的可选值"),
        ),
        (
            readings({"A41": "about"}, {"A41": A41}, "A41"),
            "reading-values",
            ("error", "house.yaml/readings/A41", "“about”不是可选的读法，应为：exact、minimum"),
        ),
        (
            readings({"A41": "about"}, {"A41": {**A41, "about": "大约"}}, "A41"),
            "reading-values",
            ("error", "house.yaml/readings/A41", "“about”这种读法没有判定办法，应为：exact、minimum"),
        ),
        (
            readings({"A41": "exact"}, {"A41": {**A41, "about": "大约"}}, "A41"),
            "reading-values",
            ("warning", "house.yaml/reading_values/A41", "“about”没有判定办法，选了会无法判定"),
        ),
        (
            readings({"A41": "exact"}, {"A41": {"exact": "正好"}}, "A41"),
            "reading-values",
            ("warning", "house.yaml/reading_values/A41", "“minimum”有判定办法，却没有列出"),
        ),
        (
            readings({}, {"A41": A41}, "A41"),
            "reading-missing",
            ("warning", "house.yaml/reading_values/A41", "列出了可选值，readings 里却没有选定"),
        ),
        (
            readings({}, {}, "A41"),
            "reading-missing",
            (
                "error",
                "plan.yaml/obligations/filing/check",
                "判定要用读法A41，house.yaml 的 readings 里没有，应为：exact",
            ),
        ),
        (
            readings({"term": "exact"}, {"term": A41}, "A41"),
            "reading-unnamed",
            ("error", "house.yaml/readings/term", "读法应以歧义清单中的编号为名，如 A35"),
        ),
        (
            readings({"A41": "exact", "A99": "x"}, {"A41": A41, "A99": {"x": "…"}}, "A41"),
            "reading-unnamed",
            ("warning", "house.yaml/readings/A99", "没有条款在 ambiguity 里写这个编号，不知道读的是哪一条"),
        ),
        (
            readings({"A41": "exact"}, {"A41": A41}),
            "reading-unnamed",
            ("warning", "clauses.yaml/T-1/ambiguity", "判定用到读法A41，条款的 ambiguity 里没有写"),
        ),
        (
            readings({"A41": "exact", "A42": "x"}, {"A41": A41, "A42": {"x": "…"}}, "A41", "A42"),
            "reading-unused",
            ("warning", "house.yaml/readings/A42", "没有条款的判定用到它，改了也不起作用"),
        ),
        (
            readings({"A41": "exact"}, {"A41": A41}, "A41", "41"),
            "ambiguity-unnamed",
            ("warning", "clauses.yaml/T-1/ambiguity", "“41”不是歧义清单中的编号，应写成 A35 这样"),
        ),
        (
            readings({"A41": "exact"}, {"A41": A41}, "A41", "A41"),
            "ambiguity-unnamed",
            ("warning", "clauses.yaml/T-1/ambiguity", "同一编号写了两次"),
        ),
        (
            readings({"A41": "exact"}, {"A41": A41}, "A41", "A09"),
            "ambiguity-without-choice",
            ("note", "house.yaml/readings", "1处歧义没有可选的读法，按解读笔记的默认处理：A09"),
        ),
        (
            ladder(a_rung(Reason.RESOLVED, 1)),
            "ladder",
            ("error", "house.yaml/ladder/7", "“resolved”不是阶梯上的一级"),
        ),
        (
            ladder(a_rung(Reason.REMINDER, 3)),
            "ladder",
            ("error", "house.yaml/ladder/7/workdays", "临期提醒应在期限之前（负数），写的是3"),
        ),
        (
            ladder(a_rung(Reason.OVERDUE, 0)),
            "ladder",
            ("error", "house.yaml/ladder/7/workdays", "逾期催办应在期限之后（正数），写的是0"),
        ),
        (
            ladder(a_rung(Reason.DUE_TODAY, 2)),
            "ladder",
            ("error", "house.yaml/ladder/7/workdays", "今日到期应在期限当天（0），写的是2"),
        ),
        (
            ladder(a_rung(Reason.ESCALATED, 30)),
            "ladder",
            ("error", "house.yaml/ladder/7/level", "只有逾期上报（escalated）写第几级，从1起"),
        ),
        (
            ladder(a_rung(Reason.OVERDUE, 1)),
            "ladder",
            ("error", "house.yaml/ladder", "逾期催办第1个工作日（第0级）写了2次"),
        ),
        (
            ladder(a_rung(Reason.ESCALATED, 30, 4)),
            "ladder",
            ("error", "house.yaml/ladder", "上报级数应是1、2、3……，第2级之后写了第4级"),
        ),
        (
            ladder(a_rung(Reason.ESCALATED, 5, 3)),
            "ladder",
            ("error", "house.yaml/ladder", "第3级（5个工作日）应晚于第2级（8个工作日）"),
        ),
        (
            sound_plan(house=sound_house(ladder=(*RUNGS[:5], RUNGS[6]))),
            "ladder",
            ("error", "house.yaml/ladder", "上报应从第1级起，最低的却是第2级"),
        ),
        (
            ladder(a_rung(Reason.ESCALATED, 30, 3)),
            "ladder-too-long",
            ("warning", "house.yaml/ladder", "阶梯有3级，最长的上报链只有2级，多出的级没有人"),
        ),
        (
            sound_plan(house=sound_house(ladder=LADDER[:-1])),
            "ladder-too-short",
            ("warning", "house.yaml/ladder", "阶梯只有1级，yearly-one的上报链有2级，市政府永远不会被告知"),
        ),
        (
            sound_plan(house=sound_house(ladder=tuple(r for r in LADDER if r.reason is not Reason.OVERDUE))),
            "ladder-too-short",
            ("warning", "house.yaml/ladder", "阶梯上没有逾期催办（overdue），这样的提醒不会发出"),
        ),
        (
            sound_plan(house=sound_house(channel="fax")),
            "channel-unknown",
            ("error", "house.yaml/channel", "没有“fax”的发送时段，应为：email"),
        ),
        (
            sound_plan(house=sound_house(windows={"email": Window(opens=time(18), closes=time(8, 30))})),
            "window",
            ("error", "house.yaml/windows/email", "结束（08:30）应晚于开始（18:00），否则永远不发"),
        ),
        (
            sound_plan(house=sound_house(digest_lines=0)),
            "house-number",
            ("error", "house.yaml/digest_lines", "应至少为1，写的是0"),
        ),
        (
            sound_plan(house=sound_house(phase_closing_workdays=(20, 20))),
            "house-number",
            ("error", "house.yaml/phase_closing_workdays", "应为正的工作日数，各不相同，写的是[20, 20]"),
        ),
        (
            sound_plan(house=sound_house(academic_minutes=90)),
            "house-number",
            ("error", "house.yaml/academic_minutes", "应在1至60分钟之间，写的是90"),
        ),
        (
            sound_plan(house=sound_house(workday_minutes=0)),
            "house-number",
            ("error", "house.yaml/workday_minutes", "应在1至1440分钟之间，写的是0"),
        ),
        (
            sound_plan(filing(check=QualifiedCount(asks="visits_by_month", what="督导", minutes=960))),
            "workday-missing",
            ("warning", "house.yaml/workday_minutes", "没有写每个工作日多少分钟，无法核算filing做不做得完"),
        ),
        (
            sound_plan(phases=(stage(carries_over=-20),)),
            "house-number",
            ("error", "plan.yaml/phases/run/carries_over", "整改的工作日数应为正数，写的是-20"),
        ),
        (
            sound_plan(house=sound_house(review_dates={"T-9": WINTER})),
            "clause-unknown",
            ("error", "house.yaml/review_dates/T-9", "clauses.yaml 里没有这个条款"),
        ),
        (
            sound_plan(house=sound_house(review_dates={"T-1": WINTER})),
            "house-against-text",
            ("warning", "house.yaml/review_dates/T-1", "本条在方案里有期限，审核日期不起作用，应删去"),
        ),
        (
            sound_plan(
                not_run={"T-9": "不判。"},
                clauses=(STAGE_CLAUSE, clause(), YEARLY_CLAUSE, clause("T-9")),
                house=sound_house(review_dates={"T-9": WINTER}),
            ),
            "house-without-effect",
            ("warning", "house.yaml/review_dates/T-9", "本条不判定，审核日期不起作用"),
        ),
        (
            sound_plan(filing(due=None), house=sound_house(review_dates={"T-1": date(2020, 1, 1)})),
            "house-date-early",
            ("warning", "house.yaml/review_dates/T-1", "审核日期2020-01-01早于方案印发（2021-05-06）"),
        ),
        (
            sound_plan(filing(subject=SubjectKind.HOUSEHOLD), house=sound_house(beneficiary_categories=())),
            "categories-missing",
            ("warning", "house.yaml/beneficiary_categories", "filing等以服务对象为单位的义务没有对象：名单类别是空的"),
        ),
        (
            sound_plan(house=sound_house(beneficiary_categories=("低保", "低保"))),
            "categories-missing",
            ("warning", "house.yaml/beneficiary_categories", "同一类别写了两次"),
        ),
    ],
)
def test_each_slip_is_named_with_grade_place_and_cure(plan: Plan, rule: str, finding: tuple[str, str, str]) -> None:
    grade, place, message = finding
    found = said(plan, rule)
    assert [one for one in found if one[:2] == (grade, place) and one[2].startswith(message)], found or findings(plan)


def test_a_review_date_for_a_clause_without_a_date_is_the_house_speaking_where_the_text_is_silent() -> None:
    house = sound_house(review_dates={"T-1": WINTER})
    assert said(sound_plan(filing(due=None), house=house)) == []


def test_a_document_without_a_number_has_no_year_to_compare() -> None:
    assert said(sound_plan(document="关于印发方案的通知", issued=date(2020, 5, 6)), "issued-year") == []


def test_errors_come_first_and_alone_keep_a_plan_from_loading() -> None:
    plan = sound_plan(filing(who=(Role.COUNTY_BUREAU,) * 2), not_run={"T-9": "…"})
    assert [f.grade.value for f in findings(plan)][:2] == ["error", "warning"]
    assert [f.rule for f in errors(plan)] == ["clause-unknown"]


KINDS = [kind for kind in vars(checks).values() if inspect.isclass(kind) and issubclass(kind, Check) and kind != Check]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_kind_of_check_names_every_reading_it_asks_the_house_for(kind: type[Check]) -> None:
    asked = {part[: part.index('"')] for part in inspect.getsource(kind).split('case.reading("')[1:]}
    assert asked == set(kind.notes)
    assert bool(kind.read_as) == ("reading" in kind.model_fields)


def test_the_kinds_that_know_an_exception_are_those_whose_ruling_can_be_a_deviation() -> None:
    """Standing as it stands, or as a base of theirs does; decided by deadline they cannot."""
    knowing = {
        kind.model_fields["kind"].default
        for kind in KINDS
        if any("as_it_stands(" in inspect.getsource(base) for base in kind.__mro__ if issubclass(base, Check))
    }
    assert knowing == DEVIATES


def test_readings_of_a_kind_and_of_a_field_are_both_asked_for() -> None:
    assert Term(asks="x", what="x", years=3).reads == {}
    assert Term(asks="x", what="x", years=3, reading="A41").reads == {"A41": ("exact", "minimum")}
    hours = SumInPeriod(asks="x", what="x", minutes=2880, category="continuing")
    assert hours.reads == {"A37": ("none", "pro_rata", "with_prejob")}


def test_a_yearly_duty_from_the_summer_on_is_asked_first_in_its_winter() -> None:
    assert said(sound_plan(filing(), yearly(key="again", starts=SUMMER)), "period-left-out") == []
