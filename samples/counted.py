"""A city of which only two numbers are known: so many stations, so many supervisors, the stations shared out in turn."""

from datetime import date

from samples.sheets import COLUMNS, Row

CITY, COUNTY = "C", "K"


def counted_city(name: str, opened: date, stations: int, supervisors: int) -> dict[str, list[Row]]:
    """One county; a town for every station, open from the first day; every supervisor at the city's disposal."""
    day = opened.isoformat()
    towns, people = range(1, stations + 1), range(1, supervisors + 1)
    units = [{"code": CITY, "name": name, "kind": "city"}]
    units += [{"code": COUNTY, "name": f"{name}各县（区）", "kind": "county", "parent": CITY}]
    for n in towns:
        units += [{"code": f"T{n}", "name": f"{n}号镇", "kind": "township", "parent": COUNTY}]
        station = {"code": f"S{n}", "name": f"{n}号社工站", "kind": "station", "parent": f"T{n}"}
        units += [{**station, "opened_on": day}]
    ties = ((f"D{(n - 1) % supervisors + 1}", f"S{n}") for n in towns if supervisors)
    rows = {
        "units": units,
        "people": [{"code": f"D{n}", "name": f"{n}号督导员"} for n in people],
        "posts": [{"person": f"D{n}", "unit": CITY, "post": "supervisor", "starts_on": day} for n in people],
        "assignments": [{"supervisor": who, "station": where, "starts_on": day} for who, where in ties],
    }
    return {
        kind: [{column: row.get(column, "") for column in COLUMNS[kind]} for row in each] for kind, each in rows.items()
    }
