"""What a channel is. A new channel is one file in channels/ with a class named in CHANNEL; nothing else is touched."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol, Self, runtime_checkable

from pydantic import ValidationError

from notifications import channels
from settings import Settings

STAND_IN = "folder"
"""The channel that needs no settings: it takes the place of one that lacks them."""


class Form(StrEnum):
    """How much of a digest a channel carries: a letter with HTML, its text alone, or one sentence that counts."""

    LETTER = "letter"
    TEXT = "text"
    COUNTS = "counts"


@dataclass(frozen=True)
class Recipient:
    """`kind` is person or unit. The rest is what the ledger holds; a channel takes what it needs."""

    kind: str
    code: str
    name: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Message:
    """One message as frozen: sending it again gives the same bytes. `at` is aware, `id` stable for ever.

    `ours` is asked just before the step that cannot be taken back: a process that slept may have been replaced.
    """

    id: str
    to: Recipient
    subject: str
    text: str
    html: str
    at: datetime
    ours: Callable[[], bool] = field(default=lambda: True, compare=False, repr=False)


@dataclass(frozen=True)
class Receipt:
    """The other side took it. `code` and `text` are its words, masked; `reference` is its own number of the message."""

    code: str | None = None
    text: str | None = None
    reference: str | None = None


class Fate(StrEnum):
    """What became of a message after the other side had taken it."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True)
class Report:
    """What the other side says later. `message` is our id where it gives it back, else None: then `reference` tells.

    `text` is masked; `at` is aware, None where no instant is given. `segment` counts the parts of a long message.
    `raw` is the report in the other side's own words, masked.
    """

    fate: Fate
    message: str | None = None
    reference: str | None = None
    code: str | None = None
    text: str | None = None
    at: datetime | None = None
    segment: int = 0
    raw: str = field(default="", compare=False)


class SendError(Exception):
    """It was not sent; or, when `unknown`, perhaps it was.

    `permanent`: trying again cannot help this recipient. `halts`: the fault is ours or the server's (login, quota,
    policy), so the others would fail alike. `throttled`: too much for now; with a `wait` the whole channel must rest
    that long, without one this recipient has had enough until the next window. None of the four: to be tried again
    soon. `slows`: the server asks for less than it got. `phase` says how far it came. The text is masked and Chinese or
    the server's own.
    """

    def __init__(
        self,
        text: str,
        *,
        permanent: bool = False,
        unknown: bool = False,
        halts: bool = False,
        throttled: bool = False,
        slows: bool = False,
        wait: timedelta | None = None,
        code: str | None = None,
        phase: str = "",
    ) -> None:
        super().__init__(text)
        self.text, self.permanent, self.unknown = text, permanent, unknown
        self.halts, self.throttled, self.slows, self.wait = halts, throttled, slows, wait
        self.code, self.phase = code, phase


def demand_ours(message: Message) -> None:
    """Raises SendError where the message is in other hands by now."""
    if not message.ours():
        raise SendError("投递进程中断过久，已由别的进程接手", code="lease", phase="lease")


class NotConfigured(Exception):
    """Settings of a channel are missing; the text says which, in Chinese."""


class SettingsInvalid(Exception):
    """Settings of a channel cannot be read: how the names of its variables begin, and what was wrong with which."""

    def __init__(self, begins: str, wrong: ValidationError) -> None:
        super().__init__(f"{begins}：{wrong}")
        self.begins, self.wrong = begins, wrong


class Channel(Protocol):
    """`max_bytes` bounds a message; whoever renders makes it fit.

    `resends_unknown`: a message that perhaps arrived may be sent once more; where not, only `query` can free it.
    `needs` is what it must know of a recipient: "email", "phone", or nothing where it has one place for all.
    `longest`: how long one sending may take with every wait, so that none is begun that would end after hours.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    max_bytes: ClassVar[int]
    form: ClassVar[Form]
    resends_unknown: ClassVar[bool]
    needs: ClassVar[str]

    @property
    def longest(self) -> timedelta: ...

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Raises NotConfigured."""

    def send(self, message: Message) -> Receipt:
        """Raises SendError, and nothing else that the world outside can cause."""

    def close(self) -> None:
        """Gives back connections; never raises."""


@runtime_checkable
class Queried(Protocol):
    """A channel whose other side can be asked about one message."""

    def query(self, message: Message, day: date) -> Report | None:
        """What became of a message tried on `day` (Shanghai), or None where it surely was not taken.

        Ask some minutes after the try: the other side is slow to know. Raises SendError where no answer can be had.
        """


@runtime_checkable
class Polled(Protocol):
    """A channel whose other side keeps reports to be fetched."""

    def receipts(self, since: datetime) -> Iterator[Report]:
        """Reports not fetched before, none older than `since`. Fetching takes them away: keep each at once.

        Raises SendError.
        """


@runtime_checkable
class Pushed(Protocol):
    """A channel whose other side posts reports to us."""

    pushed_answer: ClassVar[bytes]

    @staticmethod
    def pushed(body: bytes) -> list[Report]:
        """The reports of one post; `pushed_answer` is what it wants to hear. Raises ValueError for anything else."""


def reports(channel: type[Channel] | Channel) -> bool:
    """Whether its other side says later what became of a message."""
    return any(hasattr(channel, ask) for ask in ("query", "receipts", "pushed"))


FAMILIES = {"sms": "短信", "wecom": "企业微信"}


def discover() -> dict[str, type[Channel]]:
    """Every channel there is, by kind."""
    names = sorted(module.name for module in pkgutil.iter_modules(channels.__path__))
    found = [importlib.import_module(f"{channels.__name__}.{name}").CHANNEL for name in names]
    return {channel.kind: channel for channel in found}


def label_of(kind: str) -> str:
    """What people call a channel, or those of whom one is chosen by the settings."""
    known = discover()
    return known[kind].label if kind in known else FAMILIES.get(kind, kind)


def open_channel(kind: str, settings: Settings) -> Channel:
    """The channel of this kind; `sms` is the first configured of sms_aliyun, sms_mas, …

    The stand-in where settings are missing or nobody has written it yet. Raises SettingsInvalid.
    """
    known = discover()
    for name in sorted(known):
        if name == kind or name.startswith(f"{kind}_"):
            with suppress(NotConfigured):
                return _opened(known[name], settings)
    return known[STAND_IN].open(settings)


def _opened(channel: type[Channel], settings: Settings) -> Channel:
    """The settings of a channel that reads any are the `Account` of its module."""
    try:
        return channel.open(settings)
    except ValidationError as error:
        begins = sys.modules[channel.__module__].Account.model_config["env_prefix"]
        raise SettingsInvalid(begins, error) from error
