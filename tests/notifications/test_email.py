"""Mail over a real socket: what arrives, and which class every fault belongs to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from smtp_server import Box, smtp_server

from notifications.channel import Message, NotConfigured, Recipient, SendError
from notifications.channels.email import Account, Email
from settings import Settings

AT = datetime(2021, 7, 30, 1, 0, tzinfo=UTC)


def a_message(name: str = "桥东街道", email: str | None = "town@example.invalid", **changes: str) -> Message:
    words = {"subject": "【督办】逾期催办1项", "text": "正文\n.以点开头的行\n", "html": "<p>正文</p>", **changes}
    return Message("0123abcd", Recipient("unit", "441302001000", name, email), at=AT, **words)


def an_account(port: int, **changes: object) -> Account:
    values = {"host": "127.0.0.1", "port": port, "sender": "duban@example.invalid", "sender_name": "惠州市民政局督办"}
    return Account.model_validate({**values, "connect_seconds": 2, "command_seconds": 2, "dot_seconds": 2, **changes})


@pytest.fixture(params=[False, True], ids=["one by one", "pipelining"])
def box(request: pytest.FixtureRequest) -> Iterator[Box]:
    """A server that takes commands one by one, and one that takes several in one write."""
    with smtp_server() as opened:
        opened.pipelining = request.param
        yield opened


@pytest.fixture
def email(box: Box) -> Iterator[Email]:
    channel = Email(an_account(box.port))
    yield channel
    channel.close()


def refused(email: Email, message: Message | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        email.send(message or a_message())
    return caught.value


def test_a_message_arrives_whole_with_the_headers_of_a_machine(email: Email, box: Box) -> None:
    receipt = email.send(a_message())
    (mail,) = box.mails
    assert receipt.code == "250"
    assert box.recipients == ["town@example.invalid"]
    assert mail["Subject"] == "【督办】逾期催办1项"
    assert mail["From"].addresses[0].display_name == "惠州市民政局督办"
    assert mail["To"].addresses[0].display_name == "桥东街道"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<0123abcd@example.invalid>"
    assert mail["Date"] == "Fri, 30 Jul 2021 09:00:00 +0800"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().splitlines() == ["正文", ".以点开头的行"]
    assert text["Content-Transfer-Encoding"] == "base64"


def test_sending_again_sends_the_same_bytes(email: Email, box: Box) -> None:
    email.send(a_message())
    email.send(a_message())
    assert box.raw[0] == box.raw[1]
    assert len(box.connections) == 1


def test_header_lines_are_ascii_and_short_enough_for_old_clients(email: Email, box: Box) -> None:
    email.send(a_message(subject="【督办】" + "逾期催办" * 20))
    head = box.raw[0].split(b"\r\n\r\n", 1)[0]
    assert head.isascii()
    assert max(len(line) for line in head.split(b"\r\n")) <= 78


@pytest.mark.parametrize("field", ["name", "subject"])
def test_a_line_break_in_a_name_or_subject_begins_no_header(email: Email, box: Box, field: str) -> None:
    email.send(a_message(**{field: "某站\r\nBcc: spy@example.invalid\nX-Evil: 1"}))
    (mail,) = box.mails
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert box.recipients == ["town@example.invalid"]


@pytest.mark.parametrize(
    "address", ["不是地址", "a@b@c", "x y@example.invalid", "a@example.invalid\r\nRCPT TO:<b@c>", "@"]
)
def test_an_address_no_server_could_take_is_refused_for_good(email: Email, box: Box, address: str) -> None:
    error = refused(email, a_message(email=address))
    assert error.permanent
    assert error.code == "address"
    assert box.recipients == []


def test_nobody_without_an_address_is_written_to(email: Email) -> None:
    error = refused(email, a_message(email=None))
    assert (error.permanent, error.text) == (True, "没有邮箱地址")


@pytest.mark.parametrize(
    ("step", "answer", "permanent", "halts", "unknown"),
    [
        ("mail", "drop", False, False, False),
        ("mail", "450 later", False, False, False),
        ("mail", "553 sender refused", False, True, False),
        ("rcpt", "450 4.2.1 busy", False, False, False),
        ("rcpt", "421 closing", False, False, False),
        ("rcpt", "550 5.1.1 no such user", True, False, False),
        ("rcpt", "550 Domain frequency limited", False, True, False),
        ("rcpt", "554 5.7.1 refused", False, True, False),
        ("data", "451 try later", False, False, False),
        ("data", "552 5.2.2 mailbox full", True, False, False),
        ("data", "554 5.7.1 spam", False, True, False),
        ("data", "drop", False, False, True),
    ],
)
def test_every_fault_has_its_class(
    email: Email, box: Box, step: str, answer: str, permanent: bool, halts: bool, unknown: bool
) -> None:
    box.answers[step] = [answer]
    error = refused(email)
    assert (error.permanent, error.halts, error.unknown) == (permanent, halts, unknown)
    assert error.phase == {"data": "dot"}.get(step, step)


def test_after_a_fault_the_next_message_opens_its_own_connection(email: Email, box: Box) -> None:
    box.answers["rcpt"] = ["550 5.1.1 no such user"]
    refused(email)
    assert email.send(a_message()).code == "250"


def test_a_message_that_another_process_has_taken_over_is_broken_off_before_its_body(email: Email, box: Box) -> None:
    assert refused(email, replace(a_message(), ours=lambda: False)).phase == "lease"
    email.send(a_message())
    assert (len(box.mails), len(box.connections)) == (1, 2)


def test_a_connection_is_left_after_a_hundred_messages(email: Email, box: Box) -> None:
    for _ in range(101):
        email.send(a_message())
    assert len(box.connections) == 2


def test_a_server_that_is_not_there_is_a_fault_of_now() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        error = refused(Email(an_account(reserved.getsockname()[1])))
    assert (error.permanent, error.halts, error.unknown, error.phase) == (False, False, False, "connect")


def test_silence_at_the_final_dot_is_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        account = an_account(listening.getsockname()[1], dot_seconds=0.3)
        threading.Thread(target=_silent_at_the_dot, args=(listening,), daemon=True).start()
        error = refused(Email(account))
    assert (error.unknown, error.phase) == (True, "dot")


def _silent_at_the_dot(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection, connection.makefile("rwb") as lines:
        lines.write(b"220 here\r\n")
        lines.flush()
        for line in lines:
            if line == b".\r\n":
                lines.readline()
                return
            if not line.startswith((b"ehlo", b"mail", b"rcpt", b"DATA", b"data", b"QUIT")):
                continue
            lines.write(b"354 go\r\n" if line.lower().startswith(b"data") else b"250 ok\r\n")
            lines.flush()


def test_a_server_that_offers_no_login_or_tls_halts_the_channel(box: Box) -> None:
    for changes in ({"user": "duban", "password": "x"}, {"tls": "starttls"}, {"tls": "ssl"}):
        error = refused(Email(an_account(box.port, **changes)))
        assert error.halts, changes


def test_no_number_and_no_address_of_a_refusal_is_kept(email: Email, box: Box) -> None:
    box.answers["rcpt"] = ["550 5.1.1 <town@example.invalid> 19900001234 unknown"]
    assert refused(email).text == "5.1.1 <t***@example.invalid> 199****1234 unknown"


def test_without_a_server_the_channel_says_what_is_missing() -> None:
    with pytest.raises(NotConfigured, match="EMAIL_HOST"):
        Email.open(Settings())


def test_without_a_sender_the_channel_halts_and_says_so(box: Box) -> None:
    error = refused(Email(an_account(box.port, sender="")))
    assert (error.halts, "EMAIL_SENDER" in error.text) == (True, True)
