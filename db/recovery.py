"""What a dead process left behind, and what may have arrived: put in order without sending twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, RowMapping, and_, func, select, update

from db.deliveries import FREE, Claimed, Ending, Taken, accept, claimed, lock, put_back, release, settle
from db.delivery_words import IN_HAND, DeliveryState, Outcome
from db.frozen import Frozen, kept
from db.outbox import ATTEMPT, DELIVERY

QUARANTINE = 3
"""So many times a message was in hand when its process died."""
KILLS = f"连续{QUARANTINE}次使投递进程中断，已隔离"
BROKEN_OFF = "发送途中中断，不知道是否送出"
TOO_OLD = "两天前发出没有等到回音，可能已经送达；所载事项并入下一封通知"
BY_MAIL = "不能确定是否已送达，为免重复不再发送，内容改由电子邮件通知"


def recover(connection: Connection, city: str, now: datetime, reporting: Collection[str] = ()) -> int:
    """Ends every lease that ran out, and gives their number. `reporting` are the carriers that say later what became.

    Of a batch on its way the first message with an open try is unknown; what is closed before it was taken, and those
    behind it surely had not left. What was only taken up goes back, and is quarantined the third time.
    """
    held = DELIVERY.c.state.in_(IN_HAND)
    expired = select(DELIVERY).where(DELIVERY.c.city == city, held, DELIVERY.c.lease_until <= now)
    ordered = expired.order_by(DELIVERY.c.lease_owner, DELIVERY.c.place, DELIVERY.c.id).with_for_update(
        skip_locked=True
    )
    rows = connection.execute(ordered).mappings().all()
    words = kept(connection, [row["id"] for row in rows if row["body_sha"]])
    taken = _taken(connection, [row for row in rows if row["state"] == DeliveryState.SENDING], reporting)
    accept(connection, list(taken.values()))
    for _, left in groupby(rows, key=lambda row: row["lease_owner"]):
        batch = [row for row in left if row["id"] not in taken]
        sending = [row for row in batch if row["state"] == DeliveryState.SENDING]
        for row in sending[:1]:
            _broken_off(connection, row, now)
        release(connection, [_before(connection, row, words) for row in sending[1:]])
        for row in batch:
            if row["state"] == DeliveryState.LEASED:
                _taken_up(connection, row, words, now)
    return len(rows)


def _taken(connection: Connection, sending: Sequence[RowMapping], reporting: Collection[str]) -> dict[str, Taken]:
    """Those of them whose newest try is closed as accepted: the process died before it wrote what follows.

    It may be slow and not dead: until we are through it cannot close another one, which we would call unsent.
    """
    held = {row["id"]: row for row in sending}
    columns = ATTEMPT.c.delivery, ATTEMPT.c.n, ATTEMPT.c.outcome, ATTEMPT.c.ended_at, ATTEMPT.c.carrier
    tries = select(*columns).where(ATTEMPT.c.delivery.in_(held)).order_by(ATTEMPT.c.id).with_for_update()
    return {
        one: Taken(one, held[one]["fence"], ended_at, carrier in reporting)
        for one, n, outcome, ended_at, carrier in connection.execute(tries)
        if outcome == Outcome.ACCEPTED and n == held[one]["attempts"]
    }


def _broken_off(connection: Connection, row: RowMapping, now: datetime) -> None:
    ending = Ending(Outcome.UNKNOWN, "lease", "crash", BROKEN_OFF)
    settle(connection, claimed(row, row["fence"], now, None), row["attempts"], ending, now)
    connection.execute(update(DELIVERY).where(DELIVERY.c.id == row["id"]).values(claims=row["claims"]))


def _taken_up(connection: Connection, row: RowMapping, words: Mapping[str, Frozen], now: datetime) -> None:
    before, claims = _before(connection, row, words), row["claims"]
    if claims >= QUARANTINE and before.state is not DeliveryState.UNKNOWN:
        release(connection, [before], DeliveryState.POISON, KILLS)
        return
    release(connection, [before], until=now)
    connection.execute(update(DELIVERY).where(DELIVERY.c.id == row["id"]).values(claims=claims))


def _before(connection: Connection, row: RowMapping, words: Mapping[str, Frozen]) -> Claimed:
    """The message as it was before it was taken up: unknown if its last try was, thawed if nobody has tried it."""
    tries = row["attempts"] - (row["state"] == DeliveryState.SENDING)
    last = and_(ATTEMPT.c.delivery == row["id"], ATTEMPT.c.n == tries)
    outcome = connection.scalar(select(ATTEMPT.c.outcome).where(last))
    state = {None: DeliveryState.READY, Outcome.UNKNOWN: DeliveryState.UNKNOWN}.get(outcome, DeliveryState.RETRY_WAIT)
    stays = words.get(row["id"]) if tries or row["seq"] else None
    return claimed({**row, "state": state, "attempts": tries}, row["fence"], row["lease_until"], stays)


def last_try(connection: Connection, claimed: Claimed) -> datetime:
    """When the message was last tried: its tries are numbered from 1."""
    last = and_(ATTEMPT.c.delivery == claimed.id, ATTEMPT.c.n == claimed.attempts)
    started: datetime = connection.execute(select(ATTEMPT.c.started_at).where(last)).scalar_one()
    return started


def found(connection: Connection, claimed: Claimed, code: str | None, now: datetime) -> DeliveryState:
    """Asked, the other side has it."""
    _last(connection, claimed, Outcome.ACCEPTED, code, now)
    _holding(connection, claimed, DeliveryState.SENDING)
    accept(connection, [Taken(claimed.id, claimed.fence, now, reports=True)])
    return DeliveryState.ACCEPTED


def not_taken(connection: Connection, claimed: Claimed, now: datetime) -> DeliveryState:
    """Asked, the other side surely has nothing: sent once more, and the second time left to e-mail."""
    _last(connection, claimed, Outcome.NOT_TAKEN, "query", now)
    times = select(func.count()).where(ATTEMPT.c.delivery == claimed.id, ATTEMPT.c.outcome == Outcome.NOT_TAKEN)
    if (connection.scalar(times) or 0) > 1:
        return left_to_mail(connection, claimed)
    _holding(connection, claimed, DeliveryState.RETRY_WAIT, next_attempt_at=now, **FREE, claims=0)
    return DeliveryState.RETRY_WAIT


def left_to_mail(connection: Connection, claimed: Claimed) -> DeliveryState:
    """Nobody can say whether it arrived: not sent again; its notices go into the next e-mail."""
    return _given_up(connection, claimed, BY_MAIL, channel="email")


def too_old(connection: Connection, claimed: Claimed) -> DeliveryState:
    """What it said goes into the next message: the same letter days later would come beside a newer one."""
    return _given_up(connection, claimed, TOO_OLD)


def _given_up(connection: Connection, claimed: Claimed, reason: str, **changes: str) -> DeliveryState:
    if _holding(connection, claimed, DeliveryState.DEAD, reason=reason, **FREE, claims=0):
        put_back(connection, claimed.id, **changes)
    return DeliveryState.DEAD


def _last(connection: Connection, claimed: Claimed, outcome: Outcome, code: str | None, now: datetime) -> None:
    lock(connection, claimed.id)
    last = and_(ATTEMPT.c.delivery == claimed.id, ATTEMPT.c.n == claimed.attempts)
    connection.execute(update(ATTEMPT).where(last).values(outcome=outcome, code=code, phase="query", ended_at=now))


def _holding(connection: Connection, claimed: Claimed, state: DeliveryState, **values: object) -> bool:
    held = and_(
        DELIVERY.c.id == claimed.id, DELIVERY.c.fence == claimed.fence, DELIVERY.c.state == DeliveryState.LEASED
    )
    return bool(connection.execute(update(DELIVERY).where(held).values(state=state, **values)).rowcount)
