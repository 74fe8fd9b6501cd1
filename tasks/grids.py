"""Tables by county, and the sentence above them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.views import CITY_LEVEL, Places, Share, Stand, by_county
from policy.plan import Plan

Rows = list[dict[str, str | int]]


@dataclass(frozen=True)
class Column:
    """One heading over one or more obligations, by their keys; those a plan does not have are left out."""

    title: str
    duties: tuple[str, ...]


def column(title: str, *duties: str) -> Column:
    return Column(title, duties)


def columns_of(plan: Plan, duties: Iterable[str]) -> tuple[Column, ...]:
    """A column for each obligation, under its own title."""
    return tuple(Column(plan.by_key[duty].title, (duty,)) for duty in duties)


def county_grid(stands: Iterable[Stand], where: Places, columns: Sequence[Column]) -> Rows:
    """A row a county, the city itself first where it has something, and a sum; cells read `met/asked（逾期n）`."""
    shares = by_county(stands, where)
    present = {county for county, _ in shares}
    names = [n for n in (CITY_LEVEL, *where.counties()) if n in present]
    rows: Rows = [_row(name, [_sum(shares, [name], c) for c in columns], columns) for name in names]
    if len(rows) > 1:
        rows.append(_row("合计", [_sum(shares, names, c) for c in columns], columns))
    return rows


def _sum(shares: dict[tuple[str, str], Share], names: Iterable[str], column: Column) -> Share:
    return sum((shares.get((name, duty), Share()) for name in names for duty in column.duties), Share())


def _row(name: str, cells: Sequence[Share], columns: Sequence[Column]) -> dict[str, str | int]:
    return {"县（区）": name, **{c.title: cell.text for c, cell in zip(columns, cells, strict=True)}}


def markdown(rows: Rows) -> str:
    if not rows:
        return "（无）"
    heads = list(rows[0])
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(str(row[h]).replace('|', '／') for h in heads)} |" for row in rows]
    return "\n".join(lines)
