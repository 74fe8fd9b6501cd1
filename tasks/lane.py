"""One sender among perhaps several: takes a batch, freezes it, sends it in its order, writes down what became of each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from db import breakers, deliveries, recovery
from db.breakers import Opened
from db.deliveries import Claimed, Ending, LeaseLost, Taken, Tried
from db.delivery_words import DELIVERY_LABELS, DeliveryState, Outcome
from notifications.channel import Channel, Message, Queried, Report, SendError, demand_ours, reports
from policy.calendar import civil_day
from tasks.words import Words, written

if TYPE_CHECKING:
    from tasks.send import Post

logger = logging.getLogger(__name__)

BATCH, LEAST, FEW = 200, 25, 4
"""Of one of so few senders at the most; of one among many."""
WORKED = timedelta(minutes=1)
"""A batch older than this is handed back: what it says must not be older when it leaves."""
SURE = timedelta(seconds=5)
"""So long after a commit a lease needs no second look."""
MARGIN = timedelta(minutes=1)
SLOWEST = 30.0
"""Seconds between two messages to a provider that asked for less."""
RESENT_WITHIN = timedelta(hours=48)
"""A message that perhaps arrived is sent once more only so long after its try."""
ASK_WAIT = timedelta(minutes=10)
ASKED_FOR = timedelta(minutes=100)
"""After it nobody will ever say what became of a message that perhaps left."""


@dataclass(frozen=True)
class Begun:
    """A message with an open attempt: committed, and not yet sent."""

    claimed: Claimed
    message: Message


class Lane:
    """One of so many `lanes` of all dispatchers. Everything it holds bears its `owner`, so that what it leaves behind is
    in one order."""

    def __init__(self, post: Post, kind: str, channel: Channel, lanes: int = 1) -> None:
        self.post, self.kind, self.channel, self.lanes = post, kind, channel, lanes
        self.owner = uuid4().hex[:12]
        self._probe, self._pause = False, 0.0
        self._taken: list[Taken] = []
        self._sure = self._begun_at = post.now

    def run(self, stopping: Callable[[], bool]) -> None:
        while not stopping() and self.post.cleared() and (taken := self._take()):
            self._deliver(self._begin(self._settled_doubts(taken)), stopping)

    def _take(self) -> list[Claimed]:
        post, city = self.post, self.post.plan.key
        with post.writer.write() as connection:
            self._sure = now = post.now
            most, self._probe, a_minute = breakers.allowed(
                connection, self.channel.kind, now, self._share(connection, now)
            )
            self._pause = self._between(connection, a_minute, now)
            if self._pause:
                most = min(most, max(1, int(WORKED.total_seconds() / self._pause)))
            if not most:
                return []
            hours = post.may_speak(self.kind)
            lease = self.channel.longest + 2 * WORKED
            taken = deliveries.claim(connection, city, self.owner, now, self.kind, hours=hours, most=most, lease=lease)
            if taken and self._probe:
                breakers.probing(connection, self.channel.kind, now)
            return taken

    def _share(self, connection: Connection, now: datetime) -> int:
        """A batch; of the last messages no more than the others get too, so that all lanes end together."""
        most = BATCH if self.lanes <= FEW else LEAST
        if self.lanes == 1:
            return most
        waiting = deliveries.waiting(connection, self.post.plan.key, self.kind, now, most * self.lanes)
        return -(-waiting // self.lanes)

    def _between(self, connection: Connection, a_minute: int | None, now: datetime) -> float:
        """Seconds to rest after each message, where all who send may send so many a minute; never longer than SLOWEST."""
        if a_minute is None:
            return 0.0
        beside_us = deliveries.senders(connection, self.post.plan.key, self.kind, now)
        return min(60 / a_minute * (beside_us + 1), SLOWEST)

    def _settled_doubts(self, taken: Sequence[Claimed]) -> list[Claimed]:
        """What perhaps arrived is asked about where it may not be sent twice; what is left is to be sent."""
        left = []
        for claimed in taken:
            if claimed.state is not DeliveryState.UNKNOWN:
                left.append(claimed)
            elif not self.channel.resends_unknown:
                self._ask(claimed)
            elif not self._given_up(claimed):
                left.append(claimed)
        return left

    def _given_up(self, claimed: Claimed) -> bool:
        with self.post.writer.write() as connection:
            if self.post.now - recovery.last_try(connection, claimed) < RESENT_WITHIN:
                return False
            self.post.count(recovery.too_old(connection, claimed))
            return True

    def _ask(self, claimed: Claimed) -> None:
        """Found: it was accepted. Surely not there: sent once more. No answer: asked again, and then left to e-mail."""
        post = self.post
        with post.writer.read() as connection:
            (words,) = written(connection, post, self.channel, [claimed])
            tried = recovery.last_try(connection, claimed)
        try:
            report = self._report(words, tried)
        except SendError as error:
            with post.writer.write() as connection:
                post.count(self._unanswered(connection, claimed, tried, error))
            return
        with post.writer.write() as connection:
            if report:
                post.count(recovery.found(connection, claimed, report.code, post.now))
            else:
                post.count(recovery.not_taken(connection, claimed, post.now))

    def _report(self, words: Words, tried: datetime) -> Report | None:
        if not isinstance(self.channel, Queried):
            raise SendError("对方不提供查询", phase="query")
        return self.channel.query(self._message(words), civil_day(tried))

    def _unanswered(self, connection: Connection, claimed: Claimed, tried: datetime, error: SendError) -> DeliveryState:
        if self.post.now - tried >= ASKED_FOR:
            return recovery.left_to_mail(connection, claimed)
        deliveries.release(connection, [claimed], reason=error.text, until=self.post.now + ASK_WAIT)
        return DeliveryState.UNKNOWN

    def _begin(self, taken: Sequence[Claimed]) -> list[Begun]:
        """Words for all and their attempts in one commit; messages with nothing left to say are voided on the way."""
        if not taken:
            return []
        with self.post.writer.read() as connection:
            material = written(connection, self.post, self.channel, taken)
        begun = [Begun(words.claimed, self._message(words)) for words in material if words.frozen]
        try:
            with self.post.writer.write() as connection:
                for words in material:
                    if not words.frozen:
                        state, reason = words.instead
                        deliveries.release(connection, [words.claimed], state, reason)
                        self.post.count(state)
                batch = [(words.claimed, words.frozen) for words in material if words.frozen]
                if batch:
                    deliveries.begin(connection, batch, self.channel.kind, self.post.now)
        except LeaseLost:
            return []
        self._begun_at = self.post.now
        return begun

    def _message(self, words: Words) -> Message:
        frozen = words.frozen
        assert frozen
        return Message(
            words.claimed.wire_id, words.to, frozen.subject, frozen.text, frozen.html, frozen.at,
            lambda: self._ours(words.claimed),
        )  # fmt: skip

    def _ours(self, claimed: Claimed) -> bool:
        """Just before it cannot be taken back: where time has passed, the ledger is asked whose it is."""
        now = self.post.now
        if now - self._sure < SURE:
            return True
        with self.post.writer.read() as connection:
            ours = deliveries.still_ours(connection, claimed, now)
        self._sure = now if ours else self._sure
        return ours

    def _deliver(self, begun: Sequence[Begun], stopping: Callable[[], bool]) -> None:
        batch = [one.claimed for one in begun]
        for place, one in enumerate(begun, start=1):
            if self._breaks_off(one.claimed, batch[place - 1 :], stopping):
                break
            ending, left = self._try(one.message), batch[place:]
            if self._settle(one.claimed, ending, left):
                break
            if ending.slows:
                self._hand_back(left)
                break
            if self._pause:
                self.post.rest(self._pause)
        self._conclude()

    def _hand_back(self, left: Sequence[Claimed]) -> None:
        with self.post.writer.write() as connection:
            deliveries.release(connection, left)

    def _conclude(self) -> None:
        """What follows from the acceptances of a batch. A process that dies before leaves it to recovery."""
        if self._taken:
            with self.post.writer.write() as connection:
                deliveries.accept(connection, self._taken)
            self._taken = []

    def _breaks_off(self, claimed: Claimed, left: Sequence[Claimed], stopping: Callable[[], bool]) -> bool:
        """Hands back what is left where the process is to end, the hours are over or the batch has grown old."""
        post, now = self.post, self.post.now
        closed = not claimed.urgent and not post.may_speak(self.kind)
        old = now - self._begun_at >= WORKED or now + self.channel.longest > claimed.lease_until
        if not closed and not old and not stopping():
            return False
        self._hand_back(left)
        return True

    def _try(self, message: Message) -> Ending:
        try:
            demand_ours(message)
            receipt = self.channel.send(message)
        except SendError as error:
            return self._refused(error)
        return Ending(Outcome.ACCEPTED, "done", receipt.code, receipt.text, receipt.reference, reports(self.channel))

    def _refused(self, error: SendError) -> Ending:
        outcome, until, now = _outcome(error), None, self.post.now
        if outcome is Outcome.UNKNOWN and not self.channel.resends_unknown:
            until = now + ASK_WAIT
        if outcome is Outcome.THROTTLED:
            until = now + error.wait if error.wait else self.post.reopens(self.kind)
        return Ending(outcome, error.phase, error.code, error.text, until=until, rests=error.wait, slows=error.slows)

    def _settle(self, claimed: Claimed, ending: Ending, left: Sequence[Claimed]) -> Opened | None:
        """Writes it down and gives whether the provider is to be left alone from now on.

        A database that is busy is waited for as long as the lease lasts; one that cannot be written ends the process.
        """
        while True:
            now = self.post.now
            try:
                if self._routine(claimed, ending, now):
                    self.post.writer.close_try(Tried(claimed.id, claimed.number, ending, now))
                    self._taken.append(Taken(claimed.id, claimed.fence, now, ending.reports))
                    self._noted(claimed, ending, DeliveryState.ACCEPTED)
                    return None
                with self.post.writer.write() as connection:
                    return self._written_down(connection, claimed, ending, left)
            except OperationalError as error:
                if "locked" not in str(error.orig) or self.post.now + MARGIN > claimed.lease_until:
                    raise

    def _routine(self, claimed: Claimed, ending: Ending, now: datetime) -> bool:
        """Taken, and nobody else can have called it unknown meanwhile: what follows can wait for the batch's end."""
        return ending.outcome is Outcome.ACCEPTED and not self._probe and now < claimed.lease_until

    def _noted(self, claimed: Claimed, ending: Ending, state: DeliveryState) -> None:
        self._sure = self.post.now
        self.post.count(state)
        logger.info("%s 第%d次：%s", claimed.wire_id, claimed.number, DELIVERY_LABELS[state])

    def _written_down(
        self, connection: Connection, claimed: Claimed, ending: Ending, left: Sequence[Claimed]
    ) -> Opened | None:
        now, carrier = self.post.now, self.channel.kind
        state = deliveries.settle(connection, claimed, claimed.number, ending, now)
        opened = None
        if self._probe or ending.outcome is not Outcome.ACCEPTED:
            opened = breakers.learn(connection, carrier, ending, now, probe=self._probe)
        if opened:
            self._leave_alone(connection, opened, left)
        self._noted(claimed, ending, state)
        return opened

    def _leave_alone(self, connection: Connection, opened: Opened, left: Sequence[Claimed]) -> None:
        deliveries.release(connection, left)
        deliveries.park(connection, self.post.plan.key, self.kind, opened.reason, opened.until)
        if opened.ours:
            self.post.tell_of_provider(connection, opened)


def _outcome(error: SendError) -> Outcome:
    if error.unknown:
        return Outcome.UNKNOWN
    if error.halts:
        return Outcome.HALTED
    if error.throttled:
        return Outcome.THROTTLED
    return Outcome.PERMANENT if error.permanent else Outcome.TEMPORARY
