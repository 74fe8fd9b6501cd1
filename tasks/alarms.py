"""What is said to the city's office at once, on every channel there is: once a day and cause, outside the digest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine

from db.delivery_words import Alarm
from notifications.render import Rendered
from policy.plan import Plan
from settings import Settings
from tasks.send import Hours, Post, caution


def tell_office(
    engine: Engine, plan: Plan, settings: Settings, now: datetime, about: Alarm, made: Rendered
) -> tuple[int, int]:
    """Gives the number of new messages and of those that left."""
    post = Post(engine, plan, settings, now, hours=Hours.ALARMS)
    try:
        with post.write() as connection:
            told = post.tell(connection, about, made)
        post.send_all()
    finally:
        post.close()
    return told, post.report.sent


def warn(
    engine: Engine, plan: Plan, settings: Settings, now: datetime, about: Alarm, title: str, lines: Iterable[str]
) -> tuple[int, int]:
    """The same in plain words: a title, and in lines what was seen and what to do."""
    return tell_office(engine, plan, settings, now, about, caution(plan, now, title, lines))
