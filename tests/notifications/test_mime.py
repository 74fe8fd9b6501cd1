"""Mail assembled by hand says what the email package would have said."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.channel import Message, Recipient
from notifications.mime import Mailbox, addressed, mail, one_line
from policy.calendar import SHANGHAI

AT = datetime(2021, 7, 30, 1, 0, tzinfo=UTC)
SENDER = Mailbox("惠州市民政局督办", "duban@example.invalid")
WORDS = st.text(st.characters(codec="utf-8"), max_size=120)


def a_message(
    name: str = "桥东街道", subject: str = "【督办】逾期催办1项", text: str = "正文\n", **more: str
) -> Message:
    to = Recipient("unit", "4413", name, more.get("email", "town@example.invalid"))
    return Message("0123abcd", to, subject, text, more.get("html", "<p>正文</p>"), AT)


def by_the_package(message: Message) -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    for header, box in (("From", SENDER), ("To", addressed(message.to.name, str(message.to.email)))):
        made[header] = Address(box.name, addr_spec=box.address)
    made["Subject"] = one_line(message.subject)
    made["Date"] = format_datetime(message.at.astimezone(SHANGHAI))
    made["Message-ID"] = f"<{message.id}@example.invalid>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(message.text, cte="base64")
    made.add_alternative(message.html, subtype="html", cte="base64")
    made.set_boundary(f"=_{message.id}")
    return made


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)  # type: ignore[return-value,arg-type]


def body(found: EmailMessage) -> list[tuple[str, list[str]]]:
    """Every part with its lines as a reader sees them; an empty body is one empty line to the package."""
    return [(part.get_content_type(), part.get_content().splitlines() or [""]) for part in found.iter_parts()]  # type: ignore[attr-defined]


def name_of_recipient(mail: EmailMessage) -> str:
    """Read by the older functions: the newer ones put a blank between two encoded words of a name."""
    raw = dict(mail.raw_items())["To"].rpartition("<")[0].strip()
    return str(make_header(decode_header(raw))) if raw.startswith("=?") else raw.strip('"')


@settings(max_examples=40, deadline=None)
@given(name=WORDS, subject=WORDS, text=WORDS, html=WORDS)
def test_a_reader_sees_what_the_email_package_would_have_written(name: str, subject: str, text: str, html: str) -> None:
    message = a_message(name, subject, text, html=html)
    ours, theirs = read(mail(message, SENDER, "example.invalid")), read(by_the_package(message).as_bytes())
    assert body(ours) == body(theirs)
    assert (name_of_recipient(ours), ours["Subject"]) == (one_line(name), one_line(subject))
    assert ours.defects == []
    same = ("From", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type")
    assert [ours[header] for header in same] == [theirs[header] for header in same]
    assert ours["To"].addresses[0].addr_spec == theirs["To"].addresses[0].addr_spec


@settings(max_examples=40, deadline=None)
@given(name=WORDS, subject=WORDS)
def test_every_line_is_ascii_of_at_most_78_columns(name: str, subject: str) -> None:
    raw = mail(a_message(name, subject, "长" * 500), SENDER, "example.invalid")
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_an_ordinary_name_stays_readable_in_the_raw_mail() -> None:
    raw = mail(a_message("Wang Wu", "Notice of 3 matters"), SENDER, "example.invalid")
    assert b'To: "Wang Wu"\r\n <town@example.invalid>\r\nSubject: Notice of 3 matters\r\n' in raw
