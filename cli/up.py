"""duban up：一台机器上的整个系统。Starts everything, watches it, and takes all of it down again."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated

import typer

from cli import demo as city
from cli.children import Children, KeepsDying
from cli.installation import NotPossible, claim, free_port
from cli.output import FAILED_OUTSIDE, WRONG_INPUT, faults_said, refuse
from cli.prefect_env import POOL, prefect_env
from cli.quiet_ui import silence
from db.planstore import load_plan
from db.schema import migrate
from policy.plan import Plan
from settings import ROOT, Settings
from tasks import jobs
from tasks.fence import may_send

SERVER_WAIT = 120.0
BEAT = 1.0
DEPLOYED = "prefect/deployed"


class Stop(Exception):
    """Somebody asked us to end: Ctrl-C, or SIGTERM."""


def up(
    demo: Annotated[bool, typer.Option("--demo", help="先装入样例城市，并演示五个阶段各一天和今天")] = False,
) -> None:
    """The whole system on this machine, until Ctrl-C."""
    settings = Settings()
    settings = settings.model_copy(update={"data": settings.data.absolute()})
    with faults_said():
        load_plan(settings.plan)
    try:
        lock = claim(settings)
        free_port(settings)
    except NotPossible as reason:
        refuse([reason], FAILED_OUTSIDE if reason.outside else WRONG_INPUT)
    with faults_said():
        _live(settings, demo, lock)


def _live(settings: Settings, demo: bool, lock: IO[str]) -> None:
    """Between the first child and the last. `lock` is held until all of them are gone."""
    env = {**prefect_env(settings), "DUBAN_ROOT": str(ROOT)}
    os.environ.update(env)
    children = Children(settings.data / "logs", env)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _asked_to_stop)
    try:
        _start(settings, children, demo)
        _watch(children)
    except Stop:
        _say("正在停止……")
    except KeepsDying as reason:
        refuse([reason], FAILED_OUTSIDE)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        children.stop()
        lock.close()
    _say("已停止，没有留下进程。")


def _asked_to_stop(number: int, frame: object) -> None:
    raise Stop


def _start(settings: Settings, children: Children, demo: bool) -> None:
    began = time.monotonic()
    server = children.start("Prefect 服务器", _prefect("server", "start"), "server")
    _say("启动 Prefect 服务器，整理台账……")
    at = jobs.office(settings.plan, settings)
    migrate(at.engine)
    if said := may_send(at.engine, settings, datetime.now(UTC)):
        _say(f"注意：{said}")
    if demo and (added := city.fill(at.engine, at.plan.key, datetime.now(UTC))):
        _say(f"样例城市已装入：{added}条记录（人物全属虚构）")
    # Only now: Prefect reads its environment when it is imported, and takes two seconds to.
    from cli import orchestration

    if not asyncio.run(orchestration.healthy(SERVER_WAIT, lambda: server.process.poll() is None)):
        refuse([f"Prefect 服务器没有起来，日志见 {server.log}"], FAILED_OUTSIDE)
    silence(settings.data / "prefect" / "ui")
    tidied = asyncio.run(orchestration.prepare(POOL))
    if tidied:
        _say(f"上次停止时留下的{tidied}个运行已整理")
    worker = _prefect("worker", "start", "--pool", POOL, "--type", "process", "--name", "本机", "--limit", "2")
    children.start("执行进程", worker, "worker")
    _deploy(settings, at.plan)
    _say(f"就绪，用时{time.monotonic() - began:.0f}秒")
    if demo:
        _play(settings, at)
    for name, command, log in dispatchers(settings):
        children.start(name, command, log)
    _say(where_to_look(settings, at, demo))


def dispatchers(settings: Settings) -> Iterator[tuple[str, list[str], str]]:
    """Each with its name, command and log. Only the first takes receipts at the port: it can be open once."""
    command = [sys.executable, "-c", "import cli; cli.main()", "dispatch"]
    yield "投递进程", command, "dispatch"
    for number in range(2, settings.dispatchers + 1):
        yield f"投递进程{number}", [*command, "--receipts-port", "0"], f"dispatch{number}"


def _prefect(*words: str) -> list[str]:
    return [sys.executable, "-m", "prefect", *words]


def _deploy(settings: Settings, plan: Plan) -> None:
    """Brings prefect.yaml to the server when it, the plan or the program's place has changed since the last time."""
    from cli.deployments import deploy

    file = ROOT / "prefect.yaml"
    told = file.read_bytes() + f"{ROOT}{plan.key}{plan.city}{jobs.names(plan)}".encode()
    stamp, digest = settings.data / DEPLOYED, hashlib.sha256(told).hexdigest()
    if not stamp.exists() or stamp.read_text() != digest:
        asyncio.run(deploy(file, ROOT, plan))
        stamp.write_text(digest)


def _play(settings: Settings, at: jobs.Office) -> None:
    """The rounds of the telling days, one after another as they were lived, and their mails."""
    from cli import orchestration

    days = city.days_to_play(at.engine, at.plan.key, city.today())
    for number, day in enumerate(days, 1):
        parameters = {"plan": at.plan.key, "as_of": day.isoformat()}
        run = asyncio.run(orchestration.run_to_end("日常巡检/daily_round", parameters))
        said = run.state.message or run.state.name if run.state else "没有状态"
        sent = city.deliver(at.engine, settings, at.plan, day)
        _say(f"演示 {number}/{len(days)}　{run.name}：{said}；邮件{sent}封")


def where_to_look(settings: Settings, at: jobs.Office, demo: bool) -> str:
    """What somebody sees who has just started it: where things are, and three things to try."""
    address = f"http://{settings.prefect_host}:{settings.prefect_port}"
    password = os.environ["PREFECT_API_AUTH_STRING"]
    last = city.TELLING[2].isoformat() if demo else city.today().isoformat()
    return f"""
{at.plan.title} 正在运行。
  流程界面  {address}　口令 {password}
  邮件      {_short(settings.mail_folder)}/　每人一个文件夹，.eml 双击可读
  验收档案  {_short(settings.data / "dossiers")}/　日志 {_short(settings.data / "logs")}/

接下来可以试试（另开一个终端）：
  1. 在流程界面打开“日常巡检”的一次运行，看各阶段的清单和表格（Artifacts 页）
  2. .venv/bin/duban run supervision --as-of {last}　不经过服务器，立即跑一项
  3. .venv/bin/duban sample --out 样例，改动其中一条记录，再 .venv/bin/duban import 样例、
     .venv/bin/duban run daily_round，看判定和通知怎样变

按 Ctrl-C 停止全部；再次启动几秒钟，什么都不会丢。"""


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _watch(children: Children) -> None:
    while True:
        for name in children.revive():
            _say(f"{name}退出了，已重新启动")
        time.sleep(BEAT)


def _say(line: str) -> None:
    typer.echo(line, err=True)
