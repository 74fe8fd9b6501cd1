"""A country of invented records, written by the database itself: N stations, five workers each, deterministic by seed.

Everything is drawn by arithmetic on row numbers, so both engines write the same rows. Sessions are written month after
month, as they come in real life; indexes are made at the end, as a restore would.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Engine, text

from db.columns import FOR_EVER, day_number
from db.models import RECORD_TABLES, Batch, KeptKind

FIRST = date(2021, 1, 1)
AS_OF = date(2022, 8, 31)
MONTHS = 14
"""July 2021 to August 2022."""
SESSIONS = 37
"""Trainings a worker: 2 before the post, 18 in 2021, 17 in 2022."""

SHAPES = """
SELECT 0 AS shape, 0 AS sessions, 0 AS minutes, 1 AS visits UNION ALL SELECT 1, 2, 390, 1
UNION ALL SELECT 2, 4, 250, 2 UNION ALL SELECT 3, 2, 480, 1 UNION ALL SELECT 4, 3, 360, 1
"""
"""What a month's supervision of a station may be: nothing, one short visit, two short ones, two days, three days."""


class Draw:
    """Numbers that look like chance: the same for the same seed, name and row on both engines."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __call__(self, salt: int, row: str, below: int) -> str:
        mixed = (
            f"((({row}) * 2654435761 + {salt * 7919 + self._seed * 104729}) % 4294967296 * 69069 + 12345) % 4294967296"
        )
        return f"(({mixed}) / 65536 % {below})"


def build(engine: Engine, city: str, stations: int, seed: int = 7) -> int:
    """Fills an empty, migrated ledger and returns the number of record rows."""
    draw = Draw(seed)
    indexes = [index for model in RECORD_TABLES.values() for index in model.__table__.indexes]
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
        _scaffold(connection, stations)
        for table, columns, select in (*_places(draw), *_staff(draw), *_papers(draw)):
            _insert(connection, city, table, columns, select)
        for month in range(MONTHS):
            _insert(connection, city, *_visits(draw), month=month)
        for k in range(1, SESSIONS + 1):
            _insert(connection, city, *_trainings(draw, k), k=k)
        _batch(connection, city, 0)
        connection.execute(KeptKind.__table__.insert(), [{"city": city, "kind": kind} for kind in RECORD_TABLES])
        for index in indexes:
            index.create(connection)
        connection.execute(text("ANALYZE"))
        return sum(connection.scalar(text(f'SELECT COUNT(*) FROM "{m.__tablename__}"')) for m in RECORD_TABLES.values())


def correct(engine: Engine, city: str, now: int) -> int:
    """One record in a thousand is known otherwise from `now` (seconds) on: half an hour more, or the same once more."""
    changed = 0
    with engine.begin() as connection:
        _batch(connection, city, now)
        for model in RECORD_TABLES.values():
            table = model.__table__
            own = ("id", "known_from", "known_to")
            columns = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in own)
            values = columns.replace('"minutes"', "minutes + 30")
            which = f'FROM "{table.name}" WHERE id % 1000 = 1 AND known_to = {FOR_EVER}'
            fresh = f'INSERT INTO "{table.name}" ({columns}, known_from, known_to) SELECT {values}, {now}, {FOR_EVER + 1} {which}'
            changed += connection.execute(text(fresh)).rowcount
            for was, becomes in (
                (f"id % 1000 = 1 AND known_to = {FOR_EVER}", now),
                (f"known_to = {FOR_EVER + 1}", FOR_EVER),
            ):
                connection.execute(text(f'UPDATE "{table.name}" SET known_to = {becomes} WHERE {was}'))
    return changed


def _batch(connection: Connection, city: str, now: int) -> None:
    row = {"city": city, "source": "bench", "imported_at": datetime.fromtimestamp(now, UTC), "digest": "", "added": 1}
    connection.execute(Batch.__table__.insert(), [{**row, "corrected": 0}])


def _insert(connection: Connection, city: str, table: str, columns: str, select: str, **values: int) -> None:
    statement = f'INSERT INTO "{table}" (city, known_from, known_to, {columns}) SELECT :city, 0, {FOR_EVER}, {select}'
    connection.execute(text(statement), {"city": city, **values})


def _scaffold(connection: Connection, stations: int) -> None:
    """The running numbers of stations and workers, and the days with their midnights."""
    connection.execute(text("CREATE TEMP TABLE bench_worker (i BIGINT PRIMARY KEY)"))
    connection.execute(text("CREATE TEMP TABLE bench_station (s BIGINT PRIMARY KEY)"))
    connection.execute(text("CREATE TEMP TABLE bench_day (n BIGINT PRIMARY KEY, day BIGINT, at BIGINT)"))
    count = "WITH RECURSIVE c(x) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT x + 1 FROM c WHERE x < :last)"
    for table, last in (("bench_station", stations), ("bench_worker", 5 * stations)):
        connection.execute(text(f"INSERT INTO {table} {count} SELECT x FROM c"), {"last": last})
    days = [FIRST + timedelta(days=n) for n in range(900)]
    rows = [
        {"n": n, "day": day_number(day), "at": int(datetime(day.year, day.month, day.day, 1, tzinfo=UTC).timestamp())}
        for n, day in enumerate(days)
    ]
    connection.execute(text("INSERT INTO bench_day VALUES (:n, :day, :at)"), rows)
    connection.execute(text("ANALYZE"))


Filling = tuple[str, str, str]


def _places(draw: Draw) -> list[Filling]:
    """A hundred stations a county; one point and three villages a station, one village in fifty uncovered."""
    unit = "ref, code, name, kind, parent, opened_on, point, covered_from"
    opened = f"CASE WHEN {draw(1, 's', 100)} < 95 THEN 20210615 ELSE 20210712 END"
    point = f"CASE WHEN {draw(2, 's * 3 + v', 50)} > 0 THEN 'P' || s END"
    return [
        ("unit", unit, "'units:C', 'C', '全国', 'city', NULL, NULL, NULL, NULL"),
        ("unit", unit, "'units:K' || k, 'K' || k, '第' || k || '县', 'county', 'C', NULL, NULL, NULL "
         "FROM (SELECT DISTINCT s / 100 AS k FROM bench_station) AS counties"),
        ("unit", unit, "'units:T' || s, 'T' || s, '第' || s || '镇', 'township', 'K' || (s / 100), NULL, NULL, NULL "
         "FROM bench_station"),
        ("unit", unit, f"'units:S' || s, 'S' || s, '第' || s || '站', 'station', 'T' || s, {opened}, NULL, NULL "
         "FROM bench_station"),
        ("unit", unit, "'units:P' || s, 'P' || s, '第' || s || '点', 'point', 'S' || s, 20210615, NULL, NULL "
         "FROM bench_station"),
        ("unit", unit, f"'units:V' || s || '-' || v, 'V' || s || '-' || v, '村', 'village', 'T' || s, NULL, {point}, "
         "20210615 FROM bench_station CROSS JOIN (SELECT 1 AS v UNION ALL SELECT 2 UNION ALL SELECT 3) AS villages"),
    ]  # fmt: skip


def _first_day(draw: Draw) -> str:
    """Serial of a worker's first day: four in five in the summer of 2021, the others through the winter."""
    return f"CASE WHEN {draw(3, 'i', 100)} < 80 THEN 181 + {draw(4, 'i', 80)} ELSE 280 + {draw(4, 'i', 200)} END"


