"""`python -m bench`: every budget of the design measured in one run, printed as one table of ratios.

Each measurement has a process of its own, so that a peak of memory is its own.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import machine
from bench.lines import Line, checked, digested, held, imported, judged, mailed, played, reconciled, texted, ticked

STATIONS, WORKBOOK, SEEDS = 40_000, 200_000, 10
MAILS, TEXTS = 20_000, 400
"""Messages in all, and for each worker."""
DIGESTS = 40_000
STATIONS_OF_A_CITY = 100
YEARS = 3


def apart(measure: Callable[..., list[Line]], *given: Any) -> list[Line]:
    """In a process and a folder of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="duban-bench-", ignore_cleanup_errors=True) as folder,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process,
    ):
        placed = [Path(folder) if item is Ellipsis else item for item in given]
        return process.submit(measure, *placed).result()


def everything(stations: int, workbook: int, seeds: int, with_prefect: bool) -> Iterator[Line]:
    yield from apart(checked, seeds)
    yield from posted(10 if stations < STATIONS else 1)
    yield from apart(played, ..., 1 if stations < STATIONS else YEARS)
    yield from apart(held, ..., with_prefect)
    yield from caught_up(stations)
    for name in machine.ENGINES:
        yield from apart(imported, name, ..., workbook)
    for name in machine.ENGINES:
        yield from apart(judged, name, ..., stations)


def posted(tenth: int) -> Iterator[Line]:
    yield from apart(ticked, ..., STATIONS_OF_A_CITY)
    for processes in (1, 2):
        yield from apart(mailed, ..., MAILS // tenth, processes)
    if tenth == 1:
        yield from apart(digested, ..., DIGESTS)
    for workers, processes in ((8, 1), (32, 2)):
        yield from apart(texted, ..., workers * TEXTS // tenth, workers, processes)


def caught_up(stations: int) -> Iterator[Line]:
    for name in machine.ENGINES:
        yield from apart(reconciled, name, ..., stations)


def shown(lines: list[Line]) -> Table:
    table = Table(
        "what", "ours", "bare floor", "ratio", "budget", "", title="duban bench: wall seconds (processor seconds)"
    )
    marks = {True: "kept", False: "MISSED", None: ""}
    for line in lines:
        table.add_row(line.what, line.ours, line.floor, line.ratio, line.budget, marks[line.held])
    return table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--stations", type=int, default=STATIONS, help="size of the country (40000)")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, in a few minutes")
    parser.add_argument("--rehearsal", action="store_true", help="the rehearsal of three years alone")
    parser.add_argument("--no-prefect", action="store_true", help="without the round through a real server")
    parser.add_argument("--post", action="store_true", help="mail and text messages alone")
    parser.add_argument("--digests", action="store_true", help="40,000 digests from tick to last acceptance alone")
    parser.add_argument("--reconcile", action="store_true", help="what is to be said after half a year off, alone")
    parser.add_argument("--plans", action="store_true", help="how many slips in a plan the check finds, alone")
    given = parser.parse_args()
    tenth = 10 if given.quick else 1
    seeds = SEEDS // min(tenth, 5)
    asked: Iterable[Line] = everything(given.stations // tenth, WORKBOOK // tenth, seeds, not given.no_prefect)
    if given.post:
        asked = posted(tenth)
    elif given.digests:
        asked = apart(digested, ..., DIGESTS)
    elif given.reconcile:
        asked = caught_up(given.stations // tenth)
    elif given.rehearsal or given.plans:
        asked = apart(played, ..., YEARS) if given.rehearsal else apart(checked, seeds)
    machine.say(f"{machine.machine()}; {machine.versions()}")
    lines = []
    for line in asked:
        machine.say(f"{line.what}: {line.ours} {line.ratio}")
        lines.append(line)
    Console(width=180).print(shown(lines))
    machine.say(machine.machine())


if __name__ == "__main__":
    main()
