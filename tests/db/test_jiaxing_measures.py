"""The questions of the Jiaxing plan give the same answers on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine

from db.engine import open_engine
from db.intake import import_rows
from db.measures import known, proof
from db.planstore import load_plan
from db.schema import create_all
from policy.judge import judge

D = date
NOW = datetime(2027, 1, 1, tzinfo=UTC)
ALL = 2**60
RECORDS: dict[str, list[dict[str, Any]]] = {
    "units": [
        {"code": "C", "name": "嘉兴市民政局", "kind": "city"},
        {"code": "K", "name": "示例县", "kind": "county", "parent": "C"},
        {"code": "T", "name": "甲镇", "kind": "township", "parent": "K"},
        {"code": "U", "name": "乙镇", "kind": "township", "parent": "K"},
        {"code": "V", "name": "甲村", "kind": "village", "parent": "T"},
        {"code": "A", "name": "某社工中心", "kind": "agency"},
    ],
    "people": [{"code": code, "name": code, "born_on": D(1980, 2, 29)} for code in "pqx"],
    "posts": [
        {"person": "p", "unit": "T", "post": "relief_worker", "starts_on": D(2018, 5, 25), "full_time": True},
        {"person": "q", "unit": "U", "post": "relief_worker", "starts_on": D(2018, 7, 1), "ends_on": D(2019, 6, 30)},
    ],
    "contracts": [
        {"code": "c", "person": "p", "employer": "A", "starts_on": D(2018, 5, 25), "ends_on": D(2021, 5, 24)},
        {"code": "d", "person": "q", "employer": "T", "starts_on": D(2018, 7, 1), "ends_on": D(2019, 6, 30)},
    ],
    "certificates": [{"person": "p", "level": "assistant", "issued_on": D(2018, 1, 1)}],
    "assessments": [
        {
            "code": f"{who}{year}",
            "kind": "worker",
            "subject": who,
            "held_on": D(year, 12, 20),
            "grade": grade,
            "rank": rank,
        }
        | {"population": 2, "assessor": "A"}
        for who, year, grade, rank in (("p", 2018, "不合格", 2), ("p", 2019, "优秀", 2), ("q", 2018, "合格", 1))
    ],
    "funds": [
        {"code": "f1", "unit": "K", "year": 2018, "kind": "worker_transfer", "amount": 4000000, "person": "p"},
        {
            "code": "f2",
            "unit": "K",
            "year": 2018,
            "kind": "worker_transfer",
            "amount": 2000000,
            "person": "q",
            "on": D(2018, 9, 1),
        },
        {
            "code": "f3",
            "unit": "K",
            "year": 2019,
            "kind": "worker_transfer",
            "amount": 5000000,
            "person": "p",
            "on": D(2020, 1, 3),
        },
    ],
    "beneficiaries": [
        {"code": "b1", "village": "V", "category": "低保", "household": "h", "file_on": D(2018, 5, 1)},
        {"code": "b2", "village": "V", "category": "低保", "plan_on": D(2018, 5, 2)},
    ],
    "acts": [
        {"code": "a1", "clause": "JX-3.1-05", "subject": "h", "on": D(2018, 5, 26)},
        {"code": "a2", "clause": "JX-3.1-06", "subject": "b1", "on": D(2018, 5, 20)},
        {"code": "a3", "clause": "JX-2.1-14", "subject": "p", "on": D(2019, 1, 5)},
        {"code": "a4", "clause": "JX-1-02", "subject": "h", "on": D(2018, 6, 1), "verdict": "accepted"},
    ],
    "candidates": [
        {"code": "x", "name": "应聘人", "applied_on": D(2018, 5, 1), "family_in_need": True, "education": "高中"}
        | {"former_post": former, "step": step, "step_on": D(2018, 5, 1)}
        for step, former in (("报名", "village"), ("笔试", None))
    ],
}


def answers(engine: Engine, as_of: date) -> tuple[list[Any], list[Any]]:
    plan = load_plan("jiaxing")
    with engine.connect() as connection:
        verdicts = judge(plan, known(connection, plan, plan.obligations, as_of, ALL), as_of)
        said = sorted((v.key, repr(v.ruling)) for v in verdicts)
        proofs = [(o.key, *map(str, row)) for o in plan.obligations for row in proof(connection, plan, o, as_of, ALL)]
    return said, sorted(proofs)


def test_every_question_of_jiaxing_says_the_same_on_both_engines(engine: Engine) -> None:
    rows = {
        kind: [{**row, "ref": f"{kind}:{row.get('code', n)}:{n}"} for n, row in enumerate(given)]
        for kind, given in RECORDS.items()
    }
    memory = open_engine()
    create_all(memory)
    for one in (engine, memory):
        with one.begin() as connection:
            import_rows(connection, "jiaxing", rows, "test", NOW)
    for day in (D(2018, 5, 25), D(2018, 12, 31), D(2020, 2, 1)):
        said, proofs = answers(engine, day)
        assert (said, proofs) == answers(memory, day)
        assert len(said) > 60
    memory.dispose()
