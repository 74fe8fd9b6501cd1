"""What is measured, as rows of the table: each function measures one thing and says whether its budget was kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench import country, daily, intake, judgement, machine, plans, post, reconcile, rehearsal


@dataclass(frozen=True)
class Line:
    """One row of the table; `held` says whether the budget was kept, None where there is none."""

    what: str
    ours: str
    floor: str
    ratio: str
    budget: str
    held: bool | None


def judged(name: str, folder: Path, stations: int) -> list[Line]:
    with machine.ENGINES[name](folder) as url:
        engine = machine.fresh(url)
        watch = machine.Watch(engine)
        rows = country.build(engine, "huizhou", stations)
        machine.say(f"{name}: {rows:,} records of {stations:,} stations in {watch.spent.wall:.0f} s")
        found = judgement.measure(engine)
        version = machine.engine_version(engine)
        engine.dispose()
    ratio = found.ours.wall / found.bare.wall
    what = f"judge {stations:,} stations, {rows / 1e6:.1f} M records, {found.stored:,} verdicts, {version}"
    return [
        Line(what, str(found.ours), str(found.bare), found.ours.over(found.bare), "2 ×", ratio <= 2),
        Line("  its peak of memory", f"{found.peak_mib} MiB", "", "", "1024 MiB", found.peak_mib <= 1024),
        Line(
            f"  again after {found.touched:,} records were corrected, {found.turned:,} verdicts turned",
            str(found.again),
            str(found.ours),
            found.again.over(found.ours),
            "0.10 ×",
            found.again.wall <= 0.1 * found.ours.wall,
        ),
    ]


def reconciled(name: str, folder: Path, stations: int) -> list[Line]:
    """Half a year off: what the first morning costs, and how many messages it makes of how many missed ticks."""
    with machine.ENGINES[name](folder) as url:
        engine = machine.fresh(url)
        found, version = reconcile.measure(engine, stations), machine.engine_version(engine)
        engine.dispose()
    first = f"reconcile {found.instances:,} instances after 180 days off, {found.issued:,} notices, {version}"
    apart = found.naive / found.messages
    sent, saved = f"{found.messages:,} messages, at most {found.most_a_day:,} a day", f"{apart:.1f} × fewer"
    bare, peak = found.first.over(found.bare), f"{found.peak_mib} MiB"
    return [
        Line(first, str(found.first), str(found.bare), bare, "5 s", found.first.wall <= 5),
        Line("  again, nothing new", str(found.noop), "", "", "3 s", found.noop.wall <= 3),
        Line(
            f"  once everybody has heard, {found.kept:,} on file",
            str(found.settled), "", "", "3 s", found.settled.wall <= 3,
        ),
        Line("  messages against one a rung that passed", sent, f"{found.naive:,}", saved, "20 ×", apart >= 20),
        Line("  its peak of memory", peak, "", "", "300 MiB", found.peak_mib <= 300),
    ]  # fmt: skip


def imported(name: str, folder: Path, rows: int) -> list[Line]:
    workbook = folder / "trainings.xlsx"
    intake.write_workbook(workbook, rows)
    with machine.ENGINES[name](folder) as url:
        engine = machine.fresh(url)
        found = intake.measure(engine, workbook, rows)
        version = machine.engine_version(engine)
        engine.dispose()
    ours = found.reading + found.storing
    what = f"import a workbook of {rows:,} trainings, {version}"
    return [
        Line(what, str(ours), str(found.bare), ours.over(found.bare), "2 ×", ours.wall <= 2 * found.bare.wall),
        Line("  the same again, nothing new", str(found.again), "", "", "", None),
    ]


def held(folder: Path, with_prefect: bool) -> list[Line]:
    found = daily.measure(folder, with_prefect)
    what = f"the sample city's round, {found.records:,} records"
    lines = [
        Line(f"{what}: judging and recording, first time", str(found.first), "", "", "", None),
        Line("  again, nothing new", str(found.again), "", "", "", None),
        Line("  the next day, with its records", str(found.next_day), "", "", "", None),
        Line("  with every table and the summary, no Prefect", str(found.plain), "", "", "", None),
    ]
    if found.sub_runs:
        through = f"  through a Prefect server, {found.sub_runs} sub-runs"
        allowed, ratio = f"{found.allowed:.1f} s", f"{found.served / found.plain.wall:.2f} ×"
        seconds = f"{found.served:.2f} s"
        lines.append(Line(through, seconds, str(found.plain), ratio, allowed, found.served <= found.allowed))
    return lines


def mailed(folder: Path, messages: int, processes: int) -> list[Line]:
    """Digests through the whole path, against smtplib with messages made beforehand on the same sink."""
    found = post.mailed(folder, messages, processes)
    ratio = found.rate / found.floor
    held = found.rate >= 1300 if processes > 1 else ratio >= 0.2
    budget = "1,300/s" if processes > 1 else "0.20 of the floor"
    what = f"{messages:,} digests by mail, {processes} dispatcher(s), synchronous=FULL"
    ours = f"{found.rate:,.0f}/s ({found.ours.cpu / messages * 1e6:,.0f} µs each)"
    return [Line(what, ours, f"{found.floor:,.0f}/s", f"{ratio:.2f}", budget, held)]


def digested(folder: Path, messages: int) -> list[Line]:
    """As many digests as there are stations, from the tick that gathers them to the last settlement."""
    spent = post.digested(folder, messages, 2)
    what = f"{messages:,} digests from tick to last acceptance, 2 dispatchers"
    return [Line(what, str(spent), "", f"{messages / spent.wall:,.0f}/s", "60 s", spent.wall <= 60)]


def ticked(folder: Path, people: int) -> list[Line]:
    busy, idle = post.ticked(folder, people)
    return [
        Line(f"a dispatcher's tick with {people} digests by mail", str(busy), "", "", "1 s", busy.wall <= 1),
        Line("  with nothing to do", f"{idle.wall * 1000:.0f} ms", "", "", "50 ms", idle.wall <= 0.05),
    ]


def texted(folder: Path, messages: int, workers: int, processes: int) -> list[Line]:
    found = post.texted(folder, messages, workers, processes)
    ratio = found.rate / found.ideal
    ours = f"{found.rate:,.0f}/s ({found.ours.cpu / messages * 1e6:,.0f} µs each)"
    shared = f"{workers} workers of {processes} dispatcher(s)"
    what = f"{messages:,} text messages, {shared}, a gateway of {post.LATENCY * 1000:.0f} ms"
    return [Line(what, ours, f"{found.ideal:,.0f}/s", f"{ratio:.2f}", "0.70", ratio >= 0.7)]


def played(folder: Path, years: int) -> list[Line]:
    found = rehearsal.measure(folder, years)
    what = f"rehearsal of {years} years of the sample city, {found.records:,} records, {found.events:,} events"
    allowed = 10 * years
    return [
        Line(
            what,
            str(found.ours),
            str(found.bare),
            found.ours.over(found.bare),
            f"{allowed} s",
            found.ours.wall <= allowed,
        )
    ]


def checked(seeds: int) -> list[Line]:
    """What `duban plans check` finds of slips played by seed, and how often it cries for nothing."""
    score = plans.measure(range(seeds), range(max(1, seeds // 2)))
    slips, changes = len(score.slips), len(score.changes)
    missed = "，".join(f"{kind} {times}" for kind, times in score.missed().items()) or "none"
    kinds = len({one.kind for one in score.slips})
    return [
        Line(
            f"slips in the plans found, {kinds} kinds × {seeds} seeds",
            f"{score.found} of {slips}", "", f"{score.found / slips:.1%}", "95 %", score.found * 20 >= slips * 19,
        ),
        Line(f"  missed: {missed}", "", "", "", "", None),
        Line(
            "  harmless changes that raised an alarm",
            f"{score.false_alarms} of {changes}", "", f"{score.false_alarms / changes:.1%}", "5 %",
            score.false_alarms * 20 <= changes,
        ),
    ]  # fmt: skip
