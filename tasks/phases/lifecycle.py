"""What a stage has to do on a day. Pure: the plan, the calendar and what was done before decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from policy.calendar import WorkCalendar
from policy.directory import UNIT_OF
from policy.plan import Obligation, Phase, Plan
from policy.verdict import Verdict
from policy.words import BROKEN, Role, Status

HANDED_OUT = "handed_out"
WARNED = "warned"
DOSSIER = "dossier"
ASKED = "sign_off_asked"
SIGNED = "signed_off"
CARRIED = "carried_over"
RECTIFIED = "rectified"
CLOSED = "closed"
STAGE_LABELS = {
    HANDED_OUT: "交办",
    WARNED: "临近结束预警",
    DOSSIER: "验收档案归档",
    ASKED: "请签认",
    SIGNED: "签认",
    CARRIED: "结转整改",
    RECTIFIED: "整改完成",
    CLOSED: "阶段了结",
}

AT_STATION = {
    Role.WORKER,
    Role.SUPERVISOR,
    Role.POINT_CONTACT,
    Role.STATION_HEAD,
    Role.STATION_EXECUTIVE_HEAD,
    Role.STATION_DEPUTY_HEAD,
}


def unit_kind(role: Role) -> str:
    """The kind of unit that answers for a role: what is asked of a worker is handed out to her station."""
    if role in AT_STATION:
        return "station"
    return UNIT_OF.get(role, "city")


def handed_to(phase: Phase, plan: Plan) -> dict[str, tuple[Obligation, ...]]:
    """What a stage asks of each kind of unit, in the plan's order; a unit answers for all the roles it bears."""
    asked: dict[str, list[Obligation]] = {}
    for obligation in plan.of_phase(phase.key):
        for kind in dict.fromkeys(unit_kind(role) for role in obligation.who):
            asked.setdefault(kind, []).append(obligation)
    return {kind: tuple(found) for kind, found in asked.items()}


def opens_on(phase: Phase, plan: Plan) -> date:
    """Nothing is handed out before the document was issued, although its first stage began earlier."""
    return max(phase.starts, plan.issued)


def is_running(phase: Phase, plan: Plan, as_of: date) -> bool:
    return opens_on(phase, plan) <= as_of <= phase.ends


def closing_rung(phase: Phase, rungs: Iterable[int], calendar: WorkCalendar, as_of: date) -> int | None:
    """The nearest of the house's working-day marks before the end that has been reached; None far from it."""
    if as_of > phase.ends:
        return None
    target = calendar.on_or_before(phase.ends)
    reached = [n for n in rungs if calendar.step(target, -n)[0] <= as_of]
    return min(reached, default=None)


def is_open(verdict: Verdict, ends: date) -> bool:
    """Open at the end of a stage: broken, or due by then and not done. Later dates keep their own deadline."""
    ruling = verdict.ruling
    if ruling.status in BROKEN:
        return True
    return ruling.status is Status.NOT_YET_DUE and ruling.due is not None and ruling.due <= ends


@dataclass(frozen=True)
class Rectification:
    """One open matter carried over, under the name its event bears, with the new date."""

    verdict: Verdict
    due: date

    @property
    def subject(self) -> str:
        duty, subject, period = self.verdict.key
        return f"{duty}/{subject}/{period}"


def carried(verdicts: Iterable[Verdict], phase: Phase, calendar: WorkCalendar) -> Iterator[Rectification]:
    """What is open when a stage ends, due anew `carries_over` working days later."""
    due, _ = calendar.step(phase.ends, phase.carries_over)
    return (Rectification(verdict, due) for verdict in verdicts if is_open(verdict, phase.ends))
