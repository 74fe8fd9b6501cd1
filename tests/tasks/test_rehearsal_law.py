"""What a rehearsal does not ask again would have said the same: on cities whose values stand on the borders."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from db.directory import Directories
from db.measures.reading import Touched
from db.planstore import load_plan
from policy.events import lines
from policy.notices import Office
from tasks.rehearsal.audience import Entry
from tasks.rehearsal.matters import Matter, Morning
from tasks.rehearsal.play import Rehearsal
from tasks.stateless import asked
from tests.policy.random_city import random_records, with_refs
from tests.policy.random_staff import BORDERS

CITIES = int(os.environ.get("DUBAN_CITIES", "2"))
"""How many are played; `make rehearsals` plays more."""
DAYS = 40
PLAN = load_plan("huizhou")


class Naive(Rehearsal):
    """Every morning everything is asked, everybody looked up and every row decided on, as a round does it."""

    def _office(self, day: date, seen: int, touched: Touched) -> Office:
        self._directories = Directories(self.connection, self.plan.key)
        return super()._office(day, seen, {"units": [], **touched})

    def _measured(self, begun: Iterable[Matter], morning: Morning) -> set[Entry]:
        begun = list(begun)
        super()._measured(begun, replace(morning, turning=self.matters.keys()))
        return {(matter.obligation.key, row) for matter in begun for row in matter.stands}


def played(kind: type[Rehearsal], rows: dict[str, list[object]], first: date, last: date) -> list[str]:
    with asked(PLAN, rows, last) as question:
        rehearsal = kind(question.connection, PLAN, first, last)
        for n in range((last - first).days + 1):
            rehearsal.hold(first + timedelta(days=n))
        return lines(rehearsal.events())


@pytest.mark.parametrize("seed", range(CITIES))
def test_what_is_not_asked_again_would_have_said_the_same(seed: int) -> None:
    rows = with_refs(random_records(seed))
    first = Random(seed).choice(BORDERS) - timedelta(days=20)
    last = first + timedelta(days=DAYS)
    clever, naive = played(Rehearsal, rows, first, last), played(Naive, rows, first, last)
    assert [line for line in naive if line not in set(clever)] == []
    assert [line for line in clever if line not in set(naive)] == []
    assert clever == naive
