"""The bare floor: what somebody would write by hand who wanted nothing but the status of each row.

One aggregate a duty, straight into the verdict table; no proof, no sentence, no other reading, no history. The number
that stands in for a ruling is a status, so that the counts can be held against those of the real judgement.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import Connection, text

from bench.country import AS_OF, MONTHS
from db.columns import day_number
from policy.words import Status

S = {status: number for number, status in enumerate(Status, 1)}
MET, LATE, OPEN, MISSED = S[Status.MET], S[Status.MET_LATE], S[Status.NOT_YET_DUE], S[Status.NOT_MET]
NONE, ODD = S[Status.NOT_APPLICABLE], S[Status.DEVIATION_UNJUSTIFIED]

TODAY = day_number(AS_OF)
SEEN = "city = :city AND known_from <= :known AND known_to > :known"
U_SEEN = "u.city = :city AND u.known_from <= :known AND u.known_to > :known"
C_SEEN = U_SEEN.replace("u.", "c.")
ON_POST = f"starts_on <= {TODAY} AND COALESCE(ends_on, 99991231) >= {TODAY}"
IN_FORCE = f"c.starts_on <= {TODAY} AND c.ends_on >= {TODAY}"
WORKER = "post IN ('deputy_head', 'professional', 'affairs', 'disability_specialist', 'service')"
WORKERS = f"SELECT DISTINCT person FROM post WHERE {SEEN} AND {WORKER} AND {ON_POST}"


def _months() -> str:
    rows = []
    for month in range(MONTHS):
        first = date(2021 + (6 + month) // 12, (6 + month) % 12 + 1, 1)
        number = first.year * 100 + first.month
        rows.append(f"SELECT {number} AS number, {number * 100 + 1} AS first, {number * 100 + 31} AS last")
    return " UNION ALL ".join(rows)


YEARS = (
    "SELECT 2021 AS number, 20210101 AS first, 20211231 AS last, 20211031 AS october "
    f"UNION ALL SELECT 2022, 20220101, 20221231, {TODAY}"
)
VISITS = (
    "SELECT station, MIN(day) / 100 AS month, visit, SUM(CASE WHEN remote THEN 0 ELSE minutes END) AS minutes "
    f"FROM visit WHERE {SEEN} AND day <= {TODAY} GROUP BY station, visit"
)


def _at_unit(kind: str, posts: str, holds: str, otherwise: int) -> str:
    return (
        f"SELECT u.code, 0, CASE WHEN COUNT(DISTINCT p.person) {holds} THEN {MET} ELSE {otherwise} END FROM unit u LEFT JOIN "
        f"(SELECT unit, person FROM post WHERE {SEEN} AND {ON_POST} AND post IN ({posts})) AS p ON p.unit = u.code "
        f"WHERE {U_SEEN} AND u.kind = '{kind}' GROUP BY u.code"
    )


FLOOR: dict[str, str] = {
    "monthly-supervision": f"""
        SELECT u.code, p.number, CASE WHEN u.opened_on > p.first THEN {NONE} WHEN m.good > 0 THEN {MET}
        WHEN p.last >= {TODAY} THEN {OPEN} ELSE {MISSED} END
        FROM unit u JOIN ({_months()}) AS p ON u.opened_on <= p.last LEFT JOIN (SELECT station, month,
        SUM(CASE WHEN minutes >= 960 THEN 1 ELSE 0 END) AS good FROM ({VISITS}) AS v GROUP BY station, month) AS m
        ON m.station = u.code AND m.month = p.number WHERE {U_SEEN} AND u.kind = 'station'""",
    "visit-length": f"SELECT visit, 0, CASE WHEN minutes >= 960 THEN {MET} ELSE {MISSED} END FROM ({VISITS}) AS v",
    "yearly-training": f"""
        SELECT w.person, w.number, CASE WHEN t.minutes >= 2880 THEN {MET} WHEN w.number = 2022 THEN {OPEN} ELSE {MISSED} END
        FROM (SELECT DISTINCT person, y.number FROM post JOIN ({YEARS}) AS y ON starts_on <= y.last AND starts_on <= {TODAY}
        AND COALESCE(ends_on, 99991231) >= y.first WHERE {SEEN} AND {WORKER}) AS w LEFT JOIN (SELECT person,
        day / 10000 AS year, SUM(minutes) AS minutes FROM training WHERE {SEEN} AND category = 'continuing'
        AND day <= {TODAY} GROUP BY person, day / 10000) AS t ON t.person = w.person AND t.year = w.number""",
    "prejob-hours": f"""
        SELECT w.person, 0, CASE WHEN SUM(CASE WHEN t.day <= 20210930 OR t.day < w.first_day THEN t.minutes END) >= 900
        THEN {MET} WHEN SUM(t.minutes) >= 900 THEN {LATE} ELSE {MISSED} END FROM (SELECT person, MIN(starts_on) AS first_day
        FROM post WHERE {SEEN} AND {WORKER} GROUP BY person) AS w LEFT JOIN (SELECT person, day, minutes FROM training
        WHERE {SEEN} AND category = 'prejob' AND day <= {TODAY}) AS t ON t.person = w.person GROUP BY w.person""",
    "worker-assessment": f"""
        SELECT w.person, w.number, CASE WHEN a.held_on <= w.october THEN {MET} WHEN a.held_on > w.october THEN {LATE}
        WHEN w.number = 2022 THEN {OPEN} ELSE {MISSED} END FROM (SELECT DISTINCT person, y.number, y.october FROM post
        JOIN ({YEARS}) AS y ON starts_on <= y.october AND COALESCE(ends_on, 99991231) >= y.october WHERE {SEEN} AND {WORKER})
        AS w LEFT JOIN (SELECT subject, held_on / 10000 AS year, MIN(held_on) AS held_on FROM assessment WHERE {SEEN}
        AND kind = 'worker' AND grade IS NOT NULL AND held_on <= {TODAY} GROUP BY subject, held_on / 10000) AS a
        ON a.subject = w.person AND a.year = w.number""",
    "contract-signed": f"""
        SELECT w.person, 0, CASE WHEN COUNT(c.person) > 0 THEN {MET} ELSE {MISSED} END FROM ({WORKERS}) AS w
        LEFT JOIN (SELECT c.person FROM contract c JOIN unit u ON u.code = c.employer AND u.kind = 'township'
        AND {U_SEEN} WHERE {C_SEEN} AND {IN_FORCE}) AS c
        ON c.person = w.person GROUP BY w.person""",
    "contract-term": f"""
        SELECT code, 0, CASE WHEN ends_on - starts_on = 29999 OR (starts_on % 100 = 1 AND ends_on IN
        ((starts_on / 100 + 299) * 100 + 30, (starts_on / 100 + 299) * 100 + 31)) THEN {MET} ELSE {MISSED} END
        FROM contract WHERE {SEEN}""",
    "insurance": f"""
        SELECT w.person, 0, CASE WHEN MAX(c.insurance_lines) >= 5 THEN {MET} ELSE {MISSED} END FROM ({WORKERS}) AS w
        LEFT JOIN (SELECT person, insurance_lines FROM contract c WHERE {C_SEEN} AND {IN_FORCE}) AS c ON c.person = w.person
        GROUP BY w.person""",
    "station-head": _at_unit("station", "'station_head'", "= 1", MISSED),
    "affairs-establishment": _at_unit(
        "station", "'deputy_head', 'professional', 'disability_specialist', 'affairs'", ">= 3", ODD
    ),
    "posts-placed": f"SELECT person, 0, {MET} FROM post WHERE {SEEN} AND {WORKER} AND {ON_POST} GROUP BY person",
    "workers-per-point": _at_unit("point", "'service'", ">= 1", ODD),
    "station-supervised": f"""
        SELECT u.code, 0, CASE WHEN COUNT(a.station) > 0 THEN {MET} ELSE {MISSED} END FROM unit u LEFT JOIN (SELECT station
        FROM assignment WHERE {SEEN} AND {ON_POST}) AS a ON a.station = u.code WHERE {U_SEEN} AND u.kind = 'station'
        GROUP BY u.code""",
}
"""By obligation. Each row is subject, period, status."""


def judge_barely(connection: Connection, city: str) -> int:
    """Every duty's rows into the verdict table, by INSERT … SELECT alone."""
    written = 0
    for duty, select in FLOOR.items():
        insert = "INSERT INTO verdict (city, duty, subject, period, ruling, round) "
        bare = f"SELECT :city, '{duty}', bare.* , 1 FROM ({select}) AS bare"
        written += connection.execute(text(insert + bare), {"city": city, "known": 2**60}).rowcount
    return written


def said_barely(connection: Connection) -> Counter[tuple[str, str]]:
    words = {number: status.value for status, number in S.items()}
    rows = connection.execute(text("SELECT duty, ruling, COUNT(*) FROM verdict GROUP BY duty, ruling"))
    return Counter({(duty, words[number]): count for duty, number, count in rows})
