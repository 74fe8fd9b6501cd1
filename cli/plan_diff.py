"""duban plans diff：两个文本相差什么，对记录意味着什么。"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.differences import show_notices, show_verdicts
from cli.output import Format, a_day, faults_said, refuse, show
from cli.sources import KnownAt, Records, consulted
from db.planstore import load_plan, plan_folder
from policy.amendments import in_order, text_on
from policy.calendar import SHANGHAI
from policy.objects import notice_difference_object, plan_difference_object
from policy.plan import Amendment, Plan
from policy.plan_differences import PlanDifference, plan_differences
from policy.words import LABELS, Change
from tasks.stateless import Question
from tasks.what_if import Meaning, difference_objects, meaning

TEXT = {
    "change_zh": "变化",
    "clause": "条款",
    "title": "事项",
    "field": "项目",
    "before": "原文",
    "after": "新文",
    "days": "移动天数",
}
CODES = {"key": "事项代码", "change": "变化代码"}
MEANS = {"subjects": "对象数", "verdicts": "判定不同", "notices": "通知不同"}


class Of(StrEnum):
    TEXT = "text"
    VERDICTS = "verdicts"
    NOTICES = "notices"


def diff(
    a: Annotated[str, typer.Argument(help="方案代码或文件夹；某日的文本写 huizhou@2022-05-01")],
    b: Annotated[str, typer.Argument(help="方案代码或文件夹；某日的文本写 huizhou@2022-05-01")],
    records: Records = None,
    as_of: Annotated[str | None, typer.Option(help="看影响多少对象、通知和判定：按哪一天；缺省为去年最后一天")] = None,
    known_at: KnownAt = None,
    of: Annotated[Of, typer.Option("--of", help="列什么：text 文本，verdicts 判定，notices 通知")] = Of.TEXT,
    format_: Annotated[Format, typer.Option("--format")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件")] = None,
) -> None:
    """Compares two texts in full force, as if each had always been so; asked for a day, or with records, judges both."""
    judged = bool(records or as_of or known_at or of is not Of.TEXT)
    day = a_day(as_of) if as_of else date(datetime.now(SHANGHAI).year - 1, 12, 31)
    with faults_said():
        before, after = _version(a), _version(b)
        found = plan_differences(before, after)
        if judged:
            # Another city's plan is asked of the same records.
            asks = after if after.key == before.key else after.model_copy(update={"key": before.key})
            with consulted(asks, records, day, known_at) as question:
                _judged(question, before, found, of, format_, out, f"{a} 与 {b}")
        else:
            _show_text(found, None, format_, out, f"{a} 与 {b}")
    counts = Counter(LABELS[one.change] for one in found)
    typer.echo("，".join(f"{change}{times}处" for change, times in counts.items()) or "没有差别", err=True)


def _version(name: str) -> Plan:
    """The newest text of a plan, or that of a day."""
    key, _, written = name.rpartition("@")
    if not key or plan_folder(name).is_dir():
        return text_on(load_plan(name), date.max)
    plan = load_plan(key)
    try:
        day = date.fromisoformat(written)
    except ValueError:
        refuse([f"{name}：没有“{written}”这个版本，应写成 {key}@2022-05-01"])
    if day < plan.issued:
        refuse([f"{name}：方案{plan.issued}才印发，没有此前的版本"])
    return text_on(plan, day)


def _judged(
    question: Question, before: Plan, found: list[PlanDifference], of: Of, form: Format, out: Path | None, title: str
) -> None:
    day, means = question.as_of, meaning(question, before)
    objects = difference_objects(question, before, means.verdicts)
    if of is Of.NOTICES:
        show_notices([notice_difference_object(one) for one in means.notices], form, out, f"{title} 通知 {day}")
        return
    if of is Of.TEXT:
        _show_text(found, means, form, out, title)
    if of is Of.VERDICTS or (form is Format.TABLE and not out):
        show_verdicts(objects, form, out, f"{title} 判定 {day}")
    said = f"{day}：判定不同{len(means.verdicts)}项，通知不同{len(means.notices)}条"
    typer.echo(said, err=True)


def _show_text(found: list[PlanDifference], means: Meaning | None, form: Format, out: Path | None, title: str) -> None:
    rows = [_row(one, means) for one in found]
    columns = {**TEXT, **(MEANS if means else {}), **({} if form is Format.TABLE else CODES)}
    show(rows, columns, form, out, title)


def _row(difference: PlanDifference, means: Meaning | None) -> dict[str, Any]:
    row = {**plan_difference_object(difference), "change_zh": LABELS[difference.change]}
    if means and difference.key != "house":
        key = difference.key
        row["subjects"] = means.subjects[key]
        row["verdicts"] = sum(one.duty == key for one in means.verdicts)
        row["notices"] = sum(one.notice.duty == key for one in means.notices)
    return row


def amended(plan: Plan) -> Iterator[tuple[Amendment, list[PlanDifference]]]:
    """Every amendment by day, with what it changes in the text before it."""
    ordered = in_order(plan)
    for number, amendment in enumerate(ordered):
        before, after = (
            text_on(plan.model_copy(update={"amendments": ordered[:last]}), date.max) for last in (number, number + 1)
        )
        yield amendment, plan_differences(before, after)


def amendment_objects(plan: Plan) -> dict[str | None, list[dict[str, Any]]]:
    """By clause what amendments change of it, oldest first."""
    found: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for amendment, differences in amended(plan):
        document = {"amendment": amendment.key, "date": amendment.date.isoformat(), "document": amendment.document}
        for one in differences:
            found[one.clause].append({**document, **plan_difference_object(one)})
    return found


def amendment_lines(plan: Plan, clause: str | None = None) -> Iterator[str]:
    """Every amendment and what it changes, one line each; of one clause, if asked."""
    for amendment, differences in amended(plan):
        found = [one for one in differences if clause in (None, one.clause)]
        if found:
            title = f"：{amendment.title}" if amendment.title else ""
            yield f"修订 {amendment.key}（{amendment.document}，{amendment.date}起施行）{title}"
        yield from (f"  {_line(one)}" for one in found)


def _line(difference: PlanDifference) -> str:
    what = f"{LABELS[difference.change]} {difference.title}"
    if difference.change in (Change.ADDED, Change.REMOVED):
        return f"{what}：{difference.after if difference.change is Change.ADDED else difference.before}"
    days = f"（{difference.days:+d}天）" if difference.days else ""
    return f"{what} {difference.field}：{difference.before} → {difference.after}{days}"
