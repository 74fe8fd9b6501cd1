"""Who holds which post: heads at a station, workers of a point, a village, a town; supervisors and liaisons."""

from __future__ import annotations

from db.measures.current import WORKER_POSTS, quoted
from db.measures.question import Question, question
from policy.checks.ratio import Ratio
from policy.checks.standing import Standing
from policy.plan import House, Obligation


def _bounds(check: Standing) -> str:
    most = "CAST(NULL AS INTEGER)" if check.most is None else str(check.most)
    return f"{check.least}, {most}"


@question
def holders(obligation: Obligation, house: House) -> Question:
    """Persons holding one of the posts at the subject itself, on the day."""
    check = obligation.check
    assert isinstance(check, Standing)
    full_time = "WHEN COALESCE(p.full_time, FALSE) = FALSE THEN '未注明专职'" if check.full_time else ""
    return Question(
        f"SELECT u.code, 0, COUNT(DISTINCT e.person), {_bounds(check)} FROM open_units u LEFT JOIN evidence e "
        f"ON e.subject = u.code AND e.refused IS NULL WHERE u.kind = '{obligation.subject}' GROUP BY u.code",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            "evidence": "SELECT p.unit AS subject, p.ref, p.person, CASE WHEN p.starts > :as_of THEN '尚未到任' "
            f"WHEN p.ends < :as_of THEN '已经离任' {full_time} END AS refused FROM posts p "
            f"WHERE p.post IN ({quoted(check.posts)})"
        },
    )


@question
def holders_in_city(obligation: Obligation, house: House) -> Question:
    """Persons holding one of the posts anywhere in the city. Clauses HZ-5.3.4-02, -03 (A29)."""
    check = obligation.check
    assert isinstance(check, Standing)
    held = f"FROM posts_now p WHERE p.post IN ({quoted(check.posts)})"
    return Question(
        f"SELECT c.code, 0, (SELECT COUNT(DISTINCT p.person) {held}), {_bounds(check)} FROM units c WHERE c.kind = 'city'",
        f"SELECT c.code AS subject, 0 AS period, p.ref, NULL AS refused FROM units c JOIN posts_now p "
        f"ON p.post IN ({quoted(check.posts)}) WHERE c.kind = 'city'",
    )


@question
def kinds_filled(obligation: Obligation, house: House) -> Question:
    """How many of the named kinds of post are filled at a station (`a|b`: either). Clause HZ-5.1-05."""
    check = obligation.check
    assert isinstance(check, Standing)
    filled = " + ".join(
        f"MAX(CASE WHEN p.post IN ({quoted(kind.split('|'))}) THEN 1 ELSE 0 END)" for kind in check.posts
    )
    every = quoted(word for kind in check.posts for word in kind.split("|"))
    return Question(
        f"SELECT u.code, 0, {filled}, {_bounds(check)} FROM open_units u LEFT JOIN posts_now p ON p.unit = u.code "
        "WHERE u.kind = 'station' GROUP BY u.code",
        f"SELECT p.unit AS subject, 0 AS period, p.ref, NULL AS refused FROM posts_now p WHERE p.post IN ({every})",
    )


@question
def disability_specialists(obligation: Obligation, house: House) -> Question:
    """Disability specialists of the town and how many hold an affairs post at its station. Clause HZ-4.2.1-05 (A25)."""
    return Question(
        "SELECT u.code, 0, COUNT(DISTINCT CASE WHEN e.refused IS NULL THEN e.person END), "
        "CASE WHEN COUNT(e.person) > 0 THEN COUNT(DISTINCT e.person) END, CAST(NULL AS INTEGER) "
        "FROM open_units u LEFT JOIN evidence e ON e.subject = u.code WHERE u.kind = 'station' GROUP BY u.code",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            "evidence": "SELECT u.code AS subject, p.ref, p.person, CASE WHEN NOT EXISTS (SELECT 1 FROM posts_now s "
            f"WHERE s.person = p.person AND s.unit = u.code AND s.post IN ({WORKER_POSTS})) THEN '尚未纳入社工站岗位' "
            "END AS refused FROM open_units u JOIN posts_now p ON p.post = 'disability_specialist' "
            "AND p.unit IN (u.code, u.parent) WHERE u.kind = 'station'"
        },
    )


@question
def villages_carried(obligation: Obligation, house: House) -> Question:
    """Villages each service worker carries, those stood in for included. Clause HZ-4.2.1-07, the person's row."""
    return Question(
        "SELECT s.person, 0, COUNT(DISTINCT c.village), 0, 1 FROM servers s LEFT JOIN carried c ON c.person = s.person "
        "GROUP BY s.person",
        "SELECT person AS subject, 0 AS period, ref, NULL AS refused FROM carried",
        {
            "own": "SELECT p.person, p.unit AS village, p.ref FROM posts_now p JOIN units u ON u.code = p.unit "
            "AND u.kind = 'village' WHERE p.post = 'service'",
            "carried": "SELECT person, village, ref FROM own UNION SELECT l.substitute, o.village, l.ref "
            "FROM leaves_now l JOIN own o ON o.person = l.person WHERE l.substitute IS NOT NULL",
            "servers": "SELECT DISTINCT person FROM posts_now WHERE post = 'service'",
        },
    )


