"""Reported programmes as they are read: all 65 rows placed, every fault named with file and line, none of them judged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from db.planstore import PLANS, load_plan, plan_keys, reported_folder, reported_keys
from db.reported import load_reported
from policy.errors import PlanInvalid

TEXTS = PLANS.parent.parent / "shared" / "policies" / "clauses.yaml"


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A copy of what was reported of Jiaozuo, that a test may spoil."""
    return Path(shutil.copytree(PLANS / "reported" / "jiaozuo", tmp_path / "jiaozuo"))


def refused(folder: Path) -> list[str]:
    with pytest.raises(PlanInvalid) as error:
        load_reported(str(folder))
    return error.value.findings


def test_the_three_reports_load_and_are_no_plans() -> None:
    assert reported_keys() == ("gansu", "jiaozuo", "maoming")
    assert set(reported_keys()).isdisjoint(plan_keys())
    assert {key: len(load_reported(key).clauses) for key in reported_keys()} == {
        "gansu": 16,
        "jiaozuo": 24,
        "maoming": 25,
    }


@pytest.mark.parametrize("key", ["gansu", "jiaozuo", "maoming"])
def test_every_row_is_a_number_a_target_or_has_nothing_to_count(key: str) -> None:
    programme = load_reported(key)
    numbered = {number.clause for number in (*programme.figures, *programme.targets)}
    assert numbered.isdisjoint(programme.narrative)
    assert numbered | programme.narrative.keys() == programme.clause_of.keys()


def test_the_force_of_a_number_comes_from_its_clause() -> None:
    jiaozuo = load_reported("jiaozuo")
    assert jiaozuo.figure["stations"].force == "fact"
    assert jiaozuo.figure["workers_per_station"].force == "reported"
    assert {target.force for target in jiaozuo.targets} == {"reported"}


@pytest.mark.skipif(not TEXTS.exists(), reason="the policy texts are not beside this checkout")
def test_the_rows_are_those_of_the_texts_with_their_numbers() -> None:
    rows = [row for row in yaml.safe_load(TEXTS.read_text("utf-8")) if row["programme"] in reported_keys()]
    ours = {key: load_reported(key) for key in reported_keys()}
    assert len(rows) == 65
    for row in rows:
        programme = ours[row["programme"]]
        clause = programme.clause_of[row["id"]]
        assert (clause.force.value, clause.kind, list(clause.ambiguity)) == (
            row["force"],
            row["kind"],
            row["ambiguity"],
        )
        if row["threshold"]:
            values = [number.value for number in programme.numbers_of(row["id"])]
            assert row["threshold"][0]["value"] in values, row["id"]


@pytest.mark.parametrize("where", ["maoming", PLANS / "reported" / "maoming"])
def test_a_report_is_never_loaded_as_a_plan(where: str | Path) -> None:
    with pytest.raises(PlanInvalid) as error:
        load_plan(str(where))
    (line,) = error.value.findings
    assert "是报道口径，只作对照，不判定也不通知" in line
    assert f"duban compare {where}" in line


def test_what_is_not_there_is_refused_with_those_that_are() -> None:
    assert reported_folder("huizhou") is None
    with pytest.raises(PlanInvalid, match=r"没有名为“atlantis”的报道口径；现有：gansu、jiaozuo、maoming"):
        load_reported("atlantis")


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "reported.yaml",
            "value: 40,",
            "value: 40.5,",
            "figures.stations.value：应为正整数；比例写成两个正整数，如 [31, 52]",
        ),
        ("reported.yaml", 'value: 320, bound: ">"', 'value: 320, bound: "<"', "figures.special_files：“余”的意思是 >"),
        (
            "reported.yaml",
            'value: 320, bound: ">"',
            'value: 320, bound: "~"',
            "figures.special_files.bound：应为以下之一",
        ),
        ("reported.yaml", "key: stations,", "key: stations, kye: x,", "figures.stations.kye：不认识这一项"),
        ("reported.yaml", "title: 社工站, value", "value", "figures.stations.title：缺少这一项"),
        ("reported.yaml", "per: [fund_counties]", "per: [countries]", "figures.6：没有名为“countries”的数"),
        ("reported.yaml", "published: unknown", "published: 某天", "published：日期应写成 2021-07-01"),
        ("reported.yaml", "clause: JZ-07,", "clause: JZ-77,", "targets.0.clause：clauses.yaml 里没有“JZ-77”这一条"),
        (
            "reported.yaml",
            "  JZ-19: 是服务的领域，没有数。",
            "  JZ-91: 没有数。",
            "narrative.JZ-91：clauses.yaml 里没有这一条",
        ),
        ("clauses.yaml", "id: JZ-02, place", "id: JZ-01, place", "1：“JZ-01”写了2次，应只写一次"),
        ("clauses.yaml", "force: target", "force: aim", "JZ-07.force：应为以下之一"),
    ],
)
def test_a_fault_is_named_with_its_file_and_line(told: Path, file: str, old: str, new: str, says: str) -> None:
    text = (told / file).read_text("utf-8")
    line = text[: text.index(old)].count("\n") + 1
    (told / file).write_text(text.replace(old, new, 1), "utf-8")
    found = refused(told)
    assert any(fault.startswith(f"jiaozuo/{file} 第{line}行 {says}") for fault in found), found


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("reported.yaml", "- 一\n", "reported.yaml 应为键值，clauses.yaml 应为列表"),
        ("clauses.yaml", "一: 二\n", "reported.yaml 应为键值，clauses.yaml 应为列表"),
        ("reported.yaml", "key: x\nfigures: 一\n", "figures：应为列表"),
        ("reported.yaml", "key: x\nfigures: [一]\n", "figures.0：应为键值"),
    ],
)
def test_a_file_of_another_shape_is_refused(told: Path, file: str, text: str, says: str) -> None:
    (told / file).write_text(text, "utf-8")
    assert any(says in fault for fault in refused(told))


def test_a_missing_catalogue_is_named(told: Path) -> None:
    (told / "clauses.yaml").unlink()
    assert refused(told) == ["jiaozuo/clauses.yaml：缺少这个文件"]
