"""duban（督办）：命令行。One file a command group; every command speaks Chinese to people and JSON to programs."""

from __future__ import annotations

import typer

from cli.dispatch import dispatch
from cli.judge import judge
from cli.notices import notices
from cli.plans import plans
from cli.records import import_, sample, template, undo
from cli.run import run
from cli.up import up

app = typer.Typer(
    name="duban",
    help="督办：按方案原文管理双百工程。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up", help="一台机器上启动整个系统；--demo 先装入样例城市。")(up)
app.command("judge", help="不用数据库和服务器：读记录，出判定。")(judge)
app.command("notices", help="不用数据库和服务器：此刻应有的通知。")(notices)
app.add_typer(plans, name="plans", help="方案：有哪些、是否自洽、怎样读。")
app.command("import", help="把记录导入台账；--dry-run 只看会改什么。")(import_)
app.command("undo", help="整批撤回一次导入。")(undo)
app.command("run", help="立即执行一项定时任务，不需要 Prefect 服务器。")(run)
app.command("sample", help="生成样例城市的记录（人物全属虚构）。")(sample)
app.command("template", help="生成填报用的模板工作簿。")(template)
app.command("dispatch", help="投递进程：到点发送通知，并值守每日巡检。")(dispatch)


def main() -> None:
    app()
