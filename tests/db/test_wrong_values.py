"""A plan with one wrong value refuses to load with one line that a clerk understands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from db.planstore import PLANS, findings_of
from policy.soundness.phases import KINDS
from policy.words import Grade
from tasks.phases import PHASE_STEPS

STAGE = "title: 阶段二·建站保障"
PLACE = "  place: 五、(二)\n"
TITLE = "  title: 第二阶段：建站保障\n"
NOT_A_DAY = "日期应写成 2021-07-01，且须是真实存在的日子"
ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")


def spoiled(folder: Path, file: str, was: str, written: str) -> list[str]:
    """What is wrong with Huizhou's plan after one edit."""
    copy = Path(shutil.copytree(PLANS / "huizhou", folder / "city"))
    text = (copy / file).read_text("utf-8")
    assert was in text
    (copy / file).write_text(text.replace(was, written, 1), "utf-8")
    return [str(found) for found in findings_of(str(copy)) if found.grade is Grade.ERROR]


@pytest.mark.parametrize(
    ("file", "was", "written", "said"),
    [
        ("plan.yaml", "due: 2021-06-30", "due: 2021-06-31", "写法有误：没有“2021-06-31”这一天，应为真实存在的日子"),
        ("plan.yaml", "due: 2021-06-30", "due: 2021年6月30日", f"{NOT_A_DAY}（写的是“2021年6月30日”）"),
        ("plan.yaml", "due: 2021-06-30", "due: 20210630", f"{NOT_A_DAY}（写的是“20210630”）"),
        ("plan.yaml", "due: 2021-06-30", "due: 2021-06-30 08:30", f"{NOT_A_DAY}（写的是“2021-06-30 08:30”）"),
        ("plan.yaml", "subject: station,", "subject: 社工站,", "subject：应为以下之一，最像的是 station（社工站）：city、"),
        ("plan.yaml", "who: [township]", "who: [townships]", "who.0：应为以下之一，最像的是 township（乡镇（街道））：worker"),
        ("plan.yaml", "who: [township]", "who: township", "who：应为列表，写成 [甲, 乙]（写的是“township”）"),
        ("plan.yaml", "kind: setup", "kind: setupp", "没有“setupp”这种阶段，应为：integration、setup、"),
        ("plan.yaml", "escalation: A", "escalation: Q", "没有名为Q的上报链，chains 里有：A、B、C、D、E、F、G"),
        ("plan.yaml", "  A: [", "  A: township # [", "chains.A：应为列表，写成 [甲, 乙]（写的是“township”）"),
        ("plan.yaml", "  A: [", "  A: [town, ", "chains.A.0：应为以下之一，最像的是 township（乡镇（街道））：worker"),
        ("plan.yaml", "chains:\n", "chains: []\nothers:\n", "chains：应为键值（一组“名称: 内容”）"),
        ("plan.yaml", "obligations:\n", "obligations: 无\nothers:\n", "obligations 应为列表，每项以“- ”开头"),
        ("plan.yaml", STAGE, "title: 2021", "title：应为文字，数字和时刻要加引号（写的是“2021”）"),
        ("plan.yaml", STAGE, "title: [一, 二]", "phases.setup.title：应为文字，数字和时刻要加引号"),
        ("plan.yaml", STAGE, "title: yes", "“yes”会被读成“是”或“否”：要是非就写 true、false，要文字就加引号"),
        ("plan.yaml", "\n  - {key: setup", "\n\t- {key: setup", "写法有误：有制表符（Tab），缩进应改用空格"),
        ("plan.yaml", "issued: 2021-05-06", "issued: 2021-05-06\nissued: 2021-05-07", "“issued”写了两次，应只写一次"),
        ("plan.yaml", "issued: 2021-05-06", "isued: 2021-05-06", "isued：不认识这一项，是不是“issued”？"),
        ("plan.yaml", "phase: setup", "fase: setup", "fase：不认识这一项，请删去或改正拼写（写的是“setup”）"),
        ("plan.yaml", "}", "", "写法有误：花括号 { } 没有配对，或者里面少了逗号"),
        ("plan.yaml", "issued: 2021-05-06", "issued: 2021-05-06\n---\nx: 1", "有单独一行“---”，应删去"),
        ("house.yaml", 'opens: "08:30"', "opens: 10:30", 'opens：时刻要加引号，写成 "08:30"'),
        ("house.yaml", 'opens: "08:30"', 'opens: "25:30"', 'opens：时刻应写成 "08:30"（写的是“25:30”）'),
        ("house.yaml", "yellow_days: 10", "yellow_days: 10天", "yellow_days：应为整数（写的是“10天”）"),
        ("house.yaml", "yellow_days: 10", "yellow_day: 10", "yellow_day：不认识这一项，是不是“yellow_days”？"),
        ("house.yaml", "dwell_workdays: 2", "dwell_workdays: -2", "dwell_workdays：应不小于0（写的是“-2”）"),
        ("house.yaml", "plaque_days: 0", "plaque_days: 0\nholidays: {2026-02-03: 休}", "holidays.2026-02-03：应为 true 或 false"),
        ("clauses.yaml", "force: fact", "force: 必须", "force：应为以下之一，最像的是 must（必须）：must、should"),
        ("clauses.yaml", "ambiguity: [A14]", "ambiguity: A14", "HZ-5.2-01.ambiguity：应为列表，写成 [甲, 乙]（写的是“A14”）"),
        ("clauses.yaml", PLACE, "  place: @五\n", "写法有误：“@”不能放在开头，这段文字应加引号"),
        ("clauses.yaml", PLACE, "  place: 五: 二\n", "冒号的用法看不懂：缩进应与上下对齐，文字里有“: ”的整段加引号"),
        ("clauses.yaml", PLACE, "  place: *五\n", "写法有误：* 和 & 不能放在开头，这段文字应加引号"),
        ("clauses.yaml", TITLE, "  title: '第二阶段\n", "写法有误：引号没有配对"),
        ("clauses.yaml", TITLE, "  title: !第二 阶段\n", "写法有误：! 不能放在开头，这段文字应加引号"),
        ("clauses.yaml", TITLE, "  title\n", "写法有误：这一行缺少冒号，或者缩进没有对齐"),
        ("clauses.yaml", TITLE, f"  title: [第二, {TITLE}", "写法有误：方括号 [ ] 没有配对，或者里面少了逗号"),
        ("clauses.yaml", PLACE, "", "HZ-5.2-01.place：缺少这一项"),
    ],
)  # fmt: skip
def test_one_wrong_value_is_one_line_in_chinese(file: str, was: str, written: str, said: str, tmp_path: Path) -> None:
    (line,) = spoiled(tmp_path, file, was, written)
    assert said in line
    assert line.startswith(f"city/{file}")
    assert not ENGLISH.search(line), "no sentence of the reader's own"


