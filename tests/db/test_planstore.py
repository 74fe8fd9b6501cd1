"""What is wrong with a plan is said by file and line, before anything is judged by it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from db.measures import QUESTIONS
from db.measures.subjects import speaks_of
from db.planstore import PLANS, load_plan, plan_folder, plan_keys
from policy.errors import PlanInvalid
from policy.words import SubjectKind

LINE = b"\n"
FOLLOWING = (SubjectKind.CITY, SubjectKind.COUNTY, SubjectKind.PERSON, SubjectKind.STATION)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A copy of the Huizhou plan that a test may spoil."""
    return Path(shutil.copytree(PLANS / "huizhou", tmp_path / "huizhou"))


def spoiled(plan: Path, file: str, old: str, new: str) -> list[str]:
    """What is said of the plan with the first `old` of a file put as `new`; `@` in the answer is the line of it."""
    text = (plan / file).read_text("utf-8")
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    (plan / file).write_text(text.replace(old, new, 1), "utf-8")
    return [fault.replace(f"第{line}行", "@") for fault in refused(plan)]


def refused(plan: Path, **overrides: str) -> list[str]:
    with pytest.raises(PlanInvalid) as error:
        load_plan(str(plan), {key.replace("__", "."): value for key, value in overrides.items()})
    return error.value.findings


def test_every_plan_there_is_loads_by_its_key_and_by_its_path() -> None:
    assert "huizhou" in plan_keys()
    for key in plan_keys():
        assert load_plan(key).key == key
    assert load_plan(str(PLANS / "huizhou")) == load_plan("huizhou")


def test_a_key_is_not_taken_for_a_folder_of_the_same_name_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "huizhou").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    assert plan_folder("huizhou") == PLANS / "huizhou"
    assert plan_folder("./huizhou") == Path("huizhou")
    assert plan_folder("elsewhere") == Path("elsewhere")


def test_a_plan_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(PlanInvalid, match=r"没有名为“nosuch”的方案；现有：.*huizhou"):
        load_plan("nosuch")


@pytest.mark.parametrize("file", ["clauses.yaml", "house.yaml"])
def test_a_missing_file_is_named(plan: Path, file: str) -> None:
    (plan / file).unlink()
    assert refused(plan) == [f"huizhou/{file}：缺少这个文件"]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("house.yaml", "channel: email", "channel: email\nchannel: sms", "“channel”写了两次"),
        ("house.yaml", "channel: email", "channel: [email", "写法有误"),
        ("house.yaml", "channel: email", "channel: email\n[a, b]: c", "键应为一个词"),
        ("house.yaml", "channel: email", "channel: \x00", "写法有误"),
        ("plan.yaml", "issued: 2021-05-06", "issued: 2021-02-30", "没有“2021-02-30”这一天"),
    ],
    ids=["a key twice", "a bracket left open", "a list for a key", "a control character", "no such day"],
)
def test_a_file_that_cannot_be_read_is_named_with_the_line(
    plan: Path, file: str, old: str, new: str, said: str
) -> None:
    text = (plan / file).read_text("utf-8")
    first = text[: text.index(old)].count("\n") + 1
    (plan / file).write_text(text.replace(old, new, 1), "utf-8")
    (fault,) = refused(plan)
    assert said in fault
    assert any(fault.startswith(f"huizhou/{file} 第{line}行：") for line in (first, first + 1))


def test_a_file_in_another_encoding_is_named_with_the_line(plan: Path) -> None:
    good = (plan / "house.yaml").read_bytes()
    (plan / "house.yaml").write_bytes(good + "渠道: 邮件\n".encode("gb18030"))
    assert refused(plan) == [
        f"huizhou/house.yaml 第{good.count(LINE) + 1}行：编码看不懂，应为 UTF-8（记事本“另存为”时可选）"
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [("plan.yaml", "- 一\n"), ("clauses.yaml", "一: 二\n"), ("house.yaml", "一\n"), ("plan.yaml", "chains: 一\n")],
)
def test_a_file_of_another_shape_is_refused(plan: Path, file: str, text: str) -> None:
    (plan / file).write_text(text, "utf-8")
    (fault,) = refused(plan)
    assert fault.startswith(f"huizhou/{file}")
    assert "应为" in fault


def test_a_value_of_the_wrong_kind_is_named_with_its_line(plan: Path) -> None:
    faults = spoiled(plan, "house.yaml", "yellow_days: 10", "yellow_days: 十")
    assert faults == ["huizhou/house.yaml @ yellow_days：应为整数（写的是“十”）"]


def test_a_misspelt_key_of_an_obligation_is_named_with_the_obligation(plan: Path) -> None:
    faults = spoiled(plan, "plan.yaml", "title: 建成社工站,", "title: 建成社工站, titel: 建成,")
    place = "huizhou/plan.yaml @ obligations.station-built.titel"
    assert faults == [f"{place}：不认识这一项，请删去或改正拼写（写的是“建成”）"]


def test_a_chain_that_is_not_there_is_named(plan: Path) -> None:
    (fault, *_) = spoiled(plan, "plan.yaml", "escalation: D,", "escalation: Q,")
    assert "没有名为Q的上报链" in fault


def test_every_fault_is_said_at_once(plan: Path) -> None:
    spoil = (plan / "house.yaml").read_text("utf-8").replace("yellow_days: 10", "yellow_days: 十")
    (plan / "house.yaml").write_text(spoil.replace("plaque_days: 0", "plaque_days: 零"), "utf-8")
    assert len(refused(plan)) == 2


