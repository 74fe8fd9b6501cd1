"""What the office wrote in house.yaml, gone wrong."""

from __future__ import annotations

from datetime import date
from random import Random

from bench.slips.draws import Files, obligations, slip


@slip
def reading_unnamed(files: Files, draw: Random) -> tuple[str, ...] | None:
    house = files["house.yaml"]
    name = draw.choice(list(house["readings"]))
    chosen = house["readings"].pop(name)
    if draw.random() < 0.5:
        wrong = draw.choice([f"A{name[:0:-1]}", name.lower(), "读法"])
        house["readings"][wrong if wrong != name else "A99"] = chosen
    return (name,)


@slip
def reading_misspelt(files: Files, draw: Random) -> tuple[str, ...] | None:
    readings = files["house.yaml"]["readings"]
    name = draw.choice(list(readings))
    readings[name] = draw.choice([readings[name][:-1], f"{readings[name]}s", readings[name].upper(), True])
    return (name,)


@slip
def ladder_slipped(files: Files, draw: Random) -> tuple[str, ...] | None:
    ladder = files["house.yaml"]["ladder"]
    rung = draw.choice([rung for rung in ladder if rung["workdays"]])
    if "level" in rung and draw.random() < 0.5:
        rung["level"] += draw.choice([-1, 1])
    else:
        rung["workdays"] = -rung["workdays"]
    return ("ladder",)


@slip
def house_where_the_text_speaks(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice([o for o in obligations(files) if "due" in o or "every" in o])
    others = [x for x in obligations(files) if x["clause"] == o["clause"] and not ("due" in x or "every" in x)]
    files["house.yaml"]["review_dates"] = {o["clause"]: date(2023, 6, 30)}
    return None if others else (o["clause"],)
