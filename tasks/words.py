"""The words of a batch of messages: what each carries, to whom, frozen; one question to the ledger for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from db import open_matters, outbox
from db.contacts import Contact, contacts
from db.deliveries import Claimed
from db.delivery_words import DeliveryState
from db.frozen import Frozen
from notifications.channel import Channel, Form, Recipient
from notifications.digest import KnownAlike, digest
from notifications.render import FILL_ERRORS, Rendered
from notifications.template_check import renderer
from policy.calendar import civil_day
from policy.notices import Notice
from policy.plan import Plan

if TYPE_CHECKING:
    from tasks.send import Post

MIME_GROWTH = 1.5
"""base64 and headers on top of the words themselves."""
UNWRITABLE = "正文无法生成，已隔离"


@dataclass(frozen=True)
class Words:
    """A message in hand and what it says; without words `instead` is what becomes of it, and why."""

    claimed: Claimed
    to: Recipient
    frozen: Frozen | None
    instead: tuple[DeliveryState, str] = (DeliveryState.VOID, outbox.EMPTY)


def written(connection: Connection, post: Post, channel: Channel, taken: Sequence[Claimed]) -> list[Words]:
    """In the order given. What was frozen before keeps its words."""
    found = contacts(connection, post.plan.key, [claimed.recipient for claimed in taken], post.now)
    carried = outbox.contents(connection, [claimed.id for claimed in taken if claimed.frozen is None])
    made, known = [], KnownAlike()
    for claimed in taken:
        one = found[claimed.recipient]
        to = recipient(post.plan, one)
        if claimed.frozen:
            made.append(Words(claimed, to, claimed.frozen))
        else:
            listed = _still_open(connection, post, claimed)
            made.append(_fresh(post, channel, claimed, to, carried[claimed.id], listed, known))
    return made


def recipient(plan: Plan, one: Contact) -> Recipient:
    """As it is written to: a place by the name of its office."""
    return Recipient(one.kind, one.code, plan.called(one.unit_kind, one.name), one.email, one.phone)


def _still_open(connection: Connection, post: Post, claimed: Claimed) -> list[Notice]:
    if not claimed.lists:
        return []
    plan, whom = post.plan, (claimed.channel, claimed.recipient)
    return open_matters.still_open(connection, plan.key, *whom, claimed.day, plan.milestones)


def _fresh(
    post: Post,
    channel: Channel,
    claimed: Claimed,
    to: Recipient,
    notices: list[Notice],
    listed: list[Notice],
    known: KnownAlike,
) -> Words:
    if not notices and not listed:
        return Words(claimed, to, None)
    try:
        made = _rendered(post, channel, to.name, notices, listed, known)
    except FILL_ERRORS as error:
        return Words(claimed, to, None, (DeliveryState.POISON, f"{UNWRITABLE}（{type(error).__name__}）"))
    post.report.failed_lines += made.failed
    return Words(claimed, to, Frozen(made.subject, made.text, made.html, post.now))


def _rendered(
    post: Post, channel: Channel, name: str, notices: list[Notice], listed: list[Notice], known: KnownAlike
) -> Rendered:
    """As many lines as the channel carries."""
    most, day = post.plan.house.digest_lines, civil_day(post.now)
    while True:
        gathered = digest(post.plan, post.calendar, name, notices, day, most, listed, known)
        made = renderer().digest(gathered, channel.form)
        if most == 1 or channel.form is Form.COUNTS or _bytes(made) <= channel.max_bytes:
            return made
        most //= 2


def _bytes(made: Rendered) -> int:
    return int(len((made.subject + made.text + made.html).encode()) * MIME_GROWTH)