STOOD_IN = (
    "SELECT village, person, ref FROM village_workers UNION SELECT w.village, l.substitute, l.ref FROM village_workers w "
    "JOIN leaves_now l ON l.person = w.person WHERE l.substitute IS NOT NULL"
)


@question
def workers_of_village(obligation: Obligation, house: House) -> Question:
    """Workers of each village, of its point, and substitutes. Clause HZ-4.2.1-07, the village's row."""
    check = obligation.check
    assert isinstance(check, Standing)
    return Question(
        f"SELECT u.code, 0, COUNT(DISTINCT w.person), {_bounds(check)} FROM open_units u LEFT JOIN serving w "
        "ON w.village = u.code WHERE u.kind = 'village' GROUP BY u.code",
        "SELECT village AS subject, 0 AS period, ref, NULL AS refused FROM serving",
        {"serving": STOOD_IN},
    )


@question
def present_in_village(obligation: Obligation, house: House) -> Question:
    """Workers present where somebody is on leave; villages with nobody on leave do not apply. Clause HZ-5.1-11."""
    check = obligation.check
    assert isinstance(check, Standing)
    away = "EXISTS (SELECT 1 FROM leaves_now l WHERE l.person = w.person)"
    return Question(
        f"SELECT u.code, 0, COUNT(DISTINCT CASE WHEN w.refused IS NULL THEN w.person END), "
        f"CASE WHEN a.village IS NOT NULL THEN {check.least} END, CAST(NULL AS INTEGER) FROM open_units u "
        "LEFT JOIN affected a ON a.village = u.code LEFT JOIN attending w ON w.village = u.code "
        "WHERE u.kind = 'village' GROUP BY u.code, a.village",
        "SELECT village AS subject, 0 AS period, ref, refused FROM attending",
        {
            "serving": STOOD_IN,
            "attending": f"SELECT w.village, w.person, w.ref, CASE WHEN {away} THEN '请假中' END AS refused FROM serving w",
            "affected": f"SELECT DISTINCT w.village FROM village_workers w WHERE {away}",
        },
    )


@question
def workers_of_point(obligation: Obligation, house: House) -> Question:
    """Service workers at a point or at one of its villages. Clause HZ-5.1-07."""
    check = obligation.check
    assert isinstance(check, Standing)
    return Question(
        f"SELECT u.code, 0, COUNT(DISTINCT w.person), {_bounds(check)} FROM open_units u LEFT JOIN at_point w "
        "ON w.point = u.code WHERE u.kind = 'point' GROUP BY u.code",
        "SELECT point AS subject, 0 AS period, ref, NULL AS refused FROM at_point",
        {
            "at_point": "SELECT p.unit AS point, p.person, p.ref FROM posts_now p WHERE p.post = 'service' "
            "UNION SELECT v.point, p.person, p.ref FROM posts_now p JOIN catchments v ON v.code = p.unit "
            "AND v.point IS NOT NULL WHERE p.post = 'service'"
        },
    )


@question
def workers_of_town(obligation: Obligation, house: House) -> Question:
    """Service workers in a town against its villages. Clause HZ-5.1-09 (A26: service posts only)."""
    return Question(
        "SELECT t.code, 0, COALESCE(w.workers, 0), COALESCE(v.villages, 0), CAST(NULL AS INTEGER) FROM units t "
        "LEFT JOIN (SELECT town, COUNT(DISTINCT person) AS workers FROM in_town GROUP BY town) w ON w.town = t.code "
        "LEFT JOIN (SELECT parent AS town, COUNT(*) AS villages FROM open_units WHERE kind = 'village' GROUP BY parent) v "
        "ON v.town = t.code WHERE t.kind = 'township' AND t.closes > :as_of",
        "SELECT town AS subject, 0 AS period, ref, NULL AS refused FROM in_town",
        {
            "in_town": "SELECT u.parent AS town, p.person, p.ref FROM posts_now p JOIN units u ON u.code = p.unit "
            "AND u.kind = 'village' WHERE p.post = 'service' UNION SELECT s.parent, p.person, p.ref FROM posts_now p "
            "JOIN units u ON u.code = p.unit AND u.kind = 'point' JOIN units s ON s.code = u.parent "
            "WHERE p.post = 'service'"
        },
    )