def test_a_quote_left_open_is_told_where_it_was_opened(tmp_path: Path) -> None:
    at = (PLANS / "huizhou" / "clauses.yaml").read_text("utf-8").split(TITLE)[0].count("\n") + 1
    assert spoiled(tmp_path, "clauses.yaml", TITLE, "  title: '第二阶段\n") == [
        f"city/clauses.yaml 第{at}行：写法有误：引号没有配对"
    ]


def test_two_misspelt_names_are_two_lines(tmp_path: Path) -> None:
    found = spoiled(tmp_path, "plan.yaml", "city: 惠州市\ndocument: ", "citty: 惠州市\ndocumment: ")
    assert [line.split("：")[0].split()[-1] for line in found] == ["citty", "documment"]


def test_a_folder_without_its_plan_is_named(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(PLANS / "huizhou", tmp_path / "city"))
    (copy / "plan.yaml").unlink()
    assert [str(found) for found in findings_of(str(copy))] == ["city/plan.yaml：缺少这个文件"]


def test_what_nobody_foresaw_is_still_said_in_chinese(tmp_path: Path) -> None:
    (line,) = spoiled(tmp_path, "clauses.yaml", PLACE, "  place: |9x\n")
    assert line.endswith("写法有误：这里附近看不懂，请核对缩进、冒号、引号和括号是否配对")


def test_every_kind_of_stage_has_its_flow() -> None:
    assert set(KINDS) == set(PHASE_STEPS)
