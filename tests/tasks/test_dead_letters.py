"""Dead letters: each says why and what to do; sent again by hand it bears another name, and who and why are kept."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from given_notices import CITY, FRIDAY, MONDAY, a_notice, a_unit, fates, issued, on, rows
from given_sms import aliyun_set, pushed_row, sms_sent, the_delivery
from http_gateway import listening
from sms_gateway import SmsGateway
from smtp_server import Box
from sqlalchemy import Engine, update
from sqlmodel import SQLModel

from db import dead_letters as ledger
from db import outbox
from db.delivery_audit import conserved, delivery_audit
from db.delivery_words import DeliveryState
from db.planstore import load_plan
from db.receipts import RECEIPT
from db.schema import create_all
from db.work_calendar import work_calendar
from notifications.causes import ADVICE, Cause
from settings import Settings
from tasks.dead_letters import Letter, ResendRefused, examine, letter, letters, refusals, resend
from tasks.receipts import listen, pushed
from tasks.send import tick

PLAN = load_plan(CITY)
CALENDAR = work_calendar(PLAN.house)
NINE = on(FRIDAY, "09:00")


@pytest.fixture(autouse=True)
def _tables(engine: Engine) -> None:
    create_all(engine)


def killed(engine: Engine, settings: Settings, box: Box, answer: str = "550 5.1.1 no such user") -> Letter:
    with engine.begin() as connection:
        a_unit(connection, email="old@example.invalid")
    issued(engine, a_notice("a"))
    box.answers["rcpt"] = [answer]
    tick(engine, settings, NINE, elapsed=lambda: 0.0)
    (found,) = listed(engine)
    return found


def listed(engine: Engine, now: datetime = NINE) -> list[Letter]:
    with engine.begin() as connection:
        return letters(connection, PLAN, now)


def corrected(engine: Engine, email: str, now: datetime) -> None:
    """A new version of the township's row, known from `now`."""
    table = SQLModel.metadata.tables["unit"]
    with engine.begin() as connection:
        connection.execute(update(table).values(known_to=int(now.timestamp())))
        a_unit(connection, email=email, known_from=int(now.timestamp()))


def again(engine: Engine, one: Letter, now: datetime) -> dict[str, int]:
    with engine.begin() as connection:
        return resend(connection, PLAN, CALENDAR, [one], "C", "号码已核对", now)


def test_a_dead_letter_says_who_by_code_which_matter_why_and_what_to_do(
    engine: Engine, settings: Settings, box: Box
) -> None:
    one = killed(engine, settings, box)
    assert one.death.recipient == f"unit:{outbox.recipient_of(a_notice().to).partition(':')[2]}"  # type: ignore[union-attr]
    (matter,) = one.matters
    assert (matter.clause, matter.title, matter.subject) == ("HZ-3-01", "建成社工站", "441302001000 桥东街道")
    assert (one.cause, one.advice) == (Cause.ADDRESS, ADVICE[Cause.ADDRESS])
    assert "old@" not in repr(one)


def test_after_the_contact_is_corrected_sending_again_is_offered_and_before_it_is_refused(
    engine: Engine, settings: Settings, box: Box
) -> None:
    assert refusals([killed(engine, settings, box)])
    corrected(engine, "new@example.invalid", on(FRIDAY, "10:00"))
    (one,) = listed(engine, on(FRIDAY, "10:01"))
    assert (one.corrected, refusals([one])) == (True, [])
    assert one.advice.startswith("联系方式已经更正，可以重发")


def test_sent_again_it_has_the_same_words_under_another_name_and_is_written_down(
    engine: Engine, settings: Settings, box: Box
) -> None:
    one = killed(engine, settings, box)
    corrected(engine, "new@example.invalid", on(FRIDAY, "10:00"))
    assert again(engine, one, on(FRIDAY, "10:01")) == {one.death.id: 1}
    assert again(engine, one, on(FRIDAY, "10:01")) == {one.death.id: 0}, "it is dead no more"
    assert tick(engine, settings, on(FRIDAY, "10:02"), elapsed=lambda: 0.0).sent == 1
    (mail,) = box.mails
    assert mail["Message-ID"] == f"<{one.death.id}.1@example.invalid>"
    assert box.recipients == ["new@example.invalid"]
    (kept,) = rows(engine, ledger.RESEND)
    assert (kept["by"], kept["why"], kept["epoch"], kept["was"]) == ("C", "号码已核对", 1, one.death.said)
    assert (fates(engine), listed(engine)) == ({"a": "done"}, [])
    with engine.begin() as connection:
        assert conserved(delivery_audit(connection, CITY, on(MONDAY)))


