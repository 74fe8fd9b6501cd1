"""A clone, a restored backup and an outdated program send nothing until armed; what went out since is not sent again."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from given_notices import FRIDAY, MONDAY, a_notice, fates, filed, issued, on, rows
from sqlalchemy import Connection, Engine, delete, insert, text, update
from sqlmodel import SQLModel

from db import fence as fence_rows
from db import journal as journal_rows
from db import outbox
from db.delivery_audit import conserved, delivery_audit
from policy.words import NoticeState
from settings import Settings
from tasks import fence, journal, lane, send
from tasks.fence import NotArmed, arm
from tasks.journal import TAIL, Journal, JournalInvalid
from tasks.send import TickReport, tick

CITY = "huizhou"
BACKED_UP = ("notice", "delivery", "attempt", "env_fence", "said_before")


@pytest.fixture
def settings(tmp_path: Path, engine: Engine) -> Settings:
    """An installation whose ledger is that of the test."""
    return Settings(data=tmp_path / "data", database_url=engine.url.render_as_string(hide_password=False))


def ticked(engine: Engine, settings: Settings, now: datetime) -> TickReport:
    return tick(engine, settings, now, elapsed=lambda: 0.0)


def backup(engine: Engine) -> Callable[[], None]:
    """What the ledger says now; the answer puts it back."""
    tables = [SQLModel.metadata.tables[name] for name in BACKED_UP]
    kept = {table: rows(engine, table) for table in tables}

    def restore() -> None:
        with engine.begin() as connection:
            for table in tables:
                connection.execute(delete(table))
                if kept[table]:
                    connection.execute(insert(table), kept[table])

    return restore


def settled(engine: Engine) -> None:
    """As a round does after issuing."""
    with engine.begin() as connection:
        journal_rows.settle_said(connection)


def letters(settings: Settings) -> int:
    return len(list(settings.mail_folder.rglob("*.eml")))


def elsewhere(settings: Settings, **changes: object) -> Settings:
    return settings.model_copy(update={"host_id": "another", **changes})


def test_a_new_installation_arms_itself_and_the_journal_holds_what_it_sent(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"), a_notice("b", person="P1"))
    assert ticked(engine, settings, on(FRIDAY)).sent == 2
    assert settings.data not in settings.journal_file.parents
    lines = [json.loads(line) for line in settings.journal_file.read_text().splitlines()]
    assert {line["env"] for line in lines} == {rows(engine, SQLModel.metadata.tables["env_fence"])[0]["env"]}
    assert {tuple(line["notices"]) for line in lines if "delivery" in line} == {("a",), ("b",)}
    assert {(line["epoch"], line["carrier"]) for line in lines if "delivery" in line} == {(0, "folder")}
    assert "@" not in settings.journal_file.read_text()


def test_a_clone_sends_nothing_until_armed(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"))
    ticked(engine, settings, on(FRIDAY))
    issued(engine, a_notice("b"))
    clone = elsewhere(settings)
    report = ticked(engine, clone, on(MONDAY))
    assert report.refused
    assert "另一台机器" in report.refused
    assert "duban arm" in report.refused
    assert (report.sent, report.attached, fates(engine)["b"]) == (0, 0, "planned")
    arm(engine, clone, "4413", "原机器停用", on(MONDAY))
    assert ticked(engine, clone, on(MONDAY)).sent == 1
    assert ticked(engine, settings, on(MONDAY)).refused


def test_a_ledger_at_another_place_is_a_copy(settings: Settings) -> None:
    here = fence.host(settings)
    there = fence.host(settings.model_copy(update={"database_url": "postgresql+psycopg://u:p@db:5432/copy"}))
    assert there.differs(here) == ["台账位置"]
    assert "p@" not in there.place


@pytest.mark.parametrize(("cards", "another"), [("a b", False), ("b c", False), ("c", True), ("", False)])
def test_a_machine_all_of_whose_cards_have_changed_is_another(cards: str, another: bool) -> None:
    here = fence.Host("m", "n", "p", "a b")
    assert fence.Host("m", "n", "p", cards).differs(here) == (["网卡"] if another else [])


def test_what_was_sent_after_the_backup_is_not_sent_again(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"))
    ticked(engine, settings, on(FRIDAY))
    issued(engine, a_notice("waiting", unit="T2"))
    restore = backup(engine)
    issued(engine, a_notice("b", unit="T3"))
    assert ticked(engine, settings, on(MONDAY)).sent == 3, "the two, and the week's list of what stands open"
    before = letters(settings)
    restore()
    refused = ticked(engine, settings, on(MONDAY, "15:00")).refused
    assert refused
    assert "备份" in refused
    assert arm(engine, settings, "4413", "昨夜备份已恢复", on(MONDAY, "15:01")) == 3
    issued(engine, a_notice("a"), a_notice("waiting", unit="T2"), a_notice("b", unit="T3"))
    settled(engine)
    assert fates(engine) == {"a": "done", "waiting": "done", "b": "done"}
    assert ticked(engine, settings, on(MONDAY, "15:02")).sent == 0
    assert ticked(engine, settings, on(MONDAY).replace(day=3)).sent == 0
    assert letters(settings) == before
    with engine.begin() as connection:
        assert conserved(delivery_audit(connection, CITY, on(MONDAY, "15:03")))


def test_a_rung_said_after_the_backup_counts_as_said_though_a_newer_one_speaks_now(
    engine: Engine, settings: Settings
) -> None:
    restore = backup(engine)
    issued(engine, a_notice("old"))
    ticked(engine, settings, on(FRIDAY))
    restore()
    arm(engine, settings, "4413", "恢复", on(MONDAY))
    issued(engine, a_notice("old", state=NoticeState.SUPERSEDED, why_not="已由逾期上报取代"))
    settled(engine)
    assert fates(engine) == {"old": "done"}


def test_a_message_gathered_before_the_backup_keeps_for_later_what_it_did_not_carry(
    engine: Engine, settings: Settings
) -> None:
    issued(engine, a_notice("a"))
    ticked(engine, settings, on(FRIDAY))
    issued(engine, a_notice("b"), a_notice("c"))
    with engine.begin() as connection:
        outbox.attach(connection, CITY, MONDAY, on(MONDAY), ["email"])
    restore = backup(engine)
    with engine.begin() as connection:
        outbox.cancel_moot(connection, CITY, filed(connection), {"b"})
    ticked(engine, settings, on(MONDAY))
    restore()
    arm(engine, settings, "4413", "恢复", on(MONDAY))
    assert fates(engine) == {"a": "done", "b": "done", "c": "planned"}


def test_without_the_journal_the_machine_refuses_to_arm(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    issued(engine, a_notice("a"))
    ticked(engine, settings, on(FRIDAY))
    journal, kept = settings.journal_file, tmp_path / "kept.jsonl"
    journal.rename(kept)
    refused = ticked(engine, settings, on(MONDAY)).refused
    assert refused
    assert "不在" in refused
    with pytest.raises(NotArmed, match="没有发送日志"):
        arm(engine, settings, "4413", "恢复", on(MONDAY))
    assert not journal.exists()
    assert arm(engine, settings, "4413", "日志从原机器拷来", on(MONDAY), [kept]) == 0
    assert [entry.delivery for entry in Journal(journal).entries()] == [
        entry.delivery for entry in Journal(kept).entries()
    ]
    assert ticked(engine, settings, on(MONDAY)).refused is None


def test_a_journal_that_is_lost_for_good_can_be_answered_for(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"))
    ticked(engine, settings, on(FRIDAY))
    settings.journal_file.unlink()
    arm(engine, settings, "4413", "硬盘坏了", on(MONDAY), lost=True)
    assert [entry.notices for entry in Journal(settings.journal_file).entries()] == [("a",)]
    assert ticked(engine, settings, on(MONDAY)).refused is None


def test_a_journal_older_than_the_ledger_is_no_journal(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"))
    ticked(engine, settings, on(FRIDAY))
    old = settings.journal_file.read_bytes()
    issued(engine, a_notice("b"))
    ticked(engine, settings, on(MONDAY))
    settings.journal_file.write_bytes(old)
    with pytest.raises(NotArmed, match="比台账旧"):
        arm(engine, elsewhere(settings), "4413", "换机", on(MONDAY))


def test_the_journal_of_another_ledger_is_refused(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"))
    ticked(engine, settings, on(FRIDAY))
    settings.journal_file.unlink()
    Journal(settings.journal_file).begin("another", on(FRIDAY))
    assert "另一个台账" in (ticked(engine, settings, on(MONDAY)).refused or "")
    with pytest.raises(NotArmed, match="另一个台账"):
        arm(engine, settings, "4413", "恢复", on(MONDAY))


def test_a_ledger_that_sent_before_there_was_a_fence_waits_for_somebody(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"))
    ticked(engine, settings, on(FRIDAY))
    with engine.begin() as connection:
        connection.execute(delete(SQLModel.metadata.tables["env_fence"]))
        connection.execute(update(outbox.DELIVERY).values(journaled_at=None))
    settings.journal_file.unlink()
    assert "没有登记" in (ticked(engine, settings, on(MONDAY)).refused or "")
    arm(engine, settings, "4413", "升级", on(MONDAY))
    assert len(Journal(settings.journal_file).entries()) == 1


def test_a_program_older_than_the_ledger_sends_nothing(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))
    report = ticked(engine, settings, on(FRIDAY))
    assert report.refused
    assert "9999_later" in report.refused
    assert report.sent == 0


def test_nothing_leaves_while_the_journal_cannot_be_written(engine: Engine, settings: Settings) -> None:
    issued(engine, a_notice("a"))
    ticked(engine, settings, on(FRIDAY))
    issued(engine, a_notice("b"))
    with engine.begin() as connection:
        connection.execute(update(outbox.DELIVERY).values(journaled_at=None))
    kept = settings.journal_file.read_bytes()
    settings.journal_file.unlink()
    settings.journal_file.mkdir()
    assert ticked(engine, settings, on(MONDAY)).refused
    settings.journal_file.rmdir()
    settings.journal_file.write_bytes(kept)
    assert ticked(engine, settings, on(MONDAY)).sent == 1


def test_two_dispatchers_at_once_write_each_message_down_once_and_neither_is_refused(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "JOURNALED", 2)
    monkeypatch.setattr(lane, "BATCH", 2)
    issued(engine, *(a_notice(f"k{n}", person=f"P{n}") for n in range(40)))
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(ticked, engine, settings, on(FRIDAY)) for _ in range(2)]
    assert [one.result().refused for one in both] == [None, None]
    assert sum(one.result().sent for one in both) == 40
    written = [entry.delivery for entry in Journal(settings.journal_file).entries()]
    assert sorted(written) == sorted(row["id"] for row in rows(engine, outbox.DELIVERY))


def test_a_dispatcher_that_was_stopped_over_the_journal_holds_up_no_other(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "IN_TURN", 0.05)
    issued(engine, a_notice("a"))
    settings.journal_file.parent.mkdir(parents=True, exist_ok=True)
    with Journal(settings.journal_file).turn():
        assert ticked(engine, settings, on(FRIDAY)).sent == 1
    assert [entry.notices for entry in Journal(settings.journal_file).entries()] == [("a",)]


def test_what_another_dispatcher_sends_while_we_look_does_not_make_the_ledger_look_older_than_the_journal(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(engine, a_notice("a"))
    ticked(engine, settings, on(FRIDAY))
    issued(engine, a_notice("b"))
    armed = fence_rows.armed

    def meanwhile(connection: Connection) -> fence_rows.Armed | None:
        monkeypatch.setattr(fence_rows, "armed", armed)
        assert ticked(engine, settings, on(MONDAY)).sent == 1
        return armed(connection)

    monkeypatch.setattr(fence_rows, "armed", meanwhile)
    assert fence.may_send(engine, settings, on(MONDAY)) is None


def test_a_line_torn_by_a_crash_is_left_unread_and_the_next_one_stands(tmp_path: Path) -> None:
    at = Journal(tmp_path / "j" / "sent.jsonl")
    at.begin("e", on(FRIDAY))
    with at.path.open("a") as file:
        file.write('{"v": 1, "env": "e", "deliv')
    assert (at.env(), at.last(), at.entries()) == ("e", None, [])
    at.begin("f", on(MONDAY))
    assert at.env() == "f"


def test_the_last_line_is_found_however_long_it_is(tmp_path: Path) -> None:
    at = Journal(tmp_path / "sent.jsonl")
    at.append("e", [{"delivery": "long", "notices": ["k" * 32] * (TAIL // 16)}])
    assert (at.env(), at.last()) == ("e", "long")


def test_a_file_that_is_no_journal_is_named(tmp_path: Path) -> None:
    at = Journal(tmp_path / "sent.jsonl")
    at.append("e", [{"delivery": "x"}])
    with pytest.raises(JournalInvalid, match=r"sent\.jsonl"):
        at.entries()