def _staff(draw: Draw) -> list[Filling]:
    """At each station a head, a deputy head and two for affairs; two at its point; one supervisor for six stations."""
    post = "ref, person, unit, post, starts_on, ends_on, full_time"
    role = "CASE i % 5 WHEN 0 THEN 'deputy_head' WHEN 1 THEN 'professional' WHEN 2 THEN 'affairs' ELSE 'service' END"
    unit = "CASE WHEN i % 5 < 3 THEN 'S' ELSE 'P' END || ((i + 4) / 5)"
    leaves = f"(SELECT day FROM bench_day WHERE n = 400 + {draw(5, 'i', 200)})"
    ends = f"CASE WHEN {draw(6, 'i', 100)} < 5 THEN {leaves} END"
    headed = f"WHERE {draw(7, 's', 100)} < 97"
    return [
        ("person", "ref, code, name", "'people:W' || i, 'W' || i, '社工' || i FROM bench_worker"),
        ("person", "ref, code, name", "'people:H' || s, 'H' || s, '站长' || s FROM bench_station"),
        ("post", post, f"'posts:' || i, 'W' || i, {unit}, {role}, d.day, {ends}, NULL FROM bench_worker "
         f"JOIN bench_day d ON d.n = {_first_day(draw)}"),
        ("post", post, f"'posts:H' || s, 'H' || s, 'S' || s, 'station_head', 20210615, NULL, TRUE FROM bench_station {headed}"),
        ("person", "ref, code, name", "'people:D' || (s / 6), 'D' || (s / 6), '督导' || (s / 6) FROM bench_station WHERE s % 6 = 0"),
        ("post", post, "'posts:D' || (s / 6), 'D' || (s / 6), 'C', 'supervisor', 20210701, NULL, TRUE FROM bench_station "
         "WHERE s % 6 = 0"),
        ("assignment", "ref, supervisor, station, starts_on", "'assignments:' || s, 'D' || ((s + 5) / 6), 'S' || s, 20210701 "
         f"FROM bench_station WHERE {draw(8, 's', 100)} < 98"),
    ]  # fmt: skip


