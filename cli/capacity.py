"""duban plans roster，以及 plans check 的运力核算：督导的定额与人手、工作日是否相称。"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import FAILED_OUTSIDE, Format, faults_said, refuse, settings_of, show
from cli.sources import KnownAt, Records, consulted
from db.capacity import ASKED, on_file
from db.planstore import load_plan
from db.work_calendar import work_calendar
from policy.amendments import text_on
from policy.capacity.proof import Proof, balance, proof_object, said, zh_month
from policy.capacity.workload import Terms, Workload, counted, months, terms_of, workload
from policy.plan import Plan
from tasks.capacity import prove
from tasks.solver import SolverGaveUp

COUNTED = ("stations", "supervisors")
MOST_COUNTED = 10_000
WEEKDAYS = "一二三四五六日"
MONTHS = {
    "month": "月份",
    "workdays": "工作日",
    "stations": "站",
    "supervisors": "督导员",
    "needed_hours": "需要小时",
    "available_hours": "可用小时",
    "feasible_zh": "结论",
    "missing_zh": "排不下的站",
}

Counts = Annotated[str | None, typer.Option("--counts", help="没有记录时只给两个数：stations=72,supervisors=11")]
Month = Annotated[str | None, typer.Option("--month", help="哪个月，如 2022-02；缺省为各阶段的全部月份")]
From = Annotated[str | None, typer.Option("--from", help="从哪个月起")]
To = Annotated[str | None, typer.Option("--to", help="到哪个月止")]


@dataclass(frozen=True)
class Source:
    """Where the numbers come from, and for which months."""

    records: Path | None
    counts: str | None
    month: str | None
    first: str | None
    last: str | None
    known_at: str | None = None

    @property
    def is_given(self) -> bool:
        return any((self.records, self.counts, self.month, self.first, self.last, self.known_at))


def roster(
    city: Annotated[str, typer.Argument(help="方案代码或文件夹")],
    records: Records = None,
    counts: Counts = None,
    month: Month = None,
    from_: From = None,
    to: To = None,
    known_at: KnownAt = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="临时改一项，如 readings.A35=monthly_sum")] = None,
    format_: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件")] = None,
) -> None:
    """Prints who visits which station on which working day; ends with 1 where a station is left over."""
    with faults_said():
        plan = load_plan(city, settings_of(set_ or []))
        found = proofs(plan, Source(records, counts, month, from_, to, known_at))
        _show(found, format_, out, f"{plan.title} 督导排班")
    for proof in found:
        if len(found) == 1 or not proof.feasible:
            _explain(proof)
    if not all(proof.feasible for proof in found):
        raise typer.Exit(1)


def proofs(plan: Plan, source: Source) -> list[Proof]:
    """One a month. Ends the call where the source is wrong or the plan asks for no visits."""
    terms = terms_of(plan)
    if terms is None:
        refuse([f"方案 {plan.key} 没有每月督导到站的要求，或 house.yaml 没有写 workday_minutes，没有可核算的运力"])
    try:
        return [prove(of_month, work) for of_month, work in _works(plan, terms, source)]
    except SolverGaveUp as error:
        refuse([str(error) or SolverGaveUp.__doc__ or ""], FAILED_OUTSIDE)


def _works(plan: Plan, terms: Terms, source: Source) -> Iterator[tuple[Terms, Workload]]:
    """Each month under the text that is in force when it begins."""
    if source.counts is not None and (source.records or source.known_at):
        refuse(["--counts（如 stations=72,supervisors=11）不看记录，不能与 --records、--known-at 一起用"])
    texts = ((month, terms_of(text_on(plan, month))) for month in _months(plan, terms, source))
    worded = [(month, of) for month, of in texts if of]
    if not worded:
        refuse([f"修订后的方案在这些月份没有{terms.visits.title}的要求，没有可核算的运力"])
    days = work_calendar(plan.house)
    if source.counts is not None:
        stations, supervisors = two_counts(source.counts)
        yield from ((of, counted(of, stations, supervisors, days, month)) for month, of in worded)
    else:
        with consulted(plan, source.records, plan.issued, source.known_at, ASKED) as question:
            found = on_file(question.connection, plan, terms, question.seen)
        yield from ((of, workload(of, found, days, month)) for month, of in worded)


def two_counts(given: str) -> tuple[int, int]:
    """Stations and supervisors. Ends the call for anything but two whole numbers."""
    pairs = dict(part.split("=", 1) for part in re.split("[,，]", given) if "=" in part)
    if tuple(sorted(pairs)) != COUNTED or not all(v.isascii() and v.isdigit() for v in pairs.values()):
        refuse([f"--counts {given}：应写成 stations=72,supervisors=11"])
    stations, supervisors = (int(pairs[name]) for name in COUNTED)
    if max(stations, supervisors) > MOST_COUNTED:
        refuse([f"--counts {given}：数目应不超过{MOST_COUNTED}"])
    return stations, supervisors


def _months(plan: Plan, terms: Terms, source: Source) -> Iterator[date]:
    """The months asked for; the whole programme where none is."""
    every = terms.visits.every
    begun = every.first_due.replace(day=1) if every else plan.issued.replace(day=1)
    if source.month and (source.first or source.last):
        refuse(["--month 与 --from、--to 只能用一种"])
    first = _month("--month", source.month) or _month("--from", source.first) or begun
    last = _month("--month", source.month) or _month("--to", source.last) or max(phase.ends for phase in plan.phases)
    if first < begun:
        refuse([f"{first:%Y-%m}：{terms.visits.title}从{begun:%Y-%m}起才有要求"])
    if last < first:
        refuse([f"--to {last:%Y-%m} 早于开始的 {first:%Y-%m}"])
    return months(first, last)


def _month(option: str, given: str | None) -> date | None:
    if given is None:
        return None
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", given) or given.startswith("0000"):
        refuse([f"{option} {given}：月份应写成 2022-02"])
    return date(int(given[:4]), int(given[5:]), 1)


def _explain(proof: Proof) -> None:
    typer.echo(balance(proof), err=True)
    for reason in proof.reasons:
        typer.echo(said(proof, reason), err=True)
    names = {station.code: station.name for station in proof.work.stations}
    if missing := "、".join(names[code] for code in proof.roster.missing):
        typer.echo(f"排不下的站：{missing}", err=True)


def summary(found: Sequence[Proof]) -> str:
    """One line for all the months."""
    bad = [f"{proof.work.month:%Y-%m}" for proof in found if not proof.feasible]
    first, last = zh_month(found[0].work.month), zh_month(found[-1].work.month)
    span = first if len(found) == 1 else f"{first}至{last}共{len(found)}个月"
    said = f"{len(bad)}个月排不开（{'、'.join(bad)}）" if bad else "排得开"
    return f"督导运力：{span}，{said}；排班表用 duban plans roster"


def _show(found: list[Proof], form: Format, out: Path | None, title: str) -> None:
    if form is Format.JSON:
        show(map(proof_object, found), {}, form, out, title)
    elif form is Format.TABLE and len(found) > 1:
        show(map(_month_row, found), MONTHS, form, out, title)
    else:
        people = {one.code: one.name for proof in found for one in proof.work.supervisors}
        columns = {"day": "日期", "weekday": "星期", **{_field(code): name for code, name in people.items()}}
        title = f"{title} {found[0].work.month:%Y-%m}" if len(found) == 1 else title
        show((row for proof in found for row in _days(proof, form is Format.TABLE)), columns, form, out, title)


def _month_row(proof: Proof) -> dict[str, Any]:
    feasible = "排得开" if proof.feasible else "排不开"
    return {**proof_object(proof), "feasible_zh": feasible, "missing_zh": len(proof.roster.missing) or ""}


def _days(proof: Proof, short: bool) -> Iterator[dict[str, Any]]:
    """A working day a row, a supervisor a column: where she is. On paper without what all names end with."""
    names = {station.code: station.name for station in proof.work.stations}
    ending = _ending(list(names.values())) if short and len(names) > 1 else 0
    for day in proof.work.workdays:
        there = {v.supervisor: names[v.station] for v in proof.roster.visits if day in v.days}
        cells = {_field(code): name[: len(name) - ending] or name for code, name in there.items()}
        yield {"day": day.isoformat(), "weekday": WEEKDAYS[calendar.weekday(day.year, day.month, day.day)], **cells}


def _ending(names: list[str]) -> int:
    """How many letters all names end with: 社会工作服务站."""
    letters = zip(*map(reversed, names), strict=False)
    return sum(1 for _ in takewhile(lambda each: len(set(each)) == 1, letters))


def _field(code: str) -> str:
    # A dot in the name of a column would be read as a path.
    return code.replace(".", "·")
