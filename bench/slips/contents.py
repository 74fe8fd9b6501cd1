"""Something left out, written twice, or put under a name it does not have."""

from __future__ import annotations

import copy
from random import Random

from bench.slips.draws import Files, names_of, obligations, plan_of, slip


@slip
def clause_dropped(files: Files, draw: Random) -> tuple[str, ...] | None:
    clauses = files["clauses.yaml"]
    gone = clauses.pop(draw.randrange(len(clauses)))
    return (gone["id"],)


@slip
def obligation_dropped(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice(obligations(files))
    plan_of(files)["obligations"].remove(o)
    return names_of(o)


@slip
def written_twice(files: Files, draw: Random) -> tuple[str, ...] | None:
    where = draw.choice([plan_of(files)["obligations"], files["clauses.yaml"], plan_of(files)["phases"]])
    again = copy.deepcopy(draw.choice(where))
    where.insert(draw.randrange(len(where)), again)
    return (again.get("key") or again["id"],)


@slip
def clause_of_the_neighbour(files: Files, draw: Random) -> tuple[str, ...] | None:
    ids = [clause["id"] for clause in files["clauses.yaml"]]
    o = draw.choice(obligations(files))
    before, number = o["clause"], ids.index(o["clause"])
    o["clause"] = ids[number + 1 if number + 1 < len(ids) else number - 1]
    return (before, *names_of(o))


@slip
def stage_misspelt(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice(obligations(files))
    field = "phase" if "phase" in o else "duty"
    o[field] = draw.choice([o[field] + "s", o[field][:-1], o[field].upper()])
    return names_of(o)


@slip
def key_misspelt(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice(obligations(files))
    field = draw.choice([name for name in o if len(name) > 3])
    place = draw.randrange(len(field) - 1)
    wrong = field[:place] + field[place + 1] + field[place] + field[place + 2 :]
    o[wrong if wrong != field else f"{field}s"] = o.pop(field)
    return tuple(str(o[name]) for name in ("key", "clause") if name in o)


@slip
def record_kind_misspelt(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice([o for o in obligations(files, "records") if o["records"]])
    o["records"][0] = draw.choice([o["records"][0][:-1], "登记表", f"{o['records'][0]}es"])
    return names_of(o)


@slip
def reason_of_not_run_lost(files: Files, draw: Random) -> tuple[str, ...] | None:
    not_run = plan_of(files)["not_run"]
    name = draw.choice(list(not_run))
    if draw.random() < 0.5:
        not_run[name] = ""
    else:
        del not_run[name]
    return (name,)
