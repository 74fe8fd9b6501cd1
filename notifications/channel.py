"""What a channel is. A new channel is one file in channels/ with a class named in CHANNEL; nothing else is touched."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol, Self

from notifications import channels
from settings import Settings

STAND_IN = "folder"
"""The channel that needs no settings: it takes the place of one that lacks them."""


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
    """One message as frozen: sending it again gives the same bytes. `at` is aware, `id` stable for ever."""

    id: str
    to: Recipient
    subject: str
    text: str
    html: str
    at: datetime


@dataclass(frozen=True)
class Receipt:
    """The other side took it. `code` and `text` are its words, masked."""

    code: str | None = None
    text: str | None = None


class SendError(Exception):
    """It was not sent; or, when `unknown`, perhaps it was.

    `permanent`: trying again cannot help this recipient. `halts`: the fault is ours or the server's (login, quota,
    policy), so the others would fail alike. `phase` says how far it came. The text is masked and Chinese or the
    server's own.
    """

    def __init__(
        self,
        text: str,
        *,
        permanent: bool = False,
        unknown: bool = False,
        halts: bool = False,
        code: str | None = None,
        phase: str = "",
    ) -> None:
        super().__init__(text)
        self.text, self.permanent, self.unknown, self.halts = text, permanent, unknown, halts
        self.code, self.phase = code, phase


class NotConfigured(Exception):
    """Settings of a channel are missing; the text says which, in Chinese."""


class Channel(Protocol):
    """`max_bytes` bounds a message; whoever renders makes it fit."""

    kind: ClassVar[str]
    label: ClassVar[str]
    max_bytes: ClassVar[int]

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Raises NotConfigured."""

    def send(self, message: Message) -> Receipt:
        """Raises SendError, and nothing else that the world outside can cause."""

    def close(self) -> None:
        """Gives back connections; never raises."""


def discover() -> dict[str, type[Channel]]:
    """Every channel there is, by kind."""
    names = sorted(module.name for module in pkgutil.iter_modules(channels.__path__))
    found = [importlib.import_module(f"{channels.__name__}.{name}").CHANNEL for name in names]
    return {channel.kind: channel for channel in found}


def open_channel(kind: str, settings: Settings) -> Channel:
    """The channel of this kind, or the stand-in where its settings are missing or nobody has written it yet."""
    known = discover()
    try:
        return known.get(kind, known[STAND_IN]).open(settings)
    except NotConfigured:
        return known[STAND_IN].open(settings)
