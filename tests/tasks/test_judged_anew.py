"""A round that judges only what may have changed says what one says that judges everything, whatever came in between."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from given_city import read_city
from sqlalchemy import Engine, text

from db.columns import second_of
from db.engine import open_engine
from db.intake import import_rows
from db.measures import Asker
from db.planstore import load_plan
from db.schema import create_all
from db.undo import BatchBuried, undo
from policy.calendar import civil_day
from policy.plan import Plan
from tasks.rounds import Part, PartReport, hold
from tests.policy.random_city import with_refs
from tests.policy.random_history import RandomHistory

MANY = int(os.environ.get("DUBAN_CITIES", "2"))
ROUNDS = 8
PLAN = load_plan("huizhou")
PLANS = [PLAN, load_plan("suzhou"), load_plan("jiaxing")]
WHOLE = Part("whole", "duty", "全部", PLAN.obligations)
NOON = datetime(2022, 3, 16, 4, tzinfo=UTC)
STANDING = (
    "SELECT duty, subject, period, ruling FROM verdict WHERE ended IS NULL ORDER BY duty, subject, period, ruling"
)
SAID = "SELECT key, state, why_not, text, due, closed_at FROM notice ORDER BY key"


class Office:
    """A ledger, and its records as they came in."""

    def __init__(self, engine: Engine, forgetful: bool = False, plan: Plan = PLAN) -> None:
        self.engine, self.forgetful, self.plan = engine, forgetful, plan
        self.batches: dict[int, int | None] = {}

    def take(self, what: str, number: int, now: datetime, rows: dict[str, Any] | None) -> None:
        with self.engine.begin() as connection:
            if rows is not None:
                found = import_rows(connection, self.plan.key, rows, f"{number}.csv", now)
                self.batches[number] = found.batch
            elif batch := self.batches.pop(number, None):
                with suppress(BatchBuried):
                    undo(connection, self.plan.key, batch, now)

    def hold(self, day: date, now: datetime) -> tuple[PartReport, list[Any], list[Any]]:
        with self.engine.begin() as connection:
            if self.forgetful:
                connection.execute(text("DELETE FROM judged"))
        whole = Part("whole", "duty", "全部", self.plan.obligations)
        report = hold(self.engine, self.plan, whole, day, now)
        with self.engine.connect() as connection:
            return (
                report,
                [tuple(r) for r in connection.execute(text(STANDING))],
                [tuple(r) for r in connection.execute(text(SAID))],
            )


def mornings(rng: Random, instants: list[datetime]) -> list[datetime]:
    """Rounds around what happens: before it, in its second, the same day, the next morning, and after a time off."""
    steps = (timedelta(seconds=-1), timedelta(0), timedelta(hours=2), *(timedelta(days=d) for d in (1, 2, 7, 45)))
    found = {min(instants) - timedelta(days=1), *(rng.choice(instants) + rng.choice(steps) for _ in range(ROUNDS))}
    return sorted(found)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.key)
@pytest.mark.parametrize("seed", range(MANY))
def test_what_nothing_can_have_changed_is_judged_as_it_was(
    engine: Engine, tmp_path: Path, seed: int, plan: Plan
) -> None:
    other = open_engine(f"sqlite:///{tmp_path / 'forgetful.db'}")
    create_all(other)
    offices = [Office(engine, plan=plan), Office(other, forgetful=True, plan=plan)]
    events = list(RandomHistory(seed).events())
    for now in mornings(Random(seed), [event[2] for event in events]):
        while events and second_of(events[0][2]) <= second_of(now):
            what, number, instant, rows = events.pop(0)
            for office in offices:
                office.take(what, number, instant, with_refs(rows) if rows else None)
        one, all_anew = (office.hold(civil_day(now), now) for office in offices)
        assert one[0] == all_anew[0]
        assert one[1] == all_anew[1]
        assert one[2] == all_anew[2]
    other.dispose()


def test_a_record_has_those_judged_anew_whom_it_can_tell_on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    office, rows = Office(engine), read_city().rows
    office.take("import", 0, NOON - timedelta(days=9), rows)
    office.hold(civil_day(NOON), NOON)
    asked = spied(monkeypatch)
    assert office.hold(civil_day(NOON), NOON + timedelta(hours=1))[0].changed == 0
    assert asked == [], "nothing has happened"
    born = [{**rows["people"][0], "born_on": date(1990, 1, 1)}]
    office.take("import", 1, NOON + timedelta(hours=2), {"people": born})
    office.hold(civil_day(NOON), NOON + timedelta(hours=3))
    assert asked == [], "no measure of Huizhou reads when somebody was born"
    worker = next(row for row in rows["posts"] if row["post"] == "deputy_head")
    office.take("import", 2, NOON + timedelta(hours=4), {"posts": [{**worker, "full_time": False}]})
    office.hold(civil_day(NOON), NOON + timedelta(hours=5))
    asked_of = dict(asked)
    assert asked_of["prejob-hours"].codes == {worker["person"]}
    assert "supervisor-establishment" not in asked_of, "she does not supervise"
    assert "people-covered" not in asked_of, "the register of beneficiaries knows no posts"


def test_another_text_has_everything_judged_anew(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(engine)
    office.take("import", 0, NOON - timedelta(days=9), read_city().rows)
    office.hold(civil_day(NOON), NOON)
    asked = spied(monkeypatch)
    house = PLAN.house.model_copy(update={"readings": {**PLAN.house.readings, "A35": "monthly_sum"}})
    hold(engine, PLAN.model_copy(update={"house": house}), WHOLE, civil_day(NOON), NOON)
    assert [scope for _, scope in asked] == [None] * len(PLAN.obligations)


def spied(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What is asked from now on, and of whom."""
    asked: list[tuple[str, Any]] = []
    ask = Asker.ask

    def heard(self: Asker, obligation: Any, as_of: date, seen: int, scope: Any = None) -> Any:
        asked.append((obligation.key, scope))
        return ask(self, obligation, as_of, seen, scope)

    monkeypatch.setattr(Asker, "ask", heard)
    return asked
