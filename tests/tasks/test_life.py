"""Whatever happens to a small city and its sender, in whatever order, the promises hold: section 3.10 of the reference.

`make chaos` lives on until so many things have gone wrong on each engine, and says how far it is.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from living_city import World, wrongs

from db.receipts import Heard

LIVES, LENGTH = 5, 20
INJECTIONS = int(os.environ.get("DUBAN_CHAOS", "10000")) // 2
"""On each of two engines."""
DAYS = st.integers(1, 12)


class Life(RuleBasedStateMachine):
    """A `server` is the PostgreSQL it lives in. `injected` counts what really happened to it, by kind, mornings apart."""

    def __init__(self, server: str | None, injected: Counter[str]) -> None:
        super().__init__()
        self.server, self.injected = server, injected

    @initialize(first=st.dates(date(2021, 11, 22), date(2021, 12, 28)))
    def begins(self, first: date) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.world = World(self.folder, first, self.server)
        self.world.live()

    @rule()
    def a_morning(self) -> None:
        self.world.live()

    @rule(days=DAYS)
    def nobody_comes_to_work(self, days: int) -> None:
        self.injected["outage"] += 1
        self.world.today += timedelta(days=days)

    @rule(after=st.integers(0, 3), kept=st.booleans())
    def the_sender_is_killed(self, after: int, kept: bool) -> None:
        """Before or after the other side took the message in hand."""
        before = self.world.kills
        self.world.kill_after, self.world.kept = after, kept
        self.world.live()
        self.world.kill_after = None
        self.injected["kill"] += self.world.kills - before

    @rule(minutes=st.integers(1, 600))
    def another_tick(self, minutes: int) -> None:
        self.world.today -= timedelta(days=1)
        self.world.send(later=timedelta(minutes=minutes))
        self.world.today += timedelta(days=1)

    @rule()
    def a_station_is_built(self) -> None:
        self.injected["station"] += 1
        self.world.build_station()

    @rule(hours=st.sampled_from([10, 16]))
    def a_visit_is_recorded_or_corrected(self, hours: int) -> None:
        self.injected["visit"] += 1
        self.world.visit(hours)

    @rule()
    def the_station_has_another_head(self) -> None:
        self.injected["head"] += not self.world.head_left
        self.world.change_head()

    @rule()
    def a_worker_is_trained(self) -> None:
        self.injected["training"] += 1
        self.world.train()

    @rule(what=st.sampled_from(["extend", "waive", "urge", "handover"]), days=DAYS)
    def somebody_decides(self, what: str, days: int) -> None:
        self.injected[what] += self.world.decide(what, days)

    @rule(which=st.integers(0, 50), status=st.sampled_from([Heard.DELIVERED, Heard.FAILED]), times=st.integers(1, 2))
    def a_report_comes_late_or_twice(self, which: int, status: Heard, times: int) -> None:
        self.injected[status] += bool(self.world.sendings)
        for _ in range(times):
            self.world.report(which, status)

    @invariant()
    def every_promise_holds(self) -> None:
        assert wrongs(self.world) == []

    def teardown(self) -> None:
        self.world.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def lives(server: str | None, number: int, injected: Counter[str]) -> None:
    bounds = examples(
        max_examples=number, stateful_step_count=LENGTH, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(lambda: Life(server, injected), settings=bounds)


def test_whatever_happens_to_a_city_every_promise_holds(server: str | None) -> None:
    lives(server, LIVES, Counter())


@pytest.mark.chaos
def test_thousands_of_things_go_wrong_and_every_promise_holds(server: str | None) -> None:
    injected: Counter[str] = Counter()
    began, named = time.monotonic(), "PostgreSQL" if server else "SQLite"
    while injected.total() < INJECTIONS:
        lives(server, 10, injected)
        minutes, seconds = divmod(int(time.monotonic() - began), 60)
        said = ", ".join(f"{kind} {number}" for kind, number in sorted(injected.items()))
        print(
            f"{named}: {injected.total()}/{INJECTIONS} in {minutes}:{seconds:02d} ({said})",
            file=sys.__stderr__,
            flush=True,
        )
