"""Which verdicts turn when something becomes known: those and only those of which a full judgement says another status."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from given_amendments import amended_huizhou
from given_city import read_city
from sqlalchemy import Connection, Engine

from db.columns import second_of
from db.engine import open_engine
from db.intake import import_rows
from db.news import news, origins
from db.planstore import load_plan
from db.schema import create_all
from db.undo import BatchBuried, undo
from policy.differences import differences
from policy.words import Status
from tasks.stateless import Question, opened, verdicts
from tasks.turned import Turned, turned, turned_objects
from tests.policy.oracle.replay import name_of
from tests.policy.random_history import RandomHistory

PLAN = load_plan("huizhou")
OPENED = datetime(2022, 6, 1, tzinfo=UTC)


def played(connection: Connection, seed: int) -> list[tuple[datetime, datetime]]:
    """One history taken into the ledger: the instants before and after each event that changed something."""
    batches: dict[int, int] = {}
    instants: list[datetime] = []
    for what, number, now, records in RandomHistory(seed).events():
        if what == "import":
            rows = {kind: [{**row, "ref": "/".join(name_of(kind, row))} for row in records[kind]] for kind in records}
            if batch := import_rows(connection, PLAN.key, rows, f"{number}.csv", now).batch:
                batches[number] = batch
                instants.append(now)
        elif number in batches and taken_back(connection, batches[number], now):
            instants.append(now)
    ordered = sorted(set(instants))
    return list(pairwise(ordered))


def taken_back(connection: Connection, batch: int, now: datetime) -> bool:
    try:
        with connection.begin_nested():
            undo(connection, PLAN.key, batch, now)
    except (LookupError, BatchBuried):
        return False
    return True


def in_full(question: Question, before: int) -> dict[Any, Any]:
    """The same by judging everything twice."""
    was, now = (list(verdicts(one, PLAN.obligations)) for one in (replace(question, seen=before), question))
    return {one.key: one.turn for one in differences(was, now) if one.is_turned}


def by_key(found: list[Turned]) -> dict[Any, Any]:
    return {one.difference.key: one.difference.turn for one in found}


def test_both_engines_say_the_same(engine: Engine) -> None:
    with engine.begin() as connection:
        for before, after in played(connection, 3):
            question = opened(connection, PLAN, date(2022, 12, 31), after)
            assert by_key(turned(question, second_of(before))) == in_full(question, second_of(before))


def test_a_decision_that_moves_what_has_begun_to_an_amendment_turns_it(tmp_path: Path) -> None:
    plan = load_plan(str(amended_huizhou(tmp_path)))
    moved = "code,clause,subject,on,item,by,verdict\n1,HZ-XG1,V4,2022-05-10,village-covered,C,\n"
    engine = open_engine()
    create_all(engine)
    with engine.begin() as connection:
        import_rows(connection, plan.key, read_city().rows, "city", OPENED)
        import_rows(connection, plan.key, read_city(acts=moved).rows, "acts.csv", OPENED + timedelta(days=1))
        found = turned(opened(connection, plan, date(2023, 1, 10)), second_of(OPENED), ["HZ-3-02"], ["V4"])
    engine.dispose()
    (one,) = found
    assert one.difference.turn == (Status.NOT_MET, Status.NOT_YET_DUE)
    assert "acts:1" in {cause.ref for cause in one.causes}


@pytest.mark.parametrize("seed", range(4))
def test_what_is_asked_again_finds_every_turn_that_a_full_judgement_finds(seed: int) -> None:
    engine = open_engine()
    create_all(engine)
    turns = 0
    with engine.begin() as connection:
        for before, after in played(connection, seed):
            question = opened(connection, PLAN, date(2022, 12, 31), after)
            found = turned(question, second_of(before))
            assert by_key(found) == in_full(question, second_of(before))
            learned = set(news(connection, PLAN.key, second_of(before), second_of(after)))
            assert all(one.causes and learned.issuperset(one.causes) for one in found)
            turns += len(found)
    engine.dispose()
    assert turns > 20


def test_clauses_and_subjects_narrow_and_the_objects_name_batch_and_file() -> None:
    engine = open_engine()
    create_all(engine)
    with engine.begin() as connection:
        before, after = max(played(connection, 1), key=lambda span: span[1] - span[0])
        question = opened(connection, PLAN, date(2022, 12, 31), after)
        every = turned(question, second_of(before))
        clause, subject = every[0].difference.clause, every[0].difference.subject
        of_clause = [one for one in every if one.difference.clause == clause]
        of_subject = [one for one in every if one.difference.subject == subject]
        assert turned(question, second_of(before), [clause]) == of_clause
        assert turned(question, second_of(before), (), [subject]) == of_subject
        batches = origins(connection, PLAN.key)
        objects = turned_objects(question, every, batches)
        without = turned_objects(question, every[:1], {})
    engine.dispose()
    said = {(one["batch"], one["source"]) for each in objects for one in each["records"]}
    assert said
    assert said <= {(number, batch.source) for number, batch in batches.items()}
    assert {(one["batch"], one["source"]) for one in without[0]["records"]} == {(None, None)}
