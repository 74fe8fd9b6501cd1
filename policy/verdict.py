"""What is said of a measure (a ruling), and of a subject (a verdict).

A ruling knows the numbers, the dates and the sentence, but not whom they are about: subjects with equal measures share
one ruling, which is why 200,000 workers are judged at the speed of their distinct sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from policy.recurrence import Period
from policy.words import LIGHTS, Flag, Force, Light, Status, SubjectKind


@dataclass(frozen=True, slots=True)
class Alternative:
    """What another reading of the text would say of the same records; `note` is the id of the ambiguity (A35)."""

    note: str
    reading: str
    measured: str | None
    required: str | None
    status: Status


class Ruling(NamedTuple):
    """`due` and `done_on` are civil dates; numbers are decimal strings or exact fractions (contract 2)."""

    status: Status
    why: str
    due: date | None = None
    done_on: date | None = None
    measured: str | None = None
    required: str | None = None
    percent: str | None = None
    unit: str | None = None
    flags: tuple[Flag, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    phase_state: str | None = None

    def days_late(self, as_of: date) -> int:
        """Whole days after `due`: to `as_of` while not met, to the day of completion when met late, 0 otherwise."""
        if self.due is None:
            return 0
        if self.status is Status.MET_LATE and self.done_on:
            return (self.done_on - self.due).days
        if self.status is Status.NOT_MET:
            # What is wrong before its day (a start too early) is not late yet.
            return max(0, (as_of - self.due).days)
        return 0

    def light(self, as_of: date, soon: int = 5) -> Light:
        """Red, yellow or green; an open duty turns yellow `soon` civil days before its due date."""
        if self.status is Status.NOT_YET_DUE and self.due and (self.due - as_of).days <= soon:
            return Light.YELLOW
        return LIGHTS[self.status]

    def flagged(self, *flags: Flag) -> Ruling:
        return self._replace(flags=tuple(sorted({*self.flags, *flags}))) if flags else self

    def weighed(self, alternatives: tuple[Alternative, ...], always: bool = False) -> Ruling:
        """The same ruling, flagged for a human where another reading gives another status (contract 2)."""
        differs = any(other.status is not self.status for other in alternatives)
        if not (differs or always):
            return self
        return self.flagged(Flag.NEEDS_RULING)._replace(alternatives=alternatives)


@dataclass(frozen=True, slots=True)
class Case:
    """The circumstances of one judgement: everything beside the measure itself.

    `due` is that of the obligation or period; a measure may bring a relative one. `excused` says that an approved
    exception covers this subject on `as_of`; `dated_by_house` that the office, not the text, set the date.
    """

    as_of: date
    force: Force
    starts: date | None = None
    due: date | None = None
    period: Period | None = None
    excused: bool = False
    readings: Mapping[str, str] = field(default_factory=dict)
    plaque_days: int = 0
    dated_by_house: bool = False

    def reading(self, note: str) -> str:
        return self.readings[note]


class Subject(NamedTuple):
    """`unit` is the code of the unit the subject belongs to; None where it is nobody's."""

    kind: SubjectKind
    code: str
    name: str
    unit: str | None


class Verdict(NamedTuple):
    """One ruling on one subject in one period of one obligation (`duty` is its key in the plan).

    `amendment` is the key of the amendment by whose wording it was judged, None for the base text. A tuple, because a country has three million of them and a frozen dataclass takes three times as long to make.
    """

    duty: str
    clause: str
    kind: SubjectKind
    subject: str
    period: Period | None
    ruling: Ruling
    amendment: str | None = None

    @property
    def key(self) -> tuple[str, str, int]:
        return (self.duty, self.subject, self.period.number if self.period else 0)
