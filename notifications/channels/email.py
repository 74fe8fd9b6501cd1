"""电子邮件，经 SMTP 服务器逐封发送。

smtplib raises the same error for a connection lost at MAIL (surely not delivered) and at the final dot (perhaps
delivered), so the dialogue is driven step by step here and the step is kept.
QQ and exmail answer rate limits with 550: by the text of the answer that is "later", not "no such address".
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cache, cached_property
from typing import Literal, Self

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from notifications.channel import Form, Message, NotConfigured, Receipt, SendError, demand_ours
from notifications.masking import mask
from notifications.mime import NO_ADDRESS, Mailbox, addressed, mail
from settings import Settings

PER_CONNECTION = 100
TOO_MUCH = (421, 452)
"""The server closes, or has no room: it is to get less for a while."""
ABOUT_US = re.compile(
    r"\b5\.7\.|frequen|too many|\brate\b|limited|blocked|spam|policy|denied|blacklist|dmarc|\bspf\b", re.IGNORECASE
)


class Account(BaseSettings):
    """`password` of QQ, exmail and 163 is the 授权码, not the login password. Seconds of patience by step.

    `bounce` is the mailbox for returns: each mail bears it with its own name, tuixin+NAME@…. QQ, exmail and 163 want the
    login's own address there: leave it empty, and returns are known by the Message-ID in them.
    """

    model_config = SettingsConfigDict(env_prefix="EMAIL_", env_file=".env", extra="ignore")

    host: str = ""
    port: int = 25
    tls: Literal["none", "starttls", "ssl"] = "none"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = ""
    sender_name: str = "督办"
    bounce: str = ""
    connect_seconds: float = 10
    command_seconds: float = 60
    dot_seconds: float = 600


class Email:
    kind, label, max_bytes = "email", "电子邮件", 100_000
    form, resends_unknown, needs = Form.LETTER, True, "email"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.smtp: smtplib.SMTP | None = None
        self.sent = 0

    @classmethod
    def open(cls, settings: Settings) -> Self:
        account = Account()
        if not account.host:
            raise NotConfigured("没有设置 EMAIL_HOST")
        return cls(account)

    @property
    def longest(self) -> timedelta:
        """Connecting, seven steps and the final dot."""
        account = self.account
        return timedelta(seconds=account.connect_seconds + 7 * account.command_seconds + account.dot_seconds)

    def send(self, message: Message) -> Receipt:
        """One recipient a message. On any fault the connection is dropped and the next message opens its own."""
        if not message.to.email:
            raise SendError(NO_ADDRESS, permanent=True, code="address", phase="address")
        to, sender = addressed(message.to.name, message.to.email), self._sender
        body = mail(message, sender, sender.domain)
        try:
            return self._deliver(self._connected(), sender, to, body, message)
        except SendError as error:
            if error.phase == "lease" and self.smtp:
                self.smtp.close()  # in the middle of a body nobody would answer a QUIT
            self.close()
            raise

    def close(self) -> None:
        smtp, self.smtp, self.sent = self.smtp, None, 0
        if smtp:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    @cached_property
    def _sender(self) -> Mailbox:
        try:
            return addressed(self.account.sender_name, self.account.sender)
        except SendError as error:
            raise SendError("发件地址 EMAIL_SENDER 没有设置或写法不对", halts=True, phase="address") from error

    def _returns_to(self, sender: Mailbox, message: Message) -> str:
        local, at, domain = self.account.bounce.partition("@")
        return f"{local}+{message.id}@{domain}" if at else sender.address

    def _connected(self) -> smtplib.SMTP:
        if self.smtp and self.sent >= PER_CONNECTION:
            self.close()
        if self.smtp is None:
            self.smtp = self._connect()
        return self.smtp

    def _connect(self) -> smtplib.SMTP:
        host, port, seconds = self.account.host, self.account.port, self.account.connect_seconds
        with _step("connect"):
            if self.account.tls == "ssl":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, _own_name(), timeout=seconds, context=_context())
            else:
                smtp = smtplib.SMTP(host, port, _own_name(), timeout=seconds)
        try:
            self._greet(smtp)
        except SendError:
            smtp.close()
            raise
        return smtp

    def _greet(self, smtp: smtplib.SMTP) -> None:
        _patience(smtp, self.account.command_seconds)
        if smtp.sock:
            # body and final dot are two writes; Nagle would hold the second back 40 ms
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with _step("hello"):
            smtp.ehlo_or_helo_if_needed()
        if self.account.tls == "starttls":
            with _step("tls"):
                smtp.starttls(context=_context())
            with _step("hello"):
                smtp.ehlo_or_helo_if_needed()
        if self.account.user:
            with _step("login"):
                smtp.login(self.account.user, self.account.password.get_secret_value())

    def _announce(self, smtp: smtplib.SMTP, sender: str, to: str) -> None:
        """From whom and to whom; without the final dot still nothing is said.

        In one write where the server takes it so (RFC 2920): a message then waits for it twice instead of four times.
        """
        asked = ("mail", f"mail FROM:<{sender}>", 250), ("rcpt", f"rcpt TO:<{to}>", 250), ("data", "DATA", 354)
        at_once = smtp.has_extn("pipelining")
        if at_once:
            with _step("mail"):
                smtp.send("".join(f"{command}\r\n" for _, command, _ in asked))
        for phase, command, code in asked:
            with _step(phase):
                _expect(smtp.getreply() if at_once else smtp.docmd(command), code, phase)

    def _deliver(self, smtp: smtplib.SMTP, sender: Mailbox, to: Mailbox, body: bytes, message: Message) -> Receipt:
        _patience(smtp, self.account.command_seconds)
        self._announce(smtp, self._returns_to(sender, message), to.address)
        demand_ours(message)
        with _step("data"):
            smtp.send(body.replace(b"\r\n.", b"\r\n.."))
        _patience(smtp, self.account.dot_seconds)
        with _step("dot", unknown=True):
            smtp.send(b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")
            answer = smtp.getreply()
        _expect(answer, 250, "dot")
        self.sent += 1
        return Receipt(code="250", text=_words(answer[1]))


@cache
def _own_name() -> str:
    """What we call ourselves; asking the name server for it takes longer than a message."""
    return socket.getfqdn()


@cache
def _context() -> ssl.SSLContext:
    """Reads all certificates of the system: once is enough."""
    return ssl.create_default_context()


def _patience(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock:
        smtp.sock.settimeout(seconds)


@contextmanager
def _step(phase: str, unknown: bool = False) -> Iterator[None]:
    """Turns what smtplib and the network raise into the one error with its phase."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        text = "邮件服务器不接受登录（多半要用授权码）：" + _words(error.smtp_error)
        raise SendError(text, halts=True, code=str(error.smtp_code), phase=phase) from error
    except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
        raise SendError(f"邮件服务器的加密或登录方式不合：{mask(str(error))}", halts=True, phase=phase) from error
    except smtplib.SMTPResponseException as error:
        text = _words(error.smtp_error)
        slows = error.smtp_code in TOO_MUCH
        halts = error.smtp_code >= 500
        raise SendError(text, halts=halts, slows=slows, code=str(error.smtp_code), phase=phase) from error
    except (smtplib.SMTPException, OSError) as error:
        raise SendError(f"连接中断：{mask(str(error))}", unknown=unknown, phase=phase) from error


def _expect(answer: tuple[int, bytes], code: int, phase: str) -> None:
    """Which refusals speak of the address, which of us, and which only of now."""
    got = answer[0]
    if got == code or (phase == "rcpt" and got == 251):
        return
    words, permanent = _words(answer[1]), got >= 500
    ours = permanent and (phase in ("mail", "data") or got in (530, 535) or bool(ABOUT_US.search(words)))
    slows = got in TOO_MUCH
    raise SendError(words, permanent=permanent and not ours, halts=ours, slows=slows, code=str(got), phase=phase)


def _words(answer: bytes | str) -> str:
    return mask(answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer)


CHANNEL = Email
