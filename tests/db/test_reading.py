"""A statement reads of the records what its words tell: what they do not name may as well not be there."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from db.changes import STARTS
from db.intake import RECORDS
from db.measures import Asker, question_of
from db.measures.reading import OWN_KIND, Reading, Touch, readings
from db.measures.scope import reads
from db.planstore import load_plan
from policy.plan import Obligation, Plan
from tasks.stateless import LAST_KNOWN, Question, asked
from tests.policy.random_city import judging_days, random_records, with_refs

PLANS = [load_plan(name) for name in ("huizhou", "suzhou", "jiaxing")]
UNDATED = ", ".join(f"{column} = NULL" for column in STARTS["units"])


def rows_of(question: Question, plan: Plan, obligation: Obligation) -> list[str]:
    asker = Asker(question.connection, plan)
    return sorted(map(repr, asker.ask(obligation, question.as_of, LAST_KNOWN)))


def forget(connection: Connection, read: dict[str, Reading]) -> None:
    """Takes away every record that the statement is said not to read, and the days of such units."""
    for kind, model in RECORDS.items():
        reading, own = read.get(kind, Reading(frozenset(), frozenset())), OWN_KIND.get(kind)
        if reading.own is None:
            continue
        named = ", ".join(f"'{word}'" for word in sorted(reading.own))
        others = f"{own} IS NULL OR {own} NOT IN ({named})" if own and kind in read else "1 = 1"
        forgotten = f"UPDATE unit SET {UNDATED}" if kind == "units" and kind in read else f'DELETE FROM "{model.name}"'
        connection.execute(text(f"{forgotten} WHERE {others}"))


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.key)
@pytest.mark.parametrize("seed", range(3))
def test_what_a_statement_does_not_name_changes_no_answer(seed: int, plan: Plan) -> None:
    with asked(plan, with_refs(random_records(seed)), judging_days(seed)[0]) as question:
        for obligation in plan.obligations:
            before = rows_of(question, plan, obligation)
            with question.connection.begin_nested() as savepoint:
                forget(question.connection, reads(obligation, question_of(plan, obligation)))
                assert rows_of(question, plan, obligation) == before, obligation.key
                savepoint.rollback()


@pytest.mark.parametrize(
    ("said", "minds"),
    [
        ("p.post IN ('supervisor')", False),
        ("p.post = 'service'", True),
        ("p.post NOT IN ('intern')", True),
        ("p.post <> 'intern'", True),
        ("p.unit = 'S1'", True),
    ],
)
def test_of_posts_those_are_read_that_are_named_and_all_where_some_are_left_out(said: str, minds: bool) -> None:
    read = readings(f"WITH posts AS (SELECT 1) SELECT p.post FROM posts p WHERE {said} AND p.starts <= :as_of")
    assert read["posts"].minds(Touch(("W1", "S1"), "service", dates=("starts_on",))) is minds
