"""A real SMTP server on a real socket that can be told to misbehave at each step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class Box:
    """What arrived. `answers` maps a step (mail, rcpt, data) to the answers to give first; "drop" hangs up."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.answers: dict[str, list[str]] = {}
        self.connections: set[Any] = set()
        self.port = 0

    def _answer(self, step: str, server: Any) -> str | None:
        waiting = self.answers.get(step)
        answer = waiting.pop(0) if waiting else None
        if answer == "drop":
            server.transport.abort()
            return "421 gone"
        return answer

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        self.connections.add(session.peer)
        envelope.mail_from = address
        return self._answer("mail", server) or "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        refused = self._answer("rcpt", server)
        if not refused:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        waiting = self.answers.get("data", [])
        if waiting and waiting[0].startswith(("4", "5")):
            return waiting.pop(0)
        self.raw.append(envelope.content)
        self.recipients.extend(envelope.rcpt_tos)
        self.mails.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        return self._answer("data", server) or "250 queued"


class AnyPort(Controller):
    """Takes the port the system gives: the library would ask port 0 whether it is there."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server() -> Iterator[Box]:
    box = Box()
    controller = AnyPort(box, hostname="127.0.0.1", port=0)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()
