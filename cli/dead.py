"""duban dead：无法送达的通知。List, show and send again by hand; codes only, and no number or address in full."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from cli.installation import ledger
from cli.output import Format, answered_for, faults_said, refuse, show
from db.planstore import load_plan
from db.work_calendar import work_calendar
from notifications.causes import LABELS
from notifications.channel import label_of
from notifications.masking import mask
from policy.calendar import civil_day
from policy.numbers import zh_day
from policy.plan import Plan
from settings import Settings
from tasks import dead_letters
from tasks.dead_letters import Letter, ResendRefused

dead = typer.Typer(no_args_is_help=False, invoke_without_command=True)
PlanKey = Annotated[str | None, typer.Option("--plan", help="哪个城市；缺省用设置里的")]
Every = Annotated[bool, typer.Option("--all", help="也列出内容已改由别的通知说过的")]
COLUMNS = {
    "id": "编号", "recipient_code": "收件方", "channel_label": "通道", "day": "日期", "cause_label": "原因",
    "why": "对方或系统的说法", "matters_said": "所载事项", "advice": "怎么办",
}  # fmt: skip


@contextmanager
def _desk(plan: str | None) -> Iterator[tuple[Connection, Plan, datetime]]:
    """One transaction: what is refused changes nothing."""
    settings = Settings()
    with faults_said():
        loaded = load_plan(plan or settings.plan)
        try:
            with ledger(settings) as engine, engine.begin() as connection:
                yield connection, loaded, datetime.now(UTC)
        except ResendRefused as error:
            refuse(error.faults)


@dead.callback()
def overview(context: typer.Context) -> None:
    """Without a word behind it: the list."""
    if context.invoked_subcommand is None:
        list_()


@dead.command("list", help="列出无法送达的通知：给谁、什么事、为什么、怎么办。")
def list_(
    every: Every = False,
    form: Annotated[Format, typer.Option("--format", help="输出格式")] = Format.TABLE,
    plan: PlanKey = None,
) -> None:
    with _desk(plan) as (connection, loaded, now):
        found = [_object(letter) for letter in dead_letters.letters(connection, loaded, now, every=every)]
    if not found and form is Format.TABLE:
        typer.echo("没有无法送达的通知")
        return
    show(found, COLUMNS, form, None, "无法送达的通知")


@dead.command("show", help="一封无法送达的通知的来龙去脉。")
def show_(
    name: Annotated[str, typer.Argument(metavar="ID", help="编号，写开头几位即可")],
    form: Annotated[Format, typer.Option("--format", help="输出格式")] = Format.TABLE,
    plan: PlanKey = None,
) -> None:
    with _desk(plan) as (connection, loaded, now):
        found = dead_letters.letter(connection, loaded, name, now)
    if form is not Format.TABLE:
        show([_object(found)], COLUMNS, form, None, "无法送达的通知")
        return
    for line in _told(found):
        typer.echo(line)


@dead.command("resend", help="人工重发：换新的编号再发一次，写明谁、为何。--dry-run 只看会发哪些。")
def resend(
    names: Annotated[list[str], typer.Argument(metavar="ID…", help="编号，写开头几位即可；可以写几个")],
    by: Annotated[str, typer.Option(help="谁决定：单位或人员编码")],
    why: Annotated[str, typer.Option(help="理由，一句话")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会发哪些，不改任何东西")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="联系方式没有更正也重发")] = False,
    plan: PlanKey = None,
) -> None:
    by, why = answered_for(by, why)
    with _desk(plan) as (connection, loaded, now):
        chosen = {
            one.death.id: one for one in (dead_letters.letter(connection, loaded, n, now) for n in names)
        }.values()
        if not anyway and (faults := dead_letters.refusals(chosen)):
            raise ResendRefused(faults)
        if not dry_run:
            dead_letters.resend(connection, loaded, work_calendar(loaded.house), chosen, by, mask(why), now)
    verb = "会重发" if dry_run else "已排入重发"
    for one in chosen:
        typer.echo(
            f"{verb}：{one.death.id} 给{_code(one.death.recipient)}，{len(one.matters)}项事项，第{one.death.epoch + 1}次人工重发"
        )


def _object(letter: Letter) -> dict[str, Any]:
    death = letter.death
    return {
        "id": death.id, "recipient": death.recipient, "recipient_code": _code(death.recipient), "channel": death.channel, "carrier": death.carrier,
        "channel_label": _channel(letter), "day": death.day.isoformat(), "attempts": death.attempts,
        "epoch": death.epoch, "cause": letter.cause.value, "cause_label": LABELS[letter.cause], "why": mask(death.said),
        "code": death.reported or death.code, "corrected": letter.corrected, "advice": letter.advice,
        "matters": [asdict(matter) for matter in letter.matters],
        "matters_said": "；".join(_matter_lines(letter)),
        "resent": [
            {"epoch": epoch, "at": at.isoformat(), "by": by, "why": mask(why)} for epoch, at, by, why in letter.resent
        ],
    }  # fmt: skip


def _code(recipient: str) -> str:
    """Of person:W01 or unit:T2."""
    return recipient.partition(":")[2]


def _channel(letter: Letter) -> str:
    return label_of(letter.death.carrier or letter.death.channel)


def _matter_lines(letter: Letter) -> list[str]:
    return [f"{m.clause} {m.title}：{m.subject}{f'（{m.period}）' if m.period else ''}" for m in letter.matters]


def _told(letter: Letter) -> Iterator[str]:
    death = letter.death
    yield f"编号　　{death.id}"
    yield f"收件方　{_code(death.recipient)}"
    yield f"通道　　{_channel(letter)}，{zh_day(death.day)}的通知，试过{death.attempts}次"
    yield f"原因　　{LABELS[letter.cause]}：{mask(death.said)}"
    yield f"怎么办　{letter.advice}"
    yield from (f"事项　　{line}" for line in _matter_lines(letter))
    for epoch, at, by, why in letter.resent:
        yield f"重发　　第{epoch}次，{zh_day(civil_day(at))}，{by}：{mask(why)}"
