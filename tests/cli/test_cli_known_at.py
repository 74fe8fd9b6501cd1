"""--known-at: of a path and of this installation's ledger; what was known at an instant that has passed stays so."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from given_city import CITY, POSTS, write_city
from sqlalchemy import Engine

from db.forecast import Expected, keep
from db.intake import codes_known, import_rows
from db.planstore import load_plan
from db.undo import undo
from settings import Settings
from tasks.intake import read_records
from tasks.rounds import hold, parts
from tasks.send import drain

HUIZHOU = load_plan("huizhou")
HOURS = "person,starts_at,hours,category,recorded_on\n"
TRAININGS = HOURS + "W1,2021-08-01 09:00,10,岗前,2021-08-02\nW1,2021-09-11 09:00,6,岗前,2021-11-05T10:00\n"
LATER = {"posts": POSTS + "W1,S1,affairs,2021-09-15,\n"}
OCTOBER = ("--known-at", "2021-10-31T18:00")
JUDGE = ("judge", "--plan", "huizhou", "--as-of", "2021-09-30", "--format", "json")
NOTICES = ("notices", "--plan", "huizhou", "--as-of", "2021-10-09", "--format", "json")
DIFF = ("plans", "diff", "huizhou", "huizhou", "--as-of", "2021-09-30", "--of", "verdicts", "--format", "json")
ROSTER = ("plans", "roster", "huizhou", "--month", "2022-02", "--format", "json")
CHECK = ("plans", "check", "huizhou", "--month", "2022-02", "--format", "json")
EVERY = (JUDGE, NOTICES, DIFF, ROSTER, CHECK)
ABOUT_HOURS = ("--clause", "HZ-5.2-22", "--subject", "W1")

Bring = Callable[..., int | None]


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return write_city(tmp_path / "city", trainings=TRAININGS)


@pytest.fixture
def installed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The ledger of the installation on either engine."""
    monkeypatch.setenv("DUBAN_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    return engine


@pytest.fixture
def bring(installed: Engine, tmp_path: Path) -> Bring:
    """Imports some kinds at an instant."""

    def at(when: str, **kinds: str) -> int | None:
        folder = write_city(tmp_path / f"brought {when[:10]}", kinds)
        with installed.begin() as connection:
            read = read_records(folder, codes_known(connection, "huizhou"))
            return import_rows(connection, "huizhou", read.rows, folder.name, moment(when)).batch

    return at


def moment(when: str) -> datetime:
    return datetime.fromisoformat(when).replace(tzinfo=UTC)


@pytest.mark.parametrize("call", EVERY, ids=lambda call: " ".join(call[:2]))
@pytest.mark.parametrize("known", [(), OCTOBER])
def test_the_ledger_answers_as_the_files_it_was_given_do(duban, city, call, known):
    duban("import", city)
    of_files, of_ledger = duban(*call, *known, "--records", city), duban(*call, *known)
    assert (of_ledger.code, of_ledger.out, of_ledger.said) == (of_files.code, of_files.out, of_files.said)
    assert of_ledger.code in (0, 1)


def test_what_was_recorded_later_was_not_known_before(duban, city):
    duban("import", city)
    met = [
        duban(*JUDGE[:4], "2021-12-31", *JUDGE[5:], *ABOUT_HOURS, *known, *of).objects[0]["measured"]
        for known in (OCTOBER, ("--known-at", "2021-11-05T10:00"), ())
        for of in ((), ("--records", city))
    ]
    assert met == ["10", "10", "16", "16", "16", "16"]


def test_notices_of_files_know_what_was_recorded_by_then(duban, city):
    def told(*known):
        return {one["key"] for one in duban(*NOTICES, "--records", city, *known).objects}

    assert told(*OCTOBER) - told() == told() ^ told(*OCTOBER) != set()


def test_what_was_known_at_a_past_instant_is_answered_with_the_same_bytes_for_ever(duban, bring, installed):
    def answers():
        return duban(*JUDGE, *OCTOBER).out, duban(*JUDGE, "--subject", "W1").out

    bring("2021-08-02T09:00:00", **CITY, trainings=TRAININGS)
    bring("2021-10-20T09:00:00", leaves="person,starts_on,ends_on\nW1,2021-09-01,2021-09-10\n")
    said = duban(*NOTICES, *OCTOBER).out
    then, now = answers()
    latest = [now]
    for what in (
        lambda: bring("2021-11-01T09:00:00", trainings=HOURS + "W1,2021-09-12 09:00,8,岗前,2021-09-12\n"),
        lambda: bring("2021-11-02T09:00:00", trainings=HOURS + "W1,2021-08-01 09:00,2,岗前,\n"),
        lambda: bring("2021-11-03T09:00:00", **LATER, certificates="person,level,issued_on\nW1,assistant,2021-06-01\n"),
        lambda: take_back(installed, 4, "2021-11-04T09:00:00"),
        lambda: take_back(installed, 3, "2021-11-05T09:00:00"),
        lambda: take_back(installed, 5, "2021-11-06T09:00:00"),
    ):
        what()
        again, now = answers()
        assert again == then
        latest.append(now)
    assert duban(*NOTICES, *OCTOBER).out == said
    assert latest[-1] == latest[0]
    assert all(one != other for one, other in pairwise(latest))


def take_back(engine: Engine, batch: int, when: str) -> None:
    with engine.begin() as connection:
        assert undo(connection, "huizhou", batch, moment(when))


def test_decisions_of_people_silence_what_the_ledger_would_say(duban, city):
    duban("import", city)
    about = ("HZ-3-01", "二镇", "--by", "C", "--approver", "C", "--until", "2099-01-01", "--why", "合并")
    assert duban("waive", *about).code == 0
    asked = ("notices", "--plan", "huizhou", "--as-of", "2060-01-01", "--format", "json")
    told = [one for one in duban(*asked).objects if (one["duty"], one["subject"]["code"]) == ("station-built", "T2")]
    assert {one["state"] for one in told} == {"suppressed", "superseded"}


@pytest.mark.parametrize("call", EVERY, ids=lambda call: " ".join(call[:2]))
@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("2021-10-32", "时刻“2021-10-32”看不懂，应写成 2021-07-01T08:30:00+08:00"),
        ("9999-12-31", "“9999-12-31”的年份不可信，应在1900年至2100年之间"),
        ("2099-10-31T18:00", "--known-at 2099-10-31T18:00 还没有过去，应早于现在：台账只能回答已经过去的时刻"),
    ],
)
def test_an_instant_that_is_none_or_has_not_passed_is_one_line(duban, city, call, known, said):
    duban("import", city)
    answer = duban(*call, "--known-at", known)
    assert (answer.code, answer.out, answer.said) == (2, "", [said])


