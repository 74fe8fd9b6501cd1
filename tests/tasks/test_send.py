"""Sending from end to end: hours, one message a day, faults of a real server, and nothing twice."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from given_notices import (
    CITY,
    FRIDAY,
    MONDAY,
    TOWN,
    a_notice,
    a_person,
    a_unit,
    attached,
    fates,
    filed,
    issued,
    on,
    rows,
    states,
)
from smtp_server import Box
from sqlalchemy import Engine

from db import deliveries, outbox
from db.deliveries import LEASE, UNKNOWN_WAIT
from db.delivery_audit import conserved, delivery_audit
from db.delivery_words import DeliveryState
from db.frozen import Frozen
from db.planstore import load_plan
from db.schema import create_all
from notifications.channel import Channel, open_channel
from policy.words import Reason, Role
from settings import Settings
from tasks import send
from tasks.lane import Lane
from tasks.send import Hours, Post, TickReport, drain, tick

SUNDAY = FRIDAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def _tables(engine: Engine) -> None:
    create_all(engine)


def ticked(engine: Engine, settings: Settings, now: datetime) -> TickReport:
    return tick(engine, settings, now, elapsed=lambda: 0.0)


def letters(settings: Settings) -> dict[str, EmailMessage]:
    found = sorted(settings.mail_folder.rglob("*.eml"))
    return {p.parent.name: message_from_bytes(p.read_bytes(), policy=default) for p in found}  # type: ignore[misc]


def words(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def town(engine: Engine, email: str | None = "town@example.invalid") -> None:
    with engine.begin() as connection:
        a_unit(connection, email=email)


def test_a_tick_writes_one_letter_a_recipient_and_a_second_tick_writes_none(engine: Engine, settings: Settings) -> None:
    town(engine)
    with engine.begin() as connection:
        a_person(connection, "P1", "叶青禾")
    issued(engine, a_notice("a"), a_notice("b", duty="station-head", due=None), a_notice("c", person="P1"))
    first, second = ticked(engine, settings, on(FRIDAY)), ticked(engine, settings, on(FRIDAY, "09:01"))
    assert (first.attached, first.sent, second.attached, second.sent) == (2, 2, 0, 0)
    assert set(letters(settings)) == {f"桥东街道-{TOWN}", "叶青禾-P1"}
    mail = letters(settings)[f"桥东街道-{TOWN}"]
    assert mail["Subject"] == "【督办】2021年7月30日 周五：逾期催办2项"
    assert "1. 【红·逾期催办】桥东街道 建成社工站" in words(mail)
    assert fates(engine) == {"a": "done", "b": "done", "c": "done"}


@pytest.mark.parametrize(
    ("kind", "name", "called"),
    [
        ("county", "惠东县", "惠东县民政局"),
        ("county", "仲恺高新区", "仲恺高新区社会事务局"),
        ("county", "惠阳区民政局", "惠阳区民政局"),
        ("city", "惠州市", "惠州市民政局"),
        ("township", "桥东街道", "桥东街道"),
    ],
)
def test_a_letter_is_addressed_to_the_office_that_acts_for_a_place(
    engine: Engine, settings: Settings, kind: str, name: str, called: str
) -> None:
    with engine.begin() as connection:
        a_unit(connection, kind=kind, name=name)
    issued(engine, a_notice("a"))
    ticked(engine, settings, on(FRIDAY))
    ((folder, mail),) = letters(settings).items()
    assert folder == f"{called}-{TOWN}"
    assert mail["To"].startswith(called)
    assert words(mail).splitlines()[0] == f"{called}："


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        (on(FRIDAY, "08:29"), 0),
        (on(FRIDAY, "08:30"), 1),
        (on(FRIDAY, "17:59"), 1),
        (on(FRIDAY, "18:00"), 0),
        (on(SUNDAY, "10:00"), 0),
    ],
)
def test_letters_leave_only_in_the_hours_of_a_working_day(
    engine: Engine, settings: Settings, now: datetime, sent: int
) -> None:
    issued(engine, a_notice("a", not_before=on(FRIDAY, "08:00")))
    assert ticked(engine, settings, now).sent == sent


def test_a_day_that_is_played_sends_at_any_hour(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"))
    assert drain(engine, settings, on(SUNDAY, "23:00"), ignore_window=False).sent == 0
    assert drain(engine, settings, on(SUNDAY, "23:00")).sent == 1
    assert drain(engine, settings, on(SUNDAY, "23:00")).sent == 0


def test_the_hours_end_in_the_middle_of_a_tick(engine: Engine, settings: Settings) -> None:
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}") for n in range(10)))
    attached(engine)
    clock = iter(range(10_000))
    report = tick(engine, settings, on(FRIDAY, "17:59"), elapsed=lambda: float(next(clock)))
    assert 0 < report.sent < 10
    assert states(engine).count(DeliveryState.PARKED) == 10 - report.sent


def test_the_next_working_day_says_what_the_last_did_not_get_to(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"))
    attached(engine)
    issued(engine, a_notice("b", duty="station-head", due=None))
    report = ticked(engine, settings, on(MONDAY))
    assert (report.attached, report.sent) == (1, 1)
    assert words(letters(settings)[f"{TOWN}-{TOWN}"]).count("【红") == 2


def test_stopping_finishes_the_letter_in_hand_and_no_other(engine: Engine, settings: Settings) -> None:
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}") for n in range(3)))
    report = tick(engine, settings, on(FRIDAY), stopping=lambda: bool(letters(settings)))
    assert report.sent == 1
    assert states(engine).count(DeliveryState.READY) == 2
    assert len(rows(engine, outbox.ATTEMPT)) == 1


def test_two_senders_at_once_send_nothing_twice(engine: Engine, settings: Settings, box: Box) -> None:
    with engine.begin() as connection:
        for n in range(25):
            a_person(connection, f"P{n}", f"人{n}", f"p{n}@example.invalid")
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}") for n in range(25)))
    reports: list[TickReport] = []
    start = threading.Barrier(2)

    def send() -> None:
        start.wait()
        reports.append(ticked(engine, settings, on(FRIDAY)))

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sum(report.sent for report in reports) == 25
    assert sorted(box.recipients) == sorted(f"p{n}@example.invalid" for n in range(25))


def test_mail_without_an_address_is_dead_and_the_others_go_out(engine: Engine, settings: Settings, box: Box) -> None:
    town(engine)
    issued(engine, a_notice("a"), a_notice("b", person="P1"))
    report = ticked(engine, settings, on(FRIDAY))
    assert report.ended == {DeliveryState.ACCEPTED: 1, DeliveryState.DEAD: 1}
    assert {row["reason"] for row in rows(engine, outbox.DELIVERY)} == {None, "没有邮箱地址"}
    with engine.begin() as connection:
        assert conserved(delivery_audit(connection, CITY, on(FRIDAY)))


def test_a_busy_mailbox_gets_the_same_letter_five_minutes_later(engine: Engine, settings: Settings, box: Box) -> None:
    town(engine)
    issued(engine, a_notice("a"))
    box.answers["rcpt"] = ["450 4.2.1 busy"]
    assert ticked(engine, settings, on(FRIDAY)).ended == {DeliveryState.RETRY_WAIT: 1}
    assert ticked(engine, settings, on(FRIDAY, "09:04")).sent == 0
    assert ticked(engine, settings, on(FRIDAY, "09:05")).sent == 1
    assert len(box.mails) == 1


def test_an_unknown_recipient_is_tried_once(engine: Engine, settings: Settings, box: Box) -> None:
    town(engine)
    issued(engine, a_notice("a"))
    box.answers["rcpt"] = ["550 5.1.1 no such user"]
    assert ticked(engine, settings, on(FRIDAY)).ended == {DeliveryState.DEAD: 1}
    assert ticked(engine, settings, on(MONDAY)).sent == 0
    assert len(rows(engine, outbox.ATTEMPT)) == 1


def test_a_line_lost_at_the_final_dot_is_tried_once_more_with_the_same_bytes(
    engine: Engine, settings: Settings, box: Box
) -> None:
    town(engine)
    issued(engine, a_notice("a"))
    box.answers["data"] = ["drop"]
    assert ticked(engine, settings, on(FRIDAY)).ended == {DeliveryState.UNKNOWN: 1}
    assert ticked(engine, settings, on(FRIDAY, "09:29")).sent == 0
    assert ticked(engine, settings, on(FRIDAY) + UNKNOWN_WAIT).sent == 1
    assert box.raw[0] == box.raw[1]


def test_a_server_that_refuses_us_is_left_alone_for_the_rest_of_the_tick(
    engine: Engine, settings: Settings, box: Box
) -> None:
    with engine.begin() as connection:
        for n in range(5):
            a_person(connection, f"P{n}", f"人{n}", f"p{n}@example.invalid")
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}") for n in range(5)))
    box.answers["rcpt"] = ["550 Domain frequency limited"]
    assert ticked(engine, settings, on(FRIDAY)).ended == {DeliveryState.PARKED: 1, DeliveryState.ACCEPTED: 1}
    assert states(engine).count(DeliveryState.PARKED) == 5
    (page,) = letters(settings).values()
    assert "电子邮件已暂停发送" in page["Subject"]
    assert "Domain frequency limited" in words(page)
    assert ticked(engine, settings, on(FRIDAY, "09:59")).sent == 0
    assert ticked(engine, settings, on(FRIDAY, "10:00")).sent == 5


def test_after_a_crash_in_the_middle_of_a_letter_it_goes_out_once_more(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"))
    attached(engine)
    with engine.begin() as connection:
        (claimed,) = deliveries.claim(connection, CITY, "dead", on(FRIDAY), "email", hours=True, most=1)
        body = Frozen("主题", "正文", "<p/>", on(FRIDAY))
        deliveries.begin(connection, [(claimed, body)], "folder", on(FRIDAY))
    assert ticked(engine, settings, on(FRIDAY, "09:05")).sent == 0
    assert ticked(engine, settings, on(FRIDAY) + LEASE).recovered == 1
    assert ticked(engine, settings, on(FRIDAY) + LEASE + UNKNOWN_WAIT).sent == 1
    (mail,) = letters(settings).values()
    assert mail["Subject"] == "主题"


def test_a_letter_whose_matters_are_all_settled_before_it_is_frozen_is_not_sent(
    engine: Engine, settings: Settings
) -> None:
    issued(engine, a_notice("a"))
    attached(engine)
    with engine.begin() as connection:
        outbox.cancel_moot(connection, CITY, filed(connection), frozenset())
    assert ticked(engine, settings, on(FRIDAY)).sent == 0
    assert letters(settings) == {}


def test_three_thousand_matters_are_one_letter_of_bounded_length(engine: Engine, settings: Settings) -> None:
    many = (
        a_notice(f"k{n}", period=f"{n}", reason=Reason.ESCALATED, rung="E1", role=Role.COUNTY_BUREAU)
        for n in range(3000)
    )
    issued(engine, *many)
    assert ticked(engine, settings, on(FRIDAY)).sent == 1
    (path,) = settings.mail_folder.rglob("*.eml")
    assert path.stat().st_size < 100_000
    (mail,) = letters(settings).values()
    assert "另有2950项" in words(mail)


def test_a_folder_that_cannot_be_written_leaks_no_exception(engine: Engine, settings: Settings) -> None:
    settings.mail_folder.write_text("a file stands where the folder should be")
    issued(engine, a_notice("a"))
    assert ticked(engine, settings, on(FRIDAY)).ended == {DeliveryState.RETRY_WAIT: 1}


def test_on_the_first_working_day_of_a_week_what_stands_open_is_listed(engine: Engine, settings: Settings) -> None:
    town(engine)
    issued(engine, a_notice("a"))
    ticked(engine, settings, on(FRIDAY))
    assert ticked(engine, settings, on(MONDAY)).sent == 1
    mail = sorted(settings.mail_folder.rglob("*.eml"))[-1]
    said = words(message_from_bytes(mail.read_bytes(), policy=default))  # type: ignore[arg-type]
    assert "以前的事项，仍未办结" in said
    assert "- 【逾期催办】桥东街道 建成社工站：期限2021年7月29日 周四，已逾期4天（HZ-3-01）" in said
    assert ticked(engine, settings, on(MONDAY + timedelta(days=1))).sent == 0


def test_many_lanes_share_out_the_last_messages_so_that_none_works_on_alone(engine: Engine, settings: Settings) -> None:
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}", channel="sms") for n in range(40)))
    attached(engine, on(FRIDAY), "sms")
    post = Post(engine, load_plan(CITY), settings, on(FRIDAY), lambda: 0.0, Hours.ALWAYS)
    lanes = [Lane(post, "sms", post.channel("sms"), lanes=3) for _ in range(3)]
    shares = [len(lane._take()) for _ in range(4) for lane in lanes]
    post.close()
    assert shares == [14, 9, 6, 4, 3, 2, 1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(("workers", "dispatchers", "here"), [(8, 1, 8), (8, 2, 4), (9, 2, 4), (1, 2, 1)])
def test_the_dispatchers_share_the_connections_to_the_gateway(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, workers: int, dispatchers: int, here: int
) -> None:
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}", channel="sms") for n in range(40)))
    attached(engine, on(FRIDAY), "sms")
    opened: list[str] = []

    def noted(kind: str, given: Settings) -> Channel:
        opened.append(kind)
        return open_channel(kind, given)

    monkeypatch.setattr(send, "open_channel", noted)
    shared = settings.model_copy(update={"sms_workers": workers, "dispatchers": dispatchers})
    post = Post(engine, load_plan(CITY), shared, on(FRIDAY), lambda: 0.0, Hours.ALWAYS)
    assert post.run().sent == 40
    assert opened.count("sms") == here
