"""A message is held by one at a time, its try is on record before it is made, and every ending has a consequence."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from given_notices import CITY, FRIDAY, a_notice, attached, fates, issued, on, rows, states
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import IntegrityError

from db import deliveries, outbox, recovery
from db.deliveries import LEASE, UNKNOWN_WAIT, Claimed, Ending, LeaseLost
from db.delivery_words import DeliveryState, Outcome
from db.frozen import Frozen
from db.schema import create_all

NOW = on(FRIDAY)
BODY = Frozen("主题", "正文", "<p>正文</p>", NOW)


@pytest.fixture(autouse=True)
def _tables(engine: Engine) -> None:
    create_all(engine)


def claimed(engine: Engine, now: datetime = NOW, owner: str = "me") -> Claimed | None:
    return next(iter(batch(engine, 1, now, owner)), None)


def batch(engine: Engine, most: int, now: datetime = NOW, owner: str = "me") -> list[Claimed]:
    with engine.begin() as connection:
        return deliveries.claim(connection, CITY, owner, now, "email", hours=True, most=most)


def begun(engine: Engine, now: datetime = NOW) -> tuple[Claimed, int]:
    taken = claimed(engine, now)
    assert taken
    with engine.begin() as connection:
        deliveries.begin(connection, [(taken, taken.frozen or BODY)], "folder", now)
    return taken, taken.number


def settled(engine: Engine, taken: Claimed, number: int, outcome: Outcome, now: datetime = NOW) -> DeliveryState:
    with engine.begin() as connection:
        return deliveries.settle(connection, taken, number, Ending(outcome, "dot", "250", "说明"), now)


def recovered(engine: Engine, now: datetime, *reporting: str) -> int:
    with engine.begin() as connection:
        return recovery.recover(connection, CITY, now, reporting)


def closed(engine: Engine, taken: Claimed, now: datetime = NOW) -> None:
    with engine.begin() as connection:
        ending = Ending(Outcome.ACCEPTED, "dot", "250", "说明")
        deliveries.close(connection, [deliveries.Tried(taken.id, taken.number, ending, now)])


@pytest.fixture
def one(engine: Engine) -> Engine:
    """A ledger with one message ready."""
    issued(engine, a_notice("a"))
    attached(engine)
    return engine


def test_two_claimers_at_once_never_hold_the_same_message(engine: Engine) -> None:
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}") for n in range(30)))
    assert attached(engine) == 30
    held: list[str] = []
    start = threading.Barrier(3)

    def take(owner: str) -> None:
        start.wait()
        while taken := claimed(engine, owner=owner):
            held.append(taken.id)

    workers = [threading.Thread(target=take, args=(f"w{n}",)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(held) == sorted(row["id"] for row in rows(engine, outbox.DELIVERY))


def test_a_message_in_hand_is_not_given_to_another(one: Engine) -> None:
    assert claimed(one)
    assert claimed(one, owner="other") is None


def test_only_what_may_be_said_on_the_channel_asked_for_is_given(one: Engine) -> None:
    with one.begin() as connection:
        for city, kind, hours in ((CITY, "email", False), (CITY, "sms", True), ("elsewhere", "email", True)):
            assert deliveries.claim(connection, city, "me", NOW, kind, hours=hours, most=9) == []


def test_an_accepted_message_settles_its_notices(one: Engine) -> None:
    assert settled(one, *begun(one), Outcome.ACCEPTED) is DeliveryState.ACCEPTED
    assert fates(one) == {"a": "done"}
    (attempt,) = rows(one, outbox.ATTEMPT)
    assert (attempt["n"], attempt["outcome"], attempt["carrier"]) == (1, "accepted", "folder")
    assert claimed(one, NOW + timedelta(days=1)) is None


def test_every_further_try_gets_the_frozen_words(one: Engine) -> None:
    settled(one, *begun(one), Outcome.TEMPORARY)
    again = claimed(one, NOW + timedelta(minutes=5))
    assert again
    assert again.frozen == BODY


def test_a_temporary_failure_waits_longer_each_time(one: Engine) -> None:
    now, waits = NOW, []
    for _ in range(6):
        settled(one, *begun(one, now), Outcome.TEMPORARY, now)
        (row,) = rows(one, outbox.DELIVERY)
        waits.append((row["next_attempt_at"] - now).total_seconds() / 60)
        now = row["next_attempt_at"]
    assert waits == [5, 30, 60, 120, 240, 240]


def test_a_message_is_not_taken_up_before_its_time(one: Engine) -> None:
    settled(one, *begun(one), Outcome.TEMPORARY)
    assert claimed(one, NOW + timedelta(minutes=4)) is None


def test_a_halted_channel_consumes_no_try_of_the_schedule(one: Engine) -> None:
    assert settled(one, *begun(one), Outcome.HALTED) is DeliveryState.PARKED
    later = NOW + timedelta(hours=1)
    settled(one, *begun(one, later), Outcome.TEMPORARY, later)
    assert rows(one, outbox.DELIVERY)[0]["next_attempt_at"] == later + timedelta(minutes=5)


def test_a_refused_address_is_dead_at_once(one: Engine) -> None:
    assert settled(one, *begun(one), Outcome.PERMANENT) is DeliveryState.DEAD
    assert rows(one, outbox.DELIVERY)[0]["reason"] == "说明"
    assert fates(one) == {"a": "attached"}


def test_an_unknown_ending_is_tried_once_more_and_then_left(one: Engine) -> None:
    assert settled(one, *begun(one), Outcome.UNKNOWN) is DeliveryState.UNKNOWN
    assert claimed(one, NOW + UNKNOWN_WAIT - timedelta(seconds=1)) is None
    later = NOW + UNKNOWN_WAIT
    assert settled(one, *begun(one, later), Outcome.UNKNOWN, later) is DeliveryState.DEAD


def test_a_crash_between_try_and_settlement_is_unknown(one: Engine) -> None:
    begun(one)
    assert recovered(one, NOW + LEASE - timedelta(seconds=1)) == 0
    assert recovered(one, NOW + LEASE) == 1
    assert states(one) == [DeliveryState.UNKNOWN]
    (attempt,) = rows(one, outbox.ATTEMPT)
    assert (attempt["outcome"], attempt["phase"]) == ("unknown", "lease")


def test_a_crash_before_the_try_gives_the_message_back(one: Engine) -> None:
    claimed(one)
    assert recovered(one, NOW + LEASE) == 1
    assert states(one) == [DeliveryState.READY]
    assert claimed(one, NOW + LEASE)


def test_a_lost_lease_cannot_begin_a_try(one: Engine) -> None:
    taken = claimed(one)
    assert taken
    recovered(one, NOW + LEASE)
    with one.begin() as connection, pytest.raises(LeaseLost):
        deliveries.begin(connection, [(taken, BODY)], "folder", NOW)


def test_an_acceptance_that_comes_after_the_lease_ran_out_still_counts(one: Engine) -> None:
    taken, number = begun(one)
    recovered(one, NOW + LEASE)
    settled(one, taken, number, Outcome.ACCEPTED, NOW + LEASE)
    assert states(one) == [DeliveryState.ACCEPTED]


def test_a_failure_that_comes_after_the_lease_ran_out_changes_nothing(one: Engine) -> None:
    taken, number = begun(one)
    recovered(one, NOW + LEASE)
    settled(one, taken, number, Outcome.TEMPORARY, NOW + LEASE)
    assert states(one) == [DeliveryState.UNKNOWN]


def test_an_alarm_is_raised_once_a_day_and_channel_and_taken_up_at_any_hour(engine: Engine) -> None:
    night = on(FRIDAY, "23:00")
    for expected in (2, 0):
        with engine.begin() as connection:
            raised = deliveries.alarm(connection, CITY, ["email", "folder"], "unit:1", FRIDAY, BODY, night)
        assert raised == expected
    with engine.begin() as connection:
        (taken,) = deliveries.claim(connection, CITY, "me", night, "email", hours=False, most=9)
    assert (taken.frozen, taken.urgent) == (BODY, True)


def test_the_database_refuses_an_acceptance_without_words(one: Engine) -> None:
    with pytest.raises(IntegrityError), one.begin() as connection:
        connection.execute(outbox.DELIVERY.update().values(state="accepted"))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (outbox.NOTICE, {"state": "sent"}),
        (outbox.DELIVERY, {"state": "sent"}),
        (outbox.DELIVERY, {"state": "poison", "reason": None}),
        (outbox.DELIVERY, {"state": "held", "reason": None}),
        (outbox.ATTEMPT, {"outcome": "sent"}),
    ],
)
def test_the_database_refuses_a_state_there_is_no_word_for_and_one_put_aside_without_a_reason(
    one: Engine, table: Table, values: dict[str, str | None]
) -> None:
    begun(one)
    with pytest.raises(IntegrityError), one.begin() as connection:
        connection.execute(table.update().values(**values))


def test_a_batch_that_breaks_off_leaves_one_message_in_doubt_and_the_rest_ready(engine: Engine) -> None:
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}") for n in range(4)))
    attached(engine)
    taken = batch(engine, 4)
    with engine.begin() as connection:
        deliveries.begin(connection, [(one, BODY) for one in taken], "folder", NOW)
    settled(engine, taken[0], 1, Outcome.ACCEPTED)
    assert recovered(engine, NOW + LEASE) == 3
    became = {row["id"]: (row["state"], row["attempts"], row["body_sha"]) for row in rows(engine, outbox.DELIVERY)}
    assert [became[one.id][0] for one in taken] == ["accepted", "unknown", "ready", "ready"]
    assert [became[one.id][1:] for one in taken[2:]] == [(0, None), (0, None)], "never tried, so its words may change"
    assert len(rows(engine, outbox.ATTEMPT)) == 2


def test_what_a_slow_owner_writes_down_while_his_batch_is_put_in_order_keeps_nobody_from_sending(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He slept past his lease in the middle of a message and finds its try gone, or comes before it is looked at."""
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}") for n in range(3)))
    attached(engine)
    taken = batch(engine, 3)
    with engine.begin() as connection:
        deliveries.begin(connection, [(one, BODY) for one in taken], "folder", NOW)
    accept, owner = recovery.accept, threading.Thread(target=closed, args=(engine, taken[1], NOW + LEASE))

    def meanwhile(connection: Connection, accepted: list[deliveries.Taken]) -> None:
        owner.start()
        owner.join(0.5)
        accept(connection, accepted)

    monkeypatch.setattr(recovery, "accept", meanwhile)
    assert recovered(engine, NOW + LEASE) == 3
    owner.join()
    again = batch(engine, 3, NOW + LEASE)
    with engine.begin() as connection:
        deliveries.begin(connection, [(one, BODY) for one in again], "folder", NOW + LEASE)
    assert {one.id for one in again} == {taken[1].id, taken[2].id}


