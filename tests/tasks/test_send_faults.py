"""Faults of servers and gateways, from end to end over real sockets: nothing lost, nothing twice, nobody else held up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from given_notices import CITY, FRIDAY, MONDAY, a_notice, addressed, attached, fates, filed, issued, on, rows, states
from given_sms import aliyun_set
from http_gateway import Fault, listening
from sms_gateway import SmsGateway
from smtp_server import Box
from sqlalchemy import Engine

from db import deliveries, outbox
from db.breakers import BREAKER, OPEN_WAIT, allowed, learn
from db.deliveries import Claimed, Ending
from db.delivery_audit import conserved, delivery_audit
from db.delivery_words import DeliveryState, Outcome
from db.frozen import Frozen
from db.planstore import load_plan
from db.schema import create_all
from notifications.channel import Message, Receipt
from notifications.channels.email import Email
from policy.words import Reason
from settings import Settings
from tasks.lane import ASK_WAIT, ASKED_FOR, WORKED, Lane
from tasks.send import SPREAD, Hours, Post, TickReport, tick

NINE = on(FRIDAY)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _tables(engine: Engine) -> None:
    create_all(engine)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "city")


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[SmsGateway]:
    """The gateway that the settings of the SMS channel name; one message at a time."""
    settings.data.mkdir()
    settings.sms_workers = 1
    with listening(SmsGateway()) as opened:
        aliyun_set(monkeypatch, opened, settings.data)
        yield opened


def ticked(engine: Engine, settings: Settings, now: datetime) -> TickReport:
    return tick(engine, settings, now, elapsed=lambda: 0.0)


def waits(engine: Engine) -> list[datetime]:
    return [row["next_attempt_at"] for row in rows(engine, outbox.DELIVERY) if row["seq"] == 0]


def attempts(engine: Engine) -> list[str | None]:
    return [row["outcome"] for row in sorted(rows(engine, outbox.ATTEMPT), key=lambda row: row["id"])]


def nothing_lost(engine: Engine, now: datetime) -> bool:
    with engine.begin() as connection:
        return conserved(delivery_audit(connection, CITY, now))


@pytest.mark.parametrize("step", ["hello", "rcpt", "data"])
def test_421_holds_up_one_message_for_a_while_and_no_other(
    engine: Engine, settings: Settings, box: Box, step: str
) -> None:
    addressed(engine, 4)
    box.answers[step] = ["421 4.3.2 closing"] * (2 if step == "hello" else 1)  # EHLO, then HELO
    assert ticked(engine, settings, NINE).ended == {DeliveryState.RETRY_WAIT: 1, DeliveryState.ACCEPTED: 3}
    assert ticked(engine, settings, NINE + 4 * MINUTE).sent == 0
    assert ticked(engine, settings, NINE + 5 * MINUTE).sent == 1
    assert sorted(box.recipients) == [f"p{n}@example.invalid" for n in range(4)]
    assert len(box.connections) == (2 if step == "hello" else 3)  # opened anew after the fault, and for the second tick


def test_a_server_that_asks_for_less_gets_half_of_the_minute_before_for_ten_minutes(
    engine: Engine, settings: Settings, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    monkeypatch.setattr(Post, "rest", lambda post, seconds: rests.append(seconds))
    addressed(engine, 24)
    box.answers["mail"] = ["250 OK"] * 19 + ["421 4.3.2 too much"]
    assert ticked(engine, settings, NINE).ended == {DeliveryState.RETRY_WAIT: 1, DeliveryState.ACCEPTED: 23}
    assert rests == [6.0] * 4, "twenty in the minute before, so ten a minute from then on"
    box.answers["mail"] = ["452 4.5.3 still too much"]
    ticked(engine, settings, NINE + 5 * MINUTE)
    with engine.begin() as connection:
        paces = [allowed(connection, "email", NINE + n * MINUTE, 9).a_minute for n in (5, 14, 15)]
    assert paces == [1, 1, None]


def test_two_that_send_to_a_server_that_asked_for_less_share_what_it_takes(
    engine: Engine, settings: Settings, box: Box
) -> None:
    addressed(engine, 200)
    attached(engine, NINE, "email")
    slower = Ending(Outcome.TEMPORARY, "rcpt", "421", slows=True)
    with engine.begin() as connection:
        learn(connection, "email", slower, NINE, probe=False)
        connection.execute(BREAKER.update().values(a_minute=20))
    post = Post(engine, load_plan(CITY), settings, NINE, lambda: 0.0, Hours.ALWAYS)
    lanes = [Lane(post, "email", post.channel("email")) for _ in range(2)]
    held = [len(lane._take()) for lane in lanes]
    post.close()
    assert [lane._pause for lane in lanes] == [3.0, 6.0]
    assert held == [20, 10], "no more than can be sent in a minute"


def test_a_greylisted_message_comes_at_the_second_try_at_least_five_minutes_later_and_once(
    engine: Engine, settings: Settings, box: Box
) -> None:
    addressed(engine, 1)
    box.answers["rcpt"] = ["450 4.7.1 greylisted"]
    ticked(engine, settings, NINE)
    assert waits(engine)[0] - NINE >= 5 * MINUTE
    assert ticked(engine, settings, waits(engine)[0]).sent == 1
    assert len(box.mails) == 1


def test_an_unknown_mailbox_is_tried_once_and_the_others_get_theirs(
    engine: Engine, settings: Settings, box: Box
) -> None:
    addressed(engine, 3)
    box.answers["rcpt"] = ["550 5.1.1 no such user"]
    assert ticked(engine, settings, NINE).ended == {DeliveryState.DEAD: 1, DeliveryState.ACCEPTED: 2}
    assert ticked(engine, settings, NINE + 60 * MINUTE).sent == 0
    assert len(attempts(engine)) == 3


def test_a_server_that_takes_nothing_from_us_is_left_alone_with_everything_parked_and_the_office_told_once(
    engine: Engine, settings: Settings, box: Box
) -> None:
    addressed(engine, 30)
    box.answers["rcpt"] = ["554 5.7.1 spam"] * 100
    for hour in range(3):
        report = ticked(engine, settings, NINE + hour * 60 * MINUTE)
        assert report.sent == (hour == 0)  # the word to the office, into the folder
    digests = [row for row in rows(engine, outbox.DELIVERY) if row["seq"] == 0]
    assert {(row["state"], row["reason"]) for row in digests} == {("parked", "5.7.1 spam")}
    assert len(attempts(engine)) - 1 == 3  # one message an hour asks
    assert len(list(settings.mail_folder.rglob("*.eml"))) == 1
    assert nothing_lost(engine, NINE)


def test_a_failing_server_is_left_alone_after_at_most_twenty_tries_and_one_message_asks_whether_it_is_well(
    engine: Engine, settings: Settings, box: Box
) -> None:
    addressed(engine, 60)
    box.answers["mail"] = ["451 4.3.0 try later"] * 1000
    ticked(engine, settings, NINE)
    tried = len(attempts(engine))
    assert 10 <= tried <= 20
    assert states(engine).count(DeliveryState.PARKED) == 60 - tried
    ticked(engine, settings, NINE + OPEN_WAIT - MINUTE)
    assert len(attempts(engine)) == tried
    ticked(engine, settings, NINE + OPEN_WAIT)
    assert len(attempts(engine)) == tried + 1
    box.answers.clear()
    assert ticked(engine, settings, NINE + 2 * OPEN_WAIT).sent > 40
    ticked(engine, settings, NINE + 60 * MINUTE)
    assert sorted(box.recipients) == sorted(f"p{n}@example.invalid" for n in range(60))


def test_two_dispatchers_leave_a_provider_alone_together(engine: Engine, settings: Settings, box: Box) -> None:
    addressed(engine, 3)
    box.answers["mail"] = ["554 5.7.1 refused"]
    ticked(engine, settings, NINE)
    assert ticked(engine, settings, NINE + MINUTE).sent == 0
    assert box.recipients == []


@pytest.mark.parametrize("end", ["drop", "lose"])
def test_a_line_lost_at_the_final_dot_gives_at_most_one_more_copy_with_the_same_name(
    engine: Engine, settings: Settings, box: Box, end: str
) -> None:
    addressed(engine, 1)
    box.answers["data"] = [end]
    assert ticked(engine, settings, NINE).ended == {DeliveryState.UNKNOWN: 1}
    assert ticked(engine, settings, NINE + 29 * MINUTE).sent == 0
    assert ticked(engine, settings, NINE + 30 * MINUTE).sent == 1
    assert len(box.raw) == (2 if end == "drop" else 1)
    assert len({mail["Message-ID"] for mail in box.mails}) == 1
    assert len(set(box.raw)) == 1


def test_twice_unknown_is_not_sent_a_third_time_and_the_next_digest_says_it(
    engine: Engine, settings: Settings, box: Box
) -> None:
    addressed(engine, 1)
    box.answers["data"] = ["drop", "drop"]
    ticked(engine, settings, NINE)
    assert ticked(engine, settings, NINE + 30 * MINUTE).ended == {DeliveryState.DEAD: 1}
    assert fates(engine) == {"k0": "planned"}
    assert nothing_lost(engine, NINE)
    assert ticked(engine, settings, NINE + 60 * MINUTE).sent == 0
    assert ticked(engine, settings, on(MONDAY)).sent == 1
    assert len(box.raw) == 3
    assert fates(engine) == {"k0": "done"}


def test_what_perhaps_arrived_days_ago_is_not_sent_again_beside_a_newer_letter(
    engine: Engine, settings: Settings, box: Box
) -> None:
    addressed(engine, 1)
    box.answers["data"] = ["drop"]
    ticked(engine, settings, NINE)
    assert ticked(engine, settings, on(MONDAY)).ended == {DeliveryState.DEAD: 1}
    assert fates(engine) == {"k0": "planned"}
    assert nothing_lost(engine, on(MONDAY))
    assert ticked(engine, settings, on(MONDAY) + MINUTE).sent == 1
    assert len({mail["Message-ID"] for mail in box.mails}) == 2
    assert fates(engine) == {"k0": "done"}


def test_a_line_lost_before_the_letter_is_a_failure_and_not_unknown(
    engine: Engine, settings: Settings, box: Box
) -> None:
    addressed(engine, 1)
    box.answers["mail"] = ["drop"]
    assert ticked(engine, settings, NINE).ended == {DeliveryState.RETRY_WAIT: 1}
    assert attempts(engine) == ["temporary"]


@pytest.mark.parametrize("answer", ["554 no", "lose"])
def test_a_refused_farewell_changes_nothing(engine: Engine, settings: Settings, box: Box, answer: str) -> None:
    addressed(engine, 1)
    box.answers["quit"] = [answer]
    assert ticked(engine, settings, NINE).ended == {DeliveryState.ACCEPTED: 1}


def test_a_gateway_that_stumbles_twice_sends_one_message_in_three_tries(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    addressed(engine, 1, channel="sms")
    gateway.faults.extend([Fault(status=500), Fault(status=500)])
    for _ in range(3):
        ticked(engine, settings, waits(engine)[0] if waits(engine) else NINE)
    assert attempts(engine) == ["temporary", "temporary", "accepted"]
    assert len(gateway.sent) == 1


def test_a_text_message_whose_answer_was_lost_is_found_by_asking_and_not_sent_again(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    addressed(engine, 1, channel="sms")
    gateway.faults.append(Fault(drop=True, after=True))
    assert ticked(engine, settings, NINE).ended == {DeliveryState.UNKNOWN: 1}
    gateway.sent[0].at = NINE.timestamp()
    assert ticked(engine, settings, NINE + ASK_WAIT - MINUTE).ended == {}
    assert ticked(engine, settings, NINE + ASK_WAIT).ended == {DeliveryState.ACCEPTED: 1}
    assert len(gateway.sent) == 1
    assert fates(engine) == {"k0": "done"}


def test_a_text_message_the_gateway_never_had_is_sent_once_more(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    addressed(engine, 1, channel="sms")
    gateway.faults.append(Fault(drop=True))
    ticked(engine, settings, NINE)
    assert ticked(engine, settings, NINE + ASK_WAIT).sent == 1
    assert ticked(engine, settings, NINE + ASK_WAIT).sent == 0
    assert len(gateway.sent) == 1
    assert attempts(engine) == ["not_taken", "accepted"]


def test_a_text_message_the_gateway_never_had_twice_is_left_to_mail(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    addressed(engine, 1, channel="sms")
    gateway.faults.append(Fault(drop=True))
    ticked(engine, settings, NINE)
    gateway.faults.extend([Fault(none=True), Fault(drop=True)])
    ticked(engine, settings, NINE + ASK_WAIT)
    ticked(engine, settings, NINE + 2 * ASK_WAIT)
    assert gateway.sent == []
    assert states(engine) == [DeliveryState.DEAD]
    (notice,) = rows(engine, outbox.NOTICE)
    assert (notice["channel"], notice["state"], notice["delivery"]) == ("email", "planned", None)


def test_a_text_message_nobody_can_be_asked_about_is_never_sent_again_and_goes_by_mail(
    engine: Engine, settings: Settings, gateway: SmsGateway, box: Box
) -> None:
    addressed(engine, 1, channel="sms")
    gateway.faults.append(Fault(drop=True, after=True))
    ticked(engine, settings, NINE)
    gateway.faults.extend([Fault(status=500)] * 50)
    now = NINE
    while now < NINE + ASKED_FOR + ASK_WAIT:
        now += ASK_WAIT
        ticked(engine, settings, now)
    assert len(gateway.sent) == 1
    sms, mail = sorted(rows(engine, outbox.DELIVERY), key=lambda row: row["channel"], reverse=True)
    assert (sms["state"], mail["state"]) == ("dead", "accepted")
    assert "电子邮件" in sms["reason"]
    assert len(box.mails) == 1


def test_who_has_had_enough_messages_today_gets_the_rest_in_the_next_hours_at_no_cost(
    engine: Engine, settings: Settings, gateway: SmsGateway, box: Box
) -> None:
    addressed(engine, 2, channel="sms", reason=Reason.REMINDER)
    issued(engine, a_notice("by mail", person="P0000", duty="village-covered"))
    gateway.refusals.append("isv.BUSINESS_LIMIT_CONTROL")
    assert ticked(engine, settings, NINE).ended == {DeliveryState.PARKED: 1, DeliveryState.ACCEPTED: 2}
    assert box.recipients == ["p0@example.invalid"]
    assert max(waits(engine)) == on(MONDAY, "09:00")
    assert {row["attempts"] for row in rows(engine, outbox.DELIVERY) if row["state"] == "parked"} == {1}
    assert ticked(engine, settings, on(MONDAY)).sent >= 1
    assert len(gateway.sent) == 2


def test_an_empty_account_parks_what_is_left_and_goes_on_inside_the_hours_once_it_is_filled(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    addressed(engine, 90, channel="sms")
    gateway.balance = 30
    report = ticked(engine, settings, NINE)
    assert report.ended == {DeliveryState.ACCEPTED: 31, DeliveryState.PARKED: 1}  # 30 and the word to the office
    assert states(engine).count(DeliveryState.PARKED) == 60
    assert len(list(settings.mail_folder.rglob("*.eml"))) == 1
    gateway.balance = 1000
    assert ticked(engine, settings, NINE + 60 * MINUTE).sent == 60
    assert len({sms.number for sms in gateway.sent}) == len(gateway.sent) == 90
    assert nothing_lost(engine, NINE)


def test_what_is_not_through_when_the_hours_end_waits_for_the_next_and_none_leaves_after(
    engine: Engine, settings: Settings, gateway: SmsGateway
) -> None:
    addressed(engine, 60, channel="sms")
    attached(engine, NINE, "sms")
    clock = count(0, 0.4)
    report = tick(engine, settings, on(FRIDAY, "17:57"), elapsed=lambda: next(clock))
    assert 0 < report.sent == len(gateway.sent) < 60
    parked = [row for row in rows(engine, outbox.DELIVERY) if row["state"] == DeliveryState.PARKED]
    assert len(parked) == 60 - report.sent
    opens = on(MONDAY, "09:00")
    assert all(opens <= row["next_attempt_at"] < opens + SPREAD for row in parked)
    assert len({row["next_attempt_at"] for row in parked}) > 10
    assert max(row["ended_at"] for row in rows(engine, outbox.ATTEMPT)) < on(FRIDAY, "18:00")
    assert len(attempts(engine)) == report.sent


def test_no_message_is_begun_that_could_end_after_hours(engine: Engine, settings: Settings, box: Box) -> None:
    addressed(engine, 1)
    attached(engine)
    assert ticked(engine, settings, on(FRIDAY, "17:50")).sent == 0  # the final dot alone may take ten minutes
    assert box.recipients == []


def in_hand(engine: Engine) -> tuple[Claimed, Frozen]:
    with engine.begin() as connection:
        (claimed,) = deliveries.claim(connection, CITY, "dead", NINE, "email", hours=True, most=1)
    return claimed, Frozen("主题", "正文", "<p>正文</p>", NINE)


def begun(engine: Engine) -> Claimed:
    claimed, frozen = in_hand(engine)
    with engine.begin() as connection:
        deliveries.begin(connection, [(claimed, frozen)], "email", NINE)
    return claimed


def ended(outcome: Outcome) -> Callable[[Engine], None]:
    def end(engine: Engine) -> None:
        claimed = begun(engine)
        with engine.begin() as connection:
            deliveries.settle(connection, claimed, claimed.number, Ending(outcome, "x", "x", "x"), NINE)

    return end


LEFT_IN: dict[str, Callable[[Engine], object]] = {
    "ready": lambda engine: None,
    "leased": in_hand,
    "sending": begun,
    "retry_wait": ended(Outcome.TEMPORARY),
    "unknown": ended(Outcome.UNKNOWN),
    "parked": ended(Outcome.HALTED),
}


@pytest.mark.parametrize("state", LEFT_IN)
def test_whatever_state_a_restart_finds_a_message_in_it_is_through_within_a_lease_and_a_pass(
    engine: Engine, settings: Settings, box: Box, state: str
) -> None:
    addressed(engine, 1)
    attached(engine)
    LEFT_IN[state](engine)
    assert states(engine) == [state]
    now = NINE
    for _ in range(3):
        (row,) = rows(engine, outbox.DELIVERY)
        now = max(now, row["lease_until"] or row["next_attempt_at"])
        ticked(engine, settings, now)
    assert states(engine) == [DeliveryState.ACCEPTED]
    assert (box.recipients, fates(engine)) == (["p0@example.invalid"], {"k0": "done"})
    assert now <= NINE + deliveries.LEASE + 60 * MINUTE


def test_what_is_settled_while_its_batch_is_on_its_way_for_more_than_a_minute_is_not_sent(
    engine: Engine, settings: Settings, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    addressed(engine, 2)
    passed = [timedelta()]
    send = Email.send

    def slow(email: Email, message: Message) -> Receipt:
        with engine.begin() as connection:
            outbox.cancel_moot(connection, CITY, filed(connection), frozenset())
        passed[0] += WORKED
        return send(email, message)

    monkeypatch.setattr(Email, "send", slow)
    tick(engine, settings, NINE, elapsed=lambda: passed[0].total_seconds())
    ticked(engine, settings, NINE + 5 * MINUTE)
    assert len(box.recipients) == 1
    assert sorted(fates(engine).values()) == ["done", "superseded"]
