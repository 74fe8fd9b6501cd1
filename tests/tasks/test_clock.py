"""A clock that went back or jumped ahead is not believed: nothing is said twice, nothing too early, nothing to undo."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from given_notices import FRIDAY, MONDAY, on
from sqlalchemy import Engine

from db.planstore import load_plan
from db.schema import create_all
from tasks.clock import SINCE_1900, doubt, second_clock

HOUSE = load_plan("huizhou").house
TUESDAY = date(2021, 8, 3)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = on(FRIDAY, "12:00")


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    """Believed it was noon on Friday."""
    create_all(engine)
    assert doubt(engine, HOUSE, NOON) is None
    return engine


def believed(engine: Engine, now: datetime, other: datetime | None = None) -> bool:
    return doubt(engine, HOUSE, now, lambda: other) is None


def test_two_hours_back_are_not_believed_and_the_line_says_so(ledger: Engine) -> None:
    said = doubt(ledger, HOUSE, NOON - 2 * HOUR)
    assert said
    assert "早120分钟" in said
    assert "duban release --clock" in said
    assert believed(ledger, NOON + HOUR)


def test_a_few_minutes_back_are_and_do_not_add_up(ledger: Engine) -> None:
    assert [believed(ledger, NOON - n * timedelta(minutes=2)) for n in (1, 2, 3)] == [True, True, False]


def test_a_year_and_more_ahead_is_not_believed_however_long_it_lasts_and_leaves_nothing_to_undo(
    ledger: Engine,
) -> None:
    ahead = NOON + 400 * DAY
    assert [believed(ledger, ahead + n * DAY) for n in (0, 1, 7)] == [False, False, False]
    assert believed(ledger, NOON + HOUR)


def test_a_machine_switched_off_over_a_weekend_is_believed_on_the_next_working_day(ledger: Engine) -> None:
    assert believed(ledger, on(MONDAY, "08:30"))


def test_a_missed_working_day_needs_a_second_clock_or_half_a_working_day(ledger: Engine) -> None:
    tuesday = on(TUESDAY, "08:30")
    assert not believed(ledger, tuesday, other=NOON)
    assert not believed(ledger, tuesday)
    assert not believed(ledger, on(TUESDAY, "12:29"))
    assert believed(ledger, on(TUESDAY, "12:30"))


def test_a_second_clock_that_agrees_within_five_minutes_ends_the_doubt_at_once(ledger: Engine) -> None:
    tuesday = on(TUESDAY, "08:30")
    assert not believed(ledger, tuesday, other=tuesday + timedelta(minutes=6))
    assert believed(ledger, tuesday, other=tuesday - timedelta(minutes=4))


def test_a_clock_that_had_run_ahead_is_set_right_with_a_second_one(ledger: Engine) -> None:
    assert believed(ledger, NOON + 30 * HOUR)
    assert believed(ledger, NOON, other=NOON)
    assert believed(ledger, NOON + HOUR)


def test_doubt_that_began_ahead_does_not_shorten_the_next(ledger: Engine) -> None:
    assert not believed(ledger, NOON + 11 * DAY)
    assert not believed(ledger, on(TUESDAY, "09:00"))
    assert not believed(ledger, on(TUESDAY, "12:59"))
    assert believed(ledger, on(TUESDAY, "13:00"))


def test_somebody_can_answer_for_the_clock(ledger: Engine) -> None:
    later = NOON + 100 * DAY
    assert doubt(ledger, HOUSE, later, confirmed=True) is None
    assert believed(ledger, later + HOUR)
    assert doubt(ledger, HOUSE, NOON, confirmed=True) is None
    assert believed(ledger, NOON + HOUR)


@pytest.fixture
def web() -> Iterator[str]:
    class Dated(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(404)
            self.send_header("Date", format_datetime(NOON.astimezone(UTC), usegmt=True))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Dated)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_any_web_server_is_a_second_clock_by_its_date(web: str) -> None:
    assert second_clock(web)() == NOON
    assert second_clock("http://127.0.0.1:9/")() is None
    assert second_clock("")() is None


def test_a_time_server_is_a_second_clock() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def answer() -> None:
            _, asker = server.recvfrom(48)
            server.sendto(40 * b"\0" + struct.pack("!II", int(NOON.timestamp()) + SINCE_1900, 0), asker)

        thread = threading.Thread(target=answer)
        thread.start()
        assert second_clock(f"ntp://127.0.0.1:{server.getsockname()[1]}")() == NOON
        thread.join()
