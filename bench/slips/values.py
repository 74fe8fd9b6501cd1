"""Numbers, words and types gone wrong."""

from __future__ import annotations

from random import Random

from bench.slips.draws import Files, names_of, obligations, slip

FORCES = ["must", "should", "in-principle", "may", "prohibited", "target"]
NUMBERS = ("minutes", "least", "most", "years", "need", "cents", "times")


def _number_wrong(value: int, draw: Random) -> int:
    swapped = int(str(value)[::-1])
    return draw.choice([n for n in (value + 1, value * 10, value // 2, swapped, value + 2) if n != value])


@slip
def number_mistyped(files: Files, draw: Random) -> tuple[str, ...] | None:
    held = [(o, field) for o in obligations(files) for field in NUMBERS if isinstance(o["check"].get(field), int)]
    o, field = draw.choice(held)
    o["check"][field] = _number_wrong(o["check"][field], draw)
    return names_of(o)


@slip
def bounds_crossed(files: Files, draw: Random) -> tuple[str, ...] | None:
    both = [o for o in obligations(files) if isinstance(o["check"].get("most"), int) and "least" in o["check"]]
    o = draw.choice(both) if both else None
    if o:
        o["check"]["least"] = o["check"]["most"] + draw.randrange(1, 4)
    return o and names_of(o)


@slip
def item_forgotten(files: Files, draw: Random) -> tuple[str, ...] | None:
    lists = [(o, f) for o in obligations(files) for f in ("items", "steps") if len(o["check"].get(f, ())) > 1]
    if not lists:
        return None
    o, field = draw.choice(lists)
    o["check"][field].pop(draw.randrange(len(o["check"][field])))
    return names_of(o)


@slip
def value_of_another_type(files: Files, draw: Random) -> tuple[str, ...] | None:
    house = files["house.yaml"]
    if draw.random() < 0.3:
        name = draw.choice(["yellow_days", "digest_lines", "academic_minutes", "plaque_days"])
        house[name] = draw.choice(["十", "10天", None, [10]])
        return (name,)
    o = draw.choice(obligations(files))
    field = draw.choice([f for f in ("starts", "due", "who", "check", "title") if f in o])
    o[field] = draw.choice([None, {"value": "x"}, True])
    return names_of(o)


@slip
def force_flipped(files: Files, draw: Random) -> tuple[str, ...] | None:
    clause = draw.choice(
        [c for c in files["clauses.yaml"] if c["force"] in ("must", "in-principle", "prohibited", "may")]
    )
    clause["force"] = draw.choice([force for force in FORCES if force != clause["force"]])
    return (clause["id"],)


@slip
def question_misspelt(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice([o for o in obligations(files) if "asks" in o["check"]])
    o["check"]["asks"] = draw.choice([o["check"]["asks"] + "s", o["check"]["asks"][:-1]])
    return names_of(o)
