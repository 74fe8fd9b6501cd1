"""A ledger that is busy or cannot be written, and words that cannot be made: nothing lost, nothing sent unseen."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from full_disk import full_postgres, full_sqlite, no_file_grows_beyond, small_disk, small_postgres, stuff
from given_notices import CITY, FRIDAY, MONDAY, a_notice, addressed, issued, on, rows, states
from jinja2 import UndefinedError
from smtp_server import Box
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from db import outbox
from db.deliveries import LEASE
from db.delivery_audit import conserved, delivery_audit
from db.delivery_words import DeliveryState
from db.engine import open_engine
from db.schema import create_all
from notifications.channel import Message, Receipt
from notifications.channels.email import Email
from notifications.digest import Digest
from notifications.render import Rendered, Renderer
from settings import Settings
from tasks.send import tick

NINE = on(FRIDAY)
Disk = Callable[[Engine], AbstractContextManager[None]]
FULL = "disk I/O error|disk is full|could not extend file"
"""As SQLite and PostgreSQL say it."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "city")


def after_sending(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Something happens between the moment the first letter has left and the moment that is written down."""
    send, left = Email.send, iter([act])

    def sending(email: Email, message: Message) -> Receipt:
        receipt = send(email, message)
        next(left, lambda: None)()
        return receipt

    monkeypatch.setattr(Email, "send", sending)


def locked(ledger: Engine, seconds: float) -> threading.Thread:
    """Somebody else holds the ledger for so long; returns once he does."""
    holding = threading.Event()

    def hold() -> None:
        connection = sqlite3.connect(str(ledger.url.database), isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        holding.set()
        time.sleep(seconds)
        connection.execute("ROLLBACK")
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait()
    return thread


def test_a_ledger_that_is_locked_when_a_message_is_to_be_taken_up_is_waited_for(
    ledger: Engine, settings: Settings, box: Box
) -> None:
    addressed(ledger, 1)
    holder = locked(ledger, 1)
    assert tick(ledger, settings, NINE, elapsed=lambda: 0.0).sent == 1
    holder.join()


def test_a_ledger_that_is_locked_when_a_letter_has_left_is_tried_until_it_is_written_down(
    ledger: Engine, settings: Settings, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    addressed(ledger, 2)
    event.listen(ledger, "connect", lambda raw, record: raw.execute("PRAGMA busy_timeout=50"))
    ledger.dispose()
    after_sending(monkeypatch, lambda: locked(ledger, 1))
    assert tick(ledger, settings, NINE, elapsed=lambda: 0.0).sent == 2
    assert len(box.recipients) == 2


def test_a_ledger_that_is_locked_longer_than_the_lease_leaves_the_letter_in_doubt_and_one_copy_more(
    ledger: Engine, settings: Settings, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    addressed(ledger, 1)
    event.listen(ledger, "connect", lambda raw, record: raw.execute("PRAGMA busy_timeout=50"))
    ledger.dispose()
    holder: list[threading.Thread] = []
    left: list[float] = []

    def hold() -> None:
        holder.append(locked(ledger, 1))
        left.append(time.monotonic())

    after_sending(monkeypatch, hold)
    with pytest.raises(OperationalError, match="locked"):
        tick(ledger, settings, NINE, elapsed=lambda: (time.monotonic() - left[0]) * 3600 if left else 0.0)
    holder[0].join()
    assert tick(ledger, settings, NINE + LEASE / 2, elapsed=lambda: 0.0).sent == 0, "nothing twice inside the lease"
    assert tick(ledger, settings, NINE + 2 * LEASE, elapsed=lambda: 0.0).recovered == 1
    assert states(ledger) == [DeliveryState.UNKNOWN]
    assert tick(ledger, settings, NINE + 4 * LEASE, elapsed=lambda: 0.0).sent == 1
    assert len({mail["Message-ID"] for mail in box.mails}) == 1
    assert len(box.mails) == 2


def test_a_ledger_that_cannot_be_written_ends_the_sending_with_one_letter_in_doubt(
    ledger: Engine, settings: Settings, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    addressed(ledger, 3)
    ledger.dispose()
    opened: list[sqlite3.Connection] = []
    event.listen(ledger, "connect", lambda raw, record: opened.append(raw))

    def write_protected(state: str) -> None:
        for raw in opened:
            raw.execute(f"PRAGMA query_only={state}")

    after_sending(monkeypatch, lambda: write_protected("ON"))
    with pytest.raises(OperationalError, match="readonly"):
        tick(ledger, settings, NINE, elapsed=lambda: 0.0)
    assert len(box.recipients) == 1
    with pytest.raises(OperationalError, match="readonly"):
        tick(ledger, settings, NINE, elapsed=lambda: 0.0)
    assert len(box.recipients) == 1, "nothing is sent that could not be written down"
    write_protected("OFF")
    for turn in (1, 2, 3):
        tick(ledger, settings, NINE + turn * 2 * LEASE, elapsed=lambda: 0.0)
    assert states(ledger) == [DeliveryState.ACCEPTED] * 3
    assert len(box.recipients) == 4
    assert len(set(box.recipients)) == 3


@pytest.fixture(params=["sqlite", "postgresql"])
def disk_of(request: pytest.FixtureRequest) -> Iterator[tuple[Engine, Disk]]:
    """A ledger, and what fills its disk for a while."""
    if request.param == "sqlite":
        yield request.getfixturevalue("ledger"), full_sqlite
        return
    with small_postgres() as url:
        opened = open_engine(url)
        create_all(opened)
        yield opened, full_postgres
        opened.dispose()


def test_a_full_disk_ends_the_sending_with_one_letter_in_doubt_and_afterwards_none_is_lost(
    disk_of: tuple[Engine, Disk], settings: Settings, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, full = disk_of
    addressed(engine, 3)
    with ExitStack() as disk:
        after_sending(monkeypatch, lambda: disk.enter_context(full(engine)))
        with pytest.raises(DBAPIError, match=FULL):
            tick(engine, settings, NINE, elapsed=lambda: 0.0)
        for turn in (1, 2):
            with pytest.raises(DBAPIError, match=FULL):
                tick(engine, settings, NINE + turn * 2 * LEASE, elapsed=lambda: 0.0)
        assert len(box.recipients) == 1, "nothing is sent that could not be written down"
    for turn in (3, 4, 5):
        tick(engine, settings, NINE + turn * 2 * LEASE, elapsed=lambda: 0.0)
    assert states(engine) == [DeliveryState.ACCEPTED] * 3
    assert (len(box.recipients), len(set(box.recipients))) == (4, 3)
    with engine.begin() as connection:
        assert conserved(delivery_audit(connection, CITY, NINE))


def test_a_database_that_may_not_grow_sends_nothing_until_it_may(ledger: Engine, settings: Settings, box: Box) -> None:
    """SQLite's own "database or disk is full", where messages are gathered."""
    addressed(ledger, 200)
    with ledger.connect().execution_options(readonly=True) as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def bounded(raw: sqlite3.Connection, record: object) -> None:
        raw.execute(f"PRAGMA max_page_count={pages}")

    event.listen(ledger, "connect", bounded)
    ledger.dispose()
    with pytest.raises(OperationalError, match="database or disk is full"):
        tick(ledger, settings, NINE, elapsed=lambda: 0.0)
    assert box.recipients == []
    event.remove(ledger, "connect", bounded)
    ledger.dispose()
    assert tick(ledger, settings, NINE, elapsed=lambda: 0.0).sent == 200


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # its ledger is in files of another process
def test_nothing_leaves_while_the_disk_of_the_journal_is_full(engine: Engine, settings: Settings, box: Box) -> None:
    addressed(engine, 2)
    assert tick(engine, settings, NINE, elapsed=lambda: 0.0).sent == 2
    with engine.begin() as connection:
        connection.execute(outbox.DELIVERY.update().values(journaled_at=None))
    issued(engine, a_notice("later", person="P0000", not_before=on(MONDAY)))
    with no_file_grows_beyond(settings.journal_file.stat().st_size):
        refused = tick(engine, settings, on(MONDAY), elapsed=lambda: 0.0)
    assert "腾出空间" in (refused.refused or "")
    assert len(box.recipients) == 2
    assert tick(engine, settings, on(MONDAY), elapsed=lambda: 0.0).sent


@pytest.mark.chaos
def test_a_disk_with_not_a_byte_left_for_ledger_journal_and_letters_loses_nothing(
    tmp_path: Path, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(tmp_path / "disk", "6m") as disk:
        ledger, settings = open_engine(f"sqlite:///{disk / 'ledger.db'}"), Settings(data=disk / "city")
        create_all(ledger)
        addressed(ledger, 120)
        after_sending(monkeypatch, lambda: stuff(disk))
        with pytest.raises(OperationalError):
            tick(ledger, settings, NINE, elapsed=lambda: 0.0)
        assert len(box.recipients) < 120
        (disk / "ballast").unlink()
        for turn in (1, 2, 3):
            tick(ledger, settings, NINE + turn * 2 * LEASE, elapsed=lambda: 0.0)
        assert set(states(ledger)) == {DeliveryState.ACCEPTED}
        assert (len(set(box.recipients)), len(box.recipients) - 120 <= 1) == (120, True)
        ledger.dispose()


def test_words_that_cannot_be_made_are_put_aside_and_the_neighbours_go_out(
    ledger: Engine, settings: Settings, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    addressed(ledger, 3)
    render = Renderer.digest

    def failing(renderer: Renderer, digest: Digest, *given: object) -> Rendered:
        if digest.name == "人1":
            raise UndefinedError("没有这一项")
        return render(renderer, digest, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Renderer, "digest", failing)
    report = tick(ledger, settings, NINE, elapsed=lambda: 0.0)
    assert report.ended == {DeliveryState.POISON: 1, DeliveryState.ACCEPTED: 2}
    assert sorted(box.recipients) == ["p0@example.invalid", "p2@example.invalid"]
    assert "正文无法生成" in next(row["reason"] for row in rows(ledger, outbox.DELIVERY) if row["state"] == "poison")
    with ledger.begin() as connection:
        assert conserved(delivery_audit(connection, CITY, NINE))
