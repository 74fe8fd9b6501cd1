"""Whether word may leave this machine: a clone, a restored backup or an outdated program sends nothing until armed.

Two copies of a ledger would each tell everybody. The ledger therefore knows the machine it was armed on and the name of
its sending history; the journal outside it bears the same name and is never behind.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url

from db import fence, journal
from db.engine import reading, take_turn
from db.fault_words import refusal
from db.fence import Armed, Host
from db.journal import Entry
from db.schema import newer_than_this_program
from settings import Settings
from tasks.journal import Journal, JournalInvalid, Write, keep, line_of

MACHINE_ID = Path("/etc/machine-id")
CARDS = Path("/sys/class/net")
FIRST = "首次启用"
ITSELF = "duban"
HOW = "确认原来的机器不再发送以后，执行 duban arm --by 谁 --why 理由"


class NotArmed(Exception):
    """The machine may not be armed so; one Chinese line that says what would be right."""


def host(settings: Settings) -> Host:
    """The marks of this machine. With `host_id` that alone stands for the machine."""
    place = _place(settings.ledger_url)
    if settings.host_id:
        return Host(settings.host_id, settings.host_id, place, "")
    machine = MACHINE_ID.read_text().strip() if MACHINE_ID.exists() else ""
    return Host(machine, socket.gethostname(), place, _cards())


def _place(ledger_url: str) -> str:
    url = make_url(ledger_url)
    if url.get_backend_name() == "sqlite":
        return str(Path(url.database or "").absolute())
    return f"{url.host or ''}:{url.port or ''}/{url.database}"


def _cards() -> str:
    """Cards of the machine itself: those of a container change with every start."""
    found = CARDS.glob("*/device/../address") if CARDS.exists() else ()
    return " ".join(sorted({path.read_text().strip() for path in found} - {""}))


def may_send(engine: Engine, settings: Settings, now: datetime, write: Write | None = None) -> str | None:
    """None where word may leave this machine, with the journal complete; else one Chinese line that says why not.

    A ledger from which nothing was ever sent, with no journal beside it, is a new installation and arms itself.
    """
    at, here, write = Journal(settings.journal_file), host(settings), write or engine.begin
    try:
        last = at.last()  # before the ledger is looked at: what the journal has it knows, if it is not behind
        with reading(engine) as connection:
            if newer := newer_than_this_program(connection):
                return f"台账的版本是 {newer}，本程序的不同：不发送；请换用与台账相符的程序"
            stood = fence.armed(connection)
            behind = last is not None and not journal.taken(connection, [last])
        if stood is None:
            with write() as connection:
                stood = _armed_by_itself(connection, at, here, now)
        if why_not := _fault(stood, here, at, behind):
            return f"{why_not}：不发送；{HOW}"
        assert stood
        keep(engine, at, stood.env, now, write)
    except OSError as error:
        return f"发送日志 {at.path} 写不进（{refusal(error)}）：不发送；请改目录权限或腾出空间，或用 DUBAN_JOURNAL 另指一个目录"
    return None


def stands_here(connection: Connection, settings: Settings) -> bool:
    """The ledger was armed on this machine; looked up without writing a word."""
    stood = fence.armed(connection)
    return stood is not None and not host(settings).differs(stood.host)


def _armed_by_itself(connection: Connection, at: Journal, here: Host, now: datetime) -> Armed | None:
    """How it is armed now; None where that takes somebody who answers for it."""
    take_turn(connection, "fence")
    stood = fence.armed(connection)
    if stood is None and at.env() is None and not journal.any_taken(connection):
        stood = Armed(uuid4().hex, here, now)
        _arm(connection, at, stood, ITSELF, FIRST)
    return stood


def _fault(stood: Armed | None, here: Host, at: Journal, behind: bool) -> str | None:
    if stood is None:
        return "台账里有发出过的通知，但没有登记在哪台机器上发送"
    if marks := here.differs(stood.host):
        return f"台账登记在另一台机器上发送（{'、'.join(marks)}不同）"
    if at.env() is None:
        return f"发送日志 {at.path} 不在"
    if at.env() != stood.env:
        return f"发送日志 {at.path} 属于另一个台账"
    if behind:
        return "台账比发送日志旧（是从备份恢复的）"
    return None


def _arm(connection: Connection, at: Journal, armed: Armed, by: str, why: str) -> None:
    """The journal first: a line too many says nothing, a line too few is a journal that is missing."""
    at.begin(armed.env, armed.at)
    fence.arm(connection, armed.env, armed.host, by, why, armed.at)


def arm(
    engine: Engine,
    settings: Settings,
    by: str,
    why: str,
    now: datetime,
    others: Sequence[Path] = (),
    lost: bool = False,
) -> int:
    """Word leaves this machine from now on. Gives the number of messages that the ledger learned of from the journal.

    `others` are journals brought from elsewhere. `lost`: there is none and somebody answers for what is said twice.
    Raises NotArmed, JournalInvalid, OSError; then nothing has changed.
    """
    at, brought = Journal(settings.journal_file), [Journal(path) for path in others]
    if foreign := next((one.path for one in brought if one.env() is None), None):
        raise JournalInvalid(f"{foreign}：不是发送日志")
    with engine.begin() as connection:
        take_turn(connection, "fence")
        stood = fence.armed(connection)
        env, entries = _history(connection, stood, [at, *brought], lost)
        held = {entry.delivery for entry in at.entries()}
        at.append(env, [line_of(entry) for entry in entries if entry.delivery not in held])
        learned = journal.bring_in(connection, entries, now)
        _arm(connection, at, Armed(env, host(settings), now), by, why)
    keep(engine, at, env, now, engine.begin)
    return learned


def _history(
    connection: Connection, stood: Armed | None, journals: Sequence[Journal], lost: bool
) -> tuple[str, list[Entry]]:
    """The name of the history that goes on, and all that the journals tell of it."""
    entries = [entry for one in journals for entry in one.entries()]
    envs = {env for one in journals if (env := one.env())}
    newest = journal.newest(connection)
    if lost:
        journal.forget(connection)
        return uuid4().hex, entries
    if not envs and (stood or newest):
        raise NotArmed(
            f"没有发送日志 {journals[0].path}，不知道备份以后发过什么，不能启用；"
            "请把日志拷来并用 --journal 指明，确已丢失的加 --journal-lost（可能重复发送）"
        )
    if len(envs | ({stood.env} if stood else set())) > 1:
        raise NotArmed("发送日志属于另一个台账，不能启用；请用 --journal 指明这个台账的日志")
    if newest and newest not in {entry.delivery for entry in entries}:
        raise NotArmed(
            "发送日志比台账旧，缺少最近的发送，不能启用；请用 --journal 指明较新的日志，确已丢失的加 --journal-lost"
        )
    return next(iter(envs), uuid4().hex), entries
