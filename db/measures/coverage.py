"""Stations, points and villages: what is open, what is covered, since when."""

from __future__ import annotations

from db.measures.current import quoted
from db.measures.question import Question, done, of_kind, question, whole
from policy.checks.done_by import DoneBy
from policy.checks.standing import Standing
from policy.plan import House, Obligation


@question
def station_opened(obligation: Obligation, house: House) -> Question:
    """Townships with a station. Clauses HZ-3-01, HZ-5.2-02, HZ-5.3-02 (A15: three dates, three rows)."""
    assert isinstance(obligation.check, DoneBy)
    shut = "WHEN s.closes <= :as_of THEN '该站已关闭'" if obligation.check.still_open else ""
    return done(
        f"SELECT subject, period, 1 AS need FROM ({of_kind('township')}) AS t",
        "SELECT s.parent AS subject, 0 AS period, s.ref, s.opened_on AS day, 'station' AS item, "
        f"CASE WHEN s.opened_on IS NULL THEN '没有开放日期' WHEN s.opened_on > :as_of THEN '晚于判定日' {shut} END "
        "AS refused FROM units s WHERE s.kind = 'station'",
    )


@question
def village_covered(obligation: Obligation, house: House) -> Question:
    """Villages in the catchment of an open point. Clause HZ-3-02 (A33: the catchment, not the service)."""
    return done(
        f"SELECT subject, period, 1 AS need FROM ({of_kind('village')}) AS v",
        "SELECT v.code AS subject, 0 AS period, v.ref, c.day, 'point' AS item, "
        "CASE WHEN c.code IS NULL THEN '没有开放的社工点覆盖' END AS refused "
        "FROM units v LEFT JOIN covered_villages c ON c.code = v.code WHERE v.kind = 'village' AND v.closes > :as_of",
    )


@question
def city_covered(obligation: Obligation, house: House) -> Question:
    """Towns with a station and villages with a point, together. Clause HZ-3-03; counts, never rounded shares (A50)."""
    return whole(
        "SELECT w.code, w.ref, b.day, CASE WHEN b.code IS NULL THEN '尚未覆盖' END AS refused FROM units w "
        "LEFT JOIN both_covered b ON b.code = w.code WHERE w.kind IN ('township', 'village') AND w.closes > :as_of"
    ).with_parts(both_covered="SELECT code, day FROM opened_towns UNION ALL SELECT code, day FROM covered_villages")


@question
def points_grown(obligation: Obligation, house: House) -> Question:
    """More open points than on the last day of the stage before, unless every village is covered. Clause HZ-5.4-02.

    Of the two ways the one that came first counts. Of the points open now, so many as make it more: a point that only
    takes the place of one that closed is no growth.
    """
    return Question(
        "SELECT t.code, 0, CAST(NULL AS INTEGER), "
        "COALESCE(n.then_open, 0) + 1, COALESCE(n.now_open, 0), "
        "CASE WHEN c.done_on IS NULL OR n.grew_on < c.done_on THEN n.grew_on ELSE c.done_on END "
        "FROM units t LEFT JOIN counts n ON n.town = t.code LEFT JOIN complete c ON c.town = t.code "
        "WHERE t.kind = 'township' AND t.closes > :as_of",
        "SELECT t.code AS subject, 0 AS period, p.ref, NULL AS refused FROM open_units p JOIN units s "
        "ON s.code = p.parent JOIN units t ON t.code = s.parent WHERE p.kind = 'point'",
        {
            "counts": "SELECT town, MAX(then_open) AS then_open, MAX(nth) AS now_open, "
            "MIN(CASE WHEN nth > then_open THEN opens END) AS grew_on FROM openings GROUP BY town",
            "openings": "SELECT s.parent AS town, p.opens, "
            "SUM(CASE WHEN p.opens < :starts AND p.closes >= :starts THEN 1 ELSE 0 END) OVER (PARTITION BY s.parent) AS then_open, "
            "SUM(CASE WHEN p.opens <= :as_of AND p.closes > :as_of THEN 1 ELSE 0 END) "
            "OVER (PARTITION BY s.parent ORDER BY p.opens, p.code) AS nth "
            "FROM units p JOIN units s ON s.code = p.parent WHERE p.kind = 'point'",
            "complete": "SELECT v.parent AS town, CASE WHEN COUNT(*) = COUNT(c.code) THEN MAX(c.day) END AS done_on "
            "FROM units v LEFT JOIN covered_villages c ON c.code = v.code "
            "WHERE v.kind = 'village' AND v.closes > :as_of GROUP BY v.parent",
        },
    )


@question
def villages_of_point(obligation: Obligation, house: House) -> Question:
    """Three villages a point; the remainder of a town's villages may form one smaller point. Clause HZ-5.2-09 (A27)."""
    assert isinstance(obligation.check, Standing)
    size, excuse = obligation.check.least, quoted([obligation.check.excused_by or ""])
    return Question(
        f"SELECT n.point, 0, n.villages, {size}, {size}, 0, CASE WHEN e.subject IS NOT NULL OR (n.villages > 0 "
        f"AND n.villages = t.villages % {size} AND same.points = 1) THEN 1 ELSE 0 END FROM sizes n LEFT JOIN towns t ON t.town = n.town "
        "JOIN same_size same ON same.town = n.town AND same.villages = n.villages "
        "LEFT JOIN remote e ON e.subject = n.point",
        "SELECT v.point AS subject, 0 AS period, v.ref, NULL AS refused FROM catchments v WHERE v.point IS NOT NULL",
        {
            "sizes": "SELECT p.code AS point, s.parent AS town, COUNT(v.code) AS villages FROM open_units p "
            "JOIN units s ON s.code = p.parent LEFT JOIN catchments v ON v.point = p.code WHERE p.kind = 'point' GROUP BY p.code, s.parent",
            "same_size": "SELECT town, villages, COUNT(*) AS points FROM sizes GROUP BY town, villages",
            "towns": "SELECT parent AS town, COUNT(*) AS villages FROM units WHERE kind = 'village' "
            "AND closes > :as_of GROUP BY parent",
            "remote": f"SELECT DISTINCT subject FROM acts WHERE clause = {excuse} AND day <= :as_of",
        },
    )


@question
def city(obligation: Obligation, house: House) -> Question:
    """The city itself, with nothing measured: the stages."""
    return Question("SELECT code, 0 FROM units WHERE kind = 'city'")