@pytest.mark.parametrize("call", EVERY, ids=lambda call: " ".join(call[:2]))
def test_a_ledger_without_records_of_the_city_is_one_line(duban, call):
    answer = duban(*call)
    assert (answer.code, answer.out) == (2, "")
    assert answer.said == ["台账里没有 huizhou 的记录：先用 duban import 导入，或用 --records 给出记录"]


def test_a_workbook_of_the_same_answer_is_the_same_bytes_whenever_it_is_written(duban, city, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        duban(*JUDGE[:-2], *ABOUT_HOURS, "--records", city, "--format", "xlsx", "--out", tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created == datetime(2000, 1, 1)


RUN = ("run", "daily_round", "--as-of", "2021-09-30")
LOG = ("log", "--from", "2021-09-01", "--to", "2021-10-31")
FORECAST = ("forecast", "--days", "3", "--format", "json")


def test_a_round_by_what_was_known_then_is_shown_and_not_recorded(duban, bring, installed):
    bring("2021-08-02T09:00:00", **CITY, trainings=TRAININGS)
    then = duban(*RUN, *OCTOBER)
    bring("2021-11-01T09:00:00", visits="visit,supervisor,station,starts_at,hours\nA,D1,S1,2021-09-05,16\n")
    assert duban(*RUN, *OCTOBER).out == then.out
    assert duban(*RUN, "--known-at", "2021-11-02").out != then.out.replace("2021-10-31T18:00", "2021-11-02")
    assert (then.code, then.said) == (0, [])
    assert "【社工培训】" in then.out
    assert all(line.startswith(("【", "  按2021-10-31T18:00已知，只看不记。")) for line in then.out.splitlines())
    assert duban(*LOG).out == ""
    whole, one = (duban("run", name, *RUN[2:], *OCTOBER).out.splitlines() for name in ("compliance", "training"))
    assert (len(whole), len(one)) == (2, 2)
    with installed.connect() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM phase_event").scalar() == 0


def test_what_became_of_a_message_has_no_then(duban, city):
    duban("import", city)
    answer = duban("run", "delivery_audit", *OCTOBER)
    assert (answer.code, len(answer.said)) == (2, 1)
    assert "用 duban log --known-at 查看" in answer.said[0]


@pytest.mark.parametrize(
    "call", [("compare",), ("plans", "list"), ("import", "x"), ("arm", "--by", "C", "--why", "x"), ("dead",)]
)
def test_a_command_that_asks_no_records_says_why_it_has_no_instant(duban, call):
    answer = duban(*call, *OCTOBER)
    assert (answer.code, answer.out, len(answer.said)) == (2, "", 1)
    assert "不按记录作答，没有“当时已知”可言" in answer.said[0]


def held(installed: Engine, day: date, now: datetime) -> None:
    for part in parts(HUIZHOU, day):
        hold(installed, HUIZHOU, part, day, now)


def test_the_log_of_an_instant_that_has_passed_is_the_same_bytes_for_ever(duban, bring, installed, tmp_path):
    bring("2021-08-02T09:00:00", **CITY, trainings=TRAININGS)
    september, october = (datetime(2021, month, 20, 1, tzinfo=UTC) for month in (9, 10))
    held(installed, september.date(), september)
    known = ("--known-at", "2021-09-30")
    then, whole = duban(*LOG, *known).out, duban(*LOG).out
    assert {json.loads(line)["event"] for line in then.splitlines()} == {"turned", "notice"}
    drain(installed, Settings(data=tmp_path), september + timedelta(hours=1))
    held(installed, october.date(), october)
    assert duban(*LOG, *known).out == then
    assert duban(*LOG).out != whole
    gone = {name for line in whole.splitlines() for name in json.loads(line)} - {
        name for line in then.splitlines() for name in json.loads(line)
    }
    assert gone == {"fate", "why_not", "told_on", "channel"}


def test_a_forecast_of_then_is_as_it_was_written_down(duban, bring, installed):
    bring("2021-08-02T09:00:00", **CITY)
    said = [Expected(date(2021, 10, 30) + timedelta(days=n), "email", n, 2 * n) for n in range(30)]
    with installed.begin() as connection:
        keep(connection, "huizhou", date(2021, 10, 29), said)
        keep(connection, "huizhou", date(2021, 10, 31), said[2:])
    before, after = (duban(*FORECAST, "--known-at", when).objects for when in ("2021-10-31T18:00", "2021-10-31"))
    assert [(one["made_on"], one["day"], one["messages"], one["notices"]) for one in before] == [
        ("2021-10-29", f"2021-{day}", n, 2 * n) for n, day in enumerate(("10-30", "10-31", "11-01"))
    ]
    assert [(one["made_on"], one["day"]) for one in after] == [("2021-10-31", f"2021-11-0{n}") for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--known-at", "2021-10-01"), "2021-10-01 23:59以前没有写下过推算"),
        (("--known-at", "2021-10-01", "--assume", "never"), "--assume 不能与 --known-at 一起用"),
        (("--known-at", "2099-10-01"), "还没有过去"),
    ],
)
def test_a_forecast_that_was_never_written_is_one_line(duban, city, more, said):
    duban("import", city)
    answer = duban(*FORECAST, *more)
    assert (answer.code, answer.out, len(answer.said)) == (2, "", 1)
    assert said in answer.said[0]
