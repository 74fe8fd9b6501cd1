"""duban calendar: the yearly notice is previewed, taken over with a name, and refused line by line."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

import pytest

from db.planstore import PLANS, load_plan
from tests.policy.test_holiday_notice import NOTICE


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PLANS / "huizhou", tmp_path / "elsewhere"))


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "通知.txt"
    path.write_text(NOTICE, "utf-8")
    return path


def test_a_preview_shows_the_days_and_writes_nothing(duban, copy, notice):
    answer = duban("calendar", "adopt", notice, "--dry-run", "--plan", copy, "--format", "json")
    assert answer.code == 0
    first = answer.objects[0]
    assert first == {
        "day": "2027-01-01", "weekday": "周五", "before": True, "after": False,
        "before_zh": "上班", "after_zh": "休息", "holiday": "元旦",
    }  # fmt: skip
    assert answer.said[0] == (
        "国办发明电〔2026〕9号 2027年：放假29天，调休上班6天；此前没有公布，暂按周一至周五计，改变24天"
    )
    assert "期限本身照原文不变" in answer.said[1]
    assert answer.said[-1] == "试录入（没有写入）"
    assert not (copy / "calendar.yaml").exists()
    assert not list(copy.parent.glob("data/*")), "a preview makes no ledger"


def test_what_is_adopted_counts_from_then_on_and_twice_is_once(duban, copy, notice):
    assert duban("calendar", "adopt", notice, "--plan", copy, "--by", "张三").code == 0
    (year,) = load_plan(str(copy)).house.published
    assert (year.year, year.adopted_by, len(year.rest), len(year.work)) == (2027, "张三", 29, 6)
    text = (copy / "calendar.yaml").read_text("utf-8")
    again = duban("calendar", "adopt", notice, "--plan", copy, "--by", "李四")
    assert (again.code, again.said[-1]) == (0, "2027年的放假安排已是这样，没有改变")
    assert (copy / "calendar.yaml").read_text("utf-8") == text
    shown = {row["year"]: row for row in duban("calendar", "show", "--plan", copy, "--format", "json").objects}
    assert shown[2027]["source"] == "office"
    days = duban("calendar", "show", 2027, "--plan", copy, "--format", "json").objects
    assert {row["day"]: row["works"] for row in days}["2027-01-31"] is True


def test_the_notice_can_be_pasted(duban, copy, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NOTICE.encode("gb18030"))))
    assert duban("calendar", "adopt", "-", "--plan", copy, "--by", "张三").code == 0
    assert load_plan(str(copy)).house.published[0].document == "国办发明电〔2026〕9号"


def test_a_ledger_is_asked_what_is_open_in_it(duban, copy, notice, tmp_path):
    city = tmp_path / "city"
    assert duban("sample", "--out", city, "--until", "2021-06-01").code == 0
    assert duban("import", city / "units.csv").code == 0
    answer = duban("calendar", "adopt", notice, "--dry-run")
    assert "台账里未办结的0项，今后的提醒和上报共0次改在别的日子；已经发出的不重发" in answer.said


@pytest.mark.parametrize(
    ("was", "written", "said"),
    [
        ("共9天", "共8天", "第6行 春节：写的是共8天，2月5日(农历除夕、周五)至13日(农历正月初八、周六)却有9天"),
        ("2027年部分节假日", "部分节假日", None),
        ("三、清明节", "三、清名节", "没有看到清明节，应是完整的通知，写成“三、清明节：4月4日至6日放假，共3天。”"),
    ],
)
def test_a_notice_that_does_not_add_up_is_refused_in_one_line_and_nothing_changes(
    duban, copy, notice, was, written, said
):
    notice.write_text(NOTICE.replace(was, written).replace("现将2027年", "现将"), "utf-8")
    answer = duban("calendar", "adopt", notice, "--plan", copy, "--by", "张三")
    expected = said or "看不出是哪一年的放假安排，应有“国务院办公厅关于2027年部分节假日安排的通知”这样的标题"
    assert (answer.code, answer.out, answer.said) == (2, "", [f"{notice} {expected}"])
    assert not (copy / "calendar.yaml").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["adopt", "没有.txt", "--dry-run"], "没有文件“没有.txt”；通知全文存成文本文件，或用 - 直接粘贴"),
        (["adopt", "通知.txt"], "缺少 --by：录入要写明是谁；只看会改什么用 --dry-run"),
        (["adopt", "picture", "--dry-run"], "picture 不是文本：应把通知全文另存为文本文件（UTF-8）"),
        (["show", "--plan", "nowhere"], "没有名为“nowhere”的方案；现有：huizhou、jiaxing、suzhou"),
    ],
)
def test_a_wrong_call_is_one_line(duban, notice, tmp_path, words, said):
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff\xff\xff")
    answer = duban("calendar", *words)
    assert (answer.code, answer.said) == (2, [said])


def test_a_year_nobody_published_says_so(duban):
    answer = duban("calendar", "show", 2041)
    assert answer.said == ["2041年的放假安排没有公布，工作日暂按周一至周五计；通知公布后用 duban calendar adopt 录入"]


@pytest.mark.parametrize(
    ("was", "written", "line"),
    [
        ("adopted_on: ", "adopted_on: 不详 #", "第7行 0.adopted_on：日期应写成 2021-07-01，且须是真实存在的日子"),
        ("year: 2027", "year: 明年", "第4行 0.year：应为整数（写的是“明年”）"),
    ],
)
def test_a_calendar_edited_by_hand_and_wrong_refuses_to_load_with_its_line(duban, copy, notice, was, written, line):
    duban("calendar", "adopt", notice, "--plan", copy, "--by", "张三")
    path = copy / "calendar.yaml"
    path.write_text(path.read_text("utf-8").replace(was, written), "utf-8")
    answer = duban("calendar", "show", "--plan", copy)
    assert answer.code == 2
    assert len(answer.said) == 1
    assert answer.said[0].startswith(f"elsewhere/calendar.yaml {line}")
