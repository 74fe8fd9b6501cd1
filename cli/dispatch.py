"""duban dispatch：投递进程。The small clock outside Prefect: it sends what is due and watches over the daily round."""

from __future__ import annotations

import gc
import logging
import signal
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from cli.installation import ledger
from cli.output import FAILED_OUTSIDE, faults_said, refuse, variables
from cli.receipts_endpoint import Endpoint, EndpointRefused
from db import dead_letters
from db.backlog import Backlog
from db.delivery_words import DELIVERY_LABELS, Alarm, DeliveryState
from db.fault_words import refusal
from db.planstore import load_plan
from db.work_calendar import work_calendar
from notifications.channel import SettingsInvalid, discover, open_channel
from notifications.template_check import renderer
from policy.calendar import SHANGHAI, civil_day
from policy.errors import PlanInvalid
from policy.plan import Plan
from settings import Settings
from tasks import clock, jobs, rounds, send
from tasks.alarms import tell_past_the_ledger, warn
from tasks.backlog import tell_of_backlog
from tasks.brake import missing
from tasks.receipts import Listened, listen
from tasks.watchman import WatchReport, tell_audit_missed, watch

EVERY_SECONDS = 60
LATEST = time(10, 30)
HELD_BACK = "请核对原因（是否误导入、停机后集中补发）；确认无误后执行 duban release --by 谁 --why 理由。法定事项满4个工作小时自行发出。"
SEE_DEAD = "其余通知照常发出。请用 duban dead 查看是哪些，改正模板或资料以后用 duban dead resend 重发。"
UNWRITABLE = "磁盘可能已满，或者台账成了只读。请腾出空间、恢复写入；恢复后自动接着发，没有丢失，不必另行操作。"
logger = logging.getLogger(__name__)


