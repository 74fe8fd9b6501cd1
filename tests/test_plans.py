"""Every plan loads and holds its own cases; a plan with a planted fault is refused with file, place and cure."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Connection, Engine

from db.engine import open_engine
from db.intake import import_rows
from db.measures import QUESTIONS, known
from db.planstore import PLANS, load_plan, plan_keys
from db.schema import create_all
from policy.errors import PlanInvalid
from policy.judge import judge
from policy.plan import Obligation, Plan
from policy.records import KINDS
from policy.soundness import errors
from policy.verdict import Verdict
from tasks.intake import read_records

NOW = datetime(2027, 1, 1, tzinfo=UTC)
FOR_EVER = 2**60
Rows = dict[str, list[dict[str, Any]]]
# Every plan that is judged; what newspapers reported is not.
JUDGED_BY_CASES = tuple(key for key in plan_keys() if not key.startswith("reported"))


@cache
def sheet(plan: str) -> Any:
    path = PLANS / plan / "cases.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {"base": {}, "cases": []}


def cases() -> Iterator[Any]:
    for plan in JUDGED_BY_CASES:
        for case in sheet(plan)["cases"]:
            yield pytest.param(plan, case, id=f"{case['clause']} {case['title']}")


def repeated(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """`times: 30` stands for thirty rows, `{n}` in them for 1 to 30."""
    for n in range(1, row.get("times", 1) + 1):
        yield {k: v.replace("{n}", str(n)) if isinstance(v, str) else v for k, v in row.items() if k != "times"}


def rows_of(plan: str, case: dict[str, Any]) -> Rows:
    """The base city with what is given on top; a row of the base with the same code is changed, not doubled."""
    rows: Rows = {kind: [dict(row) for row in base] for kind, base in sheet(plan)["base"].items()}
    for kind, given in (case.get("given") or {}).items():
        mine = rows.setdefault(kind, [])
        for row in chain.from_iterable(map(repeated, given)):
            same = next((r for r in mine if KINDS[kind].key == ("code",) and r["code"] == row["code"]), None)
            if same is None:
                mine.append(dict(row))
            else:
                same.update(row)
    return {kind: rows.get(kind, []) for kind in KINDS if kind not in case.get("without", ())}


def write(folder: Path, rows: Rows) -> None:
    for kind, lines in rows.items():
        required = [column.name for column in KINDS[kind].fields if column.required]
        header = list(dict.fromkeys([*required, *(name for line in lines for name in line)]))
        with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header)
            writer.writeheader()
            writer.writerows(lines)


@pytest.fixture(scope="module")
def ledger() -> Iterator[Engine]:
    engine = open_engine()
    create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(ledger: Engine) -> Iterator[Connection]:
    """An empty ledger in memory: whatever a case brings is rolled back."""
    with ledger.connect() as opened, opened.begin() as transaction:
        yield opened
        transaction.rollback()


def judged(
    connection: Connection, plan: Plan, clause: str, folder: Path, days: set[date]
) -> dict[tuple[date, str, str | None], Verdict]:
    """Verdicts on one clause through the real reader, ledger and measures, by day, subject and period."""
    obligations = [o for o in plan.obligations if o.clause == clause]
    import_rows(connection, plan.key, read_records(folder).rows, "cases", NOW)
    return {
        (day, v.subject, v.period.label if v.period else None): v
        for day in days
        for v in judge(plan, known(connection, plan, obligations, day, FOR_EVER), day)
    }


def shown(verdict: Verdict | None, line: dict[str, Any]) -> dict[str, Any]:
    """What the verdict says of the fields that the case speaks of."""
    if verdict is None:
        # A row that does not apply may be left out (contract 2).
        return {"status": "not_applicable"}
    ruling = verdict.ruling
    values = {
        "status": ruling.status.value,
        "due": ruling.due,
        "days_late": ruling.days_late(line["as_of"]),
        "done_on": ruling.done_on,
        "measured": ruling.measured,
        "required": ruling.required,
        "flags": [flag.value for flag in ruling.flags],
        "phase_state": ruling.phase_state,
    }
    return {name: values[name] for name in line if name in values}


def wanted(line: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in line.items() if name not in ("as_of", "subject", "period")}
    return said | {name: str(said[name]) for name in ("measured", "required") if name in said}


@pytest.mark.parametrize(("key", "case"), list(cases()))
def test_each_case_is_judged_as_it_says(key: str, case: dict[str, Any], tmp_path: Path, connection: Connection) -> None:
    plan = load_plan(key, {name: str(value) for name, value in case.get("set", {}).items()})
    write(tmp_path, rows_of(key, case))
    found = judged(connection, plan, case["clause"], tmp_path, {line["as_of"] for line in case["expect"]})
    said = [
        {**line, **shown(found.get((line["as_of"], line["subject"], line.get("period"))), line)}
        for line in case["expect"]
    ]
    assert said == [{**line, **wanted(line)} for line in case["expect"]]


@pytest.mark.parametrize("key", JUDGED_BY_CASES)
def test_every_clause_the_program_judges_has_a_case(key: str) -> None:
    counted = {o.clause for o in load_plan(key).obligations if o.check.kind != "reviewed_evidence"}
    assert counted == {case["clause"] for case in sheet(key)["cases"]}


UNDATED = ("reviewed_evidence", "decision", "amount_cap")
"""Judged as they stand, also where they come back every year."""


@pytest.mark.parametrize("key", JUDGED_BY_CASES)
def test_every_dated_clause_has_a_case_on_the_day_before_its_last_day_on_it_and_after(key: str) -> None:
    days: dict[str, set[date]] = {}
    for case in sheet(key)["cases"]:
        days.setdefault(case["clause"], set()).update(line["as_of"] for line in case["expect"])
    for obligation in load_plan(key).obligations:
        if obligation.check.kind not in UNDATED and (obligation.due or obligation.every):
            around = [
                {(day - due).days for day in days[obligation.clause]}
                for due in dues(obligation, max(days[obligation.clause]))
            ]
            assert any({-1, 0, 1} <= seen for seen in around), obligation.clause


def dues(obligation: Obligation, until: date) -> list[date]:
    if obligation.every:
        return [period.due for period in obligation.every.begun_by(until)]
    return [obligation.due] if obligation.due else []


@pytest.mark.parametrize("key", plan_keys())
def test_every_plan_loads_and_holds_together(key: str) -> None:
    plan = load_plan(key)
    assert errors(plan) == []
    assert plan.key == key


@pytest.mark.parametrize("key", plan_keys())
def test_every_clause_is_judged_or_left_out_with_its_reason(key: str) -> None:
    plan = load_plan(key)
    placed = {o.clause for o in plan.obligations} | plan.not_run.keys()
    assert placed == plan.clause_of.keys()
    assert all(reason.endswith("。") for reason in plan.not_run.values())


@pytest.mark.parametrize("key", plan_keys())
def test_everything_a_plan_asks_has_a_question(key: str) -> None:
    assert {o.check.asks for o in load_plan(key).obligations} <= QUESTIONS.keys()


# Planted faults: a copy of the plan with one thing wrong.


def planted(tmp_path: Path, file: str, old: str, new: str) -> list[str]:
    folder = tmp_path / "huizhou"
    shutil.copytree(PLANS / "huizhou", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{file} no longer holds {old}"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanInvalid) as refused:
        load_plan("huizhou", root=tmp_path)
    return refused.value.findings


STATION_BUILT = "starts: 2021-05-06, due: 2021-12-31, records: [units]"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "plan.yaml",
            STATION_BUILT,
            STATION_BUILT.replace("due:", "dueday:"),
            ["huizhou/plan.yaml 第", "obligations.station-built", "dueday：不认识这一项，请删去或改正拼写"],
        ),
        (
            "plan.yaml",
            STATION_BUILT,
            STATION_BUILT.replace("12-31", "02-30"),
            ["huizhou/plan.yaml 第", "2021-02-30", "真实存在的日子"],
        ),
        (
            "plan.yaml",
            "who: [township, county_bureau, city_bureau], escalation: D",
            "who: [mayor], escalation: D",
            ["huizhou/plan.yaml 第", "obligations.station-built.who", "应为以下之一", "mayor"],
        ),
        ("plan.yaml", "escalation: D", "escalation: Z", ["huizhou/plan.yaml 第", "escalation", "没有名为Z的上报链"]),
        (
            "plan.yaml",
            "clause: HZ-3-01,",
            "clause: HZ-3-99,",
            ["huizhou/plan.yaml 第", "obligations.station-built.clause：没有条款HZ-3-99，应为"],
        ),
        ("plan.yaml", "clause: HZ-3-01,", "", ["huizhou/plan.yaml 第", "obligations.station-built.clause：缺少这一项"]),
        (
            "plan.yaml",
            "  HZ-2.3-02:",
            "  HZ-2.3-99:",
            ["huizhou/clauses.yaml 第", "HZ-2.3-02：没有安排，应写一条 obligation 或在 not_run 写明原因"],
        ),
        (
            "plan.yaml",
            "phase: setup, starts: 2021-05-06",
            "phase: setups, starts: 2021-05-06",
            ["huizhou/plan.yaml 第", "obligations.station-built.phase：没有名为“setups”的阶段"],
        ),
        (
            "plan.yaml",
            "records: [units], who",
            "records: [unit], who",
            ["huizhou/plan.yaml 第", "obligations.station-built.records：没有“unit”这种记录，应为：units"],
        ),
        (
            "plan.yaml",
            "{kind: done_by, asks: station_opened",
            "{kind: done, asks: station_opened",
            ["huizhou/plan.yaml 第", "obligations.station-built.check：应为以下之一", "done"],
        ),
        (
            "plan.yaml",
            "{key: station-built, clause",
            "{key: station-built, key: station-built, clause",
            ["huizhou/plan.yaml 第", "“key”写了两次"],
        ),
        (
            "plan.yaml",
            "{key: village-covered, clause",
            "{key: station-built, clause",
            ["huizhou/plan.yaml 第", "obligations.station-built：写了2次，应只写一次"],
        ),
        (
            "plan.yaml",
            "rule: FREQ=MONTHLY;BYMONTHDAY=-1",
            "rule: FREQ=MONTHLY;BYMONTHDAY=31",
            ["huizhou/plan.yaml 第", "obligations.monthly-supervision.every.rule：", "BYMONTHDAY=-1"],
        ),
        (
            "plan.yaml",
            "starts: 2021-06-01, ends: 2021-06-30",
            "starts: 2021-05-30, ends: 2021-06-30",
            ["huizhou/plan.yaml 第", "phases.setup.starts：与上一阶段重叠，应在2021-05-30之后开始"],
        ),
        ("plan.yaml", "key: huizhou", "key: huizhou\nmood: good", ["huizhou/plan.yaml 第", "mood：不认识这一项"]),
        ("plan.yaml", "phases:\n", "phases: [\n", ["huizhou/plan.yaml 第", "写法有误"]),
        (
            "clauses.yaml",
            "force: should",
            "force: perhaps",
            ["huizhou/clauses.yaml 第", "HZ-0-01.force：应为以下之一", "perhaps"],
        ),
        ("clauses.yaml", "  title: 五类专业服务\n", "", ["huizhou/clauses.yaml 第", "HZ-1-01.title：缺少这一项"]),
        (
            "house.yaml",
            "A41: exact\n",
            "A41: about\n",
            ["huizhou/house.yaml 第", "readings.A41：“about”不是可选的读法，应为：exact、minimum"],
        ),
        (
            "house.yaml",
            "A41: exact\n",
            "A41: exact\n  A99: x\n",
            ["huizhou/house.yaml 第", "reading_values.A99：没有列出这一读法的可选值"],
        ),
        (
            "house.yaml",
            'closes: "18:00"',
            "closes: 18:00",
            ["huizhou/house.yaml 第", "windows.email.closes：时刻要加引号"],
        ),
        (
            "house.yaml",
            "yellow_days: 10",
            "yellow_days: soon",
            ["huizhou/house.yaml 第", "yellow_days：应为整数（写的是“soon”）"],
        ),
        (
            "house.yaml",
            "reason: assigned",
            "reason: assign",
            ["huizhou/house.yaml 第", "ladder.0.reason：应为以下之一，最像的是 assigned（交办）"],
        ),
        (
            "house.yaml",
            "channel: email",
            "channel: fax",
            ["huizhou/house.yaml 第", "channel：没有“fax”的发送时段，应为：email、sms"],
        ),
    ],
)
def test_a_planted_fault_is_refused_with_file_place_and_cure(
    file: str, old: str, new: str, says: list[str], tmp_path: Path
) -> None:
    found = planted(tmp_path, file, old, new)
    assert any(all(word in line for word in says) for line in found), found


def test_a_missing_file_and_an_unknown_plan_are_named(tmp_path: Path) -> None:
    shutil.copytree(PLANS / "huizhou", tmp_path / "huizhou")
    (tmp_path / "huizhou" / "house.yaml").unlink()
    with pytest.raises(PlanInvalid, match=r"huizhou/house\.yaml：缺少这个文件"):
        load_plan("huizhou", root=tmp_path)
    with pytest.raises(PlanInvalid, match=r"没有名为“atlantis”的方案；现有：.*huizhou"):
        load_plan("atlantis")


def test_a_value_set_for_one_call_is_checked_like_one_in_the_file() -> None:
    assert load_plan("huizhou", {"readings.A41": "minimum"}).house.readings["A41"] == "minimum"
    assert load_plan("huizhou").house.readings["A41"] == "exact"
    with pytest.raises(PlanInvalid, match=r"house\.yaml 里没有这一项"):
        load_plan("huizhou", {"readings.A77": "x"})
    with pytest.raises(PlanInvalid, match="不是可选的读法"):
        load_plan("huizhou", {"readings.A41": "about"})
