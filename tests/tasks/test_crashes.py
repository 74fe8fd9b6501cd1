"""Processes that die or sleep in the middle: nothing is lost, and at most one copy too many for each that died."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from dying import LEASE, Clock, Dispatcher, shorten
from engines import opened_empty
from given_notices import CITY, FRIDAY, addressed, attached, on, rows
from given_sms import aliyun_set
from http_gateway import listening
from sms_gateway import Sms, SmsGateway
from smtp_server import Box, smtp_server
from sqlalchemy import Engine

from db import outbox
from db.delivery_audit import conserved, delivery_audit
from db.delivery_words import DeliveryState
from db.recovery import KILLS, QUARANTINE
from db.schema import create_all

PATIENCE = 120.0
TEN = on(FRIDAY, "10:00")


class Then(SmsGateway):
    """Signatures are of today; what it took, it took on the day that is played."""

    def _take(self, *given: Any) -> Sms:
        sms = super()._take(*given)
        sms.at = TEN.timestamp()
        return sms


@pytest.fixture
def ledger(tmp_path: Path, server: str | None) -> Iterator[Engine]:
    with city(tmp_path, server) as engine:
        yield engine


@contextmanager
def city(folder: Path, server: str | None) -> Iterator[Engine]:
    """An empty ledger, and a folder of its own."""
    (folder / "city").mkdir(parents=True)
    engine = opened_empty(server, folder / "ledger.db")
    create_all(engine)
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture
def box() -> Iterator[Box]:
    with smtp_server() as opened:
        yield opened


@pytest.fixture
def gateway() -> Iterator[SmsGateway]:
    with listening(Then()) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch.setattr)


@pytest.fixture
def mail(box: Box, ledger: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dispatcher:
    return of(ledger, tmp_path, mail_env(box), monkeypatch)


def mail_env(box: Box) -> dict[str, str]:
    seconds = {"CONNECT_SECONDS": "10", "COMMAND_SECONDS": "60", "DOT_SECONDS": "60"}
    account = {"HOST": "127.0.0.1", "PORT": str(box.port), "SENDER": "duban@example.invalid", **seconds}
    return {f"EMAIL_{name}": value for name, value in account.items()}


def of(ledger: Engine, folder: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch, **more: int) -> Dispatcher:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    clock = Clock(TEN, time.monotonic())
    return Dispatcher(ledger.url.render_as_string(hide_password=False), folder / "city", env, clock, **more)


def ready(ledger: Engine, number: int, channel: str = "email") -> None:
    addressed(ledger, number, channel=channel)
    attached(ledger, TEN, channel)


def states(ledger: Engine) -> Counter[str]:
    return Counter(row["state"] for row in rows(ledger, outbox.DELIVERY) if row["seq"] == 0)


def settled(ledger: Engine, number: int) -> bool:
    return states(ledger) == {DeliveryState.ACCEPTED: number}


def until_settled(ledger: Engine, number: int) -> None:
    ends = time.monotonic() + PATIENCE + number / 10  # what died in hand is taken up one by one
    while not settled(ledger, number) and time.monotonic() < ends:
        time.sleep(0.1)
    assert settled(ledger, number), states(ledger)
    with ledger.begin() as connection:
        assert conserved(delivery_audit(connection, CITY, TEN))


def lost_and_extra(recipients: list[str], number: int) -> tuple[int, int]:
    got = Counter(recipients)
    return number - len(got), got.total() - len(got)


def mended(dispatcher: Dispatcher) -> None:
    """What a dispatcher does that is started after the leases of the dead one have run out."""
    for turn in range(1, 4):
        replace(dispatcher, dies_at=0, clock=dispatcher.clock.later(turn * (LEASE + timedelta(seconds=1)))).tick()


def died(dispatcher: Dispatcher) -> bool:
    process = dispatcher.started()
    process.join(PATIENCE)
    assert process.exitcode in (0, 9)
    return process.exitcode == 9


def test_dying_at_any_step_of_a_letter_loses_none_and_sends_at_most_one_copy_more(
    tmp_path: Path, server: str | None, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    extras = []
    for point in count(1):
        box.recipients.clear()
        with city(tmp_path / str(point), server) as ledger:
            ready(ledger, 3)
            dispatcher = of(ledger, tmp_path / str(point), mail_env(box), monkeypatch, dies_at=point)
            if not died(dispatcher):
                break
            mended(dispatcher)
            lost, extra = lost_and_extra(box.recipients, 3)
            assert (lost, extra <= 1, settled(ledger, 3)) == (0, True, True), f"step {point}: {states(ledger)}"
            extras.append(extra)
    # before and after: twice taken, once frozen with an empty rest, three sent and settled, once concluded
    assert len(extras) == 20
    assert sum(extras) == 6  # after the letter has left and before that is on record


def test_dying_at_any_step_of_a_text_message_loses_none_and_sends_none_twice(
    tmp_path: Path, server: str | None, gateway: SmsGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    for point in count(1):
        gateway.sent.clear()
        with city(tmp_path / str(point), server) as ledger:
            aliyun_set(monkeypatch, gateway, tmp_path / str(point) / "city")
            env = {name: value for name, value in os.environ.items() if name.startswith("DUBAN_SMS_")}
            ready(ledger, 2, "sms")
            dispatcher = of(ledger, tmp_path / str(point), env, monkeypatch, dies_at=point)
            if not died(dispatcher):
                break
            mended(dispatcher)
            assert lost_and_extra([sms.number for sms in gateway.sent], 2) == (0, 0), f"step {point}"
            assert settled(ledger, 2), f"step {point}: {states(ledger)}"
    assert point > 10


@pytest.mark.parametrize(("messages", "kills"), [(150, 3), pytest.param(6000, 20, marks=pytest.mark.chaos)])
def test_killed_at_random_two_dispatchers_lose_nothing_and_send_at_most_one_copy_more_a_kill(
    ledger: Engine, mail: Dispatcher, box: Box, messages: int, kills: int
) -> None:
    ready(ledger, messages)
    done = killed_at_random(ledger, mail, messages, kills, lambda: len(box.recipients))
    lost, extra = lost_and_extra(box.recipients, messages)
    assert (lost, extra <= done) == (0, True), f"{extra} copies too many for {done} kills"


@pytest.mark.parametrize(("messages", "kills"), [(60, 2), pytest.param(2000, 20, marks=pytest.mark.chaos)])
def test_killed_at_random_no_text_message_is_sent_twice(
    ledger: Engine, gateway: SmsGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, messages: int, kills: int
) -> None:
    aliyun_set(monkeypatch, gateway, tmp_path / "city")
    env = {name: value for name, value in os.environ.items() if name.startswith("DUBAN_SMS_")}
    sender = of(ledger, tmp_path, env, monkeypatch, workers=4)
    ready(ledger, messages, "sms")
    killed_at_random(ledger, sender, messages, kills, lambda: len(gateway.sent))
    assert lost_and_extra([sms.number for sms in gateway.sent], messages) == (0, 0)


def killed_at_random(ledger: Engine, dispatcher: Dispatcher, messages: int, kills: int, sent: Callable[[], int]) -> int:
    """Two of them, one killed after each so many messages; the number of kills that met one at work."""
    chance = random.Random(20210730)
    running = [dispatcher.started() for _ in range(2)]
    done = 0
    try:
        while done < kills and not settled(ledger, messages):
            ahead = sent() + chance.randrange(1, max(2, messages // (kills + 1)))
            while sent() < ahead and not settled(ledger, messages):
                time.sleep(chance.random() / 50)
            victim = chance.randrange(2)
            running[victim].kill()
            running[victim].join()
            running[victim] = dispatcher.started()
            done += 1
        until_settled(ledger, messages)
    finally:
        for process in running:
            process.kill()
            process.join()
    return done


@pytest.mark.parametrize("death", ["exits", "segfaults", "hangs"])
def test_words_that_kill_their_process_are_put_aside_after_three_deaths_and_the_others_go_out(
    ledger: Engine, mail: Dispatcher, box: Box, death: str
) -> None:
    ready(ledger, 4)
    deaths = 0
    while not got_through(replace(mail, poison="人2", death=death, clock=mail.clock.later(deaths * 2 * LEASE))):
        deaths += 1
    assert deaths == QUARANTINE == 3
    assert states(ledger) == {DeliveryState.POISON: 1, DeliveryState.ACCEPTED: 3}
    assert sorted(box.recipients) == [f"p{n}@example.invalid" for n in (0, 1, 3)]
    (put_aside,) = (row for row in rows(ledger, outbox.DELIVERY) if row["state"] == DeliveryState.POISON)
    assert (put_aside["recipient"], put_aside["reason"]) == ("person:P0002", KILLS)
    with ledger.begin() as connection:
        assert conserved(delivery_audit(connection, CITY, TEN))


def got_through(dispatcher: Dispatcher) -> bool:
    """Whether it came to the end of its work; one that hangs is killed, as whoever watches over it would."""
    process = dispatcher.started()
    while process.exitcode is None and not dispatcher.hung.exists():
        process.join(0.05)
    process.kill()
    process.join()
    dispatcher.hung.unlink(missing_ok=True)
    return process.exitcode == 0


def test_a_dispatcher_that_slept_past_its_lease_does_not_send_what_another_has_taken_over(
    ledger: Engine, mail: Dispatcher, box: Box
) -> None:
    ready(ledger, 1)
    box.holds["rcpt"] = threading.Event()
    sleeper = mail.started()
    try:
        assert box.reached.wait(PATIENCE)
        assert sleeper.pid
        os.kill(sleeper.pid, signal.SIGSTOP)
        time.sleep(LEASE.total_seconds())
        box.holds.pop("rcpt").set()
        assert states(ledger) == {DeliveryState.SENDING: 1}
        awake = replace(mail, clock=mail.clock.later(timedelta(seconds=1)))
        awake.tick()
        awake.tick()
        assert settled(ledger, 1)
        os.kill(sleeper.pid, signal.SIGCONT)
        time.sleep(1)
    finally:
        sleeper.kill()
        sleeper.join()
    assert box.recipients == ["p0@example.invalid"]
    assert settled(ledger, 1)
