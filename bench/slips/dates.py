"""Days and periods gone wrong."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from bench.slips.draws import Files, names_of, obligations, one_of, plan_of, slip


def _typed_wrong(day: date, draw: Random) -> date:
    """The same day with its year, month or day of the month mistyped."""
    wrong = [day.replace(year=day.year + step) for step in (-1, 1)]
    wrong += [date(day.year, month, min(day.day, 28)) for month in range(1, 13) if month != day.month]
    wrong += [day.replace(day=number) for number in range(1, 29) if number != day.day]
    return draw.choice(wrong)


@slip
def start_and_due_swapped(files: Files, draw: Random) -> tuple[str, ...] | None:
    both = [o for o in obligations(files, "starts", "due") if o["starts"] != o["due"]]
    o = draw.choice(both) if both else None
    if o:
        o["starts"], o["due"] = o["due"], o["starts"]
    return o and names_of(o)


@slip
def due_day_mistyped(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = one_of(files, draw, "due")
    if o:
        o["due"] = _typed_wrong(o["due"], draw)
    return o and names_of(o)


@slip
def start_mistyped(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = one_of(files, draw, "starts")
    if o:
        o["starts"] = _typed_wrong(o["starts"], draw)
    return o and names_of(o)


@slip
def day_that_is_not_there(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = one_of(files, draw, "starts")
    if o:
        o[draw.choice(["starts", "due"])] = draw.choice(["2021-02-30", "2021年6月底", "6月30日", 20210630])
    return o and names_of(o)


@slip
def stage_begun_too_early(files: Files, draw: Random) -> tuple[str, ...] | None:
    phase = draw.choice(plan_of(files)["phases"][1:])
    phase["starts"] -= timedelta(days=draw.randrange(2, 40))
    return phase["key"], phase["clause"]


@slip
def stage_begun_too_late(files: Files, draw: Random) -> tuple[str, ...] | None:
    phase = draw.choice(plan_of(files)["phases"][1:])
    phase["starts"] += timedelta(days=draw.randrange(1, 40))
    return phase["key"], phase["clause"]


@slip
def stage_end_mistyped(files: Files, draw: Random) -> tuple[str, ...] | None:
    phase = draw.choice(plan_of(files)["phases"])
    phase["ends"] = _typed_wrong(phase["ends"], draw)
    return phase["key"], phase["clause"]


@slip
def period_skipped(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = one_of(files, draw, "every")
    if o:
        rule = o["every"]["rule"]
        months = ",".join(str(month) for month in range(1, 13) if month != draw.randrange(1, 13))
        wrong = [f"{rule};INTERVAL=2", rule.replace("BYMONTHDAY=-1", "BYMONTHDAY=31"), f"{rule};BYMONTH={months}"]
        o["every"]["rule"] = draw.choice([one for one in wrong if one != rule and one.count("BYMONTH=") < 2])
    return o and names_of(o)


@slip
def month_of_the_year_mistyped(files: Files, draw: Random) -> tuple[str, ...] | None:
    yearly = [o for o in obligations(files, "every") if "BYMONTH=" in o["every"]["rule"]]
    o = draw.choice(yearly) if yearly else None
    if o:
        month = draw.choice([m for m in (1, 3, 5, 7, 8, 10, 12) if m != o["every"]["first_due"].month])
        o["every"]["rule"] = o["every"]["rule"].replace(f"BYMONTH={o['every']['first_due'].month}", f"BYMONTH={month}")
        if draw.random() < 0.5:
            o["every"]["first_due"] = o["every"]["first_due"].replace(month=month)
    return o and names_of(o)


@slip
def first_period_forgotten(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = one_of(files, draw, "every")
    if o:
        o["every"]["first_due"] = o["every"]["first_due"].replace(year=o["every"]["first_due"].year + 1)
    return o and names_of(o)
