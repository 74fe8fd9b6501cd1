"""What is said to the city's office at once, on every channel there is: once a day and cause, outside the digest."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from db.contacts import contact
from db.delivery_words import Alarm
from db.outbox import delivery_id
from notifications.channel import Message, SendError
from notifications.render import Rendered
from policy.calendar import civil_day
from policy.plan import Plan
from settings import Settings
from tasks import fence
from tasks.send import Hours, Post, caution
from tasks.words import recipient

logger = logging.getLogger(__name__)


def tell_office(
    engine: Engine, plan: Plan, settings: Settings, now: datetime, about: Alarm, made: Rendered
) -> tuple[int, int]:
    """Gives the number of new messages and of those that left."""
    post = Post(engine, plan, settings, now, hours=Hours.ALARMS)
    try:
        with post.writer.write() as connection:
            told = post.tell(connection, about, made)
        post.send_all()
    finally:
        post.close()
    return told, post.report.sent


def tell_past_the_ledger(
    engine: Engine, plan: Plan, settings: Settings, now: datetime, about: Alarm, title: str, lines: Iterable[str]
) -> int:
    """Straight to the office, where the ledger can be read and not written; gives how many channels took it.

    Nothing remembers it: whoever calls sees to it that it is said once. A machine that may not send says nothing.
    """
    post = Post(engine, plan, settings, now, hours=Hours.ALARMS)
    try:
        return sum(
            _taken(post, message, kind) for kind, message in _messages(post, about, caution(plan, now, title, lines))
        )
    except DBAPIError:
        return 0  # where the ledger cannot be read either, nobody knows whom to tell
    finally:
        post.close()


def _messages(post: Post, about: Alarm, made: Rendered) -> list[tuple[str, Message]]:
    """One for each channel, under the name it would have in the ledger."""
    city, now = post.plan.key, post.now
    with post.writer.read() as connection:
        if not fence.stands_here(connection, post.settings):
            return []
        office = post.office(connection)
        one = contact(connection, city, office, now)
    to = recipient(post.plan, one)
    names = {kind: delivery_id(city, kind, office, civil_day(now), about) for kind in post.kinds()}
    return [(kind, Message(name, to, made.subject, made.text, made.html, now)) for kind, name in names.items()]


def _taken(post: Post, message: Message, kind: str) -> bool:
    try:
        post.channel(kind).send(message)
    except SendError as error:
        logger.warning("通道 %s 没有送出告急：%s", kind, error.text)
        return False
    return True


def warn(
    engine: Engine, plan: Plan, settings: Settings, now: datetime, about: Alarm, title: str, lines: Iterable[str]
) -> tuple[int, int]:
    """The same in plain words: a title, and in lines what was seen and what to do."""
    return tell_office(engine, plan, settings, now, about, caution(plan, now, title, lines))
