"""A question: the SQL that measures one obligation, and the SQL that shows the records behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from policy.plan import House, Obligation

NOTHING = "SELECT '' AS subject, 0 AS period, '' AS ref, NULL AS refused WHERE 1 = 0"


@dataclass(frozen=True)
class Question:
    """`rows` selects subject, period and the check's Facts; `proof` selects subject, period, ref and why refused.

    Both may name the parts of current.py and the `parts` given here. A refused reason of NULL means counted.
    """

    rows: str
    proof: str = NOTHING
    parts: dict[str, str] = field(default_factory=dict)

    def with_parts(self, **more: str) -> Question:
        return Question(self.rows, self.proof, {**more, **self.parts})


Ask = Callable[[Obligation, House], Question]
QUESTIONS: dict[str, Ask] = {}


def question(ask: Ask) -> Ask:
    """Registers a question under the name of its function, which plans use as `asks`."""
    QUESTIONS[ask.__name__] = ask
    return ask


LATER = "'晚于判定日'"

DONE = {
    "firsts": "SELECT subject, period, item, MIN(day) AS day FROM evidence WHERE refused IS NULL "
    "GROUP BY subject, period, item",
    "ranked": "SELECT subject, period, day, ROW_NUMBER() OVER (PARTITION BY subject, period ORDER BY day) AS place "
    "FROM firsts",
    "reached": "SELECT r.subject, r.period, COUNT(*) AS have, MAX(CASE WHEN r.place = s.need THEN r.day END) AS done_on "
    "FROM ranked r JOIN subjects s ON s.subject = r.subject AND s.period = r.period GROUP BY r.subject, r.period",
}
DONE_ROWS = (
    "SELECT s.subject, s.period, CAST(NULL AS INTEGER) AS due, s.need, COALESCE(r.have, 0), r.done_on FROM subjects s "
    "LEFT JOIN reached r ON r.subject = s.subject AND r.period = s.period"
)
PROOF = "SELECT subject, period, ref, refused FROM evidence"


def done(subjects: str, evidence: str) -> Question:
    """Something to be done: `subjects` (subject, period, need), `evidence` (subject, period, ref, day, item, refused).

    Have = distinct items; done on the day the last needed item first came.
    """
    return Question(DONE_ROWS, PROOF, {"subjects": subjects, "evidence": evidence, **DONE})


def of_kind(kind: str) -> str:
    """The units a verdict is about: stations, points and centres while open, the rest while not closed."""
    table = "open_units" if kind in ("station", "point", "centre") else "units"
    return f"SELECT code AS subject, 0 AS period FROM {table} WHERE kind = '{kind}' AND closes > :as_of"
