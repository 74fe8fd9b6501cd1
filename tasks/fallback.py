"""By which channel somebody is told, and what happens where none reaches: nobody is left out in silence.

Each has an order of channels: the one on record, else the house's. The first that has what it needs and has not failed
is taken. Where one fails, what it carried goes by the next; where the address was wrong, or none is left, the county
(for a county the city) finds it in its next digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import Connection

from db import dead_letters, fallback, outbox
from db.columns import second_of
from db.contacts import Contact, contacts
from db.dead_letters import Death
from db.directory import directory
from db.fallback import Broken
from db.precedence import Whom
from notifications.causes import LABELS, Cause
from notifications.channel import STAND_IN, open_channel
from policy.calendar import civil_day
from policy.directory import Addressee, Directory
from policy.notices import Notice
from policy.plan import Plan
from policy.verdict import Subject
from policy.words import LABELS as WORDS
from policy.words import Reason, Role, SubjectKind
from settings import Settings
from tasks.dead_letters import cause_of, examine

PASSED_OVER = timedelta(days=7)
"""How long a channel on which a message died, though not of its address, is used last."""
LEFT_ALONE = (Cause.UNKNOWN, Cause.STALE, Cause.POISON)
"""May have arrived, need not any more, or would do the same harm elsewhere."""
UNREACHED = (Cause.ADDRESS, Cause.ABSENT, Cause.FULL)
DUTY, RUNG = "contact", "联系"
ROLES = {"county": Role.COUNTY_BUREAU, "city": Role.CITY_BUREAU}


@dataclass(frozen=True)
class Carrier:
    kind: str
    needs: str
    label: str


@dataclass
class Ways:
    """Which channels reach whom at `now`."""

    connection: Connection
    plan: Plan
    settings: Settings
    now: datetime
    recipients: Collection[str]
    _carriers: dict[str, Carrier] = field(default_factory=dict)

    @cached_property
    def contacts(self) -> dict[str, Contact]:
        return contacts(self.connection, self.plan.key, self.recipients, self.now)

    @cached_property
    def died(self) -> list[Broken]:
        return fallback.broken(self.connection, self.plan.key, civil_day(self.now) - PASSED_OVER)

    @cached_property
    def failed(self) -> set[Whom]:
        theirs = (one for one in self.died if one.recipient in self.recipients)
        return {(one.channel, one.recipient) for one in theirs if not self._corrected(one)}

    def serves(self, whom: Whom) -> bool:
        """What waits there may stay: they said nothing of channels, and it reaches."""
        channel, recipient = whom
        return not self.contacts[recipient].channels and self._can(recipient, channel)

    def best(self, recipient: str, but: str | None = None) -> str | None:
        """The first channel of their order that can reach them, None where none can."""
        house, reached = self.plan.house, self.contacts[recipient]
        order = dict.fromkeys((*reached.channels, house.channel, *house.fallback))
        return next((one for one in order if one in house.windows and one != but and self._can(recipient, one)), None)

    def carrier(self, channel: str) -> Carrier:
        if channel not in self._carriers:
            opened = open_channel(channel, self.settings)
            opened.close()
            self._carriers[channel] = Carrier(opened.kind, opened.needs, opened.label)
        return self._carriers[channel]

    def _can(self, recipient: str, channel: str) -> bool:
        carrier = self.carrier(channel)
        if carrier.kind == STAND_IN and channel != self.plan.house.channel:
            return False
        has = not carrier.needs or self.contacts[recipient].value(carrier.needs)
        return bool(has) and (channel, recipient) not in self.failed

    def _corrected(self, one: Broken) -> bool:
        """The record says something else of the address than when the message died of it."""
        if one.cause != Cause.ADDRESS or not one.tried_at:
            return False
        needs = self.carrier(one.channel).needs
        then = contacts(self.connection, self.plan.key, [one.recipient], one.tried_at)[one.recipient]
        return then.value(needs) != self.contacts[one.recipient].value(needs)


def prepare(connection: Connection, plan: Plan, settings: Settings, now: datetime) -> None:
    """What died is laid open, and what waits is put on the channel that reaches. Before messages are gathered."""
    if deaths := examine(connection, plan.key):
        _bury(connection, plan, settings, deaths, now)
    ways = Ways(connection, plan, settings, now, set())
    waiting = _in_doubt(ways, fallback.waiting(connection, plan.key, now))
    ways.recipients = {recipient for _, recipient in waiting}
    for channel, recipient in waiting:
        best = None if ways.serves((channel, recipient)) else ways.best(recipient)
        if best and best != channel:
            fallback.move(connection, plan.key, (channel, recipient), best, now)


def _in_doubt(ways: Ways, waiting: list[Whom]) -> list[Whom]:
    """Nearly everybody is where they can be reached: only the others are looked at one by one."""
    died = {one.recipient for one in ways.died}
    served = {
        channel: fallback.served(ways.connection, ways.plan.key, ways.carrier(channel).needs, ways.now)
        for channel in {channel for channel, _ in waiting}
    }
    return [(channel, one) for channel, one in waiting if one in died or one not in served[channel]]


def reachable(
    connection: Connection, plan: Plan, settings: Settings, now: datetime, lists: Mapping[Whom, str]
) -> dict[Whom, str]:
    """Without those whose channel failed: a list of what they were told before is no reason to try it again."""
    ways = Ways(connection, plan, settings, now, {recipient for _, recipient in lists})
    return {whom: listed for whom, listed in lists.items() if whom not in ways.failed}


def _bury(connection: Connection, plan: Plan, settings: Settings, deaths: list[Death], now: datetime) -> None:
    ways = Ways(connection, plan, settings, now, {death.recipient for death in deaths})
    who = directory(connection, plan.key, civil_day(now), second_of(now))
    for death in deaths:
        cause, lost = cause_of(death), dead_letters.carried(connection, death.id)
        if not lost or cause in LEFT_ALONE:
            continue
        other = ways.best(death.recipient, but=death.channel)
        if other:
            said = f"；所载{len(lost)}项已改由{ways.carrier(other).label}通知"
            fallback.fall_back(connection, death.id, other, said)
        if cause is Cause.ADDRESS or (other is None and cause in UNREACHED):
            name, how = ways.contacts[death.recipient].name, ways.carrier(other).label if other else None
            word = _word(plan, who, death, name, _text(death, cause, len(lost), how), lost[0]["clause"], now)
            outbox.issue(connection, plan.key, [word] if word else [], None, now)


def _text(death: Death, cause: Cause, lost: int, how: str | None) -> str:
    code = death.recipient.partition(":")[2]
    after = f"已改由{how}通知。" if how else "没有别的联系方式，本人还不知道。"
    return f"{WORDS[Reason.UNREACHABLE]}：给{code}的{lost}项通知没有送达（{LABELS[cause]}）。{after}"


def _word(plan: Plan, who: Directory, death: Death, name: str, text: str, clause: str, now: datetime) -> Notice | None:
    """What the next level is told of somebody who cannot be reached: once a week; None for whom nobody stands above."""
    kind, _, code = death.recipient.partition(":")
    above = _above(who, kind, code)
    if above is None:
        return None
    year, week, _ = civil_day(now).isocalendar()
    key = "|".join(("v1", plan.key, DUTY, death.recipient, f"{year}-{week}", str(above.unit)))
    return Notice(
        key=hashlib.sha256(key.encode()).hexdigest()[:32], reason=Reason.UNREACHABLE, rung=RUNG, clause=clause,
        duty=DUTY, subject=Subject(_kind(who, kind, code), code, name, above.unit), period=None, due=None, to=above,
        channel=plan.house.channel, not_before=now, text=text,
    )  # fmt: skip


def _above(who: Directory, kind: str, code: str) -> Addressee | None:
    """The nearest county above, else the city."""
    unit = who.unit_of.get((SubjectKind.PERSON, code)) if kind == "person" else code
    for card in who.above(unit):
        if card.kind in ROLES and not (kind == "unit" and card.code == code):
            return Addressee(ROLES[card.kind], card.code, None)
    city = who.addressees(Role.CITY_BUREAU, Subject(SubjectKind.CITY, "", "", None))[0]
    return city if city.unit and city.unit != code else None


def _kind(who: Directory, kind: str, code: str) -> SubjectKind:
    card = who.units.get(code)
    if kind == "person" or card is None or card.kind not in set(SubjectKind):
        return SubjectKind.PERSON
    return SubjectKind(card.kind)