def dispatch(
    once: Annotated[bool, typer.Option("--once", help="只投递一轮就结束")] = False,
    receipts_port: Annotated[
        int | None,
        typer.Option(help="在本机这个端口接收短信网关推送的回执；缺省用设置 DUBAN_RECEIPTS_PORT，0 为不接收"),
    ] = None,
) -> None:
    """Ends on SIGTERM or Ctrl-C after the message in hand."""
    settings = Settings()
    if receipts_port is not None:
        settings = settings.model_copy(update={"receipts_port": receipts_port})
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    for name in ("apscheduler", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with faults_said():
        load_plan(settings.plan)
        renderer()
        _set_up(settings)
        gc.freeze()  # plan and templates stay: the collector need not walk them time and again
        with ledger(settings) as engine:
            dispatcher = Dispatcher(engine, settings)
            if once:
                if said := dispatcher.tick().refused:
                    refuse([said], FAILED_OUTSIDE)
                dispatcher.listen()
            else:
                dispatcher.run(_endpoint(engine, settings))


def _set_up(settings: Settings) -> None:
    """Ends the call where the settings of a channel cannot be read; connects to nobody."""
    try:
        for kind in discover():
            open_channel(kind, settings).close()
    except SettingsInvalid as error:
        refuse(variables(error.wrong, error.begins))


class Dispatcher:
    """Everything here may run twice, or in two processes: the ledger sees to it that nothing is said twice."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        self.stopping = threading.Event()
        self.refused: str | None = None
        self.told_unwritable: date | None = None
        self.scheduler = BackgroundScheduler(
            timezone=SHANGHAI, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def run(self, endpoint: Endpoint | None = None) -> None:
        every = IntervalTrigger(seconds=EVERY_SECONDS, timezone=SHANGHAI)
        self._add(self.tick, every, id="tick", next_run_time=datetime.now(SHANGHAI))
        self._add(self.listen, every, id="receipts")
        # 09:30 as promised; the later ones are for a process that was not running then. The office hears once a day.
        self._add(self.watch, CronTrigger(hour="9-17", minute=30, timezone=SHANGHAI), id="watch")
        self._add(self.watch_audit, CronTrigger(minute="*/15", timezone=SHANGHAI), id="audit")
        self._add(self.watch_backlog, CronTrigger(minute="*/15", timezone=SHANGHAI), id="backlog")
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, _stop)
            self.scheduler.start()
            if endpoint:
                endpoint.start()
                typer.echo(f"接收回执：端口{endpoint.port}", err=True)
            typer.echo("投递进程已启动", err=True)
            # Here and not in the scheduler's own loop, which would swallow what a signal raises.
            # By the second: a signal that comes just before an endless wait does not end it.
            while not self.stopping.wait(1):
                pass
        except SystemExit:
            typer.echo("投递进程正在停止，等手上这一封发完", err=True)
        finally:
            self.stopping.set()
            if endpoint:
                endpoint.stop()
            if self.scheduler.running:
                self.scheduler.shutdown(wait=True)

    def _add(self, act: Callable[[], object], trigger: BaseTrigger, **options: Any) -> None:
        self.scheduler.add_job(partial(self.unless_the_plan_is_wrong, act), trigger, **options)

    def unless_the_plan_is_wrong(self, act: Callable[[], object]) -> None:
        """A plan edited into one that does not load holds word back until it is mended; said in its own lines, once."""
        try:
            act()
        except PlanInvalid as invalid:
            said = "；".join(invalid.findings)
            if said != self.refused:
                logger.error("方案不能使用，改好以前不发送：%s", said)
            self.refused = said

    def tick(self) -> send.TickReport:
        """Nothing is taken up that could not be written down: a full disk holds word back, and says so past the ledger."""
        now, plan = datetime.now(UTC), load_plan(self.settings.plan)
        try:
            report = self._ticked(plan, now)
        except DBAPIError as error:
            report = send.TickReport(refused=f"台账写不进，停止发送：{str(error.orig).splitlines()[0]}")
            self._tell_unwritable(plan, now, report.refused)
        if report.refused and report.refused != self.refused:
            logger.warning("%s", report.refused)
        self.refused = report.refused
        if report.ended:
            logger.info("投递：%s", _said(report.ended))
        return report

    def _ticked(self, plan: Plan, now: datetime) -> send.TickReport:
        if said := clock.asked(self.engine, plan.house, self.settings, now):
            warn(self.engine, plan, self.settings, now, Alarm.CLOCK, "本机时钟不对", [said])
            return send.TickReport(refused=said)
        report = send.tick(self.engine, self.settings, now, stopping=self.stopping.is_set)
        if report.braked:
            self.tell_of_hold(plan, report.braked, now)
        self.tell_of_poison(plan, now, report.failed_lines)
        return report

    def tell_of_poison(self, plan: Plan, now: datetime, failed_lines: int) -> None:
        """Of today or, where a process died of it by night, of yesterday."""
        with self.engine.connect() as connection, connection.begin():
            letters = dead_letters.put_aside(connection, plan.key, civil_day(now) - timedelta(days=1))
        said = [f"{letters}封通知的正文无法生成，或者连续使投递进程中断，已隔离，没有发出。"] if letters else []
        said += [f"{failed_lines}个事项的文字无法按模板生成，已在通知里用简短的话说明。"] if failed_lines else []
        if said:
            warn(self.engine, plan, self.settings, now, Alarm.POISON, "有通知的文字无法生成", [*said, SEE_DEAD])

    def _tell_unwritable(self, plan: Plan, now: datetime, said: str | None) -> None:
        """The second time in a row, for somebody may only have held it for long; then once a day."""
        day = civil_day(now)
        if said and said == self.refused and self.told_unwritable != day:
            lines = [said, UNWRITABLE]
            tell_past_the_ledger(self.engine, plan, self.settings, now, Alarm.LEDGER, "台账写不进，通知已停发", lines)
            self.told_unwritable = day

    def tell_of_hold(self, plan: Plan, said: str, now: datetime) -> None:
        warn(self.engine, plan, self.settings, now, Alarm.STORM, "今天的通知远多于预测，已暂停", [said, HELD_BACK])

    def listen(self) -> Listened:
        done = listen(self.engine, self.settings, datetime.now(UTC), self.stopping.is_set)
        if done.came:
            logger.info("回执：%s", _said(done.came))
        return done

    def watch(self) -> WatchReport:
        now = datetime.now(UTC)
        at, day = jobs.office(self.settings.plan, self.settings), civil_day(now)
        if clock.asked(self.engine, at.plan.house, self.settings, now):
            return WatchReport()
        self.listen_for_silence(at.plan, now)
        expected = {part.key: part.title for part in rounds.parts(at.plan, day)}
        return watch(self.engine, self.settings, now, expected, lambda keys: _hold(at, keys, now))

    def watch_audit(self) -> str | None:
        """Says so when the audit's heartbeat stays away; asks the ledger alone, so that a stuck Prefect is noticed."""
        now, plan = datetime.now(UTC), load_plan(self.settings.plan)
        if clock.asked(self.engine, plan.house, self.settings, now):
            return None
        return tell_audit_missed(self.engine, plan, self.settings, now)

    def watch_backlog(self) -> list[Backlog]:
        """Says so when a provider is too slow for what waits; a tick that is still sending does not hold it up."""
        now, plan = datetime.now(UTC), load_plan(self.settings.plan)
        if clock.asked(self.engine, plan.house, self.settings, now):
            return []
        return tell_of_backlog(self.engine, plan, self.settings, now)

    def listen_for_silence(self, plan: Plan, now: datetime) -> None:
        """Half of what was forecast should have been gathered an hour after the round was due."""
        if now.astimezone(SHANGHAI).time() < LATEST or not work_calendar(plan.house).is_workday(civil_day(now)):
            return
        with self.engine.connect() as connection, connection.begin():
            found = missing(connection, plan, civil_day(now))
        if found:
            lines = [
                f"预计{found[0]}封，至今只有{found[1]}封。",
                "请查看日常巡检和送达核对是否正常；确属提前办结的不必处理。",
            ]
            warn(self.engine, plan, self.settings, now, Alarm.SILENCE, "今天的通知远少于预测", lines)


def _said(states: Counter[DeliveryState]) -> str:
    return "，".join(f"{DELIVERY_LABELS[state]}{number}" for state, number in sorted(states.items()))


def _endpoint(engine: Engine, settings: Settings) -> Endpoint | None:
    if not settings.receipts_port:
        return None
    try:
        return Endpoint(engine, settings)
    except EndpointRefused as error:
        refuse([error])
    except OSError as error:
        refuse([f"接收回执的端口{settings.receipts_port}打不开：{refusal(error)}"], FAILED_OUTSIDE)


def _hold(at: jobs.Office, keys: tuple[str, ...], now: datetime) -> None:
    """The same steps as the flow; a part that fails keeps no other from running, and is raised at the end."""
    failed: list[Exception] = []
    day = civil_day(now)
    for key in keys:
        try:
            for _ in jobs.played(at, jobs.part_of(at.plan, key, day), day, now):
                pass
        except Exception as error:  # noqa: BLE001 - the edge of a part: kept and raised below
            failed.append(error)
    if failed:
        raise ExceptionGroup("补做日常巡检时出错", failed)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
