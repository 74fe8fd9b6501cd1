"""A forecast is what then comes, if nobody acts; far more is held until somebody has looked, far less is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from given_amendments import amended_huizhou
from given_city import PEOPLE, POSTS, UNITS, read_city
from given_inhibition import behind
from given_notices import CITY, FRIDAY, MONDAY, a_notice, fates, issued, on, rows, states
from sqlalchemy import Engine

from db import forecast as forecasts
from db.delivery_audit import conserved, delivery_audit
from db.delivery_words import DeliveryState
from db.engine import open_engine
from db.forecast import Expected
from db.intake import import_rows
from db.outbox import DELIVERY, NOTICE
from db.planstore import load_plan
from db.schema import create_all, migrate
from policy.calendar import at
from policy.plan import Plan
from settings import Settings
from tasks import jobs
from tasks.brake import missing, release
from tasks.forecast import forecast_of
from tasks.rehearsal.rulings import CLOCK
from tasks.send import TickReport, drain, tick
from tasks.stateless import DOOMSDAY

PLAN = load_plan(CITY)
ASSIGNED = "supervisor,station,starts_on,ends_on\nD1,S1,2021-07-01,\n"
KINDS = {
    "units": UNITS + "S2,二镇社工站,station,T2,2021-08-11,,\n",
    "people": PEOPLE + "H2,站长乙\n",
    "posts": POSTS.replace("2021-06-15,\n", "2021-06-15,2021-08-09\n", 1) + "H2,S1,station_head,2021-08-10,\n",
    "assignments": ASSIGNED,
}


class Life:
    """An office that holds every round and sends every message on a little city in which nobody acts."""

    def __init__(self, folder: Path, plan: Plan = PLAN, **more: str) -> None:
        self.plan = plan
        self.engine = open_engine(f"sqlite:///{folder / 'ledger.db'}")
        migrate(self.engine)
        with self.engine.begin() as connection:
            import_rows(connection, CITY, read_city({**KINDS, **more}).rows, "test", DOOMSDAY)
        self.office, self.settings = jobs.Office(self.engine, plan, folder), Settings(data=folder)

    def live(self, first: date, last: date) -> None:
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            for key in jobs.parts_of(self.plan, jobs.ROUND, day):
                for _ in jobs.played(self.office, jobs.part_of(self.plan, key, day), day, at(day, CLOCK)):
                    pass
            drain(self.engine, self.settings, at(day, CLOCK), ignore_window=False)

    def audited(self, now: datetime) -> list[str]:
        part = jobs.part_of(PLAN, "delivery_audit", now.date())
        return [outcome.note for _, outcome in jobs.played(self.office, part, now.date(), now)]


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = Life(tmp_path)
    yield made
    made.engine.dispose()


def test_what_was_forecast_is_what_comes_if_nobody_acts(life: Life) -> None:
    first, today, last = date(2021, 7, 26), date(2021, 8, 3), date(2021, 8, 24)
    life.live(first, today)
    with life.engine.connect() as connection:
        expected = forecast_of(connection, PLAN, at(today, CLOCK), (last - today).days)
    life.live(today + timedelta(days=1), last)
    came = Counter(row["day"] for row in rows(life.engine, DELIVERY) if row["state"] == "accepted")
    assert {e.day: e.messages for e in expected} == {e.day: came[e.day] for e in expected}
    assert {e.channel for e in expected} == {"email"}
    assert sum(e.messages for e in expected) >= 9
    assert len(expected) == (last - today).days


def test_a_forecast_reaches_over_the_day_of_an_amendment(tmp_path: Path) -> None:
    plan = load_plan(str(amended_huizhou(tmp_path)))
    life, today, last = Life(tmp_path, plan), date(2022, 4, 26), date(2022, 5, 11)
    life.live(date(2022, 4, 18), today)
    with life.engine.connect() as connection:
        expected = forecast_of(connection, plan, at(today, CLOCK), (last - today).days)
    life.live(today + timedelta(days=1), last)
    came = Counter(row["day"] for row in rows(life.engine, DELIVERY) if row["state"] == "accepted")
    life.engine.dispose()
    assert {e.day: e.messages for e in expected} == {e.day: came[e.day] for e in expected}
    assert sum(e.messages for e in expected) >= 2


def test_a_forecast_knows_what_a_milestone_keeps_back_and_when_it_ends(tmp_path: Path) -> None:
    plan = behind(PLAN, {"deputy-head": ("association",), "monthly-supervision": ("association",)})
    registered = "code,clause,subject,on\nA1,HZ-5.3.2-09,T2,2021-08-17\n"
    life, today, last = Life(tmp_path, plan, acts=registered), date(2021, 8, 12), date(2021, 9, 2)
    life.live(date(2021, 8, 2), today)
    with life.engine.connect() as connection:
        expected = forecast_of(connection, plan, at(today, CLOCK), (last - today).days)
    life.live(today + timedelta(days=1), last)
    came = Counter(row["day"] for row in rows(life.engine, DELIVERY) if row["state"] == "accepted")
    told = [row for row in rows(life.engine, NOTICE) if row["duty"] == "deputy-head" and row["subject"] == "S2"]
    life.engine.dispose()
    assert {e.day: e.messages for e in expected} == {e.day: came[e.day] for e in expected}
    assert {row["state"] for row in told} == {"suppressed", "done"}


def test_the_forecast_is_written_down_once_a_day_and_never_changed(life: Life) -> None:
    friday = date(2021, 7, 30)
    life.live(friday, friday)
    first = life.audited(at(friday, CLOCK))
    assert first[0].startswith("今后30天约")
    assert life.audited(at(friday, CLOCK) + timedelta(hours=1))[0] == "今天已经推算过"
    assert len(rows(life.engine, forecasts.FORECAST)) == 30


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    create_all(engine)
    return engine


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


def foreseen(engine: Engine, messages: int, day: date = FRIDAY, made: date = FRIDAY - timedelta(days=1)) -> None:
    with engine.begin() as connection:
        forecasts.keep(connection, CITY, made, [Expected(day, "email", messages, messages)])


def ticked(engine: Engine, settings: Settings, now: datetime) -> TickReport:
    return tick(engine, settings, now, elapsed=lambda: 0.0)


def many(number: int, **changes: object) -> list:
    return [a_notice(f"k{n}", person=f"P{n}", **changes) for n in range(number)]


@pytest.mark.parametrize(("messages", "held"), [(35, False), (36, True)])
def test_more_than_half_as_much_again_and_twenty_is_held(
    ledger: Engine, settings: Settings, messages: int, held: bool
) -> None:
    foreseen(ledger, 10)
    issued(ledger, *many(messages))
    report = ticked(ledger, settings, on(FRIDAY))
    assert (report.sent, bool(report.braked)) == ((0, True) if held else (messages, False))
    assert set(states(ledger)) == {DeliveryState.HELD if held else DeliveryState.ACCEPTED}


def test_it_is_said_once_and_released_by_somebody(ledger: Engine, settings: Settings) -> None:
    foreseen(ledger, 1)
    issued(ledger, *many(40))
    said = ticked(ledger, settings, on(FRIDAY)).braked
    assert said == "电子邮件预计1封，实有40封"
    assert ticked(ledger, settings, on(FRIDAY, "09:01")).braked is None
    assert {row["reason"] for row in rows(ledger, DELIVERY)} == {f"远多于预测，待放行（{said}）"}
    with ledger.begin() as connection:
        assert conserved(delivery_audit(connection, CITY, on(FRIDAY, "09:02")))
    assert release(ledger, PLAN, "4413", "停机后补发", on(FRIDAY, "09:03")) == 40
    assert ticked(ledger, settings, on(FRIDAY, "09:04")).sent == 40
    assert release(ledger, PLAN, "4413", "再一次", on(FRIDAY, "09:05")) is None


def test_a_statutory_duty_goes_out_by_itself_after_half_a_working_day_and_the_rest_waits(
    ledger: Engine, settings: Settings
) -> None:
    must, should = (next(o for o in PLAN.obligations if (o.force == "must") is is_so) for is_so in (True, False))
    foreseen(ledger, 1)
    issued(
        ledger,
        *many(30, duty=must.key, due=None),
        *(a_notice(f"s{n}", unit=f"U{n}", duty=should.key, due=None) for n in range(5)),
    )
    ticked(ledger, settings, on(FRIDAY, "15:00"))
    assert ticked(ledger, settings, on(FRIDAY, "17:59")).sent == 0
    assert ticked(ledger, settings, on(MONDAY, "09:29")).sent == 0
    assert ticked(ledger, settings, on(MONDAY, "09:31")).sent == 30
    assert sorted(set(fates(ledger).values())) == ["attached", "done"]


def test_what_is_held_goes_into_the_next_days_message_and_is_weighed_again(ledger: Engine, settings: Settings) -> None:
    foreseen(ledger, 1)
    issued(ledger, *many(40))
    ticked(ledger, settings, on(FRIDAY))
    foreseen(ledger, 40, MONDAY, FRIDAY)
    assert ticked(ledger, settings, on(MONDAY)).sent == 40


def test_after_a_long_outage_the_busiest_day_of_the_last_forecast_counts(ledger: Engine, settings: Settings) -> None:
    foreseen(ledger, 2, FRIDAY - timedelta(days=90), FRIDAY - timedelta(days=91))
    issued(ledger, *many(24))
    assert ticked(ledger, settings, on(FRIDAY)).braked


def test_where_nothing_was_ever_forecast_nothing_is_held(ledger: Engine, settings: Settings) -> None:
    issued(ledger, *many(40))
    assert ticked(ledger, settings, on(FRIDAY)).sent == 40


@pytest.mark.parametrize(
    ("expected", "messages", "lost"), [(10, 4, True), (10, 5, False), (3, 0, False), (0, 9, False)]
)
def test_fewer_than_half_are_missed(
    ledger: Engine, settings: Settings, expected: int, messages: int, lost: bool
) -> None:
    foreseen(ledger, expected)
    issued(ledger, *many(messages))
    ticked(ledger, settings, on(FRIDAY))
    with ledger.begin() as connection:
        assert missing(connection, PLAN, FRIDAY) == ((expected, messages) if lost else None)
