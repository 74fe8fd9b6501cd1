"""Whoever cannot be reached one way is told another; whoever cannot be reached at all is named to the next level."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from given_city import read_city
from given_notices import (
    CITY,
    FRIDAY,
    MONDAY,
    TOWN,
    TUESDAY,
    a_notice,
    a_person,
    a_unit,
    fates,
    filed,
    issued,
    on,
    rows,
)
from given_sms import PHONE, aliyun_set, pushed_row
from http_gateway import listening
from sms_gateway import SmsGateway
from smtp_server import Box
from sqlalchemy import Engine, update
from sqlmodel import SQLModel

from db import outbox
from db.delivery_audit import conserved, delivery_audit
from db.delivery_words import DeliveryState
from db.intake import import_rows
from db.planstore import load_plan
from db.schema import create_all
from policy.notices import Notice
from policy.words import Reason
from settings import Settings
from tasks.receipts import listen, pushed
from tasks.send import TickReport, tick

NINE, COUNTY = on(FRIDAY, "09:00"), "441302000000"
GONE = "550 5.1.1 no such user"


@pytest.fixture(autouse=True)
def _tables(engine: Engine) -> None:
    create_all(engine)
    with engine.begin() as connection:
        a_unit(connection, "441300000000", name="惠州市", kind="city", email="city@example.invalid")
        a_unit(connection, COUNTY, name="惠城区", kind="county", parent="441300000000", email="county@example.invalid")


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[SmsGateway]:
    with listening(SmsGateway()) as opened:
        aliyun_set(monkeypatch, opened, settings.data)
        yield opened


def ticked(engine: Engine, settings: Settings, now: datetime) -> TickReport:
    return tick(engine, settings, now, elapsed=lambda: 0.0)


def town(engine: Engine, **contact: Any) -> None:
    with engine.begin() as connection:
        a_unit(connection, parent=COUNTY, **contact)


def corrected(engine: Engine, now: datetime, **contact: Any) -> None:
    table, second = SQLModel.metadata.tables["unit"], int(now.timestamp())
    with engine.begin() as connection:
        connection.execute(update(table).where(table.c.code == TOWN).values(known_to=second))
        a_unit(connection, parent=COUNTY, known_from=second, **contact)


def balanced(engine: Engine) -> bool:
    with engine.begin() as connection:
        return conserved(delivery_audit(connection, CITY, on(TUESDAY)))


def words(box: Box, to: str) -> str:
    mails = [mail for mail, recipient in zip(box.mails, box.recipients, strict=True) if recipient == to]
    return "\n".join(str(mail.get_body(("plain",)).get_content()) for mail in mails)  # type: ignore[union-attr]


def work_items(engine: Engine) -> list[dict[str, Any]]:
    return [row for row in rows(engine, outbox.NOTICE) if row["reason"] == Reason.UNREACHABLE]


def test_a_mailbox_that_does_not_exist_is_tried_once_then_a_text_goes_out_and_the_county_is_told(
    engine: Engine, settings: Settings, box: Box, gateway: SmsGateway
) -> None:
    town(engine, email="gone@example.invalid", phone=PHONE)
    with engine.begin() as connection:
        a_person(connection, "P1", "叶青禾", "p1@example.invalid")
    issued(engine, a_notice("a"), a_notice("b", person="P1"))
    box.refuses["gone@example.invalid"] = GONE
    sent = ticked(engine, settings, NINE)
    assert (sent.ended[DeliveryState.DEAD], sent.sent) == (1, 1), "the other recipient has hers"
    ticked(engine, settings, on(FRIDAY, "09:01"))
    assert [sms.number for sms in gateway.sent] == [PHONE]
    assert fates(engine)["a"] == "done"
    (item,) = work_items(engine)
    assert item["recipient"] == f"unit:{COUNTY}"
    said = words(box, "county@example.invalid")
    assert "联系不上】桥东街道" in said
    assert f"给{TOWN}的1项通知没有送达（号码或邮箱不对）。已改由短信（阿里云）通知。" in said
    (dead,) = [row for row in rows(engine, outbox.DELIVERY) if row["state"] == DeliveryState.DEAD]
    assert dead["reason"].endswith("所载1项已改由短信（阿里云）通知")
    assert [row["n"] for row in rows(engine, outbox.ATTEMPT) if row["delivery"] == dead["id"]] == [1]
    assert balanced(engine)


def test_a_wrong_mailbox_is_not_written_to_again_until_the_record_is_corrected(
    engine: Engine, settings: Settings, box: Box, gateway: SmsGateway
) -> None:
    town(engine, email="gone@example.invalid", phone=PHONE)
    issued(engine, a_notice("a"))
    box.refuses["gone@example.invalid"] = GONE
    for minute in (0, 1):
        ticked(engine, settings, NINE + timedelta(minutes=minute))
    issued(engine, a_notice("b", duty="station-head", due=None))
    ticked(engine, settings, on(MONDAY))
    assert len(gateway.sent) == 2
    corrected(engine, on(MONDAY, "12:00"), email="right@example.invalid", phone=PHONE)
    issued(engine, a_notice("c", duty="station-built", due=None, period="1"))
    ticked(engine, settings, on(TUESDAY))
    assert (len(gateway.sent), box.recipients[-1]) == (2, "right@example.invalid")
    assert balanced(engine)


def test_the_weekly_list_is_no_reason_to_write_to_a_wrong_mailbox(engine: Engine, settings: Settings, box: Box) -> None:
    town(engine, email="town@example.invalid")
    issued(engine, a_notice("a"))
    ticked(engine, settings, NINE)
    box.refuses["town@example.invalid"] = GONE
    issued(engine, a_notice("b", duty="station-head", due=None))
    ticked(engine, settings, on(MONDAY))
    tries = len(rows(engine, outbox.ATTEMPT))
    for day in (MONDAY + timedelta(days=7), MONDAY + timedelta(days=35)):
        ticked(engine, settings, on(day))
        ticked(engine, settings, on(day, "09:01"))
    fresh = rows(engine, outbox.ATTEMPT)[tries:]
    letters = {row["id"]: row["recipient"] for row in rows(engine, outbox.DELIVERY)}
    assert f"unit:{TOWN}" not in {letters[row["delivery"]] for row in fresh}


def test_a_correction_that_leaves_the_wrong_address_is_none(
    engine: Engine, settings: Settings, box: Box, gateway: SmsGateway
) -> None:
    town(engine, email="gone@example.invalid", phone=PHONE)
    issued(engine, a_notice("a"))
    box.refuses["gone@example.invalid"] = GONE
    ticked(engine, settings, NINE)
    corrected(engine, on(MONDAY, "08:00"), email="gone@example.invalid", phone=PHONE, name="桥东街道办")
    issued(engine, a_notice("b", duty="station-head", due=None))
    ticked(engine, settings, on(MONDAY))
    assert "gone@example.invalid" not in box.recipients


@pytest.mark.parametrize("contact", [{"phone": PHONE}, {"phone": PHONE, "email": ""}])
def test_whoever_has_no_mailbox_on_record_is_told_by_text(
    engine: Engine, settings: Settings, box: Box, gateway: SmsGateway, contact: dict[str, str]
) -> None:
    town(engine, **contact)
    issued(engine, a_notice("a"))
    assert ticked(engine, settings, NINE).ended == {DeliveryState.ACCEPTED: 1}
    assert (len(gateway.sent), box.mails, work_items(engine)) == (1, [], [])


def test_whoever_wants_a_text_and_has_no_telephone_is_told_by_mail(
    engine: Engine, settings: Settings, box: Box, gateway: SmsGateway
) -> None:
    town(engine, email="town@example.invalid", channels="sms;email")
    issued(engine, a_notice("a"))
    ticked(engine, settings, NINE)
    assert (gateway.sent, box.recipients) == ([], ["town@example.invalid"])


def test_whoever_wants_a_text_gets_one(engine: Engine, settings: Settings, box: Box, gateway: SmsGateway) -> None:
    town(engine, email="town@example.invalid", phone=PHONE, channels="sms")
    issued(engine, a_notice("a"))
    ticked(engine, settings, NINE)
    assert ([sms.number for sms in gateway.sent], box.mails) == ([PHONE], [])


def test_whoever_has_neither_is_named_to_the_county_and_stays_among_the_dead(
    engine: Engine, settings: Settings, box: Box, gateway: SmsGateway
) -> None:
    town(engine)
    issued(engine, a_notice("a"))
    ticked(engine, settings, NINE)
    ticked(engine, settings, on(FRIDAY, "09:01"))
    assert f"给{TOWN}的1项通知没有送达（号码或邮箱不对）。没有别的联系方式，本人还不知道。" in words(
        box, "county@example.invalid"
    )
    assert (gateway.sent, fates(engine)["a"], balanced(engine)) == ([], "attached", True)


def test_the_county_hears_once_a_week_of_the_same_one(engine: Engine, settings: Settings, box: Box) -> None:
    town(engine)
    for n, day in enumerate((MONDAY, TUESDAY, MONDAY + timedelta(days=7))):
        issued(engine, a_notice(f"k{n}", period=f"{n}"))
        ticked(engine, settings, on(day))
        ticked(engine, settings, on(day, "09:01"))
    assert len(work_items(engine)) == 2


def test_a_round_does_not_withdraw_what_the_county_is_told(engine: Engine, settings: Settings, box: Box) -> None:
    town(engine)
    issued(engine, a_notice("a"))
    for clock in ("09:00", "18:30"):
        ticked(engine, settings, on(FRIDAY, clock))
    with engine.begin() as connection:
        outbox.cancel_moot(connection, CITY, filed(connection), frozenset())
    ticked(engine, settings, on(MONDAY))
    assert "联系不上" in words(box, "county@example.invalid")


def test_a_county_that_cannot_be_reached_is_named_to_the_city_and_the_city_to_nobody(
    engine: Engine, settings: Settings, box: Box
) -> None:
    box.refuses.update({"county@example.invalid": GONE, "city@example.invalid": GONE})
    issued(engine, a_notice("a", unit=COUNTY), a_notice("b", unit="441300000000"))
    for minute in (0, 1, 2):
        ticked(engine, settings, NINE + timedelta(minutes=minute))
    assert [row["recipient"] for row in work_items(engine)] == ["unit:441300000000"]


def test_a_failed_report_leads_to_the_other_channel_too(
    engine: Engine, settings: Settings, box: Box, gateway: SmsGateway
) -> None:
    town(engine, email="town@example.invalid", phone=PHONE, channels="sms")
    issued(engine, a_notice("a"))
    ticked(engine, settings, NINE)
    row = pushed_row(gateway.sent[0], False, "MK:0001")
    pushed(engine, "sms_aliyun", json.dumps([row]).encode(), on(FRIDAY, "09:05"))
    listen(engine, settings, on(FRIDAY, "09:05"))
    ticked(engine, settings, on(FRIDAY, "09:06"))
    assert set(box.recipients) == {"town@example.invalid", "county@example.invalid"}
    assert (fates(engine)["a"], balanced(engine)) == ("done", True)


def test_without_servers_everything_goes_into_the_folder(engine: Engine, settings: Settings) -> None:
    town(engine)
    issued(engine, a_notice("a"))
    assert ticked(engine, settings, NINE).sent == 1
    assert len(list(settings.mail_folder.rglob("*.eml"))) == 1


def test_a_fallback_that_is_not_set_up_is_none(engine: Engine, settings: Settings, box: Box) -> None:
    town(engine, phone=PHONE)
    issued(engine, a_notice("a"))
    for minute in (0, 1):
        ticked(engine, settings, NINE + timedelta(minutes=minute))
    assert not settings.mail_folder.exists()
    assert len(work_items(engine)) == 1


def test_the_order_of_channels_is_read_from_the_records(engine: Engine) -> None:
    people = "code,name,phone,channels\nH1,站长甲,19900001234,短信;邮件\nW1,社工某,,\nD1,督导某,,\n"
    found = read_city(people=people)
    with engine.begin() as connection:
        import_rows(connection, CITY, found.rows, "test", NINE)
    (kept,) = [row for row in rows(engine, SQLModel.metadata.tables["person"]) if row["code"] == "H1"]
    assert kept["channels"] == "sms;email"


def test_every_plan_names_channels_that_have_hours() -> None:
    house = load_plan(CITY).house
    assert {house.channel, *house.fallback} <= set(house.windows)
    assert isinstance(a_notice(), Notice)
