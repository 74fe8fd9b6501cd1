"""Supervision visits: per station and month, and each visit by itself (A28, A35, A39, A40)."""

from __future__ import annotations

from db.measures.question import Question, question
from policy.checks.qualified_count import QualifiedCount, VisitLength
from policy.plan import House, Obligation


@question
def visits_by_month(obligation: Obligation, house: House) -> Question:
    """Station x month: visits long enough, the month's hours, and the long visits of its supervisor anywhere.

    A visit belongs to the month of its first session and is done on that day; remote sessions count no minutes.
    """
    check = obligation.check
    assert isinstance(check, QualifiedCount)
    long = f"minutes >= {check.minutes}"
    return Question(
        "SELECT u.code, p.number, CASE WHEN u.opens <= p.first AND u.closes > p.last THEN 1 ELSE 0 END, "
        "COALESCE(m.visits, 0), m.first_on, COALESCE(m.minutes, 0), "
        f"CASE WHEN m.{long} THEN m.last_on END, COALESCE(e.visits, 0), e.first_on "
        # Station by station (SQLite keeps the order of a CROSS JOIN): so the verdicts come in the order of their index.
        "FROM units u CROSS JOIN periods p LEFT JOIN monthly m ON m.station = u.code AND m.month = p.number "
        "LEFT JOIN elsewhere e ON e.station = u.code AND e.month = p.number "
        "WHERE u.kind = 'station' AND u.opens <= p.cut AND u.closes > p.first",
        f"SELECT station AS subject, month AS period, ref, CASE WHEN NOT {long} THEN '不足规定时长' END AS refused "
        "FROM visit_totals UNION ALL SELECT station, day / 100, ref, '晚于判定日' FROM visits WHERE day > :as_of",
        {
            "monthly": f"SELECT station, month, SUM(CASE WHEN {long} THEN 1 ELSE 0 END) AS visits, "
            f"MIN(CASE WHEN {long} THEN day END) AS first_on, SUM(minutes) AS minutes, MAX(day) AS last_on "
            "FROM visit_totals GROUP BY station, month",
            "held": "SELECT DISTINCT a.supervisor, a.station, p.number AS month FROM periods p JOIN assignments a "
            "ON a.starts <= p.last AND a.ends >= p.last",
            "long_by_supervisor": "SELECT v.supervisor, v.month, COUNT(*) AS visits, MIN(v.day) AS first_on "
            "FROM visit_totals v JOIN held h ON h.supervisor = v.supervisor AND h.station = v.station "
            f"AND h.month = v.month WHERE v.{long} GROUP BY v.supervisor, v.month",
            "elsewhere": "SELECT h.station, h.month, SUM(s.visits) AS visits, MIN(s.first_on) AS first_on FROM held h "
            "JOIN long_by_supervisor s ON s.supervisor = h.supervisor AND s.month = h.month GROUP BY h.station, h.month",
        },
    )


@question
def visit_hours(obligation: Obligation, house: House) -> Question:
    """Each visit: its minutes, and those of all visits to the station in its month. Clause HZ-4.2.4-10."""
    assert isinstance(obligation.check, VisitLength)
    return Question(
        "SELECT v.visit, 0, v.minutes, m.minutes, CASE WHEN v.day < :starts THEN 1 ELSE 0 END FROM visit_totals v "
        "JOIN monthly m ON m.station = v.station AND m.month = v.month",
        "SELECT visit AS subject, 0 AS period, ref, CASE WHEN day > :as_of THEN '晚于判定日' "
        "WHEN minutes = 0 THEN '远程督导不计时长' END AS refused FROM visits",
        {"monthly": "SELECT station, month, SUM(minutes) AS minutes FROM visit_totals GROUP BY station, month"},
    )
