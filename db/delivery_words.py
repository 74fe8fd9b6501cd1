"""The words of notices on their way and of the messages that carry them, with the Chinese that people read."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class NoticeFate(StrEnum):
    PLANNED = "planned"
    ATTACHED = "attached"
    DONE = "done"
    SUPERSEDED = "superseded"
    SUPPRESSED = "suppressed"


class DeliveryState(StrEnum):
    """`accepted`: taken by the other side; `delivered`: it says that it arrived; `unknown`: it may have arrived;
    `parked`: held for our own reasons; `held`: until somebody lets it go; `void`: nothing was left to say; `poison`: its
    sender died of it too often."""

    READY = "ready"
    LEASED = "leased"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    RETRY_WAIT = "retry_wait"
    PARKED = "parked"
    HELD = "held"
    DEAD = "dead"
    VOID = "void"
    POISON = "poison"


class Outcome(StrEnum):
    """How one try ended. `not_taken`: asked later, the other side knows nothing of it."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"
    HALTED = "halted"
    THROTTLED = "throttled"
    NOT_TAKEN = "not_taken"


class Alarm(IntEnum):
    """What the office is told outside the digest, once a day and channel each: the `seq` of such a message.

    Of PROVIDER and what follows each stands for one channel that refuses us.
    """

    ROUND = 1
    CLOCK = 2
    STORM = 3
    SILENCE = 4
    AUDIT = 5
    CALENDAR = 6
    LEDGER = 7
    POISON = 8
    ENDING = 9
    BACKLOG = 10
    PROVIDER = 100


DELIVERY_LABELS: dict[DeliveryState, str] = {
    DeliveryState.READY: "待发",
    DeliveryState.LEASED: "正在取件",
    DeliveryState.SENDING: "正在发送",
    DeliveryState.ACCEPTED: "已送出",
    DeliveryState.DELIVERED: "已送达",
    DeliveryState.UNKNOWN: "结果不明",
    DeliveryState.RETRY_WAIT: "等待重发",
    DeliveryState.PARKED: "暂缓",
    DeliveryState.HELD: "待放行",
    DeliveryState.DEAD: "无法送达",
    DeliveryState.VOID: "已作废",
    DeliveryState.POISON: "出错隔离",
}

WAITING = (DeliveryState.READY, DeliveryState.RETRY_WAIT, DeliveryState.UNKNOWN, DeliveryState.PARKED)
"""States in which a message may be taken up for sending."""

SAID = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)
"""States in which the other side has it."""

GIVEN_UP = (DeliveryState.DEAD, DeliveryState.POISON)
"""States that nothing but a person ends."""

IN_HAND = (DeliveryState.LEASED, DeliveryState.SENDING)
"""States in which somebody is about to send it, or is sending."""

UNSENT = (DeliveryState.READY, DeliveryState.RETRY_WAIT, DeliveryState.PARKED, DeliveryState.HELD)
"""States in which nothing has reached the recipient for sure."""
