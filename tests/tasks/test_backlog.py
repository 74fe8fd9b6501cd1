"""A provider that is too slow for what waits: the office hears while there is time, and nobody calls it a dead dispatcher."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from given_notices import CITY, FRIDAY, a_unit, addressed, attached, on
from sqlalchemy import Engine, select, update

from db.backlog import Backlog
from db.heartbeat import last_beat
from db.outbox import DELIVERY, NOTICE
from db.planstore import load_plan
from db.schema import create_all
from settings import Settings
from tasks import jobs
from tasks.backlog import still, tell_of_backlog, too_much
from tasks.delivery_audit import AUDIT, NothingMoves
from tasks.fence import may_send

PLAN = load_plan(CITY)
SUNDAY = FRIDAY + timedelta(days=2)


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    """Twenty people have a letter of the day."""
    create_all(engine)
    with engine.begin() as connection:
        a_unit(connection, "4413", name="惠州市", kind="city", email="city@example.invalid")
    addressed(engine, 20)
    attached(engine, on(FRIDAY, "08:31"))
    return engine


def taken(engine: Engine, number: int, now: datetime) -> None:
    """So many of them left."""
    with engine.begin() as connection:
        some = connection.scalars(select(DELIVERY.c.id).where(DELIVERY.c.state == "ready").limit(number)).all()
        left = {"state": "accepted", "accepted_at": now, "body_sha": "x"}
        connection.execute(update(DELIVERY).where(DELIVERY.c.id.in_(some)).values(**left))
        connection.execute(update(NOTICE).where(NOTICE.c.delivery.in_(some)).values(state="done"))


def found(engine: Engine, now: datetime) -> list[Backlog]:
    with engine.begin() as connection:
        return too_much(connection, PLAN, now)


def audit(engine: Engine, folder: Path, now: datetime) -> list[dict[str, object]]:
    work = jobs.Office(engine, PLAN, folder).work(jobs.part_of(PLAN, "delivery_audit", FRIDAY), FRIDAY, now)
    return [row for page in AUDIT.act(work).pages if page.key == "backlog" for row in page.rows]


def test_the_office_hears_once_of_what_will_not_fit_into_the_hours(ledger: Engine, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert may_send(ledger, settings, on(FRIDAY)) is None
    taken(ledger, 2, on(FRIDAY, "09:40"))
    for clock in ("10:00", "10:15"):
        assert tell_of_backlog(ledger, PLAN, settings, on(FRIDAY, clock)) == [Backlog("email", 18, 2)]
    (file,) = tmp_path.rglob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=default)
    body = mail.get_body(("plain",))  # type: ignore[attr-defined]
    assert "今天的通知发不完" in str(mail["Subject"])
    said = "电子邮件：还有18封待发，近一小时发出2封，照这样还要9小时0分，今天18:00停止发送。"
    assert said in body.get_content()


@pytest.mark.parametrize(
    ("sent", "clock", "why"),
    [
        (2, "09:29", "an hour has to have passed"),
        (3, "10:00", "it fits"),
        (0, "10:00", "nothing moves, which is the auditor's matter"),
        (20, "10:00", "nothing waits"),
        (2, "18:00", "the hours are over"),
    ],
)
def test_nothing_is_said_where(ledger: Engine, sent: int, clock: str, why: str) -> None:
    taken(ledger, sent, on(FRIDAY, "09:20"))
    assert found(ledger, on(FRIDAY, clock)) == [], why


def test_on_a_rest_day_nothing_is_late(ledger: Engine) -> None:
    taken(ledger, 1, on(SUNDAY, "09:40"))
    assert found(ledger, on(SUNDAY, "10:00")) == []


def test_what_waits_for_a_slow_provider_is_no_dead_dispatcher(ledger: Engine, tmp_path: Path) -> None:
    with pytest.raises(NothingMoves, match="20封通知到时未发"):
        audit(ledger, tmp_path, on(FRIDAY, "10:00"))
    taken(ledger, 2, on(FRIDAY, "09:40"))
    row = {"通道": "电子邮件", "待发": 18, "近一小时发出": 2, "照这样还要": "9小时0分"}
    assert audit(ledger, tmp_path, on(FRIDAY, "10:00")) == [row]
    with ledger.begin() as connection:
        assert last_beat(connection, CITY) == on(FRIDAY, "10:00")


def test_how_fast_it_went_an_hour_ago_says_nothing_of_now(ledger: Engine, tmp_path: Path) -> None:
    taken(ledger, 2, on(FRIDAY, "08:40"))
    with pytest.raises(NothingMoves, match="18封通知到时未发"):
        audit(ledger, tmp_path, on(FRIDAY, "10:00"))


@pytest.mark.parametrize(("wait", "taken", "said"), [(1, 60, "0小时1分"), (61, 60, "1小时1分"), (1, 7, "0小时9分")])
def test_a_minute_that_has_begun_counts(wait: int, taken: int, said: str) -> None:
    assert still(Backlog("email", wait, taken)) == said
