"""A message as bytes of mail: text beside HTML, Chinese names and subjects encoded as the old clients read them.

Assembled by hand: the email package took longer over one message than all other steps together.
"""

from __future__ import annotations

import re
from base64 import b64encode
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import format_datetime, quote
from functools import lru_cache
from typing import NamedTuple

from notifications.channel import Message, SendError
from policy.calendar import SHANGHAI

LINES = re.compile(rb".{1,76}")
"""Encoded text in lines as long as they may be (RFC 2045 section 6.8)."""
NO_ADDRESS = "没有邮箱地址"
BAD_ADDRESS = "邮箱地址写法不对"
PLAIN_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[\w-]+(?:\.[\w-]+)*", re.ASCII)
PLAIN_WORDS = re.compile(r"[\w !#$%&'*+/{|}~-]{1,48}", re.ASCII)
NOT_OF_A_CODE = re.compile(r"[^\w-]+", re.ASCII)
WORD_BYTES = 42
"""Of one encoded word: with its header's name in front the line stays within 78 columns."""


class Mailbox(NamedTuple):
    """A name and an address that a server could take."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def mail(message: Message, sender: Mailbox, host: str) -> bytes:
    """The same message gives the same bytes. A recipient without an address is written by code in To."""
    boundary = f"=_{message.id}"
    head = (
        f"From: {_mailbox(sender)}",
        f"To: {_mailbox(_to(message))}",
        f"Subject: {_words(one_line(message.subject))}",
        f"Date: {format_datetime(message.at.astimezone(SHANGHAI))}",
        f"Message-ID: <{message.id}@{host}>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
        "",
    )
    parts = (_part(boundary, kind, body) for kind, body in (("plain", message.text), ("html", message.html)))
    return b"".join(("\r\n".join(head).encode("ascii"), *parts, f"--{boundary}--\r\n".encode("ascii")))


def one_line(text: str) -> str:
    """Nothing in a name or a subject can begin another header."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def addressed(display: str, address: str) -> Mailbox:
    """Raises SendError for an address that no server could take."""
    plain = PLAIN_ADDRESS.fullmatch(address.strip())
    if plain:
        return Mailbox(one_line(display), plain[0])
    try:
        found = Address(addr_spec=address.strip()).addr_spec
        found.encode("ascii")
    except (ValueError, HeaderParseError, IndexError) as error:
        raise SendError(BAD_ADDRESS, permanent=True, code="address", phase="address") from error
    return Mailbox(one_line(display), found)


def _to(message: Message) -> Mailbox:
    if message.to.email:
        return addressed(message.to.name, message.to.email)
    local = NOT_OF_A_CODE.sub("_", message.to.code) or "_"
    return Mailbox(one_line(message.to.name), f"{local}@no-address.invalid")


def _part(boundary: str, kind: str, body: str) -> bytes:
    """base64: some relays of offices do not take 8-bit bodies."""
    head = f'--{boundary}\r\nContent-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    text = b"\r\n".join([*body.encode().splitlines(), b""])
    encoded = b64encode(text)
    return head.encode("ascii") + b"\r\n".join([*LINES.findall(encoded), b""])


def _mailbox(one: Mailbox) -> str:
    if not one.name:
        return f"<{one.address}>"
    name = _words(one.name, quoted=True)
    return f"{name}\r\n <{one.address}>"


@lru_cache(1000)
def _words(text: str, *, quoted: bool = False) -> str:
    """As it is where it is plain, else in encoded words (RFC 2047), one a line."""
    if PLAIN_WORDS.fullmatch(text) or not text:
        return f'"{quote(text)}"' if quoted else text
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in _cut(text))


def _cut(text: str) -> list[bytes]:
    """The bytes of the text in pieces of at most WORD_BYTES that divide no character."""
    rest, words = text.encode(), []
    while len(rest) > WORD_BYTES:
        end = WORD_BYTES
        while rest[end] & 0b1100_0000 == 0b1000_0000:  # in the middle of a character
            end -= 1
        words.append(rest[:end])
        rest = rest[end:]
    return [*words, rest]
