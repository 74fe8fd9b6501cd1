"""The rows the oracle answers with, and the four ways a status is found."""


def row(clause, subject, status, *, due=None, days_late=0, measured=None, required=None, period=None):
    kind, code = subject
    return {
        "clause": clause,
        "subject_kind": kind,
        "subject": code,
        "period": period,
        "status": status,
        "due": due,
        "days_late": days_late,
        "measured": None if measured is None else str(measured),
        "required": None if required is None else str(required),
        "flags": [],
        "alternatives": [],
    }


def by_deadline(as_of, due, done_on):
    """The due day itself still counts."""
    if done_on is not None and done_on <= as_of:
        return ("met", 0) if done_on <= due else ("met_late", (done_on - due).days)
    return ("not_yet_due", 0) if as_of <= due else ("not_met", (as_of - due).days)


def milestone(city, clause, subject, start, due, done_on, measured, required="1", fed_by=(), period=None):
    """Something to be done by a day."""
    days_late = 0
    if city.as_of < start:
        status = "not_yet_due"
    elif city.lacks(fed_by):
        status, measured = "no_evidence", None
    else:
        status, days_late = by_deadline(city.as_of, due, done_on)
    return row(
        clause, subject, status, due=due, days_late=days_late, measured=measured, required=required, period=period
    )


def done(city, clause, subject, start, due, days, fed_by, period=None):
    """A milestone that one dated fact fulfils; the first one counts."""
    done_on = min((day for day in days if city.past(day)), default=None)
    measured = 0 if done_on is None else 1
    return milestone(city, clause, subject, start, due, done_on, measured, 1, fed_by, period)


def rule(city, clause, subject, start, ok, measured, required="1", fed_by=(), in_principle=False):
    """A standing rule, judged as it stands."""
    if city.as_of < start:
        status = "not_yet_due"
    elif city.lacks(fed_by):
        status, measured = "no_evidence", None
    elif ok:
        status = "met"
    else:
        status = deviation(city, clause, subject[1]) if in_principle else "not_met"
    return row(clause, subject, status, measured=measured, required=required)


def deviation(city, clause, code):
    return "deviation_justified" if city.excused(clause, code) else "deviation_unjustified"


def add_alternatives(verdict, answers, chosen, always=False):
    """Flag the verdict when another reading says another status.

    `answers` is reading -> (measured, required, status), the chosen one among them.
    """
    others = {reading: answer for reading, answer in answers.items() if reading != chosen}
    if not always and all(status == verdict["status"] for _, _, status in others.values()):
        return verdict
    for reading, (measured, required, status) in others.items():
        verdict["alternatives"].append(
            {"reading": reading, "measured": str(measured), "required": str(required), "status": status}
        )
    verdict["flags"] = sorted({*verdict["flags"], "needs_ruling"})
    return verdict


def hundredths(number):
    """1450 -> "14.5": a decimal string of a number counted in hundredths."""
    whole, rest = divmod(number, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def hours(minutes):
    """Cut, never rounded up."""
    return hundredths(minutes * 100 // 60)
