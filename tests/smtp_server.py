"""A real SMTP server on a real socket that can be told to misbehave at each step."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class Box:
    """What arrived. `answers` maps a step (hello, mail, rcpt, data, quit) to the answers to give first.

    "drop" hangs up; at `data` that is after the message was taken, "lose" is before. `refuses` maps an address to what
    it is always answered.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.senders: list[str] = []
        self.answers: dict[str, list[str]] = {}
        self.refuses: dict[str, str] = {}
        self.connections: set[Any] = set()
        # the answer at this step is kept back until its event is set; `reached` says that somebody waits for it
        self.holds: dict[str, threading.Event] = {}
        self.reached = threading.Event()
        self.port = 0
        # whether several commands may come in one write (RFC 2920)
        self.pipelining = False

    def _answer(self, step: str, server: Any) -> str | None:
        waiting = self.answers.get(step)
        answer = waiting.pop(0) if waiting else None
        if answer in ("drop", "lose"):
            server.transport.abort()
            return "421 gone"
        return answer

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        answer = self._answer("hello", server)
        offered = [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses
        return [answer] if answer else offered

    async def handle_HELO(self, server: Any, session: Any, envelope: Any, hostname: str) -> str:
        session.host_name = hostname
        return self._answer("hello", server) or "250 OK"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
        return self._answer("quit", server) or "221 bye"

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        self.connections.add(session.peer)
        envelope.mail_from = address
        self.senders.append(address)
        return self._answer("mail", server) or "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if held := self.holds.get("rcpt"):
            self.reached.set()
            await asyncio.to_thread(held.wait)
        refused = self.refuses.get(address) or self._answer("rcpt", server)
        if not refused:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        waiting = self.answers.get("data", [])
        if waiting and waiting[0].startswith(("4", "5")):
            return waiting.pop(0)
        if waiting and waiting[0] == "lose":
            return str(self._answer("data", server))
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
