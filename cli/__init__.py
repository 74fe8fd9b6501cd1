"""duban（督办）：命令行。One file a command group; every command speaks Chinese to people and JSON to programs."""

from __future__ import annotations

import sys

import typer
from pydantic import ValidationError
from typer.exceptions import TyperException

import cli.help_words  # noqa: F401 - the headings of --help
from cli import levers
from cli.arm import arm
from cli.bounces import bounces
from cli.calendar import calendar
from cli.capacity import roster
from cli.compare import compare_
from cli.dead import dead
from cli.dispatch import dispatch
from cli.forecast import forecast
from cli.judge import judge
from cli.notices import notices
from cli.output import WRONG_INPUT, variables
from cli.plans import plans
from cli.records import import_, sample, template, undo
from cli.rehearse import log, rehearse
from cli.release import release
from cli.run import run
from cli.turned import turned_
from cli.up import up
from cli.wrong_calls import wrong_call
from tasks.logs import guard

app = typer.Typer(
    name="duban",
    help="督办：按方案原文管理双百工程。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up", help="一台机器上启动整个系统；--demo 先装入样例城市。")(up)
app.command("judge", help="读记录，出判定；不给记录就问本机台账，不用服务器。")(judge)
app.command("notices", help="某一时刻应有的通知；不给记录就问本机台账，不用服务器。")(notices)
app.command("compare", help="别处报道的数与本方案的规定对照，只作对照。")(compare_)
plans.command("roster", help="督导排班：谁在哪个工作日到哪个站；排不开时说明哪几条要求不能同时做到，以 1 退出。")(
    roster
)
app.add_typer(plans, name="plans", help="方案：有哪些、是否自洽、怎样读。")
app.add_typer(calendar, name="calendar", help="放假安排：看、录入国务院办公厅的年度通知。")
app.command("import", help="把记录导入台账；--dry-run 只看会改什么。")(import_)
app.command("undo", help="整批撤回一次导入。")(undo)
app.command("turned", help="补录、更正、撤回使哪些判定变了，因何记录。")(turned_)
app.command("rehearse", help="预演：在虚拟时钟上把方案一天一天走一遍，看每个月谁会收到什么。")(rehearse)
app.command("log", help="台账里实际发生的事件，与预演同样的写法。")(log)
app.command("run", help="立即执行一项定时任务，不需要 Prefect 服务器。")(run)
app.command("sample", help="生成样例城市的记录（人物全属虚构）。")(sample)
app.command("template", help="生成填报用的模板工作簿。")(template)
app.command("arm", help="允许本机发送：换机器、从备份恢复以后必须先执行；会先补记发送日志。")(arm)
app.command("release", help="放行因远多于预测而暂停的通知；--clock 确认本机时钟无误。")(release)
app.command("forecast", help="推算今后各天各通道会有多少封通知。")(forecast)
app.command("bounces", help="读退信：不存在的邮箱所对应的通知转为无法送达；自动回复不理会。")(bounces)
app.add_typer(dead, name="dead", help="无法送达的通知：列出、查看、人工重发。")
app.command("dispatch", help="投递进程：到点发送通知，并值守每日巡检。")(dispatch)

for name, act, help_ in (
    ("ack", levers.ack, "签收：本级通知不再列入未办结清单，到期自动失效；不影响逐级上报。"),
    ("snooze", levers.snooze, "暂缓提醒：到某日为止不再收临期提醒，最迟到期限当日。"),
    ("extend", levers.extend, "延期：由上一级批准，次数有限，原期限保留。"),
    ("waive", levers.waive, "免办：由上一级批准，到某日为止不催办，之后重新起算。"),
    ("silence", levers.silence, "静默：同一原因的许多事项到某日为止不催办，由市或县（区）局定。"),
    ("handover", levers.handover, "转办：某人的通知在一段时间内改送代理人。"),
    ("urge", levers.urge, "人工催办：立即再催一次，写明理由。"),
    ("revoke", levers.revoke, "撤回以上任何一项决定。"),
    ("levers", levers.list_, "以上各项决定的记录：谁、何时、为何、到何时。"),
):
    app.command(name, help=help_)(act)


def main() -> None:
    """Ends with the exit codes of the contract (section 1); a wrong call is one Chinese line on stderr."""
    guard()
    try:
        code = app(prog_name="duban", standalone_mode=False)
    except TyperException as error:
        typer.echo(wrong_call(error), err=True)
        sys.exit(WRONG_INPUT)
    except ValidationError as error:
        for line in variables(error, "DUBAN_"):
            typer.echo(line, err=True)
        sys.exit(WRONG_INPUT)
    except typer.Abort:
        sys.exit(130)
    sys.exit(code or 0)
