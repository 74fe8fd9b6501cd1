"""Digests from the ledger to a mail server, and text messages to a gateway, every one settled durably on its own.

The sink speaks just enough SMTP on loopback; the floor is smtplib with messages made beforehand, on the same sink and
one connection that is kept.
"""

from __future__ import annotations

import gc
import json
import os
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from datetime import time as clock
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert
from sqlmodel import SQLModel

from bench.machine import Spent, Watch, fresh
from db import outbox
from db.engine import open_engine
from db.planstore import load_plan
from notifications.approved import LAST_RESORT, sentences
from notifications.template_check import renderer
from policy.calendar import at
from policy.directory import Addressee
from policy.notices import Notice
from policy.verdict import Subject
from policy.words import LABELS, Reason, Role, SubjectKind
from settings import Settings
from tasks.fence import may_send
from tasks.send import Hours, Post, tick

CITY, DAY = "huizhou", date(2021, 7, 30)
NOW = at(DAY, clock(9))
MATTERS = 3
LATENCY = 0.05
SPAWN = get_context("spawn")
LINE, BODY = b"\r\n", b"\r\n.\r\n"
TAKEN, GO_ON = b"250 OK\r\n", b"354 go on\r\n"
ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n", b"HELO": TAKEN, b"MAIL": TAKEN, b"RCPT": TAKEN,
    b"RSET": TAKEN, b"DATA": GO_ON, b"QUIT": b"221 bye\r\n",
}  # fmt: skip


@dataclass(frozen=True)
class Posted:
    """`ours` is the whole path of `messages`, `bare` smtplib with messages made before; messages a second follow."""

    messages: int
    processes: int
    ours: Spent
    bare: Spent

    @property
    def rate(self) -> float:
        return self.messages / self.ours.wall

    @property
    def floor(self) -> float:
        return self.messages / self.bare.wall


@dataclass(frozen=True)
class Texted:
    """Workers that do nothing but wait would send `ideal` messages a second."""

    messages: int
    workers: int
    processes: int
    ours: Spent

    @property
    def rate(self) -> float:
        return self.messages / self.ours.wall

    @property
    def ideal(self) -> float:
        return self.workers / LATENCY


def mailed(folder: Path, messages: int, processes: int) -> Posted:
    """A ledger of its own in `folder`; the time is from the first claim to the last settlement."""
    settings = Settings(data=folder / "city", dispatchers=processes, _env_file=None)  # type: ignore[call-arg]
    engine = _filled(settings, messages, "email")
    with _mail_server() as port:
        bare = _bare(port, messages)
        ours = _sent(settings, "email")
    _all_accepted(engine, messages)
    return Posted(messages, processes, ours, bare)


def digested(folder: Path, messages: int, processes: int) -> Spent:
    """From the tick that gathers the notices of so many people to the last settlement."""
    settings = Settings(data=folder / "city", dispatchers=processes, _env_file=None)  # type: ignore[call-arg]
    engine = _filled(settings, messages, "email", attached=False)
    with _mail_server():
        spent = _sent(settings, "email")
    _all_accepted(engine, messages)
    return spent


def ticked(folder: Path, messages: int) -> tuple[Spent, Spent]:
    """A tick with a digest for each of so many people, and the next one, which has nothing to do."""
    settings = Settings(data=folder / "city", _env_file=None)  # type: ignore[call-arg]
    engine = _filled(settings, messages, "email", attached=False)
    renderer()
    with _mail_server():
        spent = []
        for sent in (messages, 0):
            watch = Watch()
            assert tick(engine, settings, NOW).sent == sent
            spent.append(watch.spent)
    engine.dispose()
    return spent[0], spent[1]


@contextmanager
def _mail_server() -> Iterator[int]:
    with _served(_take_mail) as port:
        given = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "EMAIL_SENDER": "duban@example.invalid"}
        os.environ.update(given)
        yield port


def _all_accepted(engine: Engine, messages: int) -> None:
    with engine.begin() as connection:
        accepted = connection.exec_driver_sql("SELECT count(*) FROM delivery WHERE state = 'accepted'").scalar_one()
    engine.dispose()
    assert accepted == messages, f"{accepted} of {messages} were accepted"


def texted(folder: Path, messages: int, workers: int, processes: int) -> Texted:
    """Text messages over so many workers of all processes to a gateway that answers after LATENCY."""
    settings = Settings(data=folder / "city", sms_workers=workers, dispatchers=processes, _env_file=None)  # type: ignore[call-arg]
    engine = _filled(settings, messages, "sms")
    code = {"code": "SMS_1", "sha": sentences()[LAST_RESORT].sha}
    settings.sms_codes.write_text(json.dumps({"aliyun": {LAST_RESORT: code}}), "utf-8")
    with _served(_take_texts) as port:
        given = {"KEY_ID": "id", "KEY_SECRET": "secret", "SIGN": "sign", "URL": f"http://127.0.0.1:{port}"}
        os.environ.update({f"DUBAN_SMS_ALIYUN_{name}": value for name, value in given.items()})
        spent = _sent(settings, "sms")
    _all_accepted(engine, messages)
    return Texted(messages, workers, processes, spent)


