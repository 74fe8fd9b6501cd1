"""A finding says where it stands, to people in one line and to programs field by field."""

from __future__ import annotations

from policy.errors import PlanInvalid
from policy.finding import Located, error, note
from policy.words import Grade

DUE = error("due-before-start", ("plan.yaml", "obligations", "filing", "due"), "截止早于开始", "T-1")


def test_a_located_finding_is_one_line_with_file_line_place_and_message() -> None:
    assert str(Located("demo", DUE, 47)) == "demo/plan.yaml 第47行 obligations.filing.due：截止早于开始"
    assert str(Located("demo", note("file", ("house.yaml",), "缺少这个文件"))) == "demo/house.yaml：缺少这个文件"


def test_programs_read_it_in_the_words_of_the_contract() -> None:
    located = Located("demo", DUE, 47)
    assert located.grade is Grade.ERROR
    assert located.plain() == {
        "plan": "demo",
        "grade": "error",
        "rule": "due-before-start",
        "clause": "T-1",
        "file": "plan.yaml",
        "line": 47,
        "place": "obligations.filing.due",
        "message": "截止早于开始",
    }


def test_a_refused_plan_tells_faults_of_a_place_from_those_of_the_call() -> None:
    located = Located("demo", DUE, 47)
    refused = PlanInvalid([located, "--set x：没有这一项"])
    assert refused.findings == [str(located), "--set x：没有这一项"]
    assert refused.located == [located]