def test_an_override_changes_one_value_and_the_revision_for_this_call_only() -> None:
    before = load_plan("huizhou")
    changed = load_plan("huizhou", {"readings.A35": "monthly_sum", "yellow_days": "3"})
    assert changed.house.readings["A35"] == "monthly_sum"
    assert changed.house.yellow_days == 3
    assert changed.revision != before.revision
    assert changed.obligations == before.obligations
    assert load_plan("huizhou") == before


def test_a_time_is_given_to_an_override_as_it_is_spoken() -> None:
    opens = load_plan("huizhou", {"windows.email.opens": "07:45"}).house.windows["email"].opens
    assert (opens.hour, opens.minute) == (7, 45)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("readings.A99", "none", "--set readings.A99：house.yaml 里没有这一项"),
        ("nosuch", "1", "--set nosuch：house.yaml 里没有这一项"),
        ("readings.A35.deeper", "1", "--set readings.A35.deeper：house.yaml 里没有这一项"),
        ("readings.A35", "sometimes", "“sometimes”不是可选的读法，应为：each_visit、monthly_sum、one_for_all"),
        ("readings.A35", "", "“”不是可选的读法"),
        ("yellow_days", "many", "yellow_days：应为整数"),
        ("yellow_days", "[1", "--set yellow_days：“[1”看不懂"),
        ("readings", "none", "readings：应为键值"),
        ("channel", "fax", "没有“fax”的发送时段"),
    ],
)
def test_an_override_that_cannot_be_is_refused_in_one_line(key: str, value: str, said: str) -> None:
    with pytest.raises(PlanInvalid) as error:
        load_plan("huizhou", {key: value})
    (fault,) = error.value.findings
    assert said in fault
    assert "\n" not in fault


def test_what_a_house_puts_before_a_duty_is_looked_at_with_its_line(plan: Path) -> None:
    house = (plan / "house.yaml").read_text("utf-8")
    line = house.count("\n") + 2
    wrong = "inhibited_by:\n  plaques: [association, plaque]\n  association:\n    - monthly-supervision\n"
    (plan / "house.yaml").write_text(house + wrong, "utf-8")
    at = "huizhou/house.yaml 第{}行 inhibited_by."
    assert refused(plan) == [
        f"{at.format(line)}plaques.1：方案里没有名为“plaque”的事项，相近的有：plaques、point-plaque、station-plaque",
        f"{at.format(line + 2)}association.0：“monthly-supervision”（月度督导到站）每期都要办，没有办结的一天，"
        "前置应为有期限、只办一次的事项（里程碑）",
    ]
    (plan / "house.yaml").write_text(house + "inhibited_by: {plaques: association}\n", "utf-8")
    (shape,) = refused(plan)
    assert shape.startswith(f"huizhou/house.yaml 第{line - 1}行 inhibited_by.plaques：")


def test_what_a_house_puts_before_a_duty_may_be_set_otherwise_for_a_call(plan: Path) -> None:
    house = (plan / "house.yaml").read_text("utf-8")
    (plan / "house.yaml").write_text(house + "inhibited_by: {plaques: [association]}\n", "utf-8")
    assert load_plan(str(plan)).house.inhibited_by == {"plaques": ("association",)}
    freed = load_plan(str(plan), {"inhibited_by.plaques": "[]"})
    assert [o.key for o in freed.inhibitors(["plaques"])] == []
    assert load_plan(str(plan), {"inhibited_by": "{}"}).house.inhibited_by == {}
    line = house.count("\n") + 1
    assert refused(plan, inhibited_by="{plaques: [plaques]}") == [
        f"huizhou/house.yaml 第{line}行 inhibited_by.plaques.0：“plaques”不能以自己为前置，应写另一项"
    ]


def test_an_edit_is_seen_at_the_next_reading(plan: Path) -> None:
    assert load_plan(str(plan)).house.yellow_days == 10
    text = (plan / "house.yaml").read_text("utf-8")
    (plan / "house.yaml").write_text(text.replace("yellow_days: 10", "yellow_days: 12"), "utf-8")
    assert load_plan(str(plan)).house.yellow_days == 12


def test_a_question_put_about_another_kind_of_subject_is_refused(plan: Path) -> None:
    (fault,) = spoiled(plan, "plan.yaml", "title: 建成社工站, subject: township", "title: 建成社工站, subject: village")
    assert "obligations.station-built.subject" in fault
    assert "这种问法的对象是乡镇（街道），这里写的是村（居）" in fault


def test_a_question_that_does_not_go_with_the_kind_of_check_is_refused(plan: Path) -> None:
    (fault,) = spoiled(
        plan, "plan.yaml", "{kind: standing, asks: holders, what: 站长", "{kind: standing, asks: act, what: 站长"
    )
    assert "obligations.station-head.check.asks" in fault
    assert "不能用于standing" in fault


def test_what_a_question_speaks_of_is_known_where_it_does_not_follow_from_the_obligation() -> None:
    for key in plan_keys():
        plan = load_plan(key)
        for o in plan.obligations:
            if o.check.asks != "assessed":
                asked = QUESTIONS[o.check.asks]
                follows = (
                    len({str(asked(o.model_copy(update={"subject": kind}), plan.house)) for kind in FOLLOWING}) > 1
                )
                assert follows is not bool(speaks_of(o.check.asks)), o.check.asks
