"""When subjects began, which decides by which text of an amended plan their matters are judged."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, text

from db.columns import day_of
from db.measures.current import with_parts
from policy.words import SubjectKind

UNITS = "SELECT code, opened_on FROM units WHERE opened_on IS NOT NULL"
BEGAN = {
    SubjectKind.PERSON: "SELECT person, MIN(starts) FROM posts WHERE starts > 19000101 GROUP BY person",
    SubjectKind.CONTRACT: (
        "SELECT code, starts_on FROM contracts UNION "
        "SELECT a.code, MIN(a.day) FROM acts a JOIN funds f ON f.act = a.code GROUP BY a.code"
    ),
    SubjectKind.VISIT: "SELECT visit, MIN(day) FROM visits GROUP BY visit",
    SubjectKind.COURSE: "SELECT code, held_on FROM courses",
    SubjectKind.CANDIDATE: "SELECT code, MIN(applied_on) FROM candidates GROUP BY code",
    SubjectKind.BENEFICIARY: "SELECT code, registers FROM beneficiaries WHERE registers > 19000101",
    SubjectKind.HOUSEHOLD: (
        "SELECT household, MIN(registers) FROM beneficiaries WHERE registers > 19000101 GROUP BY household"
    ),
}


def subjects_began(connection: Connection, city: str, kind: SubjectKind, seen: int) -> dict[str, date]:
    """The day each subject of a kind began, of those whose day is recorded: a unit opened, a first post, a contract."""
    rows = connection.execute(text(with_parts({}, BEGAN.get(kind, UNITS))), {"city": city, "known": seen})
    return {code: day_of(day) for code, day in rows}
