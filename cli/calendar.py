"""duban calendar：放假安排。粘贴国务院办公厅的年度通知，先看会改什么，再录入为日历。"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from cli.installation import ledger
from cli.output import Format, faults_said, refuse, show
from db.holiday_file import append
from db.planstore import load_plan, plan_folder
from db.work_calendar import work_calendar
from policy.calendar import SHANGHAI
from policy.holiday_notice import WEEKDAYS, HolidayNotice, NoticeUnclear, read_notice
from policy.plan import Plan, PublishedYear
from policy.replanning import ChangedDay
from settings import Settings
from tasks.holidays import Meant, meant, with_notice

calendar = typer.Typer(no_args_is_help=True)
DAYS = {"day": "日期", "weekday": "星期", "before_zh": "原来", "after_zh": "改为", "holiday": "节日"}
YEARS = {
    "year": "年份",
    "source_zh": "来源",
    "document": "文号",
    "rest": "放假天数",
    "work": "调休上班天数",
    "by": "录入人",
    "on": "录入日",
}
SAID = {True: "上班", False: "休息"}
PlanKey = Annotated[str | None, typer.Option("--plan", help="哪个城市的方案；缺省用设置里的")]
AsTable = Annotated[Format, typer.Option("--format", help="输出形式")]


@calendar.command("adopt", help="把国务院办公厅的年度放假通知录入为日历；--dry-run 只看会改什么。")
def adopt(
    path: Annotated[str, typer.Argument(metavar="FILE", help="通知全文的文本文件；- 从标准输入粘贴")],
    by: Annotated[str | None, typer.Option(help="谁录入：姓名或编码")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会改什么，不写入")] = False,
    plan: PlanKey = None,
    format_: AsTable = Format.TABLE,
) -> None:
    """Reads the notice, shows the days that change and how many reminders move, and writes it beside house.yaml."""
    settings, today = Settings(), datetime.now(SHANGHAI).date()
    if not dry_run and not (by and by.strip()):
        refuse(["缺少 --by：录入要写明是谁；只看会改什么用 --dry-run"])
    with faults_said():
        key = plan or settings.plan
        loaded, notice = load_plan(key), _read(path)
        with _look(settings) as connection:
            means = meant(loaded, notice, today, connection)
        year = with_notice(loaded, notice, (by or "").strip(), today).house.published[-1]
        _show(notice, means, format_)
        _say(notice, means)
        if dry_run:
            typer.echo("试录入（没有写入）", err=True)
        elif _is_newest(loaded, year):
            typer.echo(f"{notice.year}年的放假安排已是这样，没有改变", err=True)
        else:
            written = append(plan_folder(key), year)
            typer.echo(
                f"已录入{notice.year}年放假安排：{written}；下一次巡检起按它计算，已经发出的通知不重发", err=True
            )


@calendar.command("show", help="各年的放假安排从哪里来；给年份则列出那一年的放假和调休。")
def show_(
    year: Annotated[int | None, typer.Argument(help="年份，如 2027", min=2000, max=2100)] = None,
    plan: PlanKey = None,
    format_: AsTable = Format.TABLE,
) -> None:
    with faults_said():
        loaded = load_plan(plan or Settings().plan)
    if year is None:
        this = datetime.now(SHANGHAI).year
        show((_year(loaded, one) for one in range(this - 1, this + 3)), YEARS, format_, None, "放假安排")
        return
    if year not in work_calendar(loaded.house).published:
        typer.echo(_provisional(year), err=True)
    special = sorted(day for day in work_calendar(loaded.house).working.items() if day[0].year == year)
    rows = [
        {"day": str(day), "weekday": _weekday(day), "after_zh": SAID[works], "works": works} for day, works in special
    ]
    if rows or format_ is not Format.TABLE:
        show(rows, {"day": "日期", "weekday": "星期", "after_zh": "安排"}, format_, None, f"{year}年放假安排")


def _read(path: str) -> HolidayNotice:
    """The notice in a file or on stdin. Ends the call where it is none, every fault a line."""
    name = "粘贴的通知" if path == "-" else path
    if path != "-" and not Path(path).is_file():
        refuse([f"没有文件“{path}”；通知全文存成文本文件，或用 - 直接粘贴"])
    given = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    try:
        return read_notice(_decoded(given, name))
    except NoticeUnclear as unclear:
        refuse([f"{name} {fault}" for fault in unclear.faults])


def _decoded(given: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return given.decode(encoding)
    return refuse([f"{name} 不是文本：应把通知全文另存为文本文件（UTF-8）"])


@contextmanager
def _look(settings: Settings) -> Iterator[Connection | None]:
    """A look into the ledger; None where the installation has none yet, which is not made for the asking."""
    if not settings.database_url and not (settings.data / "ledger.db").exists():
        yield None
        return
    with ledger(settings) as engine, engine.connect() as connection:
        yield connection


def _is_newest(plan: Plan, year: PublishedYear) -> bool:
    last = next((one for one in reversed(plan.house.published) if one.year == year.year), None)
    return last is not None and (last.rest, last.work, last.document) == (year.rest, year.work, year.document)


def _show(notice: HolidayNotice, means: Meant, form: Format) -> None:
    rows = [_row(notice, day) for day in means.days]
    if rows or form is not Format.TABLE:
        show(rows, DAYS, form, None, f"{notice.year}年放假安排：与现有日历不同的日子")


def _row(notice: HolidayNotice, changed: ChangedDay) -> dict[str, Any]:
    return {
        "day": str(changed.day),
        "weekday": _weekday(changed.day),
        "before": changed.was_workday,
        "after": changed.is_workday,
        "before_zh": SAID[changed.was_workday],
        "after_zh": SAID[changed.is_workday],
        "holiday": notice.rest.get(changed.day) or notice.work.get(changed.day) or "通知没有写，照平常",
    }


def _weekday(day: Any) -> str:
    return f"周{WEEKDAYS[day.weekday()]}"


def _say(notice: HolidayNotice, means: Meant) -> None:
    was = "此前没有公布，暂按周一至周五计" if means.was_provisional else "此前已有安排"
    said = [
        f"{notice.document or '（没有文号）'} {notice.year}年：放假{len(notice.rest)}天，调休上班{len(notice.work)}天；"
        f"{was}，改变{len(means.days)}天",
        f"方案里{means.dues}个期限的提醒和上报共{means.rungs}次改在别的日子；期限本身照原文不变",
    ]
    if means.matters is not None:
        said.append(f"台账里未办结的{means.matters}项，今后的提醒和上报共{means.said}次改在别的日子；已经发出的不重发")
    for line in said:
        typer.echo(line, err=True)


def _year(plan: Plan, year: int) -> dict[str, Any]:
    own = next((one for one in reversed(plan.house.published) if one.year == year), None)
    known = year in work_calendar(plan.house).published
    row: dict[str, Any] = {"year": year, "source": "office" if own else "package" if known else "provisional"}
    row["source_zh"] = "本办公室录入" if own else "随程序提供" if known else "没有公布，暂按周一至周五计"
    if own:
        row |= {"document": own.document, "by": own.adopted_by, "on": str(own.adopted_on)}
        row |= {"rest": len(own.rest), "work": len(own.work)}
    return row


def _provisional(year: int) -> str:
    return f"{year}年的放假安排没有公布，工作日暂按周一至周五计；通知公布后用 duban calendar adopt 录入"
