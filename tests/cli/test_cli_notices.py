"""duban notices: what should be said at an instant, without a ledger."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from given_city import UNITS, write_city

from db.planstore import PLANS

CALL = ("notices", "--plan", "huizhou", "--format", "json")


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return write_city(tmp_path / "city")


def of_second_town(objects):
    return [one for one in objects if one["duty"] == "station-built" and one["subject"]["code"] == "T2"]


def test_a_notice_says_every_field_of_the_contract(duban, city):
    answer = duban(*CALL, "--records", city, "--as-of", "2022-01-05T09:00")
    assert answer.code == 0
    assert answer.said == [f"共{len(answer.objects)}条"]
    (one,) = (n for n in of_second_town(answer.objects) if n["reason"] == "overdue" and n["to"]["role"] == "township")
    expected = {
        "reason": "overdue",
        "rung": "D+1",
        "clause": "HZ-3-01",
        "duty": "station-built",
        "subject": {"kind": "township", "code": "T2", "name": "二镇", "unit": "T2"},
        "period": None,
        "due": "2021-12-31",
        "channel": "email",
        "not_before": "2022-01-04T08:30:00+08:00",
        "state": "due",
        "why_not": None,
    }
    assert {field: one[field] for field in expected} == expected
    assert {field: one["to"][field] for field in ("role", "unit", "person")} == {
        "role": "township",
        "unit": "T2",
        "person": None,
    }
    assert len(one["key"]) == 32
    assert one["text"].startswith("逾期催办：二镇 ")


def test_keys_are_unique_and_the_same_at_every_call(duban, city):
    asked = (*CALL, "--records", city, "--as-of", "2022-01-05T09:00")
    keys = [one["key"] for one in duban(*asked).objects]
    assert len(keys) == len(set(keys))
    assert keys == [one["key"] for one in duban(*asked).objects]


def test_a_bare_day_means_its_end_and_an_instant_itself(duban, city):
    before = duban(*CALL, "--records", city, "--as-of", "2022-01-04T08:29:59").objects
    assert "overdue" not in {one["reason"] for one in of_second_town(before)}
    after = duban(*CALL, "--records", city, "--as-of", "2022-01-04T08:30").objects
    assert "overdue" in {one["reason"] for one in of_second_town(after)}
    evening = duban(*CALL, "--records", city, "--as-of", "2022-01-04").objects
    assert [one["key"] for one in of_second_town(evening)] == [one["key"] for one in of_second_town(after)]


def test_an_institution_is_told_as_an_institution(duban, city):
    told = of_second_town(duban(*CALL, "--records", city, "--as-of", "2022-03-01").objects)
    assert {one["to"]["role"] for one in told} >= {"township", "county_bureau", "city_bureau", "joint_conference"}
    assert {one["to"]["person"] for one in told} == {None}
    assert {one["to"]["unit"] for one in told if one["to"]["role"] == "county_bureau"} == {"K"}


def test_earlier_rungs_are_superseded_with_the_reason(duban, city):
    told = of_second_town(duban(*CALL, "--records", city, "--as-of", "2022-01-05").objects)
    for one in told:
        assert (one["why_not"] is None) == (one["state"] == "due")
    assert {one["state"] for one in told} == {"due", "superseded"}


def test_since_leaves_what_became_due_after_it(duban, city):
    asked = (*CALL, "--records", city, "--as-of", "2022-01-05T09:00")
    since = duban(*asked, "--since", "2022-01-03T09:00").objects
    assert since
    assert all(one["not_before"] > "2022-01-03T09:00" for one in since)


def test_since_tells_that_what_was_late_is_done(duban, city):
    write_city(city, {}, units=UNITS + "S2,二镇社工站,station,T2,2022-01-06,,\n")
    asked = (*CALL, "--records", city, "--as-of", "2022-01-06", "--since", "2022-01-05")
    assert {one["reason"] for one in of_second_town(duban(*asked).objects)} == {"resolved"}


def test_stages_open_and_close_with_the_period_of_the_stage(duban, city):
    objects = duban(*CALL, "--records", city, "--as-of", "2021-06-29").objects
    stage = [one for one in objects if one["clause"] == "HZ-5.2-01"]
    assert {one["reason"] for one in stage} >= {"phase_opened", "phase_closing"}
    assert {one["subject"]["kind"] for one in stage} == {"city", "county", "township"}
    assert {one["duty"] for one in stage} == {"phase-setup"}
    assert all(one["period"] == {"label": None, "from": "2021-06-01", "to": "2021-06-30"} for one in stage)


def test_csv_and_table_say_the_same(duban, city):
    asked = ("notices", "--plan", "huizhou", "--records", city, "--as-of", "2022-01-05T09:00")
    objects = duban(*asked, "--format", "json").objects
    rows = list(csv.DictReader(io.StringIO(duban(*asked, "--format", "csv").out, newline="")))
    assert [row["key"] for row in rows] == [one["key"] for one in objects]
    assert "逾期催办" in duban(*asked).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as-of", "2022-01-05", "--since", "2022-01-06"), "--since 晚于 --as-of"),
        (("--as-of", "5.1.2022"), "时刻“5.1.2022”看不懂"),
        (("--as-of", "2022-01-05", "--since", "x"), "时刻“x”看不懂"),
        (("--as-of", "2022-01-05", "--set", "channel=fax"), "没有“fax”的发送时段"),
        (("--as-of", "2022-01-05", "--plan", "nosuch"), "没有名为“nosuch”的方案"),
        (("--as-of", "2022-01-05", "--records", "nowhere"), "nowhere：路径不存在"),
    ],
)
def test_a_wrong_call_is_one_line_and_ends_with_two(duban, city, words, said):
    answer = duban(*CALL, "--records", city, *words)
    assert (answer.code, answer.out) == (2, "")
    (line,) = answer.said
    assert said in line


@pytest.fixture
def behind(tmp_path: Path) -> Path:
    """Huizhou, where nothing is said of a missing deputy head before the association of the town is registered."""
    plan = Path(shutil.copytree(PLANS / "huizhou", tmp_path / "huizhou"))
    with (plan / "house.yaml").open("a", encoding="utf-8") as house:
        house.write("inhibited_by: {deputy-head: [association]}\n")
    return plan


def test_a_table_says_why_something_is_not_said(duban, behind, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    acts = "code,clause,subject,on\nA0,HZ-5.2-02,T1,2021-06-15\n"
    city = write_city(
        tmp_path / "city", posts="person,unit,post,starts_on,ends_on\nH1,S1,station_head,2021-06-15,\n", acts=acts
    )
    asked = ("notices", "--plan", behind, "--records", city, "--as-of", "2021-08-02T09:00")
    why = "前置里程碑“协会登记”尚未办结，暂不提醒"
    assert f"不发：{why}" in duban(*asked).out
    freed = ("--set", "inhibited_by.deputy-head=[]")
    assert why not in duban(*asked, *freed).out
    told = [one for one in duban(*asked, "--format", "json").objects if one["duty"] == "deputy-head"]
    assert {(one["state_zh"], one["why_not"]) for one in told if one["state"] == "suppressed"} == {("不发", why)}
    differs = duban(*asked, *freed, "--against-house", "--format", "json").objects
    assert {one["after"]["duty"] for one in differs} == {"deputy-head"}
    assert "“协会登记”办结以前不提醒" in duban("plans", "show", behind, "--clause", "HZ-4.2.1-03").out
