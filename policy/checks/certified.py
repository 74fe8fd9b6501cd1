"""Qualified people at stations: two at each, a share of all. Who counts as staff may be read in two ways (A51).

`staff` leaves out heads, part-timers, interns and volunteers; `everyone` counts them in. Both figures are said.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal, NamedTuple

from policy.checks.base import STANDS, Check, as_it_stands
from policy.checks.done_by import Done, Share
from policy.verdict import Alternative, Case, Ruling

STAFF, EVERYONE = "staff", "everyone"
COUNTS = {STAFF: "不计兼任、兼职、实习和志愿人员", EVERYONE: "计入兼任、兼职、实习和志愿人员"}


def _told(note: str, chosen: str, said: dict[str, Ruling]) -> Ruling:
    other = EVERYONE if chosen == STAFF else STAFF
    ruling = said[other]
    return said[chosen].weighed((Alternative(note, other, ruling.measured, ruling.required, ruling.status),))


class QualifiedStaff(Check):
    """So many qualified people at one place on every day."""

    class Facts(NamedTuple):
        staff: int
        everyone: int

    read_as: ClassVar[tuple[str, ...]] = (STAFF, EVERYONE)

    kind: Literal["qualified_staff"] = "qualified_staff"
    what: str
    least: int
    reading: str = "A51"

    def rule(self, facts: QualifiedStaff.Facts, case: Case) -> Ruling:
        said = {STAFF: self._ruling(STAFF, facts, case), EVERYONE: self._ruling(EVERYONE, facts, case)}
        return _told(self.reading, case.reading(self.reading), said)

    def _ruling(self, counted: str, facts: QualifiedStaff.Facts, case: Case) -> Ruling:
        have, other = (facts.staff, facts.everyone) if counted == STAFF else (facts.everyone, facts.staff)
        status = as_it_stands(have >= self.least, case)
        also = f"；{COUNTS[EVERYONE if counted == STAFF else STAFF]}为{other}人" if other != have else ""
        why = f"{self.what}现有{have}人（{COUNTS[counted]}），应不少于{self.least}人，{STANDS[status]}{also}。"
        return Ruling(status, why, measured=str(have), required=str(self.least), unit="人")


class CertifiedShare(Share):
    """The qualified share of all people at stations, by a day."""

    class Facts(NamedTuple):
        due: date | None
        need: int
        have: int
        done_on: date | None
        all_need: int
        all_have: int
        all_done_on: date | None

    read_as: ClassVar[tuple[str, ...]] = (STAFF, EVERYONE)

    kind: Literal["certified_share"] = "certified_share"  # type: ignore[assignment]
    reading: str = "A51"

    def rule(self, facts: CertifiedShare.Facts, case: Case) -> Ruling:  # type: ignore[override]
        everyone = Done(facts.due, facts.all_need, facts.all_have, facts.all_done_on)
        said = {STAFF: super().rule(Done(*facts[:4]), case), EVERYONE: super().rule(everyone, case)}
        return _told(self.reading, case.reading(self.reading), said)
