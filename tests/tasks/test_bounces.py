"""A mailbox that is gone makes its letter a dead one, by whatever way the return was kept; nothing is answered."""

from __future__ import annotations

import mailbox
from datetime import timedelta
from pathlib import Path

import pytest
from given_notices import CITY, FRIDAY, MONDAY, a_notice, a_unit, fates, issued, on, rows
from given_returns import absent, dsn, plain
from given_sms import PHONE, aliyun_set, the_delivery
from http_gateway import listening
from sms_gateway import SmsGateway
from smtp_server import Box
from sqlalchemy import Engine, update

from db import outbox, receipts
from db.delivery_audit import conserved, delivery_audit
from db.delivery_words import DeliveryState
from db.schema import create_all
from notifications.bounces import Kind, read
from settings import Settings
from tasks.bounces import mails, take
from tasks.send import tick

NINE = on(FRIDAY, "09:00")


@pytest.fixture(autouse=True)
def _tables(engine: Engine) -> None:
    create_all(engine)


def sent(engine: Engine, settings: Settings, **contact: str) -> str:
    with engine.begin() as connection:
        a_unit(connection, email="gone@example.invalid", **contact)
    issued(engine, a_notice("a"))
    tick(engine, settings, NINE, elapsed=lambda: 0.0)
    return str(the_delivery(engine)["id"])


def test_a_hard_return_makes_a_dead_letter_and_the_person_is_told_by_text(
    engine: Engine, settings: Settings, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(SmsGateway()) as gateway:
        aliyun_set(monkeypatch, gateway, settings.data)
        name = sent(engine, settings, phone=PHONE)
        taken = take(engine, CITY, [dsn(name)], on(FRIDAY, "09:06"))
        assert (taken.kinds, taken.new, taken.came) == ({Kind.HARD: 1}, 1, {DeliveryState.DEAD: 1})
        assert take(engine, CITY, [dsn(name)], on(FRIDAY, "09:07")).new == 0
        tick(engine, settings, on(FRIDAY, "09:08"), elapsed=lambda: 0.0)
        assert [sms.number for sms in gateway.sent] == [PHONE]
    assert fates(engine)["a"] == "done"
    assert "gone@" not in str(rows(engine, receipts.RECEIPT))


def test_a_soft_return_and_an_absence_notice_change_nothing(engine: Engine, settings: Settings, box: Box) -> None:
    name = sent(engine, settings)
    soft = dsn(name, action="delayed", status="4.4.1")
    taken = take(engine, CITY, [soft, absent(name), b"noise"], on(FRIDAY, "09:06"))
    assert taken.kinds == {Kind.SOFT: 1, Kind.AUTOMATIC: 1, Kind.STRAY: 1}
    assert the_delivery(engine)["state"] == DeliveryState.ACCEPTED
    assert [row["status"] for row in rows(engine, receipts.RECEIPT)] == ["delayed"]
    assert len(box.mails) == 1, "nothing is answered"


def test_what_was_settled_before_the_return_came_is_not_said_again(
    engine: Engine, settings: Settings, box: Box
) -> None:
    name = sent(engine, settings)
    with engine.begin() as connection:
        connection.execute(update(outbox.NOTICE).values(closed_at=on(FRIDAY, "12:00")))
    take(engine, CITY, [dsn(name)], on(FRIDAY, "15:00"))
    assert fates(engine) == {"a": "superseded"}
    with engine.begin() as connection:
        assert conserved(delivery_audit(connection, CITY, on(MONDAY)))


def test_the_address_for_returns_bears_the_name_of_each_mail(
    engine: Engine, settings: Settings, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMAIL_BOUNCE", "tuixin@example.invalid")
    name = sent(engine, settings)
    assert box.senders == [f"tuixin+{name}@example.invalid"]
    assert take(engine, CITY, [dsn(name, verp=True)], on(FRIDAY, "09:06")).came == {DeliveryState.DEAD: 1}


def test_without_such_an_address_the_sender_stands_there(engine: Engine, settings: Settings, box: Box) -> None:
    sent(engine, settings)
    assert box.senders == ["duban@example.invalid"]


def test_returns_are_read_from_every_kind_of_mailbox(tmp_path: Path) -> None:
    both = [dsn("0123456789abcdef0123"), plain("0123456789abcdef0123")]
    folder, maildir, mbox = tmp_path / "eml", tmp_path / "Maildir", tmp_path / "inbox"
    folder.mkdir()
    for number, raw in enumerate(both):
        (folder / f"{number}.eml").write_bytes(raw)
    kept, one = mailbox.Maildir(maildir), mailbox.mbox(mbox)
    for raw in both:
        kept.add(raw)
        one.add(raw)
    one.close()
    kinds = [take_kinds(path) for path in (folder, maildir, mbox, folder / "0.eml")]
    assert kinds == [[Kind.HARD, Kind.HARD]] * 3 + [[Kind.HARD]]


def take_kinds(path: Path) -> list[Kind]:
    return [read(raw).kind for raw in mails(path)]


def test_a_return_days_later_still_finds_its_letter(engine: Engine, settings: Settings, box: Box) -> None:
    name = sent(engine, settings)
    assert take(engine, CITY, [dsn(name)], NINE + timedelta(days=5)).came == {DeliveryState.DEAD: 1}