@question
def rightly_placed(obligation: Obligation, house: House) -> Question:
    """Posts of a worker that stand where they belong: affairs at a station, service in the field. Clause HZ-5.1-06."""
    return Question(
        "SELECT person, 0, SUM(CASE WHEN refused IS NULL THEN 1 ELSE 0 END), COUNT(*), CAST(NULL AS INTEGER) "
        "FROM evidence GROUP BY person",
        "SELECT person AS subject, 0 AS period, ref, refused FROM evidence",
        {
            "evidence": "SELECT p.person, p.ref, CASE WHEN p.post = 'service' AND u.kind NOT IN ('point', 'village') "
            "THEN '服务性岗位不在社工点或村（居）' WHEN p.post <> 'service' AND u.kind <> 'station' "
            "THEN '事务性岗位不在社工站' END AS refused FROM posts_now p JOIN units u ON u.code = p.unit "
            f"WHERE (p.post IN ({WORKER_POSTS}) OR p.post = 'service') "
            "AND NOT (p.post = 'disability_specialist' AND u.kind = 'township')"
        },
    )


@question
def liaison_certified(obligation: Obligation, house: House) -> Question:
    """County liaisons with a valid certificate of at least the lowest level. Clause HZ-4.2.4-04."""
    check = obligation.check
    assert isinstance(check, Standing)
    return Question(
        f"SELECT p.person, 0, CASE WHEN COUNT(e.ref) > 0 THEN 1 ELSE 0 END, {_bounds(check)} FROM posts_now p "
        "LEFT JOIN evidence e ON e.subject = p.person AND e.refused IS NULL "
        f"WHERE p.post IN ({quoted(check.posts)}) GROUP BY p.person",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            "evidence": "SELECT c.person AS subject, c.ref, CASE WHEN c.issued_on > :as_of THEN '晚于判定日' "
            "WHEN c.valid_to < :as_of THEN '登记已过有效期' "
            f"WHEN c.level NOT IN ({quoted(check.items)}) THEN '不是职业水平证书' END AS refused FROM certificates c"
        },
    )


SUPERVISED = {
    "loads": "SELECT a.supervisor AS person, a.station, a.ref FROM assignments a WHERE a.starts <= :as_of "
    "AND a.ends >= :as_of AND NOT EXISTS (SELECT 1 FROM leaves_now l WHERE l.person = a.supervisor "
    "AND l.substitute IS NOT NULL) UNION SELECT l.substitute, a.station, l.ref FROM assignments a JOIN leaves_now l "
    "ON l.person = a.supervisor WHERE l.substitute IS NOT NULL AND a.starts <= :as_of AND a.ends >= :as_of",
    "open_loads": "SELECT o.person, o.station, o.ref FROM loads o JOIN open_units u ON u.code = o.station "
    "AND u.kind = 'station'",
}


@question
def stations_of_supervisor(obligation: Obligation, house: House) -> Question:
    """Open stations each supervisor carries, those stood in for included. Clause HZ-4.2.4-08, the person's row (A28)."""
    check = obligation.check
    assert isinstance(check, Standing)
    return Question(
        f"SELECT p.person, 0, COUNT(DISTINCT o.station), {_bounds(check)} FROM posts_now p LEFT JOIN open_loads o "
        f"ON o.person = p.person WHERE p.post IN ({quoted(check.posts)}) GROUP BY p.person",
        "SELECT person AS subject, 0 AS period, ref, NULL AS refused FROM open_loads",
        SUPERVISED,
    )


@question
def stations_per_supervisor(obligation: Obligation, house: House) -> Question:
    """Open stations of the city against supervisors not on leave. Clause HZ-4.2.4-08, the city's row."""
    assert isinstance(obligation.check, Ratio)
    return Question(
        "SELECT c.code, 0, (SELECT COUNT(*) FROM open_units s WHERE s.kind = 'station'), "
        "(SELECT COUNT(DISTINCT p.person) FROM posts_now p WHERE p.post = 'supervisor' AND NOT EXISTS "
        "(SELECT 1 FROM leaves_now l WHERE l.person = p.person)) FROM units c WHERE c.kind = 'city'",
        "SELECT c.code AS subject, 0 AS period, p.ref, CASE WHEN EXISTS (SELECT 1 FROM leaves_now l "
        "WHERE l.person = p.person) THEN '请假中' END AS refused FROM units c JOIN posts_now p ON p.post = 'supervisor' "
        "WHERE c.kind = 'city'",
    )


@question
def supervised(obligation: Obligation, house: House) -> Question:
    """Stations with a supervisor assigned on the day. Clause HZ-4.2.4-02."""
    check = obligation.check
    assert isinstance(check, Standing)
    return Question(
        f"SELECT u.code, 0, COUNT(DISTINCT e.supervisor), {_bounds(check)} FROM open_units u "
        "LEFT JOIN evidence e ON e.subject = u.code AND e.refused IS NULL WHERE u.kind = 'station' GROUP BY u.code",
        "SELECT subject, 0 AS period, ref, refused FROM evidence",
        {
            "evidence": "SELECT a.station AS subject, a.ref, a.supervisor, CASE WHEN a.starts > :as_of THEN '尚未开始' "
            "WHEN a.ends < :as_of THEN '已经结束' END AS refused FROM assignments a"
        },
    )
