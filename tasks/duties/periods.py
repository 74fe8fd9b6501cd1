"""Tables of the period that is running: this year, this month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from policy.numbers import zh_day
from tasks.grids import Column, county_grid
from tasks.phases.progress import present
from tasks.steps import Done, Page, Step, Work


def _of_period(key: str, title: str, number: Callable[[date], int], columns: tuple[Column, ...]) -> Step:
    def act(work: Work) -> Done:
        shown = present(work.plan, columns)
        if not shown:
            return Done("方案中没有相应事项")
        stands, where = work.look([duty for column in shown for duty in column.duties])
        period = number(work.as_of)
        rows = county_grid((s for s in stands if s.period == period), where, shown)
        note = "；".join(f"{c.title}{rows[-1][c.title]}" for c in shown) if rows else f"{period}尚无判定"
        return Done(note, (Page(key, f"{work.part.title} {title}（{zh_day(work.as_of)}）", rows=rows),))

    return Step(key, title, act, shows=True)


def this_year(key: str, title: str, *columns: Column) -> Step:
    return _of_period(key, title, lambda day: day.year, columns)


def this_month(key: str, title: str, *columns: Column) -> Step:
    return _of_period(key, title, lambda day: day.year * 100 + day.month, columns)
