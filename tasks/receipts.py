"""Hears what became of messages after they were taken: posted to us, fetched, or asked for one by one.

What is heard is kept at once; what it means is worked out afterwards, so that no word is lost in between.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from db import receipts
from db.contacts import contact
from db.deliveries import ASKS, wire_id
from db.delivery_words import DeliveryState
from db.receipts import NO_INSTANT, Ask, Heard, Reported
from notifications.causes import worth_another_try
from notifications.channel import (
    Channel,
    Fate,
    Message,
    Polled,
    Queried,
    Recipient,
    Report,
    SendError,
    discover,
    open_channel,
)
from notifications.masking import mask
from policy.calendar import civil_day
from settings import Settings
from tasks import fence

logger = logging.getLogger(__name__)

GIVE_UP = ASKS[-1] + timedelta(hours=24)
"""How long a message is asked about in vain where its other side does not even answer."""
STATUS = {Fate.DELIVERED: Heard.DELIVERED, Fate.FAILED: Heard.FAILED}


class UnknownSender(Exception):
    """Nobody of this name posts reports to us."""


@dataclass
class Listened:
    """What one pass did: reports not heard before, messages asked about, and how many came to which state."""

    heard: int = 0
    asked: int = 0
    came: Counter[DeliveryState] = field(default_factory=Counter)


def pushed(engine: Engine, kind: str, body: bytes, now: datetime) -> bytes:
    """Keeps the reports of one post and gives what its sender wants to hear.

    Raises UnknownSender, and ValueError for what is no report: that is counted, and the numbers in it are masked.
    """
    channel: Any = discover().get(kind)
    if not hasattr(channel, "pushed"):
        raise UnknownSender(kind)
    try:
        heard = [_reported(kind, report) for report in channel.pushed(body)]
    except ValueError:
        digest, said = hashlib.sha256(body).hexdigest(), mask(body.decode("utf-8", "replace"))
        _keep(engine, [Reported(kind, Heard.GARBLED, reference=digest, raw=said)], now)
        raise
    _keep(engine, heard, now)
    answer: bytes = channel.pushed_answer
    return answer


def listen(engine: Engine, settings: Settings, now: datetime, stopping: Callable[[], bool] = lambda: False) -> Listened:
    """Fetches and asks where it is time to, and gives all that was heard its effect.

    A clone or a restored ledger hears nothing: what it fetched would be gone for the one that sends.
    """
    done = Listened()
    if fence.may_send(engine, settings, now):
        return done
    with engine.begin() as connection:
        waiting = receipts.due(connection, settings.plan, now)
    for carrier in sorted({ask.carrier for ask in waiting}):
        with _other_side(carrier, settings) as channel:
            done.heard += _fetched(engine, carrier, channel, now)
            done.came += _applied(engine, settings, now)
            _ask(engine, settings, carrier, channel, now, stopping, done)
    done.came += _applied(engine, settings, now)
    return done


@contextmanager
def _other_side(carrier: str, settings: Settings) -> Iterator[Channel]:
    channel = open_channel(carrier, settings)
    try:
        yield channel
    finally:
        channel.close()


def _applied(engine: Engine, settings: Settings, now: datetime) -> Counter[DeliveryState]:
    with engine.begin() as connection:
        return receipts.apply(connection, settings.plan, now, worth_another_try)


def _fetched(engine: Engine, carrier: str, channel: Channel, now: datetime) -> int:
    """Each report is kept before the next is taken: what is fetched is gone on the other side."""
    if not isinstance(channel, Polled):
        return 0
    heard = 0
    try:
        for report in channel.receipts(now - GIVE_UP):
            heard += _keep(engine, [_reported(carrier, report)], now)
    except SendError as error:
        logger.warning("回执没有取到：%s %s", carrier, error.code)
    return heard


def _ask(
    engine: Engine,
    settings: Settings,
    carrier: str,
    channel: Channel,
    now: datetime,
    stopping: Callable[[], bool],
    done: Listened,
) -> None:
    """About each message that is still without a report. Where the other side cannot answer now, it is asked later."""
    with engine.begin() as connection:
        waiting = [ask for ask in receipts.due(connection, settings.plan, now) if ask.carrier == carrier]
    for ask in waiting:
        if stopping():
            return
        try:
            done.heard += _asked(engine, settings, channel, ask, now)
        except SendError as error:
            logger.warning("回执没有问到：%s %s", carrier, error.code)
            if not (error.unknown or error.permanent or now > ask.accepted_at + GIVE_UP):
                return
        with engine.begin() as connection:
            receipts.asked(connection, ask, now)
        done.asked += 1


def _asked(engine: Engine, settings: Settings, channel: Channel, ask: Ask, now: datetime) -> int:
    if not isinstance(channel, Queried):
        return 0
    with engine.begin() as connection:
        found = contact(connection, settings.plan, ask.recipient, ask.tried_at)
    to = Recipient(found.kind, found.code, found.name, found.email, found.phone)
    words = ask.words
    message = Message(wire_id(ask.delivery, ask.epoch), to, words.subject, words.text, words.html, words.at)
    report = channel.query(message, civil_day(ask.tried_at))
    return _keep(engine, [_reported(ask.carrier, report)], now) if report and report.fate in STATUS else 0


def _keep(engine: Engine, heard: list[Reported], now: datetime) -> int:
    with engine.begin() as connection:
        return receipts.keep(connection, heard, now)


def _reported(provider: str, report: Report) -> Reported:
    return Reported(
        provider,
        STATUS[report.fate],
        reference=str(report.reference or ""),
        message=str(report.message or ""),
        segment=report.segment,
        code=None if report.code is None else mask(str(report.code)),
        text=None if report.text is None else mask(str(report.text)),
        raw=report.raw,
        reported_at=report.at or NO_INSTANT,
    )
