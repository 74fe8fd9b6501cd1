"""How far a stage is, county by county, under the headings that matter in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from policy.numbers import zh_day
from policy.plan import Plan
from tasks.grids import Column, county_grid
from tasks.steps import Done, Page, Step, Work


def present(plan: Plan, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns a plan can fill."""
    kept = (Column(c.title, tuple(d for d in c.duties if d in plan.by_key)) for c in columns)
    return tuple(column for column in kept if column.duties)


def grid_step(key: str, title: str, columns: Sequence[Column] | Callable[[Work], Sequence[Column]]) -> Step:
    """A step that shows one table by county; the columns are fixed, or found for the work at hand."""

    def act(work: Work) -> Done:
        shown = present(work.plan, columns(work) if callable(columns) else columns)
        if not shown:
            return Done("方案中没有相应事项")
        stands, where = work.look([duty for column in shown for duty in column.duties])
        rows = county_grid(stands, where, shown)
        total = rows[-1] if rows else {}
        note = "；".join(f"{column.title}{total[column.title]}" for column in shown) if total else "尚无判定"
        return Done(note, (Page(key, f"{work.part.title} {title}（{zh_day(work.as_of)}）", rows=rows),))

    return Step(key, title, act, shows=True)
