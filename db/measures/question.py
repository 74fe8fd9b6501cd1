"""A question: the SQL that measures one obligation, and the SQL that shows the records behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from policy.plan import House, Obligation

NOTHING = "SELECT '' AS subject, 0 AS period, '' AS ref, NULL AS refused WHERE 1 = 0"


@dataclass(frozen=True)
class Question:
    """`rows` selects subject, period and the check's Facts; `proof` selects subject, period, ref and why refused.

    `items` selects of a count what is counted: code, period and the day on which it was done. All may name the parts
    of current.py and the `parts` given here. A refused reason of NULL means counted.
    """

    rows: str
    proof: str = NOTHING
    parts: dict[str, str] = field(default_factory=dict)
    items: str = ""

    def with_parts(self, **more: str) -> Question:
        return replace(self, parts={**more, **self.parts})


Ask = Callable[[Obligation, House], Question]
QUESTIONS: dict[str, Ask] = {}


def question(ask: Ask) -> Ask:
    """Registers a question under the name of its function, which plans use as `asks`."""
    QUESTIONS[ask.__name__] = ask
    return ask


LATER = "'晚于判定日'"

DONE_ROWS = (
    "SELECT subject, period, CAST(NULL AS INTEGER) AS due, MAX(need), MAX(have), MAX(done_on) FROM (SELECT subject, period, "
    "need, 0 AS have, CAST(NULL AS INTEGER) AS done_on, 1 AS wanted FROM subjects UNION ALL SELECT subject, period, 0, have, "
    "done_on, 0 FROM reached) AS both_sides GROUP BY subject, period HAVING MAX(wanted) = 1"
)
"""Subjects and what they reached, put together by sorting: a join would be quadratic on SQLite's derived tables."""

PROOF = "SELECT subject, period, ref, refused FROM evidence"


def done(subjects: str, evidence: str, need: str = "1") -> Question:
    """Something to be done: `subjects` (subject, period, need), `evidence` (subject, period, ref, day, item, refused).

    Have = distinct items; done on the day the last of `need` items first came (SQL, the same for every subject).
    """
    return Question(DONE_ROWS, PROOF, {"subjects": subjects, "evidence": evidence, **_reached(need)})


def _reached(need: str) -> dict[str, str]:
    counted = "FROM evidence WHERE refused IS NULL GROUP BY subject, period"
    if need == "1":
        return {"reached": f"SELECT subject, period, COUNT(DISTINCT item) AS have, MIN(day) AS done_on {counted}"}
    return {
        "firsts": f"SELECT subject, period, item, MIN(day) AS day {counted}, item",
        "ranked": "SELECT subject, period, day, ROW_NUMBER() OVER (PARTITION BY subject, period ORDER BY day) AS place "
        "FROM firsts",
        "reached": f"SELECT subject, period, COUNT(*) AS have, MAX(CASE WHEN place = {need} THEN day END) AS done_on "
        "FROM ranked GROUP BY subject, period",
    }


def whole(items: str) -> Question:
    """All of a set, owed by the city: `items` has a row an item with code, ref, day and refused. Done with the last."""
    reached = (
        "SELECT COUNT(*) AS need, COUNT(held_on) AS have, CASE WHEN COUNT(*) = COUNT(held_on) THEN MAX(held_on) END AS "
        "done_on FROM (SELECT CASE WHEN refused IS NULL THEN day END AS held_on FROM items) AS each_item"
    )
    return Question(
        "SELECT c.code, 0, CAST(NULL AS INTEGER), r.need, r.have, r.done_on FROM units c CROSS JOIN reached r "
        "WHERE c.kind = 'city'",
        "SELECT c.code AS subject, 0 AS period, i.ref, i.refused FROM items i JOIN units c ON c.kind = 'city'",
        {"items": items, "reached": reached},
        "SELECT code, 0, CASE WHEN refused IS NULL THEN day END FROM items",
    )


NO_UNITS = {
    "household": "SELECT DISTINCT household AS subject, 0 AS period FROM beneficiaries "
    "WHERE registers <= :as_of AND leaves_on > :as_of",
    "beneficiary": "SELECT code AS subject, 0 AS period FROM beneficiaries "
    "WHERE registers <= :as_of AND leaves_on > :as_of",
    "candidate": "SELECT DISTINCT code AS subject, 0 AS period FROM candidates WHERE applied_on <= :as_of",
    "person": "SELECT DISTINCT person AS subject, 0 AS period FROM posts_now",
}


def of_kind(kind: str) -> str:
    """The subjects a verdict is about: stations, points and centres while open, other units while not closed;
    households and beneficiaries on the register, candidates who have applied, persons on post."""
    if kind in NO_UNITS:
        return NO_UNITS[kind]
    table = "open_units" if kind in ("station", "point", "centre") else "units"
    return f"SELECT code AS subject, 0 AS period FROM {table} WHERE kind = '{kind}' AND closes > :as_of"
