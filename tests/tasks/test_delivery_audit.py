"""The auditor: every notice is somewhere and everything moves, or there is no heartbeat and the office hears of it."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from given_notices import CITY, FRIDAY, MONDAY, a_notice, attached, issued, on
from sqlalchemy import Engine, insert, update
from sqlmodel import SQLModel

from db import outbox
from db.deliveries import ASKS
from db.heartbeat import last_beat
from db.planstore import load_plan
from db.schema import create_all
from policy.calendar import civil_day
from settings import Settings
from tasks import jobs
from tasks.delivery_audit import AUDIT, NothingMoves, NoticeLost
from tasks.rounds import NoticeNotKept, hold, parts
from tasks.send import tick
from tasks.watchman import audit_missed, tell_audit_missed

PLAN = load_plan(CITY)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    create_all(engine)
    return engine


def audit(engine: Engine, folder: Path, now: datetime) -> str:
    office = jobs.Office(engine, PLAN, folder)
    return AUDIT.act(office.work(jobs.part_of(PLAN, "delivery_audit", civil_day(now)), civil_day(now), now)).note


def beat_of(engine: Engine) -> datetime | None:
    with engine.begin() as connection:
        return last_beat(connection, CITY)


def missed(engine: Engine, now: datetime) -> str | None:
    with engine.begin() as connection:
        return audit_missed(connection, CITY, now)


def test_where_everything_holds_the_auditor_says_what_became_of_all_and_leaves_a_heartbeat(
    ledger: Engine, tmp_path: Path
) -> None:
    issued(ledger, a_notice("a"), a_notice("b", person="P1"), a_notice("nobody", unit=None))
    tick(ledger, Settings(data=tmp_path), on(FRIDAY), elapsed=lambda: 0.0)
    assert audit(ledger, tmp_path, on(FRIDAY, "10:05")) == "应说合计3，已发出2，不发（有原因）1"
    assert audit(ledger, tmp_path, on(FRIDAY, "11:05"))
    assert beat_of(ledger) == on(FRIDAY, "11:05")


def test_the_auditor_counts_what_was_never_confirmed_and_what_was_given_up(ledger: Engine, tmp_path: Path) -> None:
    issued(ledger, a_notice("a"), a_notice("b", person="P1"))
    tick(ledger, Settings(data=tmp_path), on(FRIDAY), elapsed=lambda: 0.0)
    with ledger.begin() as connection:
        one = outbox.DELIVERY.c.recipient == "person:P1"
        connection.execute(update(outbox.DELIVERY).where(one).values(asked=len(ASKS)))
        connection.execute(update(outbox.DELIVERY).where(~one).values(state="dead", reason="x", cause="address"))
        connection.execute(update(outbox.NOTICE).where(outbox.NOTICE.c.key == "a").values(state="attached"))
    office = jobs.Office(ledger, PLAN, tmp_path)
    work = office.work(jobs.part_of(PLAN, "delivery_audit", FRIDAY), FRIDAY, on(FRIDAY, "10:05"))
    (page,) = [page for page in AUDIT.act(work).pages if page.key == "receipts"]
    assert page.rows == [
        {"项目": "未确认送达（72小时没有回执，不重发）", "数量": 1},
        {"项目": "无法送达：号码或邮箱不对", "数量": 1},
    ]


def test_a_notice_that_is_nowhere_leaves_no_heartbeat(ledger: Engine, tmp_path: Path) -> None:
    issued(ledger, a_notice("a"))
    attached(ledger)
    with ledger.begin() as connection:
        connection.execute(update(outbox.DELIVERY).values(state="void", reason="x"))
    with pytest.raises(NoticeLost, match="去向不明1"):
        audit(ledger, tmp_path, on(FRIDAY, "10:05"))
    assert beat_of(ledger) is None


@pytest.mark.parametrize(("clock", "stands"), [("09:55", False), ("10:00", True), ("17:59", True), ("18:05", False)])
def test_a_message_that_nobody_takes_up_for_an_hour_is_told_by_the_auditor(
    ledger: Engine, tmp_path: Path, clock: str, stands: bool
) -> None:
    issued(ledger, a_notice("a", not_before=on(FRIDAY, "08:30")))
    attached(ledger, on(FRIDAY, "08:31"))
    if stands:
        with pytest.raises(NothingMoves, match="1封通知到时未发"):
            audit(ledger, tmp_path, on(FRIDAY, clock))
    else:
        assert audit(ledger, tmp_path, on(FRIDAY, clock))


def test_a_round_whose_notices_are_not_kept_is_taken_back(ledger: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = outbox.issue
    monkeypatch.setattr(outbox, "issue", lambda connection, city, notices, *rest: kept(connection, city, [], *rest))
    part = next(part for part in parts(PLAN, date(2021, 7, 30)) if part.kind == "phase")
    with ledger.begin() as connection:
        unit = {"city": CITY, "ref": "4413", "code": "4413", "name": "惠州市", "kind": "city", "known_from": 0}
        connection.execute(insert(SQLModel.metadata.tables["unit"]).values(**unit, known_to=2**62))
    with pytest.raises(NoticeNotKept):
        hold(ledger, PLAN, part, FRIDAY, on(FRIDAY))


def test_the_watchman_hears_within_two_periods_that_the_auditor_is_silent(ledger: Engine, tmp_path: Path) -> None:
    audit(ledger, tmp_path, on(FRIDAY, "10:05"))
    assert missed(ledger, on(FRIDAY, "11:45")) is None
    assert missed(ledger, on(FRIDAY, "12:00")) == "送达核对最近一次成功是2021年7月30日 10:05"
    assert missed(ledger, on(MONDAY, "10:45")) is None
    assert missed(ledger, on(MONDAY, "11:00"))


def test_an_installation_that_has_lived_is_expected_to_have_been_audited(ledger: Engine) -> None:
    assert missed(ledger, on(FRIDAY, "12:00")) is None
    values = {"part": "operation", "known": 1, "revision": "x", "started_at": on(FRIDAY), "verdicts": 0, "changed": 0}
    with ledger.begin() as connection:
        table = SQLModel.metadata.tables["round"]
        connection.execute(insert(table).values(city=CITY, as_of=FRIDAY, notices=0, **values))
    assert missed(ledger, on(FRIDAY, "12:00")) is None
    assert missed(ledger, on(MONDAY, "12:00")) == "送达核对还没有成功过一次"


def test_a_silent_auditor_is_told_once_a_day(ledger: Engine, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    audit(ledger, tmp_path, on(FRIDAY, "10:05"))
    for clock in ("12:00", "12:15"):
        assert tell_audit_missed(ledger, PLAN, settings, on(FRIDAY, clock))
    assert len(list(settings.mail_folder.rglob("*.eml"))) == 1
    assert tell_audit_missed(ledger, PLAN, settings, on(FRIDAY) + timedelta(days=1, hours=3))
    assert len(list(settings.mail_folder.rglob("*.eml"))) == 2


def test_the_watchman_does_not_know_prefect_so_that_one_that_hangs_cannot_silence_him() -> None:
    asked = "import sys, cli.dispatch; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=False).returncode == 0


def test_the_page_of_a_round_says_what_became_of_all_and_in_bold_where_that_does_not_come_out(
    ledger: Engine, tmp_path: Path
) -> None:
    office = jobs.Office(ledger, PLAN, tmp_path)
    issued(ledger, a_notice("a"), a_notice("nobody", unit=None))
    page, _ = jobs.summarised(office, FRIDAY, on(FRIDAY), ())
    assert "\n\n通知：应说合计2，不发（有原因）1，待发1。\n\n" in page.text
    attached(ledger)
    with ledger.begin() as connection:
        connection.execute(update(outbox.DELIVERY).values(state="void", reason="x"))
    page, _ = jobs.summarised(office, FRIDAY, on(FRIDAY), ())
    assert "**通知数对不上，有通知去向不明。**" in page.text
    assert "去向不明1" in page.text
