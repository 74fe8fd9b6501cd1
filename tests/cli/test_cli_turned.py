"""duban turned, and what import and undo say of it: which verdicts turn, by which records."""

from __future__ import annotations

from pathlib import Path

import pytest
from given_city import write_city

from tests.cli.conftest import Duban

HEAD = "person,starts_at,hours,category,recorded_on\n"
AUGUST = "W1,2021-08-01 09:00,10,岗前,2021-08-02\n"
LATE = "W1,2021-09-11 09:00,6,岗前,2021-11-05T10:00\n"
DAY = ("--as-of", "2021-10-31")
TURN = ("HZ-5.2-22", "W1", "not_met", "met")


@pytest.fixture
def city(tmp_path: Path, duban: Duban) -> Path:
    folder = write_city(tmp_path / "city", trainings=HEAD + AUGUST)
    assert duban("import", folder).code == 0
    return folder


@pytest.fixture
def late(tmp_path: Path) -> Path:
    return write_city(tmp_path / "late", {}, trainings=HEAD + AUGUST + LATE)


def turns(objects):
    return [(one["clause"], one["subject"]["code"], one["before"]["status"], one["after"]["status"]) for one in objects]


def test_a_first_import_turns_nothing(duban, tmp_path):
    answer = duban("import", write_city(tmp_path / "city"), "--format", "json")
    assert (answer.code, answer.objects) == (0, [])
    assert answer.said[-1].endswith("批次 1，撤回用 duban undo 1")


def test_an_import_on_trial_says_what_would_turn_by_which_row_and_changes_nothing(duban, city, late):
    for _ in range(2):
        answer = duban("import", late, "--dry-run", *DAY, "--format", "json")
        assert turns(answer.objects) == [TURN]
        assert answer.objects[0]["records"] == [
            {
                "record": "trainings:W1@2021-09-11T09:00/prejob",
                "kind": "trainings",
                "how": "entered",
                "batch": 2,
                "source": "late",
                "rows": [{"file": "trainings.csv", "row": 3}],
            }
        ]
    assert answer.said[-1] == "试导入（没有写入）：新增1条，更正0条，没有变化1条"
    said = duban("import", late, "--dry-run", *DAY).out
    assert "会使1项判定改变（2021-10-31）" in said
    for word in ("岗前培训学时", "社工某", "未达标", "已达标", "录入（trainings.csv 第3行）"):
        assert word in said


def test_an_import_an_undo_and_the_command_itself_say_it_with_the_batch(duban, city, late):
    brought = duban("import", late, *DAY)
    assert "使1项判定改变（2021-10-31）" in brought.out
    assert brought.out.splitlines()[-1] == "新增1条，更正0条，没有变化1条；批次 2，撤回用 duban undo 2"
    asked = duban("turned", 2, *DAY, "--format", "json")
    assert turns(asked.objects) == [TURN]
    assert [(one["batch"], one["source"], one["rows"]) for one in asked.objects[0]["records"]] == [(2, "late", [])]
    assert asked.said == ["共1项判定改变"]
    assert "录入（批次2 late）" in duban("turned", 2, *DAY).out
    assert duban("turned", 2, *DAY, "--subject", "H1", "--format", "json").objects == []
    assert duban("turned", 2, *DAY, "--clause", "HZ-3-01", "--format", "json").objects == []
    csv = duban("turned", 2, *DAY, "--format", "csv").out.splitlines()
    assert csv[0].startswith("clause,title,subject.name,period.label,before_zh,after_zh,records_zh,")
    again = duban("import", late, *DAY, "--format", "json")
    assert (again.objects, again.said[-1]) == ([], "新增0条，更正0条，没有变化2条；台账没有改变")
    undone = duban("undo", 2, *DAY)
    assert "使1项判定改变（2021-10-31）" in undone.out
    assert "撤回（批次2 late）" in undone.out
    assert undone.out.splitlines()[-1] == "批次 2 已撤回，共1条记录不再计入"
    duban("import", late)
    assert turns(duban("undo", 3, *DAY, "--format", "json").objects) == [(*TURN[:2], "met", "not_met")]


def test_many_turns_are_counted_by_clause_and_listed_by_the_command(duban, city, tmp_path):
    units = "code,name,kind,parent,opened_on\nS2,二镇社工站,station,T2,2021-07-01\n"
    station = write_city(tmp_path / "station", {}, units=units)
    tried = duban("import", station, "--dry-run", "--as-of", "2022-12-31").out.splitlines()
    assert "项判定改变（2022-12-31）" in tried[1]
    assert tried[-2] == "逐项和因何记录：加 --format json"
    assert any("HZ-3-01" in line and "未达标" in line and "已达标" in line for line in tried)
    brought = duban("import", station, "--as-of", "2022-12-31").out.splitlines()
    assert brought[-2] == "逐项和因何记录：duban turned 2"
    undone = duban("undo", 2, "--as-of", "2022-12-31").out.splitlines()
    assert undone[-2].startswith("逐项和因何记录：duban turned --since 20")


def test_records_alone_say_what_turned_between_two_instants(duban, late):
    write_city(late, trainings=HEAD + AUGUST + LATE)
    call = ("turned", "--records", late, *DAY, "--format", "json")
    (one,) = duban(*call, "--since", "2021-10-31T18:00").objects
    assert turns([one]) == [TURN]
    (record,) = one["records"]
    assert (record["batch"], record["rows"]) == (None, [{"file": "trainings.csv", "row": 3}])
    assert duban(*call, "--since", "2021-10-31T18:00", "--until", "2021-11-05").objects != []
    assert duban(*call, "--since", "2021-10-31T18:00", "--until", "2021-11-05T09:59").objects == []


def test_what_the_ledger_learned_since_an_instant_is_one_answer(duban, city, late):
    duban("import", late)
    assert turns(duban("turned", "--since", "2021-08-05", *DAY, "--format", "json").objects) == [TURN]


def test_records_are_taken_in_also_while_their_plan_is_being_mended(duban, city, late, monkeypatch):
    from cli import turned
    from policy.errors import PlanInvalid

    def broken(name):
        raise PlanInvalid([])

    monkeypatch.setattr(turned, "load_plan", broken)
    answer = duban("import", late)
    assert answer.code == 0
    assert answer.said == ["方案 huizhou 有错，看不出哪些判定会变；见 duban plans check huizhou"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "要写批次号，或用 --since"),
        ((1, "--since", "2021-10-31"), "要写批次号，或用 --since"),
        ((1, "--records", "."), "要写批次号，或用 --since"),
        (("--until", "2021-10-31"), "要写批次号，或用 --since"),
        ((9,), "没有批次 9；现有：1"),
        (("--since", "2099-01-01"), "还没有过去"),
        (("--since", "2021-11-01", "--until", "2021-10-31"), "不早于 --until"),
        (("--since", "2021-13-01"), "看不懂"),
        ((1, "--clause", "HZ-9"), "没有条款“HZ-9”"),
        ((1, "--as-of", "昨天"), "看不懂"),
    ],
)
def test_a_wrong_call_is_one_line_and_ends_with_two(duban, city, words, said):
    answer = duban("turned", *words)
    assert (answer.code, answer.out, len(answer.said)) == (2, "", 1)
    assert said in answer.said[0]
