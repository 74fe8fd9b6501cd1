"""A message as bytes of mail: text beside HTML, Chinese names and subjects encoded as the old clients read them."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from notifications.channel import Message, SendError
from policy.calendar import SHANGHAI

NO_ADDRESS = "没有邮箱地址"
BAD_ADDRESS = "邮箱地址写法不对"


def mail(message: Message, sender: Address, host: str) -> bytes:
    """The same message gives the same bytes. A recipient without an address is written by code in To."""
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = _to(message)
    made["Subject"] = one_line(message.subject)
    made["Date"] = format_datetime(message.at.astimezone(SHANGHAI))
    made["Message-ID"] = f"<{message.id}@{host}>"
    made["Auto-Submitted"] = "auto-generated"
    # base64: some relays of offices do not take 8-bit bodies
    made.set_content(message.text, cte="base64")
    made.add_alternative(message.html, subtype="html", cte="base64")
    made.set_boundary(f"=_{message.id}")
    return made.as_bytes()


def one_line(text: str) -> str:
    """Nothing in a name or a subject can begin another header."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def addressed(display: str, address: str) -> Address:
    """Raises SendError for an address that no server could take."""
    try:
        return Address(display_name=one_line(display), addr_spec=address.strip())
    except (ValueError, HeaderParseError, IndexError) as error:
        raise SendError(BAD_ADDRESS, permanent=True, code="address", phase="address") from error


def _to(message: Message) -> Address:
    if message.to.email:
        return addressed(message.to.name, message.to.email)
    return Address(one_line(message.to.name), one_line(message.to.code), "no-address.invalid")
