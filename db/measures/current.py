"""The records as seen at one instant, as named SQL parts; a question takes those it names.

Every part filters city and the second clock (`known_from` <= :known < `known_to`), so no question can forget them.
Open ends read as far away: `starts`/`opens` 1900-01-01, `ends`/`closes` 9999-12-31.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SEEN = "city = :city AND known_from <= :known AND known_to > :known"


def _seen(table: str, columns: str) -> str:
    return f"SELECT ref, {columns} FROM {table} WHERE {SEEN}"


def _open_ended(start: str, end: str) -> str:
    return f"COALESCE({start}, 19000101) AS starts, COALESCE({end}, 99991231) AS ends"


WORKER_POSTS = "'deputy_head', 'professional', 'disability_specialist', 'affairs'"

PARTS: dict[str, str] = {
    "units": _seen(
        "unit",
        "code, name, kind, parent, point, opened_on, closed_on, covered_from, covered_to, mode, kind_note, "
        "COALESCE(opened_on, 19000101) AS opens, COALESCE(closed_on, 99991231) AS closes",
    ),
    "people": _seen(
        "person",
        "code, name, education, social_work_started_on, graduated_on, born_on, household_city, work_started_on, "
        "former_post",
    ),
    "posts": _seen("post", f"person, unit, post, full_time, {_open_ended('starts_on', 'ends_on')}"),
    "contracts": _seen(
        "contract",
        "code, person, employer, starts_on, ends_on, renews, insurance_lines, integrated, "
        "CASE WHEN ended_on < ends_on THEN ended_on ELSE ends_on END AS really_ends",
    ),
    "certificates": _seen("certificate", "person, level, issued_on, COALESCE(valid_to, 99991231) AS valid_to"),
    "trainings": _seen(
        "training",
        "person, day, category, course, CASE WHEN academic THEN minutes * :academic / 60 ELSE minutes END AS minutes",
    ),
    "courses": _seen("course", "code, category, held_on, ends_on, topic"),
    "assignments": _seen("assignment", f"supervisor, station, {_open_ended('starts_on', 'ends_on')}"),
    "visits": _seen("visit", "visit, supervisor, station, day, CASE WHEN remote THEN 0 ELSE minutes END AS minutes"),
    "assessments": _seen(
        "assessment",
        "kind, subject, held_on, grade, rank, population, assessor, departments, qualified, "
        "COALESCE(period_to, held_on) / 10000 AS year",
    ),
    "reports": _seen("report", "clause, from_unit, to_unit, period, sent_on, received_on"),
    "acts": _seen("act", 'code, clause, subject, "on" AS day, item, value, unit, verdict'),
    "exceptions": _seen("exception", "clause, subject, approved_on, expires_on"),
    "leaves": _seen("leave", "person, starts_on AS starts, ends_on AS ends, substitute"),
    "beneficiaries": _seen(
        "beneficiary",
        "code, village, category, COALESCE(household, code) AS household, file_on, plan_on, visited_on, served_on, "
        "COALESCE(registered_on, 19000101) AS registers, COALESCE(removed_on, 99991231) AS leaves_on",
    ),
    "candidates": _seen(
        "candidate",
        "code, COALESCE(person, code) AS person, applied_on, step, step_on, round, deadline_on, born_on, education, "
        "household_city, work_started_on, former_post, family_in_need",
    ),
    "funds": _seen("fund", 'unit, year, kind, amount, "on" AS day, person, act'),
    "kept_kinds": f"SELECT kind FROM keptkind WHERE {SEEN}",
    "open_units": "SELECT * FROM units WHERE opens <= :as_of AND closes > :as_of",
    "worker_posts": (
        "SELECT p.ref, p.person, p.unit, p.post, p.starts, p.ends FROM posts p JOIN units u ON u.code = p.unit "
        f"WHERE (p.post IN ({WORKER_POSTS}) AND u.kind IN ('station', 'point')) "
        "OR (p.post = 'service' AND u.kind IN ('point', 'village'))"
    ),
    "posts_now": "SELECT * FROM posts WHERE starts <= :as_of AND ends >= :as_of",
    "workers": "SELECT DISTINCT person FROM worker_posts WHERE starts <= :as_of AND ends >= :as_of",
    "leaves_now": "SELECT * FROM leaves WHERE starts <= :as_of AND ends >= :as_of",
    "catchments": (
        "SELECT code, parent AS town, point, ref, covered_from FROM units WHERE kind = 'village' AND closes > :as_of "
        "AND COALESCE(covered_from, 0) <= :as_of AND COALESCE(covered_to, 99991231) > :as_of"
    ),
    "village_workers": (
        "SELECT p.unit AS village, p.person, p.ref, p.unit FROM posts_now p JOIN units v ON v.code = p.unit "
        "AND v.kind = 'village' WHERE p.post = 'service' "
        "UNION SELECT v.code, p.person, p.ref, p.unit FROM catchments v JOIN posts_now p "
        "ON p.post = 'service' AND p.unit = v.point"
    ),
    "covered_villages": (
        "SELECT v.code, v.town, CASE WHEN v.covered_from > p.opens THEN v.covered_from ELSE p.opens END AS day "
        "FROM catchments v JOIN open_units p ON p.code = v.point AND p.kind = 'point'"
    ),
    "opened_towns": (
        "SELECT t.code, MIN(s.opened_on) AS day FROM units t JOIN open_units s ON s.parent = t.code "
        "AND s.kind = 'station' WHERE t.kind = 'township' AND s.opened_on IS NOT NULL GROUP BY t.code"
    ),
    "visit_totals": (
        "SELECT visit, station, MIN(supervisor) AS supervisor, MIN(ref) AS ref, MIN(day) AS day, "
        "MIN(day) / 100 AS month, SUM(minutes) AS minutes FROM visits WHERE day <= :as_of GROUP BY station, visit"
    ),
}


WORKED_OUT = {"subjects", "careers", "recruits", "serving", "village_workers", "worker_posts"}
"""Parts worth keeping: read more than once, or holding a count that a join would ask for row by row."""
TABLES = frozenset(name for name, part in PARTS.items() if SEEN in part)


def with_parts(own: dict[str, str], body: str) -> str:
    """`body` as a statement, preceded by the parts it names, directly or through others, in order of need."""
    known = {**PARTS, **own}
    ordered: list[str] = []
    _collect(body, known, ordered)
    parts = ", ".join(f"{name} AS {_once(name)}({known[name]})" for name in ordered)
    return f"WITH {parts} {body}" if parts else body


def _once(name: str) -> str:
    # The filter of one table is cheaper folded into its reader than kept apart.
    return "NOT MATERIALIZED " if name in TABLES else "MATERIALIZED " if name in WORKED_OUT else ""


def _collect(text: str, known: dict[str, str], ordered: list[str]) -> None:
    for name in dict.fromkeys(re.findall(r"[a-z_]+", text)):
        if name in known and name not in ordered and known[name] is not text:
            _collect(known[name], known, ordered)
            ordered.append(name)


def quoted(words: Iterable[str]) -> str:
    """Words of a plan as SQL literals."""
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


def serial(day: str) -> str:
    """SQL for the running number of a civil day, so that lengths of intervals are differences.

    Integer arithmetic only, the same on both engines; counted from March so that the leap day comes last.
    """
    year, month = (
        f"({day} / 10000 - CASE WHEN {day} / 100 % 100 < 3 THEN 1 ELSE 0 END)",
        f"(({day} / 100 % 100 + 9) % 12)",
    )
    return f"(365 * {year} + {year} / 4 - {year} / 100 + {year} / 400 + ({month} * 306 + 5) / 10 + {day} % 100)"


def later(one: str, other: str) -> str:
    return f"CASE WHEN {one} > {other} THEN {one} ELSE {other} END"


def earlier(one: str, other: str) -> str:
    return f"CASE WHEN {one} < {other} THEN {one} ELSE {other} END"
