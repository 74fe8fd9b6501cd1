"""A whole country judged on one day and stored, against the bare floor in the same database; and judged once more after
one record in a thousand has come to be known otherwise."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from bench.country import AS_OF, correct
from bench.floor import FLOOR, judge_barely, said_barely
from bench.machine import Spent, Watch, peak_mib
from db import ledger
from db.columns import second_of
from db.planstore import load_plan
from policy.plan import Plan
from tasks.anew import before, judge_anew
from tasks.rounds import write_verdicts

NOW = datetime(2022, 9, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SAID = (
    "SELECT v.duty, r.status, COUNT(*) FROM verdict v JOIN ruling r ON r.id = v.ruling WHERE v.ended IS NULL "
    "GROUP BY v.duty, r.status"
)


@dataclass(frozen=True)
class Judged:
    """`stored` is the number of verdict rows; the floor writes the same number. `again` is the judgement after `touched`
    records have been corrected, which turned `turned` verdicts."""

    engine: str
    stored: int
    rulings: int
    bare: Spent
    ours: Spent
    peak_mib: int
    touched: int
    turned: int
    again: Spent


def measure(engine: Engine) -> Judged:
    """Raises AssertionError where the floor and the judgement do not say the same, duty by duty, or where judging again
    says something else than judging all."""
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
    stored = judge_and_store(engine, plan, NOW)
    ours, peak = watch.spent, peak_mib()
    said = _said(engine)
    assert said == expected, {key: (said[key], expected[key]) for key in said | expected if said[key] != expected[key]}
    touched = correct(engine, plan.key, second_of(LATER))
    watch = Watch(engine)
    turned = judge_and_store(engine, plan, LATER)
    again, said = watch.spent, _said(engine)
    with engine.connect() as connection:
        rulings = int(connection.execute(text("SELECT COUNT(*) FROM ruling")).scalar_one())
    _forget(engine)
    judge_and_store(engine, plan, LATER)
    assert said == _said(engine)
    return Judged(engine.dialect.name, stored, rulings, bare, ours, peak, touched, turned, again)


def judge_and_store(engine: Engine, plan: Plan, now: datetime) -> int:
    """The production path in one transaction: measures, rulings, history; one obligation after the other."""
    former = before(engine, plan.key, list(FLOOR), AS_OF, now)
    changed = 0
    with engine.begin() as connection:
        round_id = ledger.open_round(connection, plan.key, "bench", AS_OF, plan.revision, now)
        for duty in FLOOR:
            found = judge_anew(connection, plan, [plan.by_key[duty]], AS_OF, second_of(now), former)
            changed += write_verdicts(connection, plan, found, round_id)
        ledger.close_round(connection, round_id, changed, changed, 0)
    return changed


def _said(engine: Engine) -> Counter[tuple[str, str]]:
    with engine.connect() as connection:
        return Counter({(duty, status): count for duty, status, count in connection.execute(text(SAID))})


def _forget(engine: Engine) -> None:
    empty = "DELETE FROM" if engine.dialect.name == "sqlite" else "TRUNCATE"
    with engine.begin() as connection:
        for table in ("verdict", "ruling", "round", "judged"):
            connection.execute(text(f"{empty} {table}"))
