"""Training hours: before the post, and year by year (A23, A36, A37, A38)."""

from __future__ import annotations

from db.measures.current import earlier, later, quoted, serial
from db.measures.question import Question, done, question
from policy.checks.done_by import DoneBy
from policy.checks.sum_by import SumBy
from policy.checks.sum_in_period import SumInPeriod
from policy.plan import House, Obligation

CAREERS = "SELECT person, MIN(starts) AS first_day, MAX(ends) AS last_day FROM worker_posts GROUP BY person"


@question
def prejob_course(obligation: Obligation, house: House) -> Question:
    """Those on post by the due day and the organised pre-job course each attended. Clause HZ-5.2-21."""
    assert isinstance(obligation.check, DoneBy)
    return done(
        "SELECT c.person AS subject, 0 AS period, CASE WHEN c.first_day > :due OR (c.last_day < :due "
        "AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.subject = c.person AND e.refused IS NULL)) THEN 0 ELSE 1 END "
        "AS need FROM careers c",
        "SELECT t.person AS subject, 0 AS period, t.ref, t.day, '' AS item, CASE WHEN t.day > :as_of THEN '晚于判定日' "
        "WHEN t.course IS NULL THEN '没有写明培训班' WHEN c.code IS NULL AND EXISTS (SELECT 1 FROM kept_kinds k "
        "WHERE k.kind = 'courses') THEN '不是登记在册的岗前培训班' END AS refused FROM trainings t LEFT JOIN courses c "
        "ON c.code = t.course AND c.category = 'prejob' WHERE t.category = 'prejob'",
    ).with_parts(careers=CAREERS)


@question
def hours_before_post(obligation: Obligation, house: House) -> Question:
    """Each worker's first and last day on post, hours attended, and the day they were enough. Clause HZ-5.2-22."""
    check = obligation.check
    assert isinstance(check, SumBy)
    return Question(
        "SELECT c.person, 0, c.first_day, c.last_day, COALESCE(r.minutes, 0), r.done_on FROM careers c "
        "LEFT JOIN reached_hours r ON r.person = c.person",
        _sessions(check.category),
        {
            "careers": CAREERS,
            "running": "SELECT person, day, SUM(minutes) OVER (PARTITION BY person ORDER BY day) AS so_far FROM trainings "
            f"WHERE category = {quoted([check.category])} AND day <= :as_of",
            "reached_hours": "SELECT person, MAX(so_far) AS minutes, "
            f"MIN(CASE WHEN so_far >= {check.minutes} THEN day END) AS done_on FROM running GROUP BY person",
        },
    )


def _sessions(category: str, period: str = "0") -> str:
    return (
        f"SELECT person AS subject, {period} AS period, ref, CASE WHEN day > :as_of THEN '晚于判定日' "
        f"WHEN category <> {quoted([category])} THEN '不属于本类培训' END AS refused FROM trainings"
    )


@question
def hours_in_year(obligation: Obligation, house: House) -> Question:
    """Worker x year: continuing and pre-job minutes, days on post, days on leave. Clause HZ-5.3.3-04.

    Days on post are the length of the union of the person's posts within the year; planned ends are known.
    """
    check = obligation.check
    assert isinstance(check, SumInPeriod)
    days = f"{serial('s.last')} - {serial('s.first')} + 1"
    beyond = f"{serial('s.last')} - {serial('s.covered')}"
    return Question(
        "SELECT v.person, v.number, COALESCE(t.minutes, 0), COALESCE(t.prejob, 0), v.served, COALESCE(a.away, 0) "
        "FROM served v LEFT JOIN attended t ON t.person = v.person AND t.year = v.number "
        "LEFT JOIN absent a ON a.person = v.person AND a.number = v.number",
        _sessions(check.category, "day / 10000"),
        {
            "spells": f"SELECT w.person, p.number, {later('w.starts', 'p.first')} AS first, "
            f"{earlier('w.ends', 'p.last')} AS last FROM periods p JOIN worker_posts w "
            "ON w.starts <= p.last AND w.ends >= p.first",
            "spells_so_far": "SELECT person, number, first, last, MAX(last) OVER (PARTITION BY person, number ORDER BY "
            "first, last ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered FROM spells",
            "served": "SELECT s.person, s.number, SUM(CASE WHEN s.covered IS NULL OR s.covered < s.first "
            f"THEN {days} WHEN s.covered < s.last THEN {beyond} ELSE 0 END) AS served "
            "FROM spells_so_far s GROUP BY s.person, s.number HAVING MIN(s.first) <= :as_of",
            "attended": "SELECT person, day / 10000 AS year, "
            f"SUM(CASE WHEN category = {quoted([check.category])} THEN minutes ELSE 0 END) AS minutes, "
            "SUM(CASE WHEN category = 'prejob' THEN minutes ELSE 0 END) AS prejob "
            "FROM trainings WHERE day <= :as_of AND day >= (SELECT MIN(first) FROM periods) GROUP BY person, day / 10000",
            "away_spells": f"SELECT l.person, p.number, {later('l.starts', 'p.first')} AS first, "
            f"{earlier('l.ends', 'p.last')} AS last FROM periods p JOIN leaves l "
            "ON l.starts <= p.last AND l.ends >= p.first",
            "absent": f"SELECT s.person, s.number, SUM({days}) AS away FROM away_spells s GROUP BY s.person, s.number",
        },
    )
