"""docs/new-city.md is followed word for word: a new city from the template to its first round, without touching code."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from db.engine import open_engine
from db.new_plan import TEMPLATE, new_plan
from db.planstore import PLANS, load_plan, plan_keys
from db.schema import create_all
from policy.errors import PlanInvalid
from policy.soundness import findings
from policy.words import Grade
from tests.test_plans import judged, rows_of, sheet, shown, wanted, write

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "new-city.md"
PROGRAM = ("cli", "flows", "tasks", "samples", "notifications", "db", "policy", "plans", "tests")
FILES = ("settings.py", "prefect.yaml", "pyproject.toml")
BLOCK = re.compile(r"(?:^(?P<before>[^\n]+)\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`((?:plans/meizhou|records)/[\w.]+)`")


@dataclass(frozen=True)
class Step:
    """Something the page has its reader do: `kind` is sh, yaml (added to `file`) or csv (written as `file`)."""

    kind: str
    text: str
    file: str = ""
    answer: str | None = None


def steps() -> list[Step]:
    found: list[Step] = []
    for block in BLOCK.finditer(PAGE.read_text("utf-8")):
        kind, text = block["kind"], block["text"]
        if kind == "text":
            found[-1] = Step("sh", found[-1].text, answer=text)
        else:
            named = NAMED.search(block["before"] or "")
            found.append(Step(kind, text, named.group(1) if named else ""))
    return found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as an office has it, in a folder of its own: plans are added to it, code is not."""
    folder = tmp_path_factory.mktemp("office")
    for name in PROGRAM:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    (folder / ".env").write_text("DUBAN_PLAN=meizhou\nDUBAN_DATA=var-meizhou\n", "utf-8")
    return folder


def typed(office: Path, line: str) -> subprocess.CompletedProcess[str]:
    """One command of the page; both streams as a terminal would show them."""
    program, *words = shlex.split(line)
    start = {".venv/bin/duban": ["-c", "import cli; cli.main()"], ".venv/bin/pytest": ["-m", "pytest"]}[program]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DUBAN_", "PYTEST_", "COV_"))}
    return subprocess.run(
        [sys.executable, *start, *words],
        cwd=office,
        env={**kept, "PYTHONPATH": str(office), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def followed(office: Path, step: Step) -> str:
    """Does what the page says at this step; what the program answered to commands. Only a check that is shown finds faults."""
    if step.kind != "sh":
        path = office / step.file
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(step.text)
        return ""
    answers = [typed(office, line) for line in step.text.splitlines()]
    code = int(step.answer is not None and "plans check" in step.text)
    assert [a.returncode for a in answers] == [code] * len(answers), [a.stdout for a in answers]
    return "".join(a.stdout for a in answers)


def test_the_page_leads_from_the_template_to_the_first_round(office: Path) -> None:
    """An answer left empty on the page is written and fails once: empty a block to renew it."""
    empty = []
    for step in steps():
        said = followed(office, step)
        if step.answer == "":
            block = f"```sh\n{step.text}```\n\n```text\n"
            PAGE.write_text(PAGE.read_text("utf-8").replace(f"{block}```", f"{block}{said}```"), "utf-8")
            empty.append(step.text)
        elif step.answer is not None:
            assert said == step.answer
    assert empty == [], f"{PAGE} was written; read it"


def test_a_new_plan_loads_holds_together_and_keeps_its_cases(tmp_path: Path) -> None:
    folder = new_plan("meizhou", "梅州市：“社工站”建设 #1", "梅州市", tmp_path)
    plan = load_plan(str(folder))
    assert (plan.key, plan.title, plan.city) == ("meizhou", "梅州市：“社工站”建设 #1", "梅州市")
    assert [finding for finding in findings(plan) if finding.grade is not Grade.NOTE] == []
    assert all(clause.id.startswith("ME-") for clause in plan.clauses)
    holds(folder, tmp_path)


def test_the_template_itself_loads_is_no_plan_of_a_city_and_keeps_its_cases(tmp_path: Path) -> None:
    assert load_plan(str(TEMPLATE)).key == "example"
    assert not {"_template", "example"} & set(plan_keys())
    holds(TEMPLATE, tmp_path)


def holds(plan_folder: Path, tmp_path: Path) -> None:
    """Every case of the plan, by the runner of test_plans.py, and a case for every clause that is judged."""
    plan, cases = load_plan(str(plan_folder)), sheet(str(plan_folder))["cases"]
    assert {o.clause for o in plan.obligations if o.check.kind != "reviewed_evidence"} == {c["clause"] for c in cases}
    engine = open_engine()
    create_all(engine)
    for number, case in enumerate(cases):
        records = tmp_path / f"{plan_folder.name}-{number}"
        records.mkdir()
        write(records, rows_of(str(plan_folder), case))
        with engine.connect() as connection, connection.begin() as transaction:
            found = judged(connection, plan, case["clause"], records, {line["as_of"] for line in case["expect"]})
            transaction.rollback()
        for line in case["expect"]:
            verdict = found.get((line["as_of"], line["subject"], line.get("period")))
            assert {**line, **shown(verdict, line)} == {**line, **wanted(line)}, case["title"]
    engine.dispose()


@pytest.mark.parametrize(
    ("key", "title", "city", "says"),
    [
        ("huizhou", "某方案", "某市", "代码“huizhou”已经用过，应另取一个"),
        ("maoming", "某方案", "某市", "代码“maoming”已经用过，应另取一个"),
        ("reported", "某方案", "某市", "代码“reported”已经用过，应另取一个"),
        ("_mine", "某方案", "某市", "代码“_mine”不对：应为小写字母开头"),
        ("梅州", "某方案", "某市", "代码“梅州”不对：应为小写字母开头"),
        ("../x", "某方案", "某市", "代码“../x”不对：应为小写字母开头"),
        ("newtown", " ", "某市", "--title：“ ”不对，应为一行文字"),
        ("newtown", "某方案", "某\n市", "--city：“某\n市”不对，应为一行文字"),
    ],
)
def test_what_cannot_be_a_new_plan_is_refused_and_nothing_is_left(key: str, title: str, city: str, says: str) -> None:
    before = sorted(PLANS.iterdir())
    with pytest.raises(PlanInvalid) as error:
        new_plan(key, title, city)
    assert any(line.startswith(says) for line in error.value.findings)
    assert sorted(PLANS.iterdir()) == before
