"""Whatever happens to a small city and its sender, in whatever order, the promises hold: section 3.10 of the reference.

`make chaos` lives many more lives than `make test`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from living_city import World, wrongs

from db.receipts import Heard

LIVES, LENGTH = int(os.environ.get("DUBAN_CHAOS", "5")), 20
DAYS = st.integers(1, 12)


class Life(RuleBasedStateMachine):
    @initialize(first=st.dates(date(2021, 11, 22), date(2021, 12, 28)))
    def begins(self, first: date) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.world = World(self.folder, first)
        self.world.live()

    @rule()
    def a_morning(self) -> None:
        self.world.live()

    @rule(days=DAYS)
    def nobody_comes_to_work(self, days: int) -> None:
        self.world.today += timedelta(days=days)

    @rule(after=st.integers(0, 3), kept=st.booleans())
    def the_sender_is_killed(self, after: int, kept: bool) -> None:
        """Before or after the other side took the message in hand."""
        self.world.kill_after, self.world.kept = after, kept
        self.world.live()
        self.world.kill_after = None

    @rule(minutes=st.integers(1, 600))
    def another_tick(self, minutes: int) -> None:
        self.world.today -= timedelta(days=1)
        self.world.send(later=timedelta(minutes=minutes))
        self.world.today += timedelta(days=1)

    @rule()
    def a_station_is_built(self) -> None:
        self.world.build_station()

    @rule(hours=st.sampled_from([10, 16]))
    def a_visit_is_recorded_or_corrected(self, hours: int) -> None:
        self.world.visit(hours)

    @rule()
    def the_station_has_another_head(self) -> None:
        self.world.change_head()

    @rule()
    def a_worker_is_trained(self) -> None:
        self.world.train()

    @rule(what=st.sampled_from(["extend", "waive", "urge", "handover"]), days=DAYS)
    def somebody_decides(self, what: str, days: int) -> None:
        self.world.decide(what, days)

    @rule(which=st.integers(0, 50), status=st.sampled_from([Heard.DELIVERED, Heard.FAILED]), times=st.integers(1, 2))
    def a_report_comes_late_or_twice(self, which: int, status: Heard, times: int) -> None:
        for _ in range(times):
            self.world.report(which, status)

    @invariant()
    def every_promise_holds(self) -> None:
        assert wrongs(self.world) == []

    def teardown(self) -> None:
        self.world.close()
        shutil.rmtree(self.folder, ignore_errors=True)


Life.TestCase.settings = examples(
    max_examples=LIVES, stateful_step_count=LENGTH, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLife = Life.TestCase
