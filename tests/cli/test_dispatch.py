"""The dispatcher as a process: it starts on an empty folder and ends cleanly when told to."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from given_notices import a_notice, on
from jinja2 import UndefinedError
from sqlalchemy import Engine, event

from cli.dispatch import Dispatcher
from cli.up import dispatchers
from db import clock, outbox
from db.engine import open_engine
from db.forecast import Expected, keep
from db.planstore import PLANS, load_plan
from db.schema import migrate
from notifications.render import Renderer
from settings import Settings
from tasks import send

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_the_process_stops_cleanly_when_told_to(tmp_path: Path, sent: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "from cli.dispatch import dispatch; dispatch(once=False)"],
        env={**os.environ, "DUBAN_DATA": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    started = any("已启动" in line for line in process.stderr)
    process.send_signal(sent)
    _, rest = process.communicate(timeout=30)
    assert started
    assert process.returncode == 0, rest
    assert "Traceback" not in rest
    assert (tmp_path / "ledger.db").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [("PORT", "应为整数（写的是“SSL”）"), ("TLS", "应为以下之一：none、starttls、ssl（写的是“SSL”）")],
)
def test_a_channel_set_up_wrongly_is_named_before_anything_starts(
    duban, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.setenv("EMAIL_HOST", "smtp.example.invalid")
    monkeypatch.setenv(f"EMAIL_{name}", "SSL")
    refused = duban("dispatch")
    assert (refused.code, refused.said) == (2, [f"环境变量 EMAIL_{name}：{said}"])


@pytest.mark.parametrize("number", [1, 2])
def test_one_of_the_dispatchers_takes_receipts_at_the_port_and_each_has_a_name_and_a_log(number: int) -> None:
    started = list(dispatchers(Settings(dispatchers=number, receipts_port=8702)))
    names, commands, logs = zip(*started, strict=True)
    assert len(set(names)) == len(set(logs)) == number
    assert [command[-2:] == ["--receipts-port", "0"] for command in commands] == [n > 0 for n in range(number)]


@pytest.fixture
def dispatcher(tmp_path: Path) -> Iterator[Dispatcher]:
    settings = Settings(data=tmp_path / "data")
    settings.data.mkdir()
    engine = open_engine(settings.ledger_url)
    migrate(engine)
    yield Dispatcher(engine, settings)
    engine.dispose()


def letters(dispatcher: Dispatcher) -> list[str]:
    """Subjects."""
    files = dispatcher.settings.mail_folder.rglob("*.eml")
    return [str(message_from_bytes(file.read_bytes(), policy=default)["Subject"]) for file in files]


def test_far_fewer_messages_than_forecast_are_told_on_a_working_day_from_half_past_ten(dispatcher: Dispatcher) -> None:
    with dispatcher.engine.begin() as connection:
        keep(connection, "huizhou", date(2021, 7, 29), [Expected(date(2021, 7, 30), "email", 10, 10)])
    plan = load_plan("huizhou")
    for day, clock_ in ((30, "10:29"), (31, "12:00")):
        dispatcher.listen_for_silence(plan, datetime.fromisoformat(f"2021-07-{day}T{clock_}:00+08:00"))
    assert letters(dispatcher) == []
    dispatcher.listen_for_silence(plan, datetime.fromisoformat("2021-07-30T10:30:00+08:00"))
    assert letters(dispatcher) == ["【督办·值守】2021年7月30日 周五 10:30 今天的通知远少于预测"]


def test_messages_held_back_are_one_word_to_the_office(dispatcher: Dispatcher) -> None:
    plan, day = load_plan("huizhou"), date(2021, 7, 30)
    with dispatcher.engine.begin() as connection:
        keep(connection, "huizhou", date(2021, 7, 29), [Expected(day, "email", 1, 1)])
        outbox.issue(connection, "huizhou", [a_notice(f"k{n}", person=f"P{n}") for n in range(40)], None, on(day))
    report = send.tick(dispatcher.engine, dispatcher.settings, on(day))
    assert (report.sent, report.braked) == (0, "电子邮件预计1封，实有40封")
    for _ in range(2):
        dispatcher.tell_of_hold(plan, report.braked, on(day))
    assert letters(dispatcher) == ["【督办·值守】2021年7月30日 周五 09:00 今天的通知远多于预测，已暂停"]


def test_a_clock_in_doubt_is_told_to_the_office_and_nothing_else_leaves(dispatcher: Dispatcher) -> None:
    with dispatcher.engine.begin() as connection:
        clock.note(connection, datetime(2099, 1, 1, tzinfo=UTC))
    assert "本机时钟比上次运行早" in (dispatcher.tick().refused or "")
    assert dispatcher.watch().missing == ()
    dispatcher.tick()
    (letter,) = letters(dispatcher)
    assert "本机时钟不对" in letter


def test_words_that_cannot_be_made_are_one_word_to_the_office_a_day(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*given: object) -> None:
        raise UndefinedError("没有这一项")

    monkeypatch.setattr(Renderer, "digest", failing)
    plan, day = load_plan("huizhou"), date(2021, 7, 30)
    with dispatcher.engine.begin() as connection:
        outbox.issue(connection, "huizhou", [a_notice(f"k{n}", person=f"P{n}") for n in range(2)], None, on(day))
    report = send.tick(dispatcher.engine, dispatcher.settings, on(day))
    for _ in range(2):
        dispatcher.tell_of_poison(plan, on(day), report.failed_lines)
    assert letters(dispatcher) == ["【督办·值守】2021年7月30日 周五 09:00 有通知的文字无法生成"]


def write_protected(engine: Engine) -> None:
    event.listen(engine, "connect", lambda raw, record: raw.execute("PRAGMA query_only=ON"))
    engine.dispose()


def test_a_ledger_that_cannot_be_written_is_told_to_the_office_past_it_and_once_a_day(dispatcher: Dispatcher) -> None:
    assert dispatcher.tick().refused is None
    write_protected(dispatcher.engine)
    assert "台账写不进" in (dispatcher.tick().refused or "")
    assert letters(dispatcher) == [], "somebody may only have held it for a minute"
    for _ in range(3):
        dispatcher.tick()
    (letter,) = letters(dispatcher)
    assert "台账写不进，通知已停发" in letter


def test_a_copy_that_cannot_be_written_tells_nobody(dispatcher: Dispatcher) -> None:
    dispatcher.tick()
    dispatcher.settings.host_id = "another"
    write_protected(dispatcher.engine)
    for _ in range(3):
        assert "台账写不进" in (dispatcher.tick().refused or "")
    assert letters(dispatcher) == []


def test_a_plan_edited_wrongly_holds_word_back_and_is_said_once_in_its_own_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = Path(shutil.copytree(PLANS / "huizhou", tmp_path / "city"))
    house = folder / "house.yaml"
    good = house.read_text("utf-8")
    dispatcher = Dispatcher(
        open_engine(f"sqlite:///{tmp_path / 'ledger.db'}"), Settings(data=tmp_path, plan=str(folder))
    )
    migrate(dispatcher.engine)
    house.write_text(good.replace("yellow_days: 10", "yellow_days: 十"), "utf-8")
    for _ in range(2):
        dispatcher.unless_the_plan_is_wrong(dispatcher.tick)
    (said,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert said.startswith("方案不能使用，改好以前不发送：city/house.yaml 第")
    assert said.endswith("yellow_days：应为整数（写的是“十”）")
    house.write_text(good, "utf-8")
    dispatcher.unless_the_plan_is_wrong(dispatcher.tick)
    assert said != dispatcher.refused, "mended, it sends again"
    dispatcher.engine.dispose()
