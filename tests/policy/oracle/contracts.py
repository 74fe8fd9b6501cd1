# ruff: noqa: PERF401, SIM102 - plain loops on purpose
"""Labour contracts: employer, term, insurance, renewal, integration."""

from datetime import date, timedelta

from .facts import real_end
from .verdicts import add_alternatives, deviation, hundredths, row, rule

START = date(2021, 7, 1)
CONTRACTS = ("contracts",)


def judge(city):
    for person in city.workers_on(city.as_of):
        yield contract_of_worker(city, person)
        yield insurance_of_worker(city, person)
    for contract in city.rows("contracts"):
        if contract["starts_on"] >= START:
            yield employer(city, contract)
            if city.kind_of(contract["employer"]) == "township":
                yield term(city, contract)
        if contract["renews"] and contract["starts_on"] >= date(2022, 7, 1):
            yield renewal(city, contract)
    yield from integrated(city)


def in_force(city, person, day):
    rows = [contract for contract in city.rows("contracts") if contract["person"] == person]
    return [contract for contract in rows if contract["starts_on"] <= day <= real_end(contract)]


def contract_of_worker(city, person):
    """HZ-4.2.2-02; a contract from before July 2021 runs to its end with whoever signed it."""
    good = []
    for contract in in_force(city, person, city.as_of):
        if contract["starts_on"] < START or city.kind_of(contract["employer"]) == "township":
            good.append(contract)
    have = 1 if good else 0
    return rule(city, "HZ-4.2.2-02", ("person", person), START, good, have, 1, CONTRACTS)


def insurance_of_worker(city, person):
    lines = max((contract["insurance_lines"] or 0 for contract in in_force(city, person, city.as_of)), default=0)
    return rule(city, "HZ-4.3-03", ("person", person), START, lines >= 5, lines, 5, CONTRACTS)


def once_begun(city, verdict, contract):
    """A contract that starts later is known and not judged yet."""
    if contract["starts_on"] > city.as_of:
        verdict |= {"status": "not_yet_due", "flags": [], "alternatives": []}
    return verdict


def employer(city, contract):
    ok = city.kind_of(contract["employer"]) == "township"
    verdict = rule(city, "HZ-5.1-15", ("contract", contract["code"]), START, ok, int(ok), 1)
    return once_begun(city, verdict, contract)


def anniversary(start, years):
    if (start.month, start.day) == (2, 29):
        return date(start.year + years, 2, 28) + timedelta(days=1)
    return start.replace(year=start.year + years)


def years_between(start, end):
    """Years from `start` to the end of the day `end`, in hundredths, cut."""
    after = end + timedelta(days=1)
    if after <= start:
        return 0
    years = 0
    while anniversary(start, years + 1) <= after:
        years += 1
    this, following = anniversary(start, years), anniversary(start, years + 1)
    return years * 100 + (after - max(this, start)).days * 100 // (following - this).days


def term(city, contract):
    """HZ-4.2.2-03: three years by the calendar."""
    last_day = anniversary(contract["starts_on"], 3) - timedelta(days=1)
    measured = hundredths(years_between(contract["starts_on"], contract["ends_on"]))
    fits = {"exact": contract["ends_on"] == last_day, "minimum": contract["ends_on"] >= last_day}
    answers = {reading: (measured, 3, "met" if ok else "not_met") for reading, ok in fits.items()}
    chosen = city.readings["A41"]
    verdict = row("HZ-4.2.2-03", ("contract", contract["code"]), answers[chosen][2], measured=measured, required=3)
    return once_begun(city, add_alternatives(verdict, answers, chosen), contract)


def latest_grade(city, person, day):
    rows = []
    for assessment in city.rows("assessments"):
        if (assessment["kind"], assessment["subject"]) == ("worker", person) and assessment["grade"]:
            if assessment["held_on"] <= min(day, city.as_of):
                rows.append(assessment)
    return max(rows, key=lambda assessment: assessment["held_on"])["grade"] if rows else None


def renewal(city, contract):
    """HZ-5.1-21: a certificate and a passed assessment on the day of renewal."""
    clause, subject = "HZ-5.1-21", ("contract", contract["code"])
    day, person = contract["starts_on"], contract["person"]
    certified, grade = city.certified(person, day), latest_grade(city, person, day)
    passed = grade in ("优秀", "合格")
    measured = int(certified) + int(passed)
    if day > city.as_of and city.as_of < date(2022, 7, 1):
        status = "not_yet_due"
    elif city.lacks(("certificates", "assessments")):
        status, measured = "no_evidence", None
    elif day > city.as_of:
        status = "not_yet_due"
    elif certified and passed:
        status = "met"
    elif certified and grade is None:
        status = "needs_ruling"
    else:
        status = deviation(city, clause, contract["code"])
    return row(clause, subject, status, measured=measured, required=2)


def integrated(city):
    """HZ-5.1-13: the first post lies within the contract that was taken over."""
    rows = [contract for contract in city.rows("contracts") if contract["integrated"] is True]
    for person in sorted({contract["person"] for contract in rows}):
        days = []
        for post in city.rows("posts"):
            if post["person"] == person and (city.is_worker_post(post) or post["post"] == "integrated_clerk"):
                days.append(post["starts_on"] or date.min)
        day = min(days, default=date.max)
        good = [c for c in rows if c["person"] == person and c["starts_on"] <= day <= real_end(c)]
        have = 1 if good else 0
        verdict = rule(city, "HZ-5.1-13", ("person", person), date(2021, 1, 1), good, have, 1, ("posts",))
        if day > city.as_of and not city.lacks(("posts",)):
            verdict["status"] = "not_yet_due"
        yield verdict
