"""duban turned：后来的记录使哪些判定变了，因何记录；导入和撤回也这样说。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from cli.differences import NOTHING
from cli.output import Format, a_day, an_instant, faults_said, refuse, show
from cli.sources import Records, consulted
from db.columns import second_of
from db.news import Origin, origins
from db.planstore import load_plan
from policy.calendar import SHANGHAI
from policy.errors import PlanInvalid
from policy.plan import Plan
from policy.records import KINDS
from policy.records.tables import Lines
from policy.words import LABELS, Learned, Status
from settings import Settings
from tasks.stateless import Question, opened
from tasks.turned import turned, turned_objects

COLUMNS = {
    "clause": "条款",
    "title": "事项",
    "subject.name": "对象",
    "period.label": "期间",
    "before_zh": "原判定",
    "after_zh": "现判定",
    "records_zh": "因何记录",
}
EXTRA = {
    "duty": "事项代码",
    "subject.kind": "对象类别",
    "subject.code": "对象编码",
    "before.status": "原判定代码",
    "before.measured": "原实际",
    "before.why": "原理由",
    "after.status": "现判定代码",
    "after.measured": "现实际",
    "after.why": "现理由",
}
FEW = 3


def turned_(
    batch: Annotated[int | None, typer.Argument(help="批次号：这一批使哪些判定变了")] = None,
    since: Annotated[str | None, typer.Option(help="自这一时刻起知道的全部，如 2021-10-31T18:00")] = None,
    until: Annotated[str | None, typer.Option(help="到这一时刻为止；缺省到现在（与 --since 同用）")] = None,
    as_of: Annotated[str | None, typer.Option(help="判定日，如 2021-09-30；缺省今天")] = None,
    plan: Annotated[str | None, typer.Option(help="哪个城市；缺省用设置里的")] = None,
    records: Records = None,
    clause: Annotated[list[str] | None, typer.Option(help="只看这些条款")] = None,
    subject: Annotated[list[str] | None, typer.Option(help="只看这些对象")] = None,
    format_: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件")] = None,
) -> None:
    """Judges one day by what was known before and after, and prints the verdicts with another status."""
    if (batch is None) == (since is None) or (until and not since) or (batch is not None and records):
        refuse(["要写批次号，或用 --since 写从哪一时刻起（--until、--records 与它同用），二者取一"])
    day = a_day(as_of) if as_of else today()
    with faults_said():
        loaded = load_plan(plan or Settings().plan)
        with consulted(loaded, records, day, until) as question:
            batches = {} if records else origins(question.connection, loaded.key)
            before, question = _span(question, batches, batch, since)
            try:
                found = turned(question, before, clause or [], subject or [])
            except LookupError as error:
                refuse([f"方案 {loaded.key} 没有条款“{error}”；用 duban plans show {loaded.key} 查看"])
            objects = turned_objects(question, found, batches)
        show_turned(objects, format_, out, f"{loaded.title} {day} 判定的改变")
    typer.echo(f"共{len(objects)}项判定改变", err=True)


def today() -> date:
    return datetime.now(SHANGHAI).date()


def _span(
    question: Question, batches: Mapping[int, Origin], batch: int | None, since: str | None
) -> tuple[int, Question]:
    """The second before which nothing was new, and the question asked of the last."""
    if batch is not None:
        if batch not in batches:
            refuse([f"没有批次 {batch}；现有：{'、'.join(map(str, batches))}"])
        instant = datetime.fromtimestamp(batches[batch].imported, UTC)
        return batches[batch].imported - 1, opened(question.connection, question.plan, question.as_of, instant)
    before = an_instant(since or "")
    if second_of(before) >= min(question.seen, second_of(datetime.now(UTC))):
        refuse([f"--since {since} 还没有过去，或不早于 --until"])
    return second_of(before), question


def show_turned(objects: Sequence[dict[str, Any]], form: Format, out: Path | None, title: str) -> None:
    for one in objects:
        one["before_zh"], one["after_zh"] = (_status(one[side]) for side in ("before", "after"))
        one["records_zh"] = _records(one["records"])
    show(objects, COLUMNS if form is Format.TABLE else {**COLUMNS, **EXTRA}, form, out, title)


def _status(side: dict[str, Any] | None) -> str:
    return LABELS[Status(side["status"])] if side else NOTHING


def _records(records: Sequence[dict[str, Any]]) -> str:
    more = f"等{len(records)}条" if len(records) > FEW else ""
    return "；".join(map(_record, records[:FEW])) + more


def _record(one: dict[str, Any]) -> str:
    """培训 W1@2021-09-11T09:00 录入（late.csv 第2行）; without the file at hand, the batch."""
    name = (one["record"] or "").partition(":")[2]
    said = " ".join(part for part in (KINDS[one["kind"]].zh, name, LABELS[Learned(one["how"])]) if part)
    places = "、".join(f"{row['file']} 第{row['row']}行" for row in one["rows"][:FEW])
    batch = f"批次{one['batch']} {one['source']}" if one["batch"] else ""
    return f"{said}（{places or batch}）" if places or batch else said


def turned_by(
    connection: Connection, plan: str, day: date, batch: int, lines: Sequence[Lines] = ()
) -> list[dict[str, Any]]:
    """What a batch just turned by being brought or, where it has been, by being taken back."""
    loaded = _loaded(plan)
    if loaded is None:
        return []
    batches = origins(connection, plan)
    second = batches[batch].undone or batches[batch].imported
    question = replace(opened(connection, loaded, day, datetime.fromtimestamp(second, UTC)), lines=lines)
    return turned_objects(question, turned(question, second - 1), batches)


def _loaded(plan: str) -> Plan | None:
    """Records are taken in also while their plan is being mended."""
    try:
        return load_plan(plan)
    except PlanInvalid:
        typer.echo(f"方案 {plan} 有错，看不出哪些判定会变；见 duban plans check {plan}", err=True)
        return None