@pytest.mark.parametrize(("reporting", "asked_in"), [((), None), (("folder",), deliveries.ASKS[0])])
def test_what_is_closed_as_taken_when_the_process_dies_was_taken_then_and_is_not_sent_again(
    engine: Engine, reporting: tuple[str, ...], asked_in: timedelta | None
) -> None:
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}") for n in range(3)))
    attached(engine)
    taken, moment = batch(engine, 3), timedelta(seconds=7)
    with engine.begin() as connection:
        deliveries.begin(connection, [(one, BODY) for one in taken], "folder", NOW)
    closed(engine, taken[0], NOW + moment)
    assert states(engine).count(DeliveryState.SENDING) == 3
    assert recovered(engine, NOW + LEASE, *reporting) == 3
    became = {row["id"]: row for row in rows(engine, outbox.DELIVERY)}
    assert [became[one.id]["state"] for one in taken] == ["accepted", "unknown", "ready"]
    first = became[taken[0].id]
    assert (first["accepted_at"], first["claims"], first["lease_until"]) == (NOW + moment, 0, None)
    assert first["ask_at"] == (asked_in and NOW + moment + asked_in)
    assert sorted(fates(engine).values()) == ["attached", "attached", "done"]


def test_an_earlier_acceptance_does_not_speak_for_a_later_try(one: Engine) -> None:
    """Taken, then reported as failed and tried once more: of that try nobody knows the end."""
    settled(one, *begun(one), Outcome.ACCEPTED)
    later = NOW + timedelta(hours=1)
    with one.begin() as connection:
        connection.execute(outbox.DELIVERY.update().values(state="retry_wait", next_attempt_at=later))
    begun(one, later)
    recovered(one, later + LEASE)
    assert states(one) == [DeliveryState.UNKNOWN]


