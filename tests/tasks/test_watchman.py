"""The daily round that did not come: said once a day, at any day, and held by the watchman himself."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from given_notices import CITY, FRIDAY, a_notice, a_unit, issued, on, rows
from sqlalchemy import Engine, insert
from sqlmodel import SQLModel

from db import outbox
from db.holiday_file import append
from db.levers import LeverKind, pull
from db.planstore import PLANS
from db.schema import create_all
from policy.plan import PublishedYear
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
    assert path.parent.name == "惠州市民政局-4413"


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


@pytest.fixture
def known_until_2041(tmp_path: Path) -> Settings:
    """An office whose calendar holds 2041, and 2042 only in a later test."""
    folder = Path(shutil.copytree(PLANS / CITY, tmp_path / "plan"))
    taken_over(folder, 2041)
    return Settings(data=tmp_path / "data", plan=str(folder))


def taken_over(folder: Path, year: int) -> None:
    rest = (date(year, 10, 1),)
    append(folder, PublishedYear(year=year, document="", adopted_by="u", adopted_on=rest[0], rest=rest, work=()))


def asked_on(ledger: Engine, settings: Settings, *days: date) -> list[date]:
    """The days on which the office was asked for the holidays; every round is held by the watchman."""
    return [day for day in days if watch(ledger, settings, on(day, "09:30"), {}, Holding(ledger, day)).asked]


def test_from_the_first_of_december_the_office_is_asked_weekly_for_the_next_years_holidays(
    ledger: Engine, known_until_2041: Settings
) -> None:
    days = [date(2041, 11, 25) + timedelta(days=n) for n in range(21)]  # from a Monday; 1 December is a Sunday
    assert asked_on(ledger, known_until_2041, *days) == [date(2041, 12, 2), date(2041, 12, 9)]
    mail = next(known_until_2041.mail_folder.rglob("*.eml"))
    told = message_from_bytes(mail.read_bytes(), policy=default)
    assert "2042年的放假安排还没有录入" in str(told["subject"])
    body = told.get_body(("plain",))
    assert body is not None
    assert "duban calendar adopt" in body.get_content()


def test_nobody_is_asked_once_the_next_year_is_there(ledger: Engine, known_until_2041: Settings) -> None:
    taken_over(Path(known_until_2041.plan), 2042)
    assert asked_on(ledger, known_until_2041, date(2041, 12, 2), date(2042, 1, 6)) == []


def test_a_year_that_began_without_its_holidays_is_asked_for_too(ledger: Engine, known_until_2041: Settings) -> None:
    assert asked_on(ledger, known_until_2041, date(2042, 1, 6), date(2042, 1, 7)) == [date(2042, 1, 6)]


def waived(engine: Engine, until: date, why: str = "用地未批") -> None:
    about = {"duty": "station-built", "subject": "441302001", "period": "", "by": "4413", "approver": "4413"}
    with engine.begin() as connection:
        pull(connection, CITY, LeverKind.WAIVER, on(date(2021, 7, 1)), until=until, why=why, **about)


def ending(engine: Engine, settings: Settings, day: date) -> int:
    return watch(engine, settings, on(day, "09:30"), {}, Holding(engine, day)).ending


def test_a_waiver_that_ends_within_two_weeks_is_named_to_the_office_once_a_week(
    ledger: Engine, settings: Settings
) -> None:
    waived(ledger, date(2021, 8, 13), "用地未批，联系 19900001234")
    waived(ledger, date(2021, 8, 16))
    with ledger.begin() as connection:
        pull(connection, CITY, LeverKind.SILENCE, on(FRIDAY), subject="441302001", until=FRIDAY, by="4413", why="台风")
    assert [ending(ledger, settings, FRIDAY + timedelta(days=n)) for n in (0, 1, 2, 3, 4)] == [1, 0, 0, 1, 0]
    first, second = (message_from_bytes(path.read_bytes(), policy=default) for path in letters(settings))
    assert "有免办或静默将要到期" in first["subject"]
    said = first.get_body(("plain",)).get_content()
    assert "决定1（免办）到2021年8月13日为止：HZ-3-01 建成社工站，441302001。理由：用地未批，联系 199****1234。" in said
    assert "决定3（静默）到2021年7月30日为止：全部事项，441302001。理由：台风。" in said
    assert "决定2" not in said
    assert "决定2" in second.get_body(("plain",)).get_content()


def test_a_week_in_which_the_watchman_was_away_on_monday_is_made_up_for(ledger: Engine, settings: Settings) -> None:
    waived(ledger, date(2021, 8, 13))
    assert ending(ledger, settings, FRIDAY - timedelta(days=1)) == 0
    assert [ending(ledger, settings, date(2021, 8, day)) for day in (4, 5, 16)] == [1, 0, 0]


def letters(settings: Settings) -> list[Path]:
    return sorted(settings.mail_folder.rglob("*.eml"))
