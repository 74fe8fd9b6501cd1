"""What a rehearsal does not ask again would have said the same: on cities whose values stand on the borders."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

import pytest
from given_inhibition import HUIZHOU, behind

from db.directory import Directories
from db.measures.reading import Touched
from db.planstore import load_plan
from policy.events import lines
from policy.levers import Key
from policy.office import Office
from policy.plan import Plan
from tasks.rehearsal.play import Rehearsal
from tasks.rehearsal.rulings import Ruled, Rulings, Stretch
from tasks.stateless import asked
from tests.policy.random_city import random_records, with_refs
from tests.policy.random_staff import BORDERS

CITIES = int(os.environ.get("DUBAN_CITIES", "2"))
"""How many are played; `make rehearsals` plays more."""
DAYS = 40
ALL = frozenset({0})
PLAN = load_plan("huizhou")
PLANS = [PLAN, behind(PLAN, HUIZHOU)]


class NaiveRulings(Rulings):
    """Every morning everything is asked."""

    def _turning(self, day: date) -> Mapping[str, frozenset[int]]:
        return dict.fromkeys(self.obligations, ALL)


class Naive(Rehearsal):
    """Every morning everybody is looked up and every row decided on, as a round does it."""

    def _office(self, day: date, touched: Touched) -> Office:
        self._directories = Directories(self.connection, self.plan.key)
        return super()._office(day, {"units": [], **touched})

    def _ruled(self, ruled: Ruled) -> set[Key]:
        super()._ruled(ruled)
        return set(self.verdicts)


def played(
    clever: tuple[type[Rehearsal], type[Rulings]], plan: Plan, rows: dict[str, list[object]], first: date, last: date
) -> list[str]:
    decides, rules = clever
    with asked(plan, rows, last) as question:
        rehearsal = decides(question.connection, Stretch(plan, first, last))
        found = rules(question.connection, rehearsal.stretch)
        for day in rehearsal.stretch.days:
            rehearsal.hold(found.on(day))
        return lines(rehearsal.events())


@pytest.mark.parametrize("plan", PLANS, ids=["as it is", "behind milestones"])
@pytest.mark.parametrize("seed", range(CITIES))
def test_what_is_not_asked_again_would_have_said_the_same(seed: int, plan: Plan) -> None:
    rows = with_refs(random_records(seed))
    first = Random(seed).choice(BORDERS) - timedelta(days=20)
    last = first + timedelta(days=DAYS)
    clever, naive = (played(kinds, plan, rows, first, last) for kinds in ((Rehearsal, Rulings), (Naive, NaiveRulings)))
    assert [line for line in naive if line not in set(clever)] == []
    assert [line for line in clever if line not in set(naive)] == []
    assert clever == naive