def test_what_is_sent_again_after_hours_leaves_on_the_next_working_day(
    engine: Engine, settings: Settings, box: Box
) -> None:
    again(engine, killed(engine, settings, box), on(FRIDAY, "19:00"))
    assert tick(engine, settings, on(FRIDAY, "19:01"), elapsed=lambda: 0.0).sent == 0
    assert tick(engine, settings, on(MONDAY, "08:50"), elapsed=lambda: 0.0).sent == 1


def test_a_letter_that_dies_again_counts_on(engine: Engine, settings: Settings, box: Box) -> None:
    one = killed(engine, settings, box)
    again(engine, one, on(FRIDAY, "10:00"))
    box.answers["rcpt"] = ["550 5.1.1 still no such user"]
    tick(engine, settings, on(FRIDAY, "10:01"), elapsed=lambda: 0.0)
    (two,) = listed(engine)
    assert (two.death.epoch, [number for number, *_ in two.resent]) == (1, [1])
    assert again(engine, two, on(FRIDAY, "10:02")) == {one.death.id: 2}


def test_a_report_finds_a_message_that_was_sent_again(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(SmsGateway()) as gateway:
        aliyun_set(monkeypatch, gateway, settings.data)
        sms = sms_sent(engine, settings, gateway, NINE)
        pushed(engine, "sms_aliyun", _json(pushed_row(sms, False, "MOBILE_IN_BLACK")), NINE)
        listen(engine, settings, NINE)
        (one,) = listed(engine)
        assert (one.cause, one.death.said) == (Cause.ADDRESS, "回执失败：MOBILE_IN_BLACK")
        again(engine, one, on(FRIDAY, "10:00"))
        tick(engine, settings, on(FRIDAY, "10:01"), elapsed=lambda: 0.0)
        second = gateway.sent[-1]
        assert second.id == f"{one.death.id}.1"
        bare = {**pushed_row(second, clock="10:02:00"), "biz_id": None}
        pushed(engine, "sms_aliyun", _json(bare), on(FRIDAY, "10:02"))
        assert listen(engine, settings, on(FRIDAY, "10:02")).came == {DeliveryState.DELIVERED: 1}


def _json(*reports: dict[str, object]) -> bytes:
    return json.dumps(reports).encode()


def test_a_cause_is_worked_out_once_and_kept(engine: Engine, settings: Settings, box: Box) -> None:
    killed(engine, settings, box)
    with engine.begin() as connection:
        assert [len(examine(connection, CITY)) for _ in range(2)] == [1, 0]
    assert the_delivery(engine)["cause"] == "address"
    assert rows(engine, RECEIPT) == []


def test_a_number_that_fits_none_or_several_is_refused(engine: Engine, settings: Settings, box: Box) -> None:
    killed(engine, settings, box)
    for name in ("", "zz"):
        with engine.begin() as connection, pytest.raises(ResendRefused):
            letter(connection, PLAN, name, NINE)


def test_a_letter_in_quarantine_is_among_the_dead_and_can_be_sent_again(
    engine: Engine, settings: Settings, box: Box
) -> None:
    one = killed(engine, settings, box)
    with engine.begin() as connection:
        quarantined = {"state": DeliveryState.POISON, "reason": "连续3次使投递进程中断，已隔离", "claims": 3}
        connection.execute(update(outbox.DELIVERY).values(**quarantined))
    (two,) = listed(engine)
    assert (two.cause, refusals([two])) == (Cause.POISON, [])
    again(engine, two, on(FRIDAY, "10:00"))
    assert tick(engine, settings, on(FRIDAY, "10:01"), elapsed=lambda: 0.0).sent == 1
    assert box.mails[0]["Message-ID"].startswith(f"<{one.death.id}.1@")
