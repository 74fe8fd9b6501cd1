"""Mail that came back, read from a mailbox: each is a report about the message it speaks of."""

from __future__ import annotations

import mailbox
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from db import receipts
from db.delivery_words import DeliveryState
from db.receipts import NO_INSTANT, Heard, Reported
from notifications.bounces import Kind, Returned, read
from notifications.causes import worth_another_try

PROVIDER = "email"
STATUS = {Kind.HARD: Heard.FAILED, Kind.SOFT: Heard.DELAYED}


@dataclass
class Taken:
    """How many mails were of which kind, how many reports were new, and how many messages came to which state."""

    kinds: Counter[Kind] = field(default_factory=Counter)
    new: int = 0
    came: Counter[DeliveryState] = field(default_factory=Counter)


def mails(path: Path) -> Iterator[bytes]:
    """Every mail of a Maildir, an mbox, a folder of .eml files, or the one mail of a file. Raises OSError."""
    if path.is_dir() and (path / "cur").is_dir():
        box: mailbox.Mailbox = mailbox.Maildir(path, create=False)
        yield from (box.get_bytes(key) for key in sorted(box.keys()))
    elif path.is_dir():
        yield from (one.read_bytes() for one in sorted(path.glob("*.eml")))
    elif path.read_bytes()[:5] == b"From ":
        box = mailbox.mbox(path, create=False)
        yield from (box.get_bytes(key) for key in box.keys())  # noqa: SIM118 - no dictionary
        box.close()
    else:
        yield path.read_bytes()


def take(engine: Engine, city: str, raws: Iterable[bytes], now: datetime) -> Taken:
    """Keeps what the mails report and gives it its effect. The same mail again changes nothing."""
    taken = Taken()
    for raw in raws:
        found = read(raw)
        taken.kinds[found.kind] += 1
        if found.kind in STATUS:
            with engine.begin() as connection:
                taken.new += receipts.keep(connection, [_reported(found)], now)
    with engine.begin() as connection:
        taken.came = receipts.apply(connection, city, now, worth_another_try)
    return taken


def _reported(found: Returned) -> Reported:
    return Reported(
        PROVIDER, STATUS[found.kind], message=found.message, code=found.code, text=found.text, raw=found.text,
        reported_at=found.at or NO_INSTANT,
    )  # fmt: skip
