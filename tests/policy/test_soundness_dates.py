"""What a plan can get wrong in its dates and numbers: against the clause, against each other, against themselves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policy.checks.areas import Areas
from policy.checks.done_by import DoneBy, Share
from policy.checks.hung_after import HungAfter
from policy.checks.money import AmountCap
from policy.checks.not_before import NotBefore
from policy.checks.reviewed_evidence import ReviewedEvidence
from policy.checks.standing import Standing
from policy.checks.sum_in_period import SumInPeriod
from policy.checks.term import Term
from policy.plan import Clause, Obligation, Plan
from policy.recurrence import Recurrence
from policy.words import Force, SubjectKind
from tests.policy.making import MONTHLY
from tests.policy.sound_plan import (
    STAGE_CLAUSE,
    SUMMER,
    WINTER,
    YEARLY_CLAUSE,
    clause,
    filing,
    said,
    sound_plan,
    span,
    stage,
    yearly,
)

ACT = DoneBy(asks="act", what="一事")


def of_text(summary: str, *more: Clause, force: Force = Force.SHOULD, place: str = "T-1处", **one: Any) -> Plan:
    """The obligation `filing` of a clause that says this; `more` clauses are not run."""
    text = clause(summary=summary, force=force, place=place)
    o = filing(**{"check": ACT, "recipients": (), "force": force, **one})
    return sound_plan(o, clauses=(STAGE_CLAUSE, text, YEARLY_CLAUSE, *more), not_run={c.id: "不判。" for c in more})


def with_two(first: Obligation, second: Obligation, *texts: str) -> Plan:
    one, two = (clause(f"T-{n}", text) for n, text in zip((1, 3), texts, strict=True))
    return sound_plan(first, second, clauses=(STAGE_CLAUSE, one, YEARLY_CLAUSE, two))


def counted(summary: str, **check: Any) -> Plan:
    return of_text(summary, due=None, check=Standing(asks="holders", what="人员", **check))


BY_OCTOBER, BY_JUNE = "应在2021年10月31日前办好。", "应在2021年9月30日前办好。"
SECOND: dict[str, Any] = {"key": "second", "clause": "T-3", "check": ACT, "recipients": ()}
FIRST: dict[str, Any] = {"check": ACT, "recipients": ()}
EVERY_OTHER = Recurrence(rule="FREQ=YEARLY;INTERVAL=2;BYMONTH=12;BYMONTHDAY=31", first_due=WINTER, span="year")
WITHOUT_AUGUST = Recurrence(
    rule="FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,7,9,10,11,12;BYMONTHDAY=-1", first_due=date(2021, 7, 31), span="month"
)
BARE = Recurrence(rule="FREQ=YEARLY", first_due=date(2021, 10, 31), span="year")
PLAQUES = HungAfter(asks="plaques", what="牌匾", items=("站", "协会", "联合会"), after=("T-3", "T-3"))


@pytest.mark.parametrize(
    ("plan", "rule", "finding"),
    [
        (
            sound_plan(filing(every=BARE)),
            "due-and-every",
            ("error", "plan.yaml/obligations/filing", "due 与 every 只能写一个"),
        ),
        (
            sound_plan(filing(starts=date(2021, 11, 1))),
            "due-before-start",
            ("error", "plan.yaml/obligations/filing/due", "截止（2021-10-31）早于开始（2021-11-01）"),
        ),
        (
            sound_plan(filing(due=date(2012, 10, 31))),
            "due-before-issue",
            ("warning", "plan.yaml/obligations/filing/due", "截止（2012-10-31）早于方案印发（2021-05-06），谁也来不及办"),
        ),
        (
            with_two(filing(**FIRST, after=("T-3",)), filing(**SECOND, due=WINTER), BY_OCTOBER, "应在2021年底前办好。"),
            "due-before-prerequisite",
            ("warning", "plan.yaml/obligations/filing/due", "截止（2021-10-31）早于它的前提T-3的截止（2021-12-31），两条不能依次按期办成；请核对；原文如此的，在 clauses.yaml 本条的 ambiguity 写上 A16"),
        ),
        (
            with_two(
                filing(check=PLAQUES, recipients=()), filing(**SECOND, due=WINTER), BY_OCTOBER, "应在2021年底前办好。"
            ),
            "due-before-prerequisite",
            ("warning", "plan.yaml/obligations/filing/due", "截止（2021-10-31）早于它的前提T-3的截止（2021-12-31）"),
        ),
        (
            with_two(
                filing(**FIRST, after=("T-3",)),
                filing(**SECOND, due=date(2021, 10, 28)),
                BY_OCTOBER,
                "应在2021年10月28日前办好。",
            ),
            "due-soon-after-prerequisite",
            ("note", "plan.yaml/obligations/filing/due", "前提T-3在2021-10-28到期，留给本条的只有3天"),
        ),
        (
            with_two(filing(**FIRST, after=("T-3",)), filing(**SECOND), BY_OCTOBER, BY_OCTOBER),
            "due-with-prerequisite",
            ("note", "plan.yaml/obligations", "1处与前提同一天到期，没有另留时间：T-1待T-3（2021-10-31）"),
        ),
        (
            sound_plan(filing(after=("T-9",))),
            "clause-unknown",
            ("error", "plan.yaml/obligations/filing/after", "没有条款T-9，应为 clauses.yaml 中的编号"),
        ),
        (
            with_two(
                filing(**FIRST, after=("T-3",)), filing(**SECOND, after=("T-1",), due=None), BY_OCTOBER, "应办好。"
            ),
            "waits-for-itself",
            ("error", "plan.yaml/obligations/filing/after", "前提绕回了本条：T-1经T-3又等T-1"),
        ),
        (
            sound_plan(filing(), yearly(key="again", every=EVERY_OTHER)),
            "period-left-out",
            ("warning", "plan.yaml/obligations/again/every/rule", "规则FREQ=YEARLY;INTERVAL=2;BYMONTH=12;BYMONTHDAY=31隔过了年：2023之前漏了至少一个年"),
        ),
        (
            sound_plan(filing(), yearly(key="again", every=WITHOUT_AUGUST)),
            "period-left-out",
            ("warning", "plan.yaml/obligations/again/every/rule", "规则FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,7,9,10,11,12;BYMONTHDAY=-1隔过了月：2021-09之前"),
        ),
        (
            sound_plan(filing(), yearly(key="again", starts=date(2020, 7, 1))),
            "period-left-out",
            ("warning", "plan.yaml/obligations/again/every/first_due", "自2020-07-01起执行，应先有2020-12-31这一期，first_due 却写2021-12-31"),
        ),
        (
            of_text("应在2022年6月30日前办好。", due=date(2022, 6, 30)),
            "due-after-stage",
            ("note", "plan.yaml/obligations/filing/due", "截止（2022-06-30）在“阶段一·运作”结束（2021-12-31）之后，阶段结束时结转"),
        ),
        (
            of_text("应在2021年6月30日前办好。", due=date(2021, 6, 30)),
            "due-before-stage",
            ("warning", "plan.yaml/obligations/filing/due", "截止（2021-06-30）在“阶段一·运作”开始（2021-07-01）之前"),
        ),
        (
            sound_plan(),
            "due-at-weekend",
            ("note", "plan.yaml/obligations", "期限落在周末，日期照原文，提醒提前到之前的工作日：2021-10-31（周日，1条）"),
        ),
        (
            sound_plan(),
            "duty-without-end",
            ("note", "plan.yaml/obligations/yearly-one/every", "1条周期性义务没有终点，最后一个阶段止于2021-12-31"),
        ),
        (
            of_text("合同应为三年。", due=None, starts=SUMMER, check=Term(asks="terms", what="聘期", years=3)),
            "contract-beyond-programme",
            ("note", "plan.yaml/obligations/filing/check/years", "2021-07-01签的合同到2024-06-30才满，晚于最后一个阶段的结束（2021-12-31）"),
        ),
        (
            of_text("应定期办。", due=None, check=ReviewedEvidence(unscheduled=True)),
            "unscheduled",
            ("note", "house.yaml/review_dates", "1条没有日期，也没有设审核日期，判定为未定期限：T-1"),
        ),
        (
            of_text("应在2021年10月30日前办好。"),
            "due-unwritten",
            ("warning", "plan.yaml/obligations/filing/due", "期限2021-10-31与条款写的日期不同，请核对"),
        ),
        (
            of_text("应办好。"),
            "due-unwritten",
            ("warning", "plan.yaml/obligations/filing/due", "条款没有写日期，2021-10-31也不是阶段或期间的最后一天，不知道从哪里来"),
        ),
        (
            of_text("应办好。", due=WINTER),
            "due-inferred",
            ("note", "plan.yaml/obligations/filing/due", "条款没有写日期，期限2021-12-31是推定的：阶段的最后一天"),
        ),
        (
            of_text("应办好。", clause("T-9", BY_OCTOBER, place="T-1处")),
            "due-inferred",
            ("note", "plan.yaml/obligations/filing/due", "条款没有写日期，期限2021-10-31是推定的：同处或相连条款的日期"),
        ),
        (
            of_text("应办好。", due=None, every=yearly().every, phase=None, duty="yearly"),
            "due-inferred",
            ("note", "plan.yaml/obligations/filing/every/first_due", "条款没有写日期，期限2021-12-31是推定的：期间的最后一天"),
        ),
        (
            of_text("2021年应办好。", due=WINTER),
            "due-inferred",
            ("note", "plan.yaml/obligations/filing/due", "条款只写到年，期限2021-12-31按12月31日推定"),
        ),
        (
            sound_plan(filing(starts=date(2021, 7, 10))),
            "day-unwritten",
            ("warning", "plan.yaml/obligations/filing/starts", "条款里没有2021-07-10，它也不是阶段的开始或印发的日子"),
        ),
        (
            of_text("新招的应在7月1日到岗。", due=None, check=NotBefore(asks="x", what="上岗", day=date(2022, 7, 2))),
            "day-unwritten",
            ("warning", "plan.yaml/obligations/filing/check/day", "条款里没有2022-07-02"),
        ),
        (
            of_text("每年10月31日前应办好。"),
            "rhythm-unwritten",
            ("warning", "plan.yaml/obligations/filing/every", "条款说“每年”，这里却不是按年重复的（every）"),
        ),
        (
            of_text("每个自然月应办一次。", due=None, every=yearly().every, phase=None, duty="yearly"),
            "rhythm-unwritten",
            ("warning", "plan.yaml/obligations/filing/every", "条款说“每个自然月”，这里却不是按月重复的（every）"),
        ),
        (
            counted("至少应有十三名。", least=31),
            "number-unwritten",
            ("warning", "plan.yaml/obligations/filing/check/least", "条款里没有31这个数，条款写的是13，请核对"),
        ),
        (
            counted("应有人员。", least=3),
            "number-unwritten",
            ("warning", "plan.yaml/obligations/filing/check/least", "条款里没有3这个数，请核对"),
        ),
        (
            of_text(
                "每年应满48小时。",
                due=None,
                every=yearly().every,
                phase=None,
                duty="yearly",
                check=SumInPeriod(asks="x", what="培训", minutes=2800, category="continuing"),
            ),
            "number-unwritten",
            ("warning", "plan.yaml/obligations/filing/check/minutes", "条款里没有140/3这个数"),
        ),
        (
            of_text("到2021年10月31日应达到六成。", check=Share(asks="x", what="建站", least=(2, 5))),
            "number-unwritten",
            ("warning", "plan.yaml/obligations/filing/check/least", "条款里没有2/5这个数"),
        ),
        (
            of_text(
                "每年不超过百分之一。",
                due=None,
                every=yearly().every,
                phase=None,
                duty="yearly",
                check=AmountCap(asks="x", what="列支", base="总额", share=(1, 10)),
            ),
            "number-unwritten",
            ("warning", "plan.yaml/obligations/filing/check/share", "条款里没有1/10这个数"),
        ),
        (
            of_text("2021年10月31日前应办好五件。", check=DoneBy(asks="act", what="事", items=("甲", "乙", "丙", "丁"))),
            "number-unwritten",
            ("warning", "plan.yaml/obligations/filing/check/items", "列了4项，条款里没有这个数，请核对是否漏写或多写"),
        ),
        (
            counted("全市72个站至少应有3名。", least=3),
            "number-unused",
            ("note", "clauses.yaml/T-1/summary", "条款里的72没有用在判定里"),
        ),
        (
            of_text("原则上应在2021年10月31日前办好。"),
            "force-unwritten",
            ("warning", "clauses.yaml/T-1/force", "概述说“原则上”，力度却是should，应为in-principle"),
        ),
        (
            of_text("可以另行试点。", due=WINTER),
            "force-unwritten",
            ("warning", "clauses.yaml/T-1/force", "概述只说“可以”，力度却是should，应为may"),
        ),
        (
            counted("应配齐四类。", items=("甲", "乙", "丙")),
            "number-unwritten",
            ("warning", "plan.yaml/obligations/filing/check/items", "列了3项，条款里没有这个数"),
        ),
        (
            of_text("须在2021年10月31日前办好。"),
            "force-unwritten",
            ("warning", "clauses.yaml/T-1/force", "概述说“须”，力度却是should，应为must"),
        ),
        (
            of_text("应在2021年10月31日前办好。", force=Force.PROHIBITED),
            "force-unwritten",
            ("warning", "clauses.yaml/T-1/force", "力度是prohibited，概述里却没有这样的字眼"),
        ),
        (
            of_text("原则上应在2021年10月31日前办好。", force=Force.IN_PRINCIPLE),
            "exception-unheard",
            ("warning", "plan.yaml/obligations/filing/check", "“原则上”的条款可以有例外，done_by这种判定不认例外"),
        ),
        (
            sound_plan(filing(force=Force.MUST)),
            "force-unwritten",
            ("warning", "plan.yaml/obligations/filing/force", "力度写的是must，条款是should，应删去这一项"),
        ),
    ],
)  # fmt: skip
def test_each_slip_is_named_with_grade_place_and_cure(plan: Plan, rule: str, finding: tuple[str, str, str]) -> None:
    grade, place, message = finding
    found = said(plan, rule)
    assert [one for one in found if one[:2] == (grade, place) and one[2].startswith(message)], found


@pytest.mark.parametrize(
    "plan",
    [
        counted("至少应有十三名，其中一名。", least=13, most=13),
        counted("应配一至两名。", least=1, most=2),
        counted("应有电脑和打印机。", least=2, items=("电脑", "打印机")),
        of_text("县区应在第一阶段办好。", due=WINTER),
        of_text("应办好，必须由本人办。", due=WINTER, phase="run", starts=SUMMER),
        of_text("不超过百分之一。", due=None, check=AmountCap(asks="x", what="列支", base="总额", share=(1, 100))),
        of_text("原则上至少应有20平方米。", due=None, force=Force.IN_PRINCIPLE, check=Areas(asks="x", what="场地", office="办公", activity="活动", least=20)),
        with_two(filing(**FIRST, after=("T-3",)), filing(**SECOND, due=date(2021, 9, 30)), BY_OCTOBER, BY_JUNE),
        with_two(filing(**FIRST, after=("T-3",)), filing(**SECOND, due=None), BY_OCTOBER, "应办好。"),
        of_text("每个自然月应办一次。", due=None, every=MONTHLY, phase=None, duty="yearly"),
        of_text("每年应办一次。", due=None, check=ReviewedEvidence()),
        sound_plan(filing(), yearly(key="again", every=BARE, starts=SUMMER, clause="T-1")),
    ],
)  # fmt: skip
def test_what_says_the_same_as_its_clause_is_left_in_peace(plan: Plan) -> None:
    assert [one for one in said(plan) if one[0] == "warning"] == []


def test_where_a_check_asks_and_the_clause_is_missing_nothing_is_compared() -> None:
    plan = sound_plan(filing(clause="T-9", check=Standing(asks="x", what="人", least=3), due=None))
    assert said(plan, "number-unwritten") == []


def test_a_contract_without_a_start_and_a_plan_without_stages_end_nowhere() -> None:
    term = filing(due=None, check=Term(asks="terms", what="聘期", years=3), recipients=())
    assert said(sound_plan(term), "contract-beyond-programme") == []
    alone = sound_plan(filing(phase=None, duty="yearly"), phases=())
    assert said(alone, "duty-without-end") == []


def test_without_a_deadline_at_a_weekend_nothing_is_said_of_weekends() -> None:
    monday = filing(due=date(2021, 11, 1))
    assert said(sound_plan(monday), "due-at-weekend") == []


def test_a_stage_whose_clause_gives_no_dates_is_taken_at_its_word() -> None:
    plan = sound_plan(
        phases=(stage(starts=date(2021, 8, 1)),),
        clauses=(clause("T-0", "运作时期。", force=Force.FACT), clause(), YEARLY_CLAUSE),
    )
    assert said(plan, "phase-unwritten") == []


def test_the_span_of_a_stage_is_compared_with_its_clause_only() -> None:
    again = span(key="again", subject=SubjectKind.COUNTY)
    assert said(sound_plan(filing(), again), "number-unwritten") == []


def test_a_deadline_before_its_prerequisite_that_the_reading_notes_know_is_only_noted() -> None:
    plan = with_two(filing(**FIRST, after=("T-3",)), filing(**SECOND, due=WINTER), BY_OCTOBER, "应在2021年底前办好。")
    known = tuple(c.model_copy(update={"ambiguity": ("A09", "A16")}) if c.id == "T-3" else c for c in plan.clauses)
    ((grade, _, message),) = said(plan.model_copy(update={"clauses": known}), "due-before-prerequisite")
    assert (grade, message.endswith("原文如此（A16），不必改")) == ("note", True)
