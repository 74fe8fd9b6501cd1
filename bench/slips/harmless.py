"""What a clerk may change without harm: the check has to stay silent."""

from __future__ import annotations

from datetime import date
from random import Random

from bench.slips.draws import Files, chain_of, harmless, names_of, obligations, plan_of


@harmless
def obligations_in_another_order(files: Files, draw: Random) -> tuple[str, ...] | None:
    draw.shuffle(plan_of(files)["obligations"])
    return ()


@harmless
def clauses_in_another_order(files: Files, draw: Random) -> tuple[str, ...] | None:
    draw.shuffle(files["clauses.yaml"])
    return ()


@harmless
def title_reworded(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice(obligations(files))
    o["title"] = f"{o['title']}（{draw.choice(['试行', '重点', '专项'])}）"
    return names_of(o)


@harmless
def obligation_renamed(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice(obligations(files))
    o["key"] = f"{o['key']}-{draw.randrange(100)}"
    return names_of(o)


@harmless
def chain_written_out(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice([o for o in obligations(files) if isinstance(o.get("escalation"), str)])
    o["escalation"] = list(chain_of(files, o))
    return names_of(o)


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
    o = draw.choice([o for o in obligations(files) if o["check"].get("unscheduled") and "due" not in o])
    files["house.yaml"]["review_dates"] = {o["clause"]: date(2024, 6, 28)}
    return (o["clause"],)


@harmless
def clause_and_obligation_added(files: Files, draw: Random) -> tuple[str, ...] | None:
    number = draw.randrange(100, 999)
    clause = {"id": f"ZZ-{number}", "place": "增补", "title": "增补一条", "force": "should", "kind": "organisation"}
    files["clauses.yaml"].append({**clause, "summary": "县区应把增补的材料整理好。"})
    phase = draw.choice(plan_of(files)["phases"])
    plan_of(files)["obligations"].append(
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
    plan_of(files)["not_run"][f"ZZ-{number}"] = "这是可选做法，不采用不构成问题。"
    return (f"ZZ-{number}",)


@harmless
def reason_reworded(files: Files, draw: Random) -> tuple[str, ...] | None:
    not_run = plan_of(files)["not_run"]
    name = draw.choice(list(not_run))
    not_run[name] = f"经研究，{not_run[name]}"
    return (name,)


@harmless
def copies_added(files: Files, draw: Random) -> tuple[str, ...] | None:
    o = draw.choice([o for o in obligations(files, "who") if "copies" not in o])
    o["copies"] = ["city_bureau"]
    return names_of(o)


@harmless
def summary_reworded(files: Files, draw: Random) -> tuple[str, ...] | None:
    clause = draw.choice(files["clauses.yaml"])
    clause["summary"] = (
        clause["summary"].replace("最迟应在", "应不晚于").replace("每个", "各个").rstrip("。") + "，并留存材料。"
    )
    return (clause["id"],)


@harmless
def rectification_longer(files: Files, draw: Random) -> tuple[str, ...] | None:
    draw.choice(plan_of(files)["phases"])["carries_over"] = draw.randrange(10, 40)
    return ()