def _filled(settings: Settings, messages: int, channel: str, *, attached: bool = True) -> Engine:
    """People with three matters each that are due, gathered into a digest where `attached`."""
    settings.data.mkdir(parents=True)
    engine = fresh(settings.ledger_url)
    people = (
        {
            "city": CITY, "ref": f"P{n}", "code": f"P{n}", "name": f"测试员{n}", "email": f"p{n}@example.invalid",
            "phone": f"199{n:08d}", "known_from": 0, "known_to": 2**62,
        }
        for n in range(messages)
    )  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(SQLModel.metadata.tables["person"]), list(people))
        outbox.issue(
            connection, CITY, (_notice(n, m, channel) for n in range(messages) for m in range(MATTERS)), 1, NOW
        )
        if attached:
            outbox.attach(connection, CITY, DAY, NOW, [channel])
    assert may_send(engine, settings, NOW) is None
    return engine


def _notice(n: int, m: int, channel: str) -> Notice:
    duty = "station-built"
    obligation = load_plan(CITY).by_key[duty]
    subject = Subject(SubjectKind.TOWNSHIP, f"4413{n:05d}{m}", f"测试街道{n}", "4413")
    text = f"{LABELS[Reason.OVERDUE]}：{subject.name} {obligation.title}。期限2021年7月{m + 1}日。尚未建成社工站。"
    return Notice(
        key=f"{n}-{m}", reason=Reason.OVERDUE, rung="D+1", clause=obligation.clause, duty=duty, subject=subject,
        period=None, due=date(2021, 7, m + 1), to=Addressee(Role.TOWNSHIP, "4413", f"P{n}"), channel=channel,
        not_before=at(DAY, clock(8, 30)), text=text,
    )  # fmt: skip


def _sent(settings: Settings, channel: str) -> Spent:
    processes = settings.dispatchers
    ready = SPAWN.Barrier(processes + 1)
    spent = SPAWN.Queue()
    workers = [SPAWN.Process(target=_dispatch, args=(settings, channel, ready, spent)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    ready.wait()
    began = time.perf_counter()
    processor = sum(spent.get() for _ in workers)
    wall = time.perf_counter() - began
    for worker in workers:
        worker.join()
    return Spent(wall, processor)


def _dispatch(settings: Settings, channel: str, ready: Barrier, spent: Any) -> None:
    plan, engine = load_plan(CITY), open_engine(settings.ledger_url)
    renderer()
    gc.freeze()  # as duban dispatch does
    post = Post(engine, plan, settings, NOW, time.monotonic, Hours.ALWAYS)
    post.channel(channel)
    ready.wait()
    began = time.process_time()
    post.run()
    spent.put(time.process_time() - began)


def _bare(port: int, messages: int) -> Spent:
    body = b"Subject: x\r\n\r\n" + b"x" * 74 + b"\r\n" * 1 + (b"y" * 74 + b"\r\n") * 90
    smtp = smtplib.SMTP("127.0.0.1", port)
    smtp.ehlo()
    assert smtp.sock
    smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    watch = Watch()
    for n in range(messages):
        smtp.sendmail("duban@example.invalid", [f"p{n}@example.invalid"], body)
    spent = watch.spent
    smtp.quit()
    return spent


@contextmanager
def _served(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """The far end in a process of its own, a thread a line; its port, once somebody is there to answer."""
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    there = SPAWN.Event()
    process = SPAWN.Process(target=_serve, args=(server, talk, there), daemon=True)
    process.start()
    there.wait()
    try:
        yield server.getsockname()[1]
    finally:
        process.terminate()
        process.join()
        server.close()


def _serve(server: socket.socket, talk: Callable[[socket.socket], None], there: Event) -> None:
    there.set()
    while True:
        line, _ = server.accept()
        threading.Thread(target=talk, args=(line,), daemon=True).start()


def _take_mail(line: socket.socket) -> None:
    """A mail server that takes everything and keeps nothing: every byte read, every command and body answered."""
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.sendall(b"220 sink ESMTP\r\n")
    unread, end = b"", LINE
    while got := line.recv(1 << 16):
        unread, answers = unread + got, b""
        while end in unread:
            said, _, unread = unread.partition(end)
            answer = TAKEN if end is BODY else ANSWERS.get(said[:4].upper(), b"500 what?\r\n")
            answers, end = answers + answer, BODY if answer is GO_ON else LINE
        if answers:
            line.sendall(answers)


def _take_texts(line: socket.socket) -> None:
    """A gateway that takes its time and everything."""
    body = b'{"Code":"OK","Message":"OK","BizId":"1"}'
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while line.recv(65536):  # the parameters stand in the address, so that a request is one piece
        time.sleep(LATENCY)
        line.sendall(head + body)
