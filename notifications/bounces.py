"""Mail that comes back: whose it was, and whether the mailbox is gone for good (RFC 3464, and what QQ and 163 write).

Whatever answers by itself (RFC 3834) is nobody's word and gets no reply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from enum import StrEnum

from notifications.masking import mask

NAME = r"([0-9a-f]{20}(?:\.\d+)?)"
OURS = re.compile(rf"<{NAME}@[^>]+>")
RETURNED_TO = re.compile(rf"\+{NAME}@")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
REPLY = re.compile(r"\b([45]\d\d)\b")
BY_REPLY = {"550": "5.1.1", "551": "5.1.6", "552": "5.2.2", "553": "5.1.3", "554": "5.7.1"}
POSTMASTER = re.compile(r"mailer-daemon|postmaster|系统退信", re.IGNORECASE)
READ = ("text/plain", "text/html")
"""What a return says to people, the better first."""
RECIPIENTS = ("To", "Delivered-To", "X-Original-To", "X-Envelope-To", "Envelope-To")


class Kind(StrEnum):
    """`hard`: gave up; `soft`: is still trying; `automatic`: an absence notice and the like; `stray`: not about ours."""

    HARD = "hard"
    SOFT = "soft"
    AUTOMATIC = "automatic"
    STRAY = "stray"


LABELS = {Kind.HARD: "退信", Kind.SOFT: "暂缓投递", Kind.AUTOMATIC: "自动回复", Kind.STRAY: "与本系统无关"}


@dataclass(frozen=True)
class Returned:
    """One mail that came back. `message` is the name our mail bore, `code` as in 5.1.1, `text` masked, `at` aware."""

    kind: Kind
    message: str = ""
    code: str = ""
    text: str = ""
    at: datetime | None = None


def read(raw: bytes) -> Returned:
    """What a mail in the mailbox for returns is; never raises for what anybody may send."""
    # Not policy.default: its parser of headers raises IndexError for some of what arrives.
    mail = message_from_bytes(raw)
    status = list(_fields(mail))
    if not status and not POSTMASTER.search(_header(mail, "From")):
        kind = Kind.AUTOMATIC if _automatic(mail) else Kind.STRAY
        return Returned(kind)
    name = _name(mail, raw)
    if not name:
        return Returned(Kind.STRAY)
    kind, code, text = _reported(status) if status else _written(mail)
    return Returned(kind, name, code, mask(text), _date(mail))


def _automatic(mail: Message) -> bool:
    submitted = _header(mail, "Auto-Submitted").lower()
    return submitted.startswith("auto-") or bool(mail["X-Autoreply"] or mail["X-Autorespond"])


def _fields(mail: Message) -> Iterator[Message]:
    """The fields of each recipient in the machine-readable part."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            yield from (block for block in blocks if isinstance(block, Message) and block["Action"])


def _reported(blocks: Iterable[Message]) -> tuple[Kind, str, str]:
    block = next(iter(blocks))
    action, text = _header(block, "Action").lower(), _header(block, "Diagnostic-Code")
    code = next(iter(STATUS.findall(f"{_header(block, 'Status')} {text}")), "")
    kind = {"failed": Kind.HARD, "delayed": Kind.SOFT}.get(action, Kind.STRAY)
    return kind, code, text


def _written(mail: Message) -> tuple[Kind, str, str]:
    """A return for people's eyes alone: the codes in its words."""
    parts = (part for wanted in READ for part in mail.walk() if part.get_content_type() == wanted)
    text = next(map(_words, parts), "")
    said = STATUS.findall(text) or [BY_REPLY.get(code, "") for code in REPLY.findall(text)]
    code = next((one for one in said if one), "")
    return (Kind.SOFT if code.startswith("4") else Kind.HARD if code else Kind.STRAY), code, text


def _words(body: Message) -> str:
    payload = body.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        text = payload.decode(body.get_content_charset() or "utf-8", "replace")
    except LookupError:
        text = payload.decode("utf-8", "replace")
    return re.sub(r"<[^>]*>", " ", text)


def _name(mail: Message, raw: bytes) -> str:
    """By the address it was returned to, else by our Message-ID in what is returned with it."""
    for header in RECIPIENTS:
        if found := RETURNED_TO.search(_header(mail, header)):
            return found[1]
    named = re.findall(rb"(?im)^(?:Message-ID|References|In-Reply-To):\s*(.+)$", raw)
    found = next(filter(None, (OURS.search(line.decode("ascii", "replace")) for line in named)), None)
    return found[1] if found else ""


def _header(mail: Message, name: str) -> str:
    """In one line, with what is encoded in it in plain words, or as it stands where that cannot be read."""
    value = mail[name] or ""
    with suppress(HeaderParseError, LookupError, ValueError):
        value = make_header(decode_header(value))
    return re.sub(r"\s*[\r\n]+\s*", " ", str(value))


def _date(mail: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(_header(mail, "Date"))
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
