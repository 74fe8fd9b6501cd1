"""Is it really now? A clock that went back, or jumped far ahead, would say things twice or too early.

What was believed last is in the ledger. A step back of more than minutes is never believed. A machine that is switched off
over rest days is believed on the next working day. After a longer pause a second clock has to agree; where there is
none, a pause of at most a long holiday is believed after half a working day.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from sqlalchemy import Connection, Engine

from db import clock
from db.clock import Seen
from db.engine import take_turn
from db.levers import LeverKind, pull
from db.work_calendar import work_calendar
from policy.calendar import civil_day
from policy.plan import House, Plan
from settings import Settings

BACK, AHEAD, AGREES = timedelta(minutes=5), timedelta(hours=36), timedelta(minutes=5)
LONG_HOLIDAY = timedelta(days=12)
PATIENCE = timedelta(hours=4)
"""Working time after which a pause that nobody can vouch for is believed."""
TIMEOUT = 5.0
NTP_PORT, NTP_ASK = 123, b"\x1b" + 47 * b"\0"
SINCE_1900 = 2_208_988_800

SecondClock = Callable[[], datetime | None]
"""Asks another clock; None where there is none or it does not answer."""


def doubt(
    engine: Engine, house: House, now: datetime, second: SecondClock = lambda: None, confirmed: bool = False
) -> str | None:
    """None where `now` is to be believed, which is written down; else one Chinese line that says why not.

    `confirmed`: somebody says that the clock is right.
    """
    with engine.begin() as connection:
        take_turn(connection, "clock")
        last = clock.seen(connection)
        why_not = None if last is None or confirmed else _doubt(connection, house, last, now, second)
        if why_not is None:
            a_little_back = last is not None and not confirmed and last.at - BACK <= now < last.at
            clock.note(connection, last.at if last and a_little_back else now)
    return why_not


def confirm(engine: Engine, plan: Plan, by: str, why: str, now: datetime) -> None:
    """Somebody says that the clock is right, and that is on record."""
    doubt(engine, plan.house, now, confirmed=True)
    with engine.begin() as connection:
        pull(connection, plan.key, LeverKind.CLOCK, now, by=by, why=why)


def _doubt(connection: Connection, house: House, last: Seen, now: datetime, second: SecondClock) -> str | None:
    if last.at - BACK <= now <= last.at + AHEAD or _only_rest_days(house, last.at, now):
        return None
    other = second()
    if other is not None and abs(other - now) <= AGREES:
        return None
    if now >= last.at and other is None and _patient(house, last, now):
        return None
    began = last.doubted_at if last.doubted_at and last.doubted_at <= now else now
    clock.note(connection, last.at, began)
    return _said(last.at, now, other)


def _only_rest_days(house: House, last: datetime, now: datetime) -> bool:
    """Nothing but rest days lies between the two."""
    next_workday = work_calendar(house).on_or_after(civil_day(last) + timedelta(days=1))
    return last < now and civil_day(now) <= next_workday


def _patient(house: House, last: Seen, now: datetime) -> bool:
    if now - last.at > LONG_HOLIDAY or last.doubted_at is None or last.doubted_at > now:
        return False
    window = house.windows[house.channel]
    return work_calendar(house).worked(last.doubted_at, now, window.opens, window.closes) >= PATIENCE


def _said(last: datetime, now: datetime, other: datetime | None) -> str:
    gap = abs(now - last)
    far = f"{gap.days}天" if gap.days else f"{gap // timedelta(minutes=1)}分钟"
    how = f"比上次运行早{far}" if now < last else f"比上次运行晚{far}"
    vouched = "没有第二个时钟佐证" if other is None else "与第二个时钟相差5分钟以上"
    return (
        f"本机时钟{how}，{vouched}：不巡检、不发送；请校准时钟，确认无误的执行 duban release --clock --by 谁 --why 理由"
    )


def second_clock(address: str) -> SecondClock:
    """The clock behind http(s)://… or ntp://host; one that never answers for an empty address."""
    parts = urlsplit(address)
    if parts.scheme == "ntp":
        return lambda: _ntp(parts.hostname or "", parts.port or NTP_PORT)
    return lambda: _http(address) if address else None


def _http(address: str) -> datetime | None:
    with suppress(httpx.HTTPError, KeyError, ValueError):
        return parsedate_to_datetime(httpx.head(address, timeout=TIMEOUT).headers["date"])
    return None


def _ntp(host: str, port: int) -> datetime | None:
    """Simple NTP (RFC 4330): whole seconds of the transmit timestamp."""
    with suppress(OSError, struct.error), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(TIMEOUT)
        asking.sendto(NTP_ASK, (host, port))
        seconds: int = struct.unpack("!I", asking.recv(256)[40:44])[0]
        return datetime.fromtimestamp(seconds - SINCE_1900, UTC)
    return None


def asked(engine: Engine, house: House, settings: Settings, now: datetime) -> str | None:
    """The same with the installation's own second clock."""
    return doubt(engine, house, now, second_clock(settings.clock))
