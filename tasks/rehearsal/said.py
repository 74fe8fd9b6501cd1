"""One notice of a rehearsal and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from db.delivery_words import NoticeFate
from policy.events import Event, notice_event
from policy.levers import Key
from policy.notices import Call
from policy.words import Reason

Whom = tuple[str, str]
"""A channel and a recipient."""


@dataclass(slots=True)
class Said:
    """One notice, as it was given out, and what became of it; `key` is that of the verdict it speaks of, None for a stage
    and for what was said by hand: of these no round says anything again."""

    call: Call
    key: Key | None
    day: date
    recipient: str | None
    fate: NoticeFate
    why_not: str | None
    told_on: date | None = None
    level: int = field(init=False)
    whom: Whom = field(init=False)

    def __post_init__(self) -> None:
        word = self.call.word
        self.level = word.level if word.reason is Reason.ESCALATED else 0
        self.whom = (word.channel, self.recipient or "")

    @property
    def event(self) -> Event:
        return notice_event(self.day, self.call, self.recipient, self.fate, self.why_not, self.told_on)
