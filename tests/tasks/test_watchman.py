"""The daily round that did not come: said once a day, at any day, and held by the watchman himself."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from given_notices import CITY, FRIDAY, a_notice, a_unit, issued, on, rows
from sqlalchemy import Engine, insert
from sqlmodel import SQLModel

from db import outbox
from db.schema import create_all
from settings import Settings
from tasks.send import tick
from tasks.watchman import watch

ROUND = SQLModel.metadata.tables["round"]
EXPECTED = {"operation": "阶段三·规范运作", "supervision": "月度督导"}
SUNDAY = FRIDAY + timedelta(days=2)


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    create_all(engine)
    with engine.begin() as connection:
        a_unit(connection, "4413", name="惠州市", kind="city", email="city@example.invalid")
    return engine


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def held(engine: Engine, part: str, day: date) -> None:
    values = {"part": part, "as_of": day, "known": 1, "revision": "x", "started_at": on(day, "08:30")}
    with engine.begin() as connection:
        connection.execute(insert(ROUND).values(city=CITY, verdicts=0, changed=0, notices=0, **values))


class Holding:
    """Holds a round by writing that it was held."""

    def __init__(self, engine: Engine, day: date) -> None:
        self.engine, self.day, self.keys = engine, day, list[str]()

    def __call__(self, keys: tuple[str, ...]) -> None:
        self.keys.extend(keys)
        for key in keys:
            held(self.engine, key, self.day)


@pytest.mark.parametrize("day", [FRIDAY, SUNDAY])
def test_a_missing_round_is_told_to_the_office_once_and_held(ledger: Engine, settings: Settings, day: date) -> None:
    holding = Holding(ledger, day)
    held(ledger, "operation", day)
    first = watch(ledger, settings, on(day, "09:30"), EXPECTED, holding)
    second = watch(ledger, settings, on(day, "10:30"), EXPECTED, holding)
    assert (first.missing, first.told, first.sent) == (("supervision",), 1, 1)
    assert second.missing == ()
    assert holding.keys == ["supervision"]
    (path,) = settings.mail_folder.rglob("*.eml")
    assert path.parent.name == "惠州市-4413"


def test_before_half_past_nine_nothing_is_missing(ledger: Engine, settings: Settings) -> None:
    holding = Holding(ledger, FRIDAY)
    assert watch(ledger, settings, on(FRIDAY, "09:29"), EXPECTED, holding).missing == ()
    assert holding.keys == []


def test_a_complete_round_is_left_alone(ledger: Engine, settings: Settings) -> None:
    for part in EXPECTED:
        held(ledger, part, FRIDAY)
    assert watch(ledger, settings, on(FRIDAY, "09:30"), EXPECTED, Holding(ledger, FRIDAY)).told == 0


def test_the_round_of_yesterday_is_not_todays(ledger: Engine, settings: Settings) -> None:
    for part in EXPECTED:
        held(ledger, part, FRIDAY)
    report = watch(ledger, settings, on(SUNDAY, "09:30"), EXPECTED, Holding(ledger, SUNDAY))
    assert report.missing == tuple(EXPECTED)


def test_a_round_that_fails_is_told_first_and_tried_again_without_telling_again(
    ledger: Engine, settings: Settings
) -> None:
    def failing(keys: tuple[str, ...]) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        watch(ledger, settings, on(FRIDAY, "09:30"), EXPECTED, failing)
    report = watch(ledger, settings, on(FRIDAY, "10:30"), EXPECTED, Holding(ledger, FRIDAY))
    assert (len(report.missing), report.told) == (2, 0)
    assert len(list(settings.mail_folder.rglob("*.eml"))) == 1


def test_the_office_hears_on_every_channel_it_has(
    ledger: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("EMAIL_PORT", "1")
    monkeypatch.setenv("EMAIL_SENDER", "duban@example.invalid")
    report = watch(ledger, settings, on(FRIDAY, "09:30"), EXPECTED, Holding(ledger, FRIDAY))
    assert (report.told, report.sent) == (2, 1)
    assert {row["channel"]: row["state"] for row in rows(ledger, outbox.DELIVERY)} == {
        "email": "retry_wait",
        "folder": "accepted",
    }


def test_the_watchman_sends_no_digest_and_uses_up_none(ledger: Engine, settings: Settings) -> None:
    issued(ledger, a_notice("a", unit="4413"))
    watch(ledger, settings, on(FRIDAY, "09:30"), EXPECTED, Holding(ledger, FRIDAY))
    assert len(list(settings.mail_folder.rglob("*.eml"))) == 1
    assert tick(ledger, settings, on(FRIDAY, "09:31")).sent == 1


def test_an_alarm_that_could_not_be_sent_on_its_day_is_not_sent_later(
    ledger: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.mail_folder.write_text("a file stands where the folder should be")
    watch(ledger, settings, on(FRIDAY, "09:30"), EXPECTED, Holding(ledger, FRIDAY))
    settings.mail_folder.unlink()
    assert tick(ledger, settings, on(SUNDAY, "10:00")).sent == 0
    (row,) = rows(ledger, outbox.DELIVERY)
    assert (row["state"], row["reason"]) == ("dead", outbox.STALE)