def test_what_was_in_a_dead_process_is_taken_up_alone_after_all_the_others(engine: Engine) -> None:
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}") for n in range(4)))
    attached(engine)
    suspects = {one.id for one in batch(engine, 3)}
    later = NOW + LEASE
    recovered(engine, later)
    fresh, *alone = (batch(engine, 100, later) for _ in range(4))
    assert [len(fresh), *map(len, alone)] == [1, 1, 1, 1]
    assert fresh[0].id not in suspects
    assert {one.id for (one,) in alone} == suspects


def test_what_kills_its_process_three_times_is_put_aside_with_its_reason_and_what_was_sent_is_forgiven(
    one: Engine,
) -> None:
    now = NOW
    for _ in range(recovery.QUARANTINE):
        assert states(one) == [DeliveryState.READY]
        assert claimed(one, now)
        now += LEASE
        recovered(one, now)
    assert states(one) == [DeliveryState.POISON]
    (row,) = rows(one, outbox.DELIVERY)
    assert (row["reason"], row["lease_until"]) == (recovery.KILLS, None)
    assert claimed(one, now + LEASE) is None


def test_a_message_that_was_tried_and_came_back_counts_no_death(one: Engine) -> None:
    now = NOW
    for _ in range(5):
        settled(one, *begun(one, now), Outcome.TEMPORARY, now)
        now = rows(one, outbox.DELIVERY)[0]["next_attempt_at"]
    assert states(one) == [DeliveryState.RETRY_WAIT]
