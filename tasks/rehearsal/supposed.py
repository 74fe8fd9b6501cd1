"""What a rehearsal assumes of each duty, and since when each subject has been there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from db.measures.beginnings import subjects_began
from db.work_calendar import work_calendar
from policy.assumption import Assumption, Assumptions, Behaviour
from policy.judge import Measured
from policy.plan import Plan
from policy.words import SubjectKind


class Supposed:
    """`seen`: by what was known then. On which day a subject began does not depend on who asks when."""

    def __init__(self, connection: Connection, plan: Plan, assumed: Assumptions, seen: int) -> None:
        self._connection, self._plan, self._assumed, self._seen = connection, plan, assumed, seen
        self._calendar = work_calendar(plan.house)
        self._beginnings: dict[SubjectKind, dict[str, date]] = {}

    def of_duty(self, key: str) -> Assumption | None:
        return self._assumption(self._assumed.duties.get(key))

    def of_stage(self, key: str) -> Assumption | None:
        return self._assumption(self._assumed.stages.get(key))

    def _assumption(self, behaviour: Behaviour | None) -> Assumption | None:
        return Assumption(behaviour, self._calendar) if behaviour else None

    def began(self, kind: SubjectKind) -> dict[str, date]:
        if kind not in self._beginnings:
            self._beginnings[kind] = subjects_began(self._connection, self._plan.key, kind, self._seen)
        return self._beginnings[kind]

    def instead(self, wording: str, measured: Measured) -> Measured:
        """What was counted for a wording, with what is assumed in its place."""
        duty = wording.partition("@")[0]
        assumption = self.of_duty(duty)
        if assumption is None:
            return measured
        began = measured.began or self.began(self._plan.by_key[duty].subject)
        return replace(measured, began=began, assumed=assumption)