def _papers(draw: Draw) -> list[Filling]:
    """Contracts of three years with the town, and the October assessment of 2021."""
    contract = "ref, code, person, employer, starts_on, ends_on, insurance_lines"
    short = f"CASE WHEN {draw(9, 'i', 100)} < 4 THEN 19999 ELSE 29999 END"
    ends = f"CASE WHEN d.day % 100 = 1 THEN 20240630 ELSE d.day + {short} END"
    held = f"CASE WHEN {draw(10, 'i', 100)} < 96 THEN 20211008 + {draw(11, 'i', 23)} ELSE 20211108 END"
    parties = f"CASE WHEN {draw(12, 'i', 100)} < 95 THEN '民政;财政;人社;妇联;残联' ELSE '民政;人社;妇联' END"
    grade = f"CASE {draw(13, 'i', 10)} WHEN 0 THEN '优秀' WHEN 1 THEN '基本合格' ELSE '合格' END"
    return [
        ("contract", contract, f"'contracts:B' || i, 'B' || i, 'W' || i, 'T' || ((i + 4) / 5), d.day, {ends}, "
         f"CASE WHEN {draw(14, 'i', 50)} > 0 THEN 5 ELSE 4 END FROM bench_worker JOIN bench_day d "
         f"ON d.n = {_first_day(draw)} WHERE {draw(15, 'i', 100)} < 98"),
        ("assessment", "ref, code, kind, subject, held_on, grade, departments", f"'assessments:A' || i, 'A' || i, 'worker', "
         f"'W' || i, {held}, {grade}, {parties} FROM bench_worker WHERE {draw(16, 'i', 100)} < 97"),
    ]  # fmt: skip


def _visits(draw: Draw) -> Filling:
    """The sessions of one month; the supervisor assigned comes, eleven times in twelve for long enough."""
    row = "(s * 16 + :month)"
    kind = draw(17, row, 100)
    shape = (
        f"CASE WHEN {kind} < 3 THEN 0 WHEN {kind} < 8 THEN 1 WHEN {kind} < 11 THEN 2 WHEN {kind} < 40 THEN 3 ELSE 4 END"
    )
    day = f"181 + :month * 61 / 2 + {draw(18, row, 24)} + q"
    select = (
        "'visits:' || s || '-' || :month || '-' || q, 'V' || s || '-' || :month || '-' || (q * k.visits / 5), "
        f"'D' || ((s + 5) / 6), 'S' || s, d.at, d.day, k.minutes, CASE WHEN {draw(19, row, 150)} = 0 THEN TRUE END "
        f"FROM (SELECT s, {shape} AS shape, q, {day} AS n FROM bench_station CROSS JOIN (SELECT 1 AS q UNION ALL SELECT 2 "
        f"UNION ALL SELECT 3 UNION ALL SELECT 4) AS q) AS v JOIN ({SHAPES}) AS k ON k.shape = v.shape AND v.q <= k.sessions "
        "JOIN bench_day d ON d.n = v.n"
    ).replace(":month ||", "CAST(:month AS BIGINT) ||")
    return "visit", "ref, visit, supervisor, station, starts_at, day, minutes, remote", select


def _trainings(draw: Draw, k: int) -> Filling:
    """The `k`-th session of every worker: before the post, then through each year; some too short, some too late."""
    row = "(i * 64 + :k)"
    before = f"CASE WHEN f > 272 THEN f - 4 - {draw(20, 'i', 15)} WHEN {draw(21, 'i', 100)} < 3 THEN 280 ELSE "
    before += f"190 + {draw(20, 'i', 75)} END"
    if k <= 2:
        short = f"CASE WHEN {draw(22, 'i', 100)} < 4 THEN 330 ELSE 480 END"
        day, minutes, category = f"{before} + :k", short if k == 2 else "480", "prejob"
    else:
        day = f"{190 if k <= 20 else 400} + {draw(23, row, 170 if k <= 20 else 200)}"
        minutes = f"CASE {draw(24, row, 6)} WHEN 0 THEN 90 WHEN 1 THEN 120 WHEN 2 THEN 180 WHEN 3 THEN 180 ELSE 240 END"
        category = "continuing"
    # One in twelve stays away from every fifth session.
    attends = f"WHERE {draw(25, 'i', 12)} > 0" if k % 5 == 0 else ""
    select = (
        f"'trainings:' || i || '-' || CAST(:k AS BIGINT), 'W' || i, d.at, d.day, {minutes}, '{category}', 'K' || d.n, "
        f"FALSE FROM (SELECT i, {_first_day(draw)} AS f FROM bench_worker {attends}) AS w JOIN bench_day d ON d.n = {day}"
    )
    return "training", "ref, person, starts_at, day, minutes, category, course, academic", select
