"""A ledger that is busy or cannot be written, and words that cannot be made: nothing lost, nothing sent unseen."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from given_notices import CITY, FRIDAY, addressed, on, rows, states
from jinja2 import UndefinedError
from smtp_server import Box
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

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


def test_a_ledger_that_cannot_be_written_ends_the_sending_with_one_letter_in_doubt(
    ledger: Engine, settings: Settings, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    addressed(ledger, 3)
    readonly = "PRAGMA query_only={}"

    def write_protected(state: str) -> None:
        with ledger.connect().execution_options(readonly=True) as connection:
            connection.exec_driver_sql(readonly.format(state))

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
