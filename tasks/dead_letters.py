"""Dead letters as a clerk reads them: who by code, which matter, why it died and what to do; and sending one again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from db import dead_letters
from db.contacts import contact
from db.dead_letters import Death
from db.deliveries import TWICE_UNKNOWN
from db.delivery_words import DeliveryState
from db.outbox import STALE
from notifications.causes import ADVICE, Cause, cause_of_refusal, cause_of_report
from notifications.channel import discover
from policy.calendar import SHANGHAI, WorkCalendar
from policy.plan import Plan
from policy.words import SubjectKind

NOT_DEAD = "没有编号为“{id}”的无法送达通知；duban dead 列出全部"
UNCHANGED = "“{id}”：{recipient}的联系方式没有更正过，重发还会失败；确认可以收到的话加 --anyway"


class ResendRefused(Exception):
    """Why nothing was sent again; Chinese lines."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True)
class Matter:
    """`subject` is a code where it stands for a person, else the name too."""

    clause: str
    title: str
    subject: str
    period: str | None


@dataclass(frozen=True)
class Letter:
    """One dead message. `corrected`: the contact it failed on has another value now. `resent` were sendings by hand."""

    death: Death
    cause: Cause
    matters: tuple[Matter, ...]
    corrected: bool
    resent: tuple[tuple[int, datetime, str, str], ...]

    @property
    def advice(self) -> str:
        if self.cause is Cause.ADDRESS and self.corrected:
            return f"联系方式已经更正，可以重发：duban dead resend {self.death.id} --by … --why …"
        return ADVICE[self.cause]


def examine(connection: Connection, city: str) -> list[Death]:
    """Works out the cause of every death that has none yet, and gives those."""
    found = dead_letters.dead(connection, city, unexamined=True)
    for death in found:
        dead_letters.examined(connection, death.id, cause_of(death))
    return found


def cause_of(death: Death) -> Cause:
    if death.cause:
        return Cause(death.cause)
    if death.state == DeliveryState.POISON:
        return Cause.POISON
    if death.said == STALE:
        return Cause.STALE
    if death.reported is not None:
        return cause_of_report(death.reported)
    if death.said == TWICE_UNKNOWN or death.outcome == "unknown":
        return Cause.UNKNOWN
    return cause_of_refusal(death.phase, death.code, death.text)


def letters(connection: Connection, plan: Plan, now: datetime, *, every: bool = False) -> list[Letter]:
    """Those that carry something still unsaid, or every one."""
    found = (_letter(connection, plan, death, now) for death in dead_letters.dead(connection, plan.key))
    return [letter for letter in found if every or letter.matters]


def letter(connection: Connection, plan: Plan, name: str, now: datetime) -> Letter:
    """The one whose number begins so. Raises ResendRefused where there is none, or more than one."""
    named = [death for death in dead_letters.dead(connection, plan.key) if name and death.id.startswith(name)]
    if len(named) != 1:
        raise ResendRefused([NOT_DEAD.format(id=name)])
    return _letter(connection, plan, named[0], now)


def resend(
    connection: Connection,
    plan: Plan,
    calendar: WorkCalendar,
    chosen: Iterable[Letter],
    by: str,
    why: str,
    now: datetime,
) -> dict[str, int]:
    """Number and new epoch of each letter put back. The words stay as they were; the Message-ID is another."""
    until = {channel: _last_day(plan, calendar, channel, now) for channel in plan.house.windows}
    return {
        one.death.id: dead_letters.resend(connection, plan.key, one.death, by, why, until[one.death.channel], now)
        for one in chosen
    }


def refusals(chosen: Iterable[Letter]) -> list[str]:
    """What speaks against sending these again."""
    return [
        UNCHANGED.format(id=one.death.id, recipient=one.death.recipient.partition(":")[2])
        for one in chosen
        if one.cause is Cause.ADDRESS and not one.corrected
    ]


def _last_day(plan: Plan, calendar: WorkCalendar, channel: str, now: datetime) -> date:
    """The first working day on which the channel may still speak."""
    local = now.astimezone(SHANGHAI)
    closed = local.time() >= plan.house.windows[channel].closes
    return calendar.on_or_after(local.date() + timedelta(days=1) if closed else local.date())


def _letter(connection: Connection, plan: Plan, death: Death, now: datetime) -> Letter:
    matters = tuple(
        Matter(
            row["clause"],
            plan.by_key[row["duty"]].title if row["duty"] in plan.by_key else row["duty"],
            row["subject"] if row["kind"] == SubjectKind.PERSON else f"{row['subject']} {row['subject_name']}",
            row["period"],
        )
        for row in dead_letters.carried(connection, death.id)
    )
    again = tuple(
        (row["epoch"], row["decided_at"], row["by"], row["why"]) for row in dead_letters.resends(connection, death.id)
    )
    return Letter(death, cause_of(death), matters, _corrected(connection, plan.key, death, now), again)


def _corrected(connection: Connection, city: str, death: Death, now: datetime) -> bool:
    needs = discover()[death.carrier].needs if death.carrier in discover() else ""
    if not needs or not death.tried_at:
        return False
    then, today = (contact(connection, city, death.recipient, at) for at in (death.tried_at, now))
    value = getattr(today, needs)
    return bool(value) and value != getattr(then, needs)
