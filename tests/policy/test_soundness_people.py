"""What a plan can get wrong in who bears, receives and is told, and in rules that contradict each other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policy.checks.done_by import DoneBy, Share
from policy.checks.money import AmountCap
from policy.checks.order_of_steps import OrderOfSteps
from policy.checks.qualified_count import VisitLength
from policy.checks.reviewed_evidence import ReviewedEvidence
from policy.checks.standing import Standing
from policy.plan import Obligation, Plan
from policy.words import Force, Role, SubjectKind
from tests.policy.sound_plan import (
    STAGE_CLAUSE,
    WINTER,
    YEARLY_CLAUSE,
    clause,
    filing,
    said,
    sound_plan,
    standing,
)

TOWN, STATION, HEAD, WORKER = Role.TOWNSHIP, Role.STATION, Role.STATION_HEAD, Role.WORKER
COUNTY, CITY, GROUP = Role.COUNTY_BUREAU, Role.CITY_BUREAU, Role.LEADING_GROUP
MECHANISM, JOINT, GOVERNMENT = Role.SUPERVISION_MECHANISM, Role.JOINT_CONFERENCE, Role.CITY_GOVERNMENT
ACT = DoneBy(asks="act", what="一事")
REVIEWED = ReviewedEvidence()


def bearing(summary: str = "应办好。", **one: Any) -> Plan:
    text = clause(summary=summary, kind=one.pop("kind", "duty"))
    return sound_plan(filing(check=ACT, due=None, **one), clauses=(STAGE_CLAUSE, text, YEARLY_CLAUSE))


def posts(key: str, *names: str, least: int = 1, most: int | None = None, clause: str = "T-1") -> Obligation:
    check = Standing(asks="holders", what="人员", posts=names, least=least, most=most)
    return filing(key=key, clause=clause, check=check, due=None, recipients=())


def built(key: str, due: date, least: tuple[int, int] = (1, 1)) -> Obligation:
    return filing(key=key, due=due, check=Share(asks="towns", what="建站", least=least), recipients=())


@pytest.mark.parametrize(
    ("plan", "rule", "finding"),
    [
        (
            bearing(who=()),
            "nobody-bears",
            ("error", "plan.yaml/obligations/filing/who", "没有写由谁办理（who）"),
        ),
        (
            bearing(who=(COUNTY, COUNTY)),
            "named-twice",
            ("warning", "plan.yaml/obligations/filing/who", "同一个角色写了两次"),
        ),
        (
            bearing(subject=SubjectKind.CITY, who=(STATION,)),
            "nobody-bears",
            ("warning", "plan.yaml/obligations/filing/who", "对象是市，其下每一个社工站都会收到，没有一个对整件事负责"),
        ),
        (
            bearing(subject=SubjectKind.CITY, who=(Role.SUPERVISOR,)),
            "nobody-bears",
            ("warning", "plan.yaml/obligations/filing/who", "对象是市，无法知道是哪一个督导员，没有人会收到"),
        ),
        (
            bearing(subject=SubjectKind.CITY, who=(STATION, Role.SUPERVISOR)),
            "nobody-bears",
            ("warning", "plan.yaml/obligations/filing/who", "对象是市，其下每一个社工站都会收到，没有一个对整件事负责，无法知道是哪一个督导员，只有其余办理人会收到"),
        ),
        (
            bearing(subject=SubjectKind.COUNTY, who=(COUNTY, TOWN)),
            "bearer-unknown",
            ("note", "plan.yaml/obligations/filing/who", "对象是县（区），其下每一个乡镇（街道）都会收到：T-1"),
        ),
        (
            bearing("市局最迟应在年底前办好。"),
            "bearer-unwritten",
            ("warning", "plan.yaml/obligations/filing/who", "概述说“市局”应办，办理人（who）里却没有，请核对"),
        ),
        (
            bearing("县区和市局应一起办。"),
            "bearer-unwritten",
            ("warning", "plan.yaml/obligations/filing/who", "概述说“市局”应办"),
        ),
        (
            bearing("应报告。", kind="reporting", recipients=()),
            "nobody-receives",
            ("warning", "plan.yaml/obligations/filing/recipients", "是报送或通报，却没有写送给谁（recipients）"),
        ),
        (
            sound_plan(filing(check=DoneBy(asks="report", what="报送"), recipients=())),
            "nobody-receives",
            ("warning", "plan.yaml/obligations/filing/recipients", "是报送或通报，却没有写送给谁（recipients）"),
        ),
        (
            bearing("应报告。", kind="reporting", recipients=(COUNTY,)),
            "nobody-receives",
            ("warning", "plan.yaml/obligations/filing/recipients", "报送的对象就是报送人自己"),
        ),
        (
            bearing("应报给省厅。", kind="reporting", recipients=(CITY,)),
            "recipient-unwritten",
            ("warning", "plan.yaml/obligations/filing/recipients", "概述说到“省厅”，收件方（recipients）里却没有省民政厅，请核对"),
        ),
        (
            bearing(escalation=(COUNTY,)),
            "escalation-ends-with-bearer",
            ("error", "plan.yaml/obligations/filing/escalation", "上报链上只有未办的人自己，应另有上级"),
        ),
        (
            bearing(escalation=(CITY, GOVERNMENT, CITY)),
            "escalation-loops",
            ("error", "plan.yaml/obligations/filing/escalation", "上报链里有重复的角色，会绕圈"),
        ),
        (
            bearing(escalation=(JOINT, CITY)),
            "escalation-descends",
            ("warning", "plan.yaml/obligations/filing/escalation", "上报链往下走了：先报市联席会议，再报市民政局"),
        ),
        (
            bearing(who=(COUNTY,), escalation=(TOWN, CITY)),
            "escalation-not-independent",
            ("note", "plan.yaml/chains", "上报链的第一级不独立于办理人。乡镇（街道）低于办理人，第一个独立的是市民政局：T-1"),
        ),
        (
            bearing(who=(TOWN,), subject=SubjectKind.TOWNSHIP, escalation=(HEAD, COUNTY)),
            "escalation-not-independent",
            ("note", "plan.yaml/chains", "上报链的第一级不独立于办理人。站长设在办理人内部，第一个独立的是县（区）民政局：T-1"),
        ),
        (
            bearing(escalation=()),
            "escalation-missing",
            ("warning", "plan.yaml/obligations/filing/escalation", "没有写逾期上报给谁（escalation），而别处写了这些办理人的上级"),
        ),
        (
            bearing(who=(COUNTY, CITY), escalation=(CITY,)),
            "escalation-ends-with-bearer",
            ("warning", "plan.yaml/obligations/filing/escalation", "县（区）民政局、市民政局未办，上报市民政局，没有一级独立于办理人，应加上更高的一级；原文没有写的，由办公室定"),
        ),
        (
            bearing(escalation=(CITY, COUNTY)),
            "escalation-ends-with-bearer",
            ("warning", "plan.yaml/obligations/filing/escalation", "县（区）民政局未办，上报市民政局→县（区）民政局，最后一级就是办理人自己，应加上更高的一级；原文没有写的，由办公室定"),
        ),
        (
            bearing(who=(CITY,), escalation=(CITY, JOINT)),
            "escalation-not-independent",
            ("note", "plan.yaml/chains", "上报链的第一级不独立于办理人。市民政局就是办理人自己，第一个独立的是市联席会议：T-1"),
        ),
        (
            bearing(who=(TOWN, COUNTY), subject=SubjectKind.TOWNSHIP, escalation=(COUNTY, CITY)),
            "escalation-not-independent",
            ("note", "plan.yaml/chains", "上报链的第一级不独立于办理人。县（区）民政局也是办理人之一，第一个独立的是市民政局：T-1"),
        ),
        (
            bearing(who=(CITY,), escalation=(GROUP, JOINT)),
            "escalation-not-independent",
            ("note", "plan.yaml/chains", "上报链的第一级不独立于办理人。市民政局工作领导小组设在办理人内部，第一个独立的是市联席会议：T-1"),
        ),
        (
            sound_plan(
                filing(check=ACT, who=(CITY,), escalation=(MECHANISM, GROUP)),
                filing(key="again", check=ACT, who=(CITY,), escalation=(MECHANISM, GROUP)),
            ),
            "escalation-ends-with-bearer",
            ("warning", "plan.yaml/obligations/again/escalation", "市民政局未办，上报市督导协调机制→市民政局工作领导小组，没有一级独立于办理人，应加上更高的一级；原文没有写的，由办公室定（共2条：T-1）"),
        ),
        (
            bearing(subject=SubjectKind.CITY),
            "subject-unfit",
            ("warning", "plan.yaml/obligations/filing/subject", "对象是市，办理人（who）里却没有市级单位，请核对对象或办理人"),
        ),
        (
            bearing(subject=SubjectKind.AGENCY),
            "subject-unfit",
            ("warning", "plan.yaml/obligations/filing/subject", "对象是机构，办理人（who）里却没有承接机构或用人单位，请核对对象或办理人"),
        ),
        (
            sound_plan(filing(check=REVIEWED, subject=SubjectKind.HOUSEHOLD)),
            "subject-unfit",
            ("warning", "plan.yaml/obligations/filing/subject", "对象是服务家庭，办理人（who）里却没有社工、社工站或乡镇（街道），请核对对象或办理人"),
        ),
        (
            sound_plan(filing(check=REVIEWED, subject=SubjectKind.COURSE)),
            "subject-unfit",
            ("warning", "plan.yaml/obligations/filing/subject", "按材料审核的事项，对象不应是培训班，应是单位或人"),
        ),
        (
            sound_plan(filing(check=REVIEWED, subject=SubjectKind.STATION, who=(CITY, GROUP))),
            "subject-unfit",
            ("warning", "plan.yaml/obligations/filing/subject", "只由市级单位办理，对象却是社工站，请核对对象或办理人"),
        ),
        (
            sound_plan(filing(), standing(least=1, items=("大专", "专科", "高职", "本科", "硕士", "研究生", "博士"))),
            "rank-left-out",
            ("warning", "plan.yaml/obligations/posts/check/items", "清单里没有学士，有这一项的人反而不算，请核对"),
        ),
        (
            sound_plan(
                filing(),
                standing(least=1, items=("social_worker", "senior")),
                clauses=(STAGE_CLAUSE, clause(summary="应至少持有助理级证书。"), YEARLY_CLAUSE),
            ),
            "rank-left-out",
            ("warning", "plan.yaml/obligations/posts/check/items", "清单里没有助理级，有这一项的人反而不算，请核对"),
        ),
        (
            sound_plan(filing(), standing(least=7, most=6)),
            "bounds-crossed",
            ("error", "plan.yaml/obligations/posts/check/least", "至少7又至多6，不可能同时做到"),
        ),
        (
            sound_plan(filing(), standing(least=-1)),
            "bounds-crossed",
            ("error", "plan.yaml/obligations/posts/check/least", "不能是负数（-1）"),
        ),
        (
            sound_plan(built("share", WINTER, (5, 3))),
            "bounds-crossed",
            ("error", "plan.yaml/obligations/share/check/least", "比例5/3应大于0、不超过1"),
        ),
        (
            sound_plan(filing(check=AmountCap(asks="x", what="列支", base="总额", share=(1, 0)))),
            "bounds-crossed",
            ("error", "plan.yaml/obligations/filing/check/share", "比例1/0应大于0、不超过1"),
        ),
        (
            sound_plan(filing(), standing(least=3, items=("电脑", "打印机"))),
            "items-short",
            ("error", "plan.yaml/obligations/posts/check/items", "至少要3人，清单里只列了2项，无法做到"),
        ),
        (
            sound_plan(filing(check=OrderOfSteps(asks="x", what="程序", steps=("报名", "笔试", "报名")))),
            "written-once",
            ("error", "plan.yaml/obligations/filing/check/steps", "清单里有重复的一项"),
        ),
        (
            sound_plan(posts("one", "supervisor", least=14), posts("all", "supervisor", "supervision_monitor", least=13, most=13)),
            "cannot-both-hold",
            ("warning", "plan.yaml/obligations/one/check/least", "至少要14，而T-1（all）至多13，两条不能同时做到"),
        ),
        (
            sound_plan(
                posts("one", "supervisor", most=1),
                posts("other", "supervision_monitor", most=1),
                posts("all", "supervisor", "supervision_monitor", least=3),
            ),
            "cannot-both-hold",
            ("warning", "plan.yaml/obligations/all/check/least", "至少要3，而各岗位的上限合计只有2"),
        ),
        (
            sound_plan(
                filing(check=VisitLength(asks="x", what="督导", minutes=960), recipients=()),
                filing(key="again", check=VisitLength(asks="x", what="督导", minutes=900), recipients=()),
            ),
            "numbers-differ",
            ("warning", "plan.yaml/obligations/again/check/minutes", "写的是900，而同一条款的filing写的是960"),
        ),
        (
            sound_plan(built("all", date(2021, 10, 31)), built("part", WINTER, (3, 5))),
            "never-binds",
            ("note", "plan.yaml/obligations/part/due", "与T-1（2021-10-31）问的是同一件事，那一条办到后本条自然办到"),
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
        bearing("用人单位须办好。", who=(TOWN,), subject=SubjectKind.TOWNSHIP, force=Force.MUST),
        bearing("各县区民政部门和镇街应办好。", who=(COUNTY, TOWN)),
        bearing("镇街应在本地办好。", who=(TOWN,), subject=SubjectKind.VILLAGE),
        bearing("应报给省厅。", kind="reporting", recipients=(Role.PROVINCIAL_DEPARTMENT,)),
        bearing("应由省厅办好。", who=(COUNTY,), recipients=()),
        bearing(who=(WORKER,), subject=SubjectKind.PERSON),
        sound_plan(posts("one", "supervisor", least=12), posts("all", "supervisor", "supervision_monitor", most=13)),
        sound_plan(posts("one", "supervisor", most=12), posts("all", "supervisor", "supervision_monitor", least=13)),
        sound_plan(posts("one", "deputy_head", most=1), posts("other", "affairs", most=1), posts("all", "deputy_head", "affairs", least=2)),
        sound_plan(filing(check=ACT, who=(GOVERNMENT,), escalation=(), recipients=()), clauses=(STAGE_CLAUSE, clause(summary="应在2021年10月31日前办好。"), YEARLY_CLAUSE)),
    ],
)  # fmt: skip
def test_what_is_in_order_is_left_in_peace(plan: Plan) -> None:
    found = [
        one
        for rule in ("bearer-unwritten", "recipient-unwritten", "nobody-receives", "nobody-bears")
        for one in said(plan, rule)
    ]
    found += [one for rule in ("escalation-missing", "cannot-both-hold", "bounds-crossed") for one in said(plan, rule)]
    assert found == []


def test_a_bearer_named_nowhere_else_is_asked_about_in_a_plan_of_some_size() -> None:
    others = [filing(key=f"f{number}", check=ACT, due=None, recipients=()) for number in range(20)]
    strange = filing(key="strange", check=ACT, due=None, recipients=(), who=(Role.CONTRACTOR,))
    assert said(sound_plan(*others, strange), "bearer-unheard-of") == [
        ("warning", "plan.yaml/obligations/strange/who", "承接机构只在这一处出现，请核对是不是写错了角色")
    ]
    assert said(sound_plan(strange), "bearer-unheard-of") == []
    head = filing(key="head", check=ACT, due=None, recipients=(), who=(Role.STATION_HEAD,), subject=SubjectKind.STATION)
    assert said(sound_plan(*others, head, standing(posts=("station_head",))), "bearer-unheard-of") == []


def test_a_greater_share_later_still_binds() -> None:
    plan = sound_plan(built("part", date(2021, 10, 31), (3, 5)), built("all", WINTER))
    assert said(plan, "never-binds") == []


def test_acts_of_two_clauses_are_two_things() -> None:
    other = clause("T-3", "应在2021年底前办好。")
    plan = sound_plan(
        filing(check=ACT), filing(key="b", clause="T-3", check=ACT, due=WINTER),
        clauses=(STAGE_CLAUSE, clause(), YEARLY_CLAUSE, other),
    )  # fmt: skip
    assert said(plan, "never-binds") == []


def test_a_list_that_holds_every_rank_from_its_lowest_up_is_left_in_peace() -> None:
    whole = ("大专", "专科", "高职", "本科", "学士", "硕士", "研究生", "博士")
    for items in (whole, whole[3:], ("硕士",), ("电脑", "打印机")):
        assert said(sound_plan(filing(), standing(least=1, items=items)), "rank-left-out") == []
