"""Reported figures beside a plan's rules: the derived arithmetic of the reading notes (B19 to B24), bounds inherited."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from db.planstore import load_plan
from db.reported import load_reported
from policy.comparison import Line, compare
from policy.plan import Plan
from policy.reported import Programme
from policy.rulebook import Rule, rules_of
from tests.policy.making import a_plan
from tests.policy.test_reported import a_figure, a_programme, a_target

HUIZHOU = rules_of(load_plan("huizhou"))


def lines_of(programme: Programme, rules: dict[str, Rule] | None = None) -> list[Line]:
    return list(compare(programme, HUIZHOU if rules is None else rules))


def said(lines: list[Line], topic: str) -> list[tuple[str, str, str]]:
    return [(line.what, line.reading, line.said) for line in lines if line.topic == topic]


MAOMING = lines_of(load_reported("maoming"))
JIAOZUO = lines_of(load_reported("jiaozuo"))


def test_the_rules_are_those_of_the_plan_with_their_clauses() -> None:
    found = {name: (rule.clause, rule.number or rule.due) for name, rule in HUIZHOU.items()}
    assert found == {
        "stations_per_supervisor": ("HZ-4.2.4-08", 6),
        "monitors": ("HZ-5.3.4-03", 1),
        "visit": ("HZ-4.2.4-09", 960),
        "affairs_posts": ("HZ-5.1-04", 3),
        "workers_per_point": ("HZ-5.1-07", 1),
        "villages_per_point": ("HZ-5.2-09", 3),
        "yearly_training": ("HZ-5.3.3-04", 2880),
        "station_coverage": ("HZ-3-01", date(2021, 12, 31)),
        "village_coverage": ("HZ-3-03", date(2022, 12, 31)),
        "beneficiary_coverage": ("HZ-5.4-05", date(2022, 12, 31)),
    }
    assert HUIZHOU["visit"].said == "每站每月督导1次，不少于16小时"


def changed(plan: Plan, duty: str, **check: Any) -> Plan:
    old = plan.by_key[duty]
    new = old.model_copy(update={"check": old.check.model_copy(update=check)})
    return plan.model_copy(update={"obligations": tuple(new if o is old else o for o in plan.obligations)})


def test_another_number_in_the_plan_is_another_comparison() -> None:
    eight = rules_of(changed(load_plan("huizhou"), "city-supervision-ratio", most=8))
    lines = lines_of(load_reported("maoming"), eight)
    assert said(lines, "督导")[0] == ("需要督导员", "", "14名")
    assert ("富余督导员", "", "0名") in said(lines, "督导")
    assert {rule.said for line in lines for rule in line.rules if rule.clause == "HZ-4.2.4-08"} == {
        "每名督导员不超过8个社工站"
    }


def test_supervisors_of_maoming_under_one_to_six() -> None:
    assert said(MAOMING, "督导") == [
        ("需要督导员", "", "19名"),
        ("每名督导员负责", "", "≈7.93个"),
        ("还差督导员", "", "5名"),
        ("现有督导员最多负责", "", "84个"),
        ("没有督导员负责", "", "27个"),
        ("每名督导员负责", "其中留1名做日常监管", "≈8.54个"),
        ("还差督导员", "其中留1名做日常监管", "6名"),
        ("现有督导员最多负责", "其中留1名做日常监管", "78个"),
        ("没有督导员负责", "其中留1名做日常监管", "33个"),
        ("需要督导员", "社工点也各算一个", "30名"),
        ("每名督导员负责", "社工点也各算一个", "12.5个"),
        ("还差督导员", "社工点也各算一个", "16名"),
        ("现有督导员最多负责", "社工点也各算一个", "84个"),
        ("没有督导员负责", "社工点也各算一个", "91个"),
        ("每月督导时长", "", "1776小时"),
        ("每名督导员每月督导时长", "", "≈126.85小时"),
        ("每名督导员每月督导天数", "", "≈15.86天"),
    ]
    assert MAOMING[15].note == "13名各8个、1名各7个"
    assert (MAOMING[16].number and MAOMING[16].number.how, MAOMING[16].clauses) == (
        "⌈111÷6⌉－14",
        ("MM-09", "MM-12"),
    )


def test_staff_villages_and_training_of_maoming_in_both_readings() -> None:
    without, within = "双百人员不含督导员", "双百人员含督导员"
    assert said(MAOMING, "人员") == [
        ("需要社工", "", "397人"),
        ("富余社工", without, "92人"),
        ("平均每站社工", without, "≈4.41人"),
        ("富余社工", within, "78人"),
        ("平均每站社工", within, "≈4.28人"),
    ]
    assert said(MAOMING, "覆盖") == [("现有社工点最多覆盖村（居）", "", "192个")]
    assert said(MAOMING, "培训") == [("每年需要学时", without, "23472小时"), ("每年需要学时", within, "22800小时")]
    assert {line.note for line in MAOMING if line.topic == "培训"} == {"报道的是人次，不是学时，两者不能比"}


def test_what_maoming_did_for_each_head_and_day() -> None:
    found = {(what, reading): number for what, reading, number in said(MAOMING, "平均")}
    without, within = "双百人员不含督导员", "双百人员含督导员"
    assert found["入户走访，按双百人员平均", without] == "≈57.89人次"
    assert found["入户走访，按双百人员平均", within] == "≈59.59人次"
    assert found["个案服务，按双百人员平均", without] == "≈2.64件"
    assert found["社工培训，按双百人员平均", without] == "≈2.67人次"
    assert found["参加防疫的社工占双百人员", without] == "≈95.7%"
    assert found["参加防疫的社工占双百人员", within] == "≈98.5%"
    assert found["防疫协助时长，按参加防疫的社工平均", ""] == "＞106.83小时"
    assert found["防疫协助时长，按参加防疫的社工平均，每天", ""] == "＞1.75小时"


def test_jiaozuo_inherits_the_bounds_of_what_was_reported() -> None:
    assert said(JIAOZUO, "督导") == [("需要督导员", "", "7名"), ("每月督导时长", "", "640小时")]
    assert said(JIAOZUO, "人员") == [
        ("需要社工", "", "120人"),
        ("还差社工", "按每站2人计", "40人"),
        ("平均每站社工", "按每站2人计", "2人"),
    ]
    assert said(JIAOZUO, "平均") == [
        ("四县筹集的慈善资金，按筹集慈善资金的县平均", "", "＞175000元"),
        ("专项档案，按社工站平均", "", "＞8份"),
        ("走访宣传帮扶，按社工站平均", "", "＞225人次"),
        ("走访宣传帮扶，按社工平均", "按每站2人计", "＞112.5人次"),
        ("特色活动，按社工站平均", "", "＞10.5次"),
    ]


def test_days_are_set_beside_days_only_where_the_report_has_one() -> None:
    notes = {line.what: line.note for line in (*MAOMING, *JIAOZUO) if line.topic == "期限"}
    assert notes == {
        "镇街社工站覆盖": "2021年1月1日至2021年12月31日，按最后一天比：同一天",
        "村（居）社工点覆盖": "期限2022年12月31日，同一天",
        "服务对象覆盖": "期限2022年12月31日，同一天",
        "每个镇街的社工站": "报道没有写期限，不能比",
    }


@pytest.mark.parametrize(("by", "said"), [(date(2023, 1, 2), "晚2天"), (date(2022, 12, 30), "早1天")])
def test_an_earlier_or_later_day_is_said_in_days(by: date, said: str) -> None:
    target = a_target(key="village_coverage", by=by, basis="inferred")
    (line,) = (line for line in lines_of(a_programme(targets=(target,))) if line.topic == "期限")
    assert line.note.endswith(f"日（推定），{said}")


def test_a_bound_on_the_stations_reaches_every_number_made_of_them() -> None:
    told = a_programme(
        a_figure(bound=">", qualifier="余"),
        a_figure(key="supervisors", value=3, unit="人"),
        a_figure(key="staff", value=100, unit="人", bound="<", qualifier="近"),
    )
    assert said(lines_of(told), "督导") == [
        ("需要督导员", "", "≥7名"),
        ("每名督导员负责", "", "＞13.33个"),
        ("需要的督导员减现有", "", "≥4名"),
        ("现有督导员最多负责", "", "18个"),
        ("没有督导员负责", "", "＞22个"),
        ("每名督导员负责", "其中留1名做日常监管", "＞20个"),
        ("需要的督导员减现有", "其中留1名做日常监管", "≥5名"),
        ("现有督导员最多负责", "其中留1名做日常监管", "12个"),
        ("没有督导员负责", "其中留1名做日常监管", "＞28个"),
        ("每月督导时长", "", "＞640小时"),
        ("每名督导员每月督导时长", "", "＞213.33小时"),
        ("每名督导员每月督导天数", "", "＞26.66天"),
    ]
    assert said(lines_of(told), "人员")[1:] == [("需要的社工减现有", "", "＞20人"), ("平均每站社工", "", "＜2.5人")]


def test_two_bounds_that_pull_apart_say_nothing() -> None:
    told = a_programme(
        a_figure(bound=">", qualifier="余"),
        a_figure(key="files", value=320, bound=">", qualifier="余", per=["stations"]),
    )
    (line,) = (line for line in lines_of(told) if line.topic == "平均")
    assert (line.said, line.decimal) == ("推不出", "")


def test_even_loads_are_said_evenly_and_one_supervisor_is_no_monitor() -> None:
    told = a_programme(a_figure(), a_figure(key="supervisors", value=1, unit="人"))
    loads = [line for line in lines_of(told) if line.what == "每名督导员负责"]
    assert [(line.said, line.note, line.reading) for line in loads] == [("40个", "每名40个", "")]
    plenty = lines_of(a_programme(a_figure(), a_figure(key="supervisors", value=8, unit="人")))
    assert ("富余督导员", "", "1名") in said(plenty, "督导")
    assert all(what != "没有督导员负责" or reading for what, reading, _ in said(plenty, "督导"))


def test_a_plan_without_such_rules_leaves_the_report_as_it_is() -> None:
    assert rules_of(a_plan()) == {}
    lines = lines_of(load_reported("maoming"), {})
    assert {line.topic for line in lines} == {"报道数", "报道目标", "平均"}
    assert not any(line.rules for line in lines)


def test_where_only_the_station_rule_is_known_points_are_left_out_of_the_staff() -> None:
    only = {"affairs_posts": HUIZHOU["affairs_posts"]}
    assert said(lines_of(load_reported("maoming"), only), "人员")[0] == ("需要社工", "", "333人")


def test_everything_reported_stands_in_the_comparison_with_its_day() -> None:
    programme = load_reported("gansu")
    lines = lines_of(programme)
    assert {
        clause for line in lines for clause in line.clauses
    } == programme.clause_of.keys() - programme.narrative.keys()
    notes = {line.what: (line.said, line.note) for line in lines}
    assert notes["重点任务"] == ("5项", "日期未报道；报道没有列全")
    assert notes["党员报到制度"] == ("", "期限2025年12月31日（推定）；没有写指标")
    assert notes["后备人选与书记岗位之比"] == ("≥2人/岗", "期限未报道；由哪一级建库没有报道")
    assert [line.decimal for line in lines if line.what == "党员报到制度"] == [""]
