"""duban plans new：照样板新建一个方案。"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import faults_said
from db.new_plan import new_plan, prefix_of
from db.planstore import PLANS


def new(
    key: Annotated[str, typer.Argument(help="代码，小写英文，如 meizhou")],
    title: Annotated[str, typer.Option(help="方案名称")],
    city: Annotated[str, typer.Option(help="城市，如 梅州市")],
    into: Annotated[Path, typer.Option(help="建在哪个文件夹里；缺省与其他方案在一起")] = PLANS,
) -> None:
    """Copies the template and fills in its name; refuses a key that is taken."""
    with faults_said():
        folder = new_plan(key, title, city, into)
    where = f"plans/{key}" if into == PLANS else str(folder)
    typer.echo(f"已新建 {where}：plan.yaml、clauses.yaml、house.yaml、cases.yaml，条款编号以 {prefix_of(key)}- 开头")
    typer.echo(f"接下来：照文件改这四个文件，然后 duban plans check {key if into == PLANS else folder}")
