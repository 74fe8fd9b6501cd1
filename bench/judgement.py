"""A whole country judged on one day and stored, against the bare floor in the same database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, text

from bench.country import AS_OF
from bench.floor import FLOOR, judge_barely, said_barely
from bench.machine import Spent, Watch, peak_mib
from db import ledger
from db.measures import known
from db.planstore import load_plan
from policy.judge import judge
from policy.plan import Plan

NOW = datetime(2022, 9, 1, tzinfo=UTC)
SAID = "SELECT v.duty, r.status, COUNT(*) FROM verdict v JOIN ruling r ON r.id = v.ruling GROUP BY v.duty, r.status"


@dataclass(frozen=True)
class Judged:
    """`stored` is the number of verdict rows; the floor writes the same number."""

    engine: str
    stored: int
    rulings: int
    bare: Spent
    ours: Spent
    peak_mib: int


def measure(engine: Engine) -> Judged:
    """Raises AssertionError where the floor and the judgement do not say the same, duty by duty."""
    plan = load_plan("huizhou")
    _forget(engine)
    watch = Watch(engine)
    with engine.begin() as connection:
        judge_barely(connection, plan.key)
    bare = watch.spent
    with engine.connect() as connection:
        expected = said_barely(connection)
    _forget(engine)
    watch = Watch(engine)
    stored = judge_and_store(engine, plan)
    ours, peak = watch.spent, peak_mib()
    with engine.connect() as connection:
        said = Counter({(duty, status): count for duty, status, count in connection.execute(text(SAID))})
        rulings = connection.scalar(text("SELECT COUNT(*) FROM ruling"))
    assert said == expected, {key: (said[key], expected[key]) for key in said | expected if said[key] != expected[key]}
    return Judged(engine.dialect.name, stored, rulings, bare, ours, peak)


def judge_and_store(engine: Engine, plan: Plan) -> int:
    """The production path in one transaction: measures, rulings, history; against nothing that stood before."""
    duties = [plan.by_key[key] for key in FLOOR]
    with engine.begin() as connection:
        round_id = ledger.open_round(connection, plan.key, "bench", AS_OF, plan.revision, NOW)
        recorder = ledger.Recorder(connection, plan.key, round_id, ledger.Standing())
        for verdict in judge(plan, known(connection, plan, duties, AS_OF, 2**60), AS_OF):
            recorder.add(verdict)
        recorder.flush()
        ledger.close_round(connection, round_id, recorder.changed, recorder.changed, 0)
    return recorder.changed


def _forget(engine: Engine) -> None:
    empty = "DELETE FROM" if engine.dialect.name == "sqlite" else "TRUNCATE"
    with engine.begin() as connection:
        for table in ("verdict", "ruling", "round"):
            connection.execute(text(f"{empty} {table}"))
