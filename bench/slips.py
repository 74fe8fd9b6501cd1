"""Slips of the pen in a plan, by seed: what a clerk may get wrong, and what he may change without harm.

A slip is a function on the three files as data; it changes one thing and gives the names by which a finding may speak of
the place: the key of an obligation or stage, the id of a clause or reading, a key of the house. None where the plan has
nothing of the kind. Targets are drawn from everything the slip could happen to, not from what a rule is known to find.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

Files = dict[str, Any]
Slip = Callable[[Files, Random], tuple[str, ...] | None]
SLIPS: dict[str, Slip] = {}
HARMLESS: dict[str, Slip] = {}
ROLES = [
    "worker",
    "station_head",
    "station",
    "township",
    "county_bureau",
    "city_bureau",
    "supervisor",
    "supervision_mechanism",
    "leading_group",
    "joint_conference",
    "city_government",
    "provincial_department",
    "employer",
    "contractor",
    "county_finance",
]
FORCES = ["must", "should", "in-principle", "may", "prohibited", "target"]
SUBJECTS = [
    "city",
    "county",
    "township",
    "station",
    "point",
    "village",
    "person",
    "contract",
    "household",
    "beneficiary",
    "candidate",
]
NUMBERS = ("minutes", "least", "most", "years", "need", "cents", "times")


def slip(one: Slip) -> Slip:
    SLIPS[one.__name__] = one
    return one


def harmless(one: Slip) -> Slip:
    HARMLESS[one.__name__] = one
    return one


def _plan(files: Files) -> Any:
    return files["plan.yaml"]


def _obligations(files: Files, *fields: str) -> list[Any]:
    return [o for o in _plan(files)["obligations"] if all(field in o for field in fields)]


def _one(files: Files, draw: Random, *fields: str) -> Any:
    found = _obligations(files, *fields)
    return draw.choice(found) if found else None


def _named(o: Any) -> tuple[str, ...]:
    return (o["key"], o["clause"])


def _typed_wrong(day: date, draw: Random) -> date:
    """The same day with its year, month or day of the month mistyped."""
    wrong = [day.replace(year=day.year + step) for step in (-1, 1)]
    wrong += [date(day.year, month, min(day.day, 28)) for month in range(1, 13) if month != day.month]
    wrong += [day.replace(day=number) for number in range(1, 29) if number != day.day]
    return draw.choice(wrong)


def _number_wrong(value: int, draw: Random) -> int:
    swapped = int(str(value)[::-1])
    return draw.choice([n for n in (value + 1, value * 10, value // 2, swapped, value + 2) if n != value])


# Dates


@slip
def start_and_due_swapped(files: Files, draw: Random) -> tuple[str, ...] | None:
    both = [o for o in _obligations(files, "starts", "due") if o["starts"] != o["due"]]
    o = draw.choice(both) if both else None
    if o:
        o["starts"], o["due"] = o["due"], o["starts"]
    return o and _named(o)


@slip
def due_day_mistyped(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = _one(files, draw, "due")
    if o:
        o["due"] = _typed_wrong(o["due"], draw)
    return o and _named(o)


@slip
def start_mistyped(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = _one(files, draw, "starts")
    if o:
        o["starts"] = _typed_wrong(o["starts"], draw)
    return o and _named(o)


@slip
def day_that_is_not_there(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = _one(files, draw, "starts")
    if o:
        o[draw.choice(["starts", "due"])] = draw.choice(["2021-02-30", "2021年6月底", "6月30日", 20210630])
    return o and _named(o)


@slip
def stage_begun_too_early(files: Files, draw: Random) -> tuple[str, ...] | None:
    phase = draw.choice(_plan(files)["phases"][1:])
    phase["starts"] -= timedelta(days=draw.randrange(2, 40))
    return phase["key"], phase["clause"]


@slip
def stage_begun_too_late(files: Files, draw: Random) -> tuple[str, ...] | None:
    phase = draw.choice(_plan(files)["phases"][1:])
    phase["starts"] += timedelta(days=draw.randrange(1, 40))
    return phase["key"], phase["clause"]


@slip
def stage_end_mistyped(files: Files, draw: Random) -> tuple[str, ...] | None:
    phase = draw.choice(_plan(files)["phases"])
    phase["ends"] = _typed_wrong(phase["ends"], draw)
    return phase["key"], phase["clause"]


@slip
def period_skipped(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = _one(files, draw, "every")
    if o:
        rule = o["every"]["rule"]
        months = ",".join(str(month) for month in range(1, 13) if month != draw.randrange(1, 13))
        wrong = [f"{rule};INTERVAL=2", rule.replace("BYMONTHDAY=-1", "BYMONTHDAY=31"), f"{rule};BYMONTH={months}"]
        o["every"]["rule"] = draw.choice([one for one in wrong if one != rule and one.count("BYMONTH=") < 2])
    return o and _named(o)


@slip
def month_of_the_year_mistyped(files: Files, draw: Random) -> tuple[str, ...] | None:
    yearly = [o for o in _obligations(files, "every") if "BYMONTH=" in o["every"]["rule"]]
    o = draw.choice(yearly) if yearly else None
    if o:
        month = draw.choice([m for m in (1, 3, 5, 7, 8, 10, 12) if m != o["every"]["first_due"].month])
        o["every"]["rule"] = o["every"]["rule"].replace(f"BYMONTH={o['every']['first_due'].month}", f"BYMONTH={month}")
        if draw.random() < 0.5:
            o["every"]["first_due"] = o["every"]["first_due"].replace(month=month)
    return o and _named(o)


@slip
def first_period_forgotten(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = _one(files, draw, "every")
    if o:
        o["every"]["first_due"] = o["every"]["first_due"].replace(year=o["every"]["first_due"].year + 1)
    return o and _named(o)


# Who


@slip
def bearer_removed(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = _one(files, draw, "who")
    if o:
        o.pop("who") if draw.random() < 0.5 else o.update(who=[])
    return o and _named(o)


@slip
def bearer_mistaken(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = _one(files, draw, "who")
    o["who"] = [draw.choice([role for role in ROLES if role not in o["who"]])]
    return _named(o)


@slip
def role_misspelt(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = _one(files, draw, "who")
    if o:
        role = draw.choice(o["who"])
        o["who"][o["who"].index(role)] = draw.choice([role[:-1], role + "s", role.replace("_", "-"), "市民政局"])
    return o and _named(o)


@slip
def chain_looped(files: Files, draw: Random) -> tuple[str, ...] | None:
    if draw.random() < 0.5:
        o = _one(files, draw, "escalation")
        chain = _chain(files, o)
        o["escalation"] = [*chain, draw.choice(chain)]
        return _named(o)
    chains = _plan(files)["chains"]
    used = [name for name in chains if any(o.get("escalation") == name for o in _obligations(files))]
    name = draw.choice(used)
    chains[name] = [*chains[name], draw.choice(chains[name])]
    return tuple(n for o in _obligations(files) if o.get("escalation") == name for n in _named(o))


def _chain(files: Files, o: Any) -> list[str]:
    chain = o["escalation"]
    return _plan(files)["chains"][chain] if isinstance(chain, str) else chain


@slip
def chain_forgotten(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = _one(files, draw, "escalation")
    del o["escalation"]
    return _named(o)


@slip
def told_to_the_one_who_failed(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = _one(files, draw, "escalation", "who")
    chain = [role for role in _chain(files, o) if role not in o["who"]]
    o["escalation"] = draw.choice([[o["who"][0]], [*chain, o["who"][0]]])
    return _named(o)


@slip
def subject_mistaken(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice(_obligations(files))
    o["subject"] = draw.choice([subject for subject in SUBJECTS if subject != o["subject"]])
    return _named(o)


@slip
def question_of_another(files: Files, draw: Random) -> tuple[str, ...] | None:
    counted = [o for o in _obligations(files) if "asks" in o["check"]]
    o, other = draw.sample(counted, 2)
    if o["check"]["asks"] == other["check"]["asks"]:
        return None
    o["check"]["asks"] = other["check"]["asks"]
    return _named(o)


@slip
def chain_misnamed(files: Files, draw: Random) -> tuple[str, ...] | None:
    named = [o for o in _obligations(files) if isinstance(o.get("escalation"), str)]
    o = draw.choice(named)
    o["escalation"] = draw.choice([name for name in "QXYZ" if name not in _plan(files)["chains"]])
    return _named(o)


@slip
def recipient_removed(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = _one(files, draw, "recipients")
    if o:
        o.pop("recipients")
    return o and _named(o)


# What is there


@slip
def clause_dropped(files: Files, draw: Random) -> tuple[str, ...] | None:
    clauses = files["clauses.yaml"]
    gone = clauses.pop(draw.randrange(len(clauses)))
    return (gone["id"],)


@slip
def obligation_dropped(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice(_obligations(files))
    _plan(files)["obligations"].remove(o)
    return _named(o)


@slip
def written_twice(files: Files, draw: Random) -> tuple[str, ...] | None:
    where = draw.choice([_plan(files)["obligations"], files["clauses.yaml"], _plan(files)["phases"]])
    again = copy.deepcopy(draw.choice(where))
    where.insert(draw.randrange(len(where)), again)
    return (again.get("key") or again["id"],)


@slip
def clause_of_the_neighbour(files: Files, draw: Random) -> tuple[str, ...] | None:
    ids = [clause["id"] for clause in files["clauses.yaml"]]
    o = draw.choice(_obligations(files))
    before, number = o["clause"], ids.index(o["clause"])
    o["clause"] = ids[number + 1 if number + 1 < len(ids) else number - 1]
    return (before, *_named(o))


@slip
def stage_misspelt(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice(_obligations(files))
    field = "phase" if "phase" in o else "duty"
    o[field] = draw.choice([o[field] + "s", o[field][:-1], o[field].upper()])
    return _named(o)


@slip
def key_misspelt(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice(_obligations(files))
    field = draw.choice([name for name in o if len(name) > 3])
    place = draw.randrange(len(field) - 1)
    wrong = field[:place] + field[place + 1] + field[place] + field[place + 2 :]
    o[wrong if wrong != field else f"{field}s"] = o.pop(field)
    return tuple(str(o[name]) for name in ("key", "clause") if name in o)


@slip
def record_kind_misspelt(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice([o for o in _obligations(files, "records") if o["records"]])
    o["records"][0] = draw.choice([o["records"][0][:-1], "登记表", f"{o['records'][0]}es"])
    return _named(o)


@slip
def reason_of_not_run_lost(files: Files, draw: Random) -> tuple[str, ...] | None:
    not_run = _plan(files)["not_run"]
    name = draw.choice(list(not_run))
    if draw.random() < 0.5:
        not_run[name] = ""
    else:
        del not_run[name]
    return (name,)


# Numbers and words


@slip
def number_mistyped(files: Files, draw: Random) -> tuple[str, ...] | None:
    held = [(o, field) for o in _obligations(files) for field in NUMBERS if isinstance(o["check"].get(field), int)]
    o, field = draw.choice(held)
    o["check"][field] = _number_wrong(o["check"][field], draw)
    return _named(o)


@slip
def bounds_crossed(files: Files, draw: Random) -> tuple[str, ...] | None:
    both = [o for o in _obligations(files) if isinstance(o["check"].get("most"), int) and "least" in o["check"]]
    o = draw.choice(both) if both else None
    if o:
        o["check"]["least"] = o["check"]["most"] + draw.randrange(1, 4)
    return o and _named(o)


@slip
def item_forgotten(files: Files, draw: Random) -> tuple[str, ...] | None:
    lists = [(o, f) for o in _obligations(files) for f in ("items", "steps") if len(o["check"].get(f, ())) > 1]
    if not lists:
        return None
    o, field = draw.choice(lists)
    o["check"][field].pop(draw.randrange(len(o["check"][field])))
    return _named(o)


@slip
def value_of_another_type(files: Files, draw: Random) -> tuple[str, ...] | None:
    house = files["house.yaml"]
    if draw.random() < 0.3:
        name = draw.choice(["yellow_days", "digest_lines", "academic_minutes", "plaque_days"])
        house[name] = draw.choice(["十", "10天", None, [10]])
        return (name,)
    o = draw.choice(_obligations(files))
    field = draw.choice([f for f in ("starts", "due", "who", "check", "title") if f in o])
    o[field] = draw.choice([None, {"value": "x"}, True])
    return _named(o)


@slip
def force_flipped(files: Files, draw: Random) -> tuple[str, ...] | None:
    clause = draw.choice(
        [c for c in files["clauses.yaml"] if c["force"] in ("must", "in-principle", "prohibited", "may")]
    )
    clause["force"] = draw.choice([force for force in FORCES if force != clause["force"]])
    return (clause["id"],)


@slip
def question_misspelt(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice([o for o in _obligations(files) if "asks" in o["check"]])
    o["check"]["asks"] = draw.choice([o["check"]["asks"] + "s", o["check"]["asks"][:-1]])
    return _named(o)


# The house


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
    o = draw.choice([o for o in _obligations(files) if "due" in o or "every" in o])
    others = [x for x in _obligations(files) if x["clause"] == o["clause"] and not ("due" in x or "every" in x)]
    files["house.yaml"]["review_dates"] = {o["clause"]: date(2023, 6, 30)}
    return None if others else (o["clause"],)


# What may be changed without harm


@harmless
def obligations_in_another_order(files: Files, draw: Random) -> tuple[str, ...] | None:
    draw.shuffle(_plan(files)["obligations"])
    return ()


@harmless
def clauses_in_another_order(files: Files, draw: Random) -> tuple[str, ...] | None:
    draw.shuffle(files["clauses.yaml"])
    return ()


@harmless
def title_reworded(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice(_obligations(files))
    o["title"] = f"{o['title']}（{draw.choice(['试行', '重点', '专项'])}）"
    return _named(o)


@harmless
def obligation_renamed(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice(_obligations(files))
    o["key"] = f"{o['key']}-{draw.randrange(100)}"
    return _named(o)


@harmless
def chain_written_out(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice([o for o in _obligations(files) if isinstance(o.get("escalation"), str)])
    o["escalation"] = list(_chain(files, o))
    return _named(o)


@harmless
def other_number_of_the_house(files: Files, draw: Random) -> tuple[str, ...] | None:
    name, values = draw.choice(
        [("yellow_days", range(3, 30)), ("digest_lines", range(20, 99)), ("plaque_days", range(9))]
    )
    files["house.yaml"][name] = draw.choice(values)
    return (name,)


@harmless
def other_lead_time(files: Files, draw: Random) -> tuple[str, ...] | None:
    rung = next(rung for rung in files["house.yaml"]["ladder"] if rung["reason"] == "assigned")
    rung["workdays"] = -draw.randrange(11, 40)
    return ("ladder",)


@harmless
def other_hours_of_sending(files: Files, draw: Random) -> tuple[str, ...] | None:
    window = draw.choice(list(files["house.yaml"]["windows"].values()))
    window["opens"], window["closes"] = f"{draw.randrange(7, 10):02d}:00", f"{draw.randrange(16, 20)}:30"
    return ("windows",)


@harmless
def other_reading(files: Files, draw: Random) -> tuple[str, ...] | None:
    house = files["house.yaml"]
    name = draw.choice(list(house["readings"]))
    house["readings"][name] = draw.choice(list(house["reading_values"][name]))
    return (name,)


@harmless
def holiday_of_the_office(files: Files, draw: Random) -> tuple[str, ...] | None:
    files["house.yaml"]["holidays"] = {date(2023, draw.randrange(1, 13), draw.randrange(1, 29)): False}
    return ("holidays",)


@harmless
def review_date_where_there_is_none(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice([o for o in _obligations(files) if o["check"].get("unscheduled") and "due" not in o])
    files["house.yaml"]["review_dates"] = {o["clause"]: date(2024, 6, 28)}
    return (o["clause"],)


@harmless
def clause_and_obligation_added(files: Files, draw: Random) -> tuple[str, ...] | None:
    number = draw.randrange(100, 999)
    clause = {"id": f"ZZ-{number}", "place": "增补", "title": "增补一条", "force": "should", "kind": "organisation"}
    files["clauses.yaml"].append({**clause, "summary": "县区应把增补的材料整理好。"})
    phase = draw.choice(_plan(files)["phases"])
    _plan(files)["obligations"].append(
        {
            "key": f"added-{number}", "clause": f"ZZ-{number}", "title": "增补一条", "subject": "county", "phase": phase["key"],
            "who": ["county_bureau"], "escalation": ["city_bureau"], "check": {"kind": "reviewed_evidence"},
        }
    )  # fmt: skip
    return (f"ZZ-{number}",)


@harmless
def clause_left_out_with_its_reason(files: Files, draw: Random) -> tuple[str, ...] | None:
    number = draw.randrange(100, 999)
    clause = {"id": f"ZZ-{number}", "place": "增补", "title": "增补一条", "force": "may", "kind": "organisation"}
    files["clauses.yaml"].append({**clause, "summary": "县区可以另行试点。"})
    _plan(files)["not_run"][f"ZZ-{number}"] = "这是可选做法，不采用不构成问题。"
    return (f"ZZ-{number}",)


@harmless
def reason_reworded(files: Files, draw: Random) -> tuple[str, ...] | None:
    not_run = _plan(files)["not_run"]
    name = draw.choice(list(not_run))
    not_run[name] = f"经研究，{not_run[name]}"
    return (name,)


@harmless
def copies_added(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice([o for o in _obligations(files, "who") if "copies" not in o])
    o["copies"] = ["city_bureau"]
    return _named(o)


@harmless
def summary_reworded(files: Files, draw: Random) -> tuple[str, ...] | None:
    clause = draw.choice(files["clauses.yaml"])
    clause["summary"] = (
        clause["summary"].replace("最迟应在", "应不晚于").replace("每个", "各个").rstrip("。") + "，并留存材料。"
    )
    return (clause["id"],)


@harmless
def rectification_longer(files: Files, draw: Random) -> tuple[str, ...] | None:
    draw.choice(_plan(files)["phases"])["carries_over"] = draw.randrange(10, 40)
    return ()
