# ruff: noqa: PERF401 - plain loops on purpose
"""What each person served, each household and each village must have got."""

from datetime import date

from .verdicts import done, milestone, row, rule

START = date(2021, 7, 1)
END_2022 = date(2022, 12, 31)
CATEGORIES = ("低保", "特困", "残疾", "困境", "留守儿童", "困难老年", "留守妇女")
STEPS = ("识别对象", "分析需求", "制定计划", "协调资源", "专业介入", "跟踪问效")
REGISTER = ("beneficiaries",)


def judge(city):
    yield from share_served(city, "HZ-3-04", date(2021, 5, 6))
    yield from share_served(city, "HZ-5.4-05", date(2022, 7, 1))
    for beneficiary in on_register(city, city.as_of):
        yield from each_beneficiary(city, beneficiary)
    yield from households(city)
    yield from villages(city)


def on_register(city, day):
    found = []
    for beneficiary in city.rows("beneficiaries"):
        if (beneficiary["registered_on"] or date.min) <= day < (beneficiary["removed_on"] or date.max):
            found.append(beneficiary)
    return found


def share_served(city, clause, start):
    """A file and a service for everybody in the listed categories, on the register of the due day at the latest."""
    counted, days = 0, []
    for beneficiary in on_register(city, min(city.as_of, END_2022)):
        if any(word in beneficiary["category"] for word in CATEGORIES):
            counted += 1
            if city.past(beneficiary["file_on"]) and city.past(beneficiary["served_on"]):
                days.append(max(beneficiary["file_on"], beneficiary["served_on"]))
    done_on = max(days) if counted and len(days) == counted else None
    for unit in city.subjects("city"):
        if counted or city.lacks(REGISTER):
            share, wanted = (f"{len(days)}/{counted}", 1) if counted else (None, None)
            yield milestone(city, clause, ("city", unit["code"]), start, END_2022, done_on, share, wanted, REGISTER)


def each_beneficiary(city, beneficiary):
    code = beneficiary["code"]
    subject = ("beneficiary", code)
    for clause, field in (("HZ-5.3.2-01", "visited_on"), ("HZ-5.3.2-05", "plan_on")):
        ok = city.past(beneficiary[field])
        yield rule(city, clause, subject, START, ok, int(ok), 1, REGISTER)
    if city.past(beneficiary["served_on"]):
        have = min(1, len(city.acts("HZ-5.3.2-03", code)))
        yield rule(city, "HZ-5.3.2-03", subject, START, have, have, 1, ("acts",))
    yield case_steps(city, code)


def case_steps(city, code):
    """HZ-5.3.1-03: six steps in order; only a wrong order or an early end is a breach."""
    clause, subject = "HZ-5.3.1-03", ("beneficiary", code)
    if city.as_of >= START and city.lacks(("acts",)):
        return row(clause, subject, "no_evidence", required=6)
    first = {}
    for act in city.acts(clause, code):
        if act["item"] in STEPS:
            first[act["item"]] = min(act["on"], first.get(act["item"], date.max))
    days = [first[step] for step in STEPS if step in first]
    complete = len(days) == 6
    if city.as_of < START or not days:
        status = "not_yet_due"
    elif days != sorted(days) or ("跟踪问效" in first and not complete):
        status = "not_met"
    else:
        status = "met" if complete else "not_yet_due"
    return row(clause, subject, status, measured=len(days), required=6)


def households(city):
    filed = {}
    for beneficiary in on_register(city, city.as_of):
        household = beneficiary["household"] or beneficiary["code"]
        filed[household] = filed.get(household, False) or city.past(beneficiary["file_on"])
    for household, ok in filed.items():
        yield rule(city, "HZ-5.3.2-02", ("household", household), START, ok, int(ok), 1, REGISTER)


def villages(city):
    """HZ-5.3.1-06: one service, or an act that says so; seen as long as one of the two kinds is kept."""
    fed_by = REGISTER if city.lacks(("acts",)) else ()
    for village in city.subjects("village"):
        code = village["code"]
        days = [b["served_on"] for b in city.rows("beneficiaries") if b["village"] == code and b["served_on"]]
        days += [act["on"] for act in city.acts("HZ-5.3.1-06", code)]
        yield done(city, "HZ-5.3.1-06", ("village", code), START, END_2022, days, fed_by)
