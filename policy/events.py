"""What happened on a day, one canonical line an event: the log that a rehearsal writes and that the ledger can tell.

Ids and dates only: no name, no sentence. Equal events are equal bytes; the lines of a day stand in a fixed order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import orjson

from policy.notices import Call


class Happening(StrEnum):
    """In the order in which a day tells them: what a stage did, what a verdict became, what was said, what was sent."""

    STAGE = "stage"
    TURNED = "turned"
    NOTICE = "notice"
    DIGEST = "digest"


ORDER = {happening: place for place, happening in enumerate(Happening)}


Fields = Mapping[str, str | int | date | None]


class Event(NamedTuple):
    """`said` are the fields beside the day."""

    day: date
    happening: Happening
    said: Fields

    @property
    def line(self) -> str:
        plain = {"day": self.day, "event": self.happening, **self.said}
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()


def lines(events: Iterable[Event]) -> list[str]:
    """Every event as its line, day by day, in an order that does not depend on the order given."""
    told: dict[tuple[date, int], list[str]] = defaultdict(list)
    for event in events:
        told[event.day, ORDER[event.happening]].append(event.line)
    return [line for place in sorted(told) for line in sorted(told[place])]


def stage_event(day: date, phase: str, what: str, subject: str, on: date, due: date | None) -> Event:
    """Something a stage did: handed out, warned, archived, asked for a signature, carried over, closed."""
    said: Fields = {"phase": phase, "what": what, "subject": subject, "on": on, "due": due}
    return Event(day, Happening.STAGE, said)


def turned_event(
    day: date,
    duty: str,
    clause: str,
    kind: str,
    subject: str,
    period: int,
    before: str | None,
    status: str,
    due: date | None,
) -> Event:
    """A verdict that is another than it was."""
    return Event(
        day,
        Happening.TURNED,
        {
            "duty": duty,
            "clause": clause,
            "kind": kind,
            "subject": subject,
            "period": period or None,
            "before": before,
            "status": status,
            "due": due,
        },
    )


def notice_event(
    day: date, call: Call, recipient: str | None, fate: str, why_not: str | None, told_on: date | None
) -> Event:
    """A notice on the day it was given out, with what became of it since; `told_on` is the day of its message,
    `supersedes` names the rungs that passed unsaid and for which it speaks."""
    word = call.word
    said: Fields = {
        "key": call.key,
        "reason": word.reason,
        "rung": word.rung,
        "clause": word.clause,
        "duty": word.duty,
        "kind": call.subject.kind,
        "subject": call.subject.code,
        "period": word.period,
        "due": word.due,
        "role": call.to.role,
        "recipient": recipient,
        "channel": word.channel,
        "fate": fate,
        "why_not": why_not,
        "told_on": told_on,
        "supersedes": " ".join(word.supersedes) or None,
    }
    return Event(day, Happening.NOTICE, said)


def given_event(day: date, said: Fields) -> Event:
    """The same of a row that holds these fields."""
    return Event(day, Happening.NOTICE, said)


def digest_event(day: date, channel: str, recipient: str, notices: int, lists: bool) -> Event:
    """One message of a working day to one recipient, with so many notices in it; `lists` what is still open as well."""
    said: Fields = {
        "channel": channel,
        "recipient": recipient,
        "notices": notices,
        "lists": int(lists),
    }
    return Event(day, Happening.DIGEST, said)


def assuming(event: Event, behaviour: str | None) -> Event:
    """The same event, marked as resting on an assumed behaviour; as it is where nothing is assumed."""
    return event._replace(said={**event.said, "assumed": behaviour}) if behaviour else event
