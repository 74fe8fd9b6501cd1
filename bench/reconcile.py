"""What should be said against what was issued, for a country of open matters; and what an outage costs in messages.

The verdicts are made up: ten dated duties a station, spread over half a year, 43 of 100 never done. Everything after
them is the production path: rungs, keys, words, rows, withdrawal, one message a person and day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from sqlalchemy import Engine, MetaData, func, select

from bench.machine import Spent, Watch, peak_mib
from db import open_matters, outbox
from db.delivery_audit import delivery_audit
from db.on_file import on_file
from db.pace import Pace
from db.planstore import load_plan
from db.work_calendar import work_calendar
from policy.calendar import at, end_of
from policy.directory import Directory, UnitCard
from policy.notices import matters, speak
from policy.office import Office
from policy.plan import Obligation, Plan
from policy.verdict import Ruling, Verdict
from policy.words import Role, Status, SubjectKind
from tasks.intake import uncollected

DUTIES, OPEN_OF_100, PER_COUNTY = 10, 43, 15
LIVE, OUTAGE = date(2021, 6, 1), timedelta(days=180)
BACK = LIVE + OUTAGE
CHANNEL = ["email"]


@dataclass(frozen=True)
class Reconciled:
    """`bare` moves the rows of the first pass into a table like theirs by one INSERT … SELECT. `settled` is a pass after
    everybody has heard, with `kept` notices on file. `naive` counts every rung that passed, each a message; `messages`
    what was sent until nobody waited any more."""

    instances: int
    issued: int
    first: Spent
    bare: Spent
    noop: Spent
    kept: int
    settled: Spent
    naive: int
    messages: int
    most_a_day: int
    peak_mib: int


def measure(engine: Engine, stations: int) -> Reconciled:
    plan = _plan()
    for number in range(DUTIES):
        _open(number, stations)
    office = Office(plan, work_calendar(plan.house), _directory(plan, stations), {}, live_from=LIVE)
    issued, first = _timed(engine, office, stations, BACK)
    again, noop = _timed(engine, office, stations, BACK)
    assert not again
    bare = _bare(engine)
    days = list(_sent(engine, office, stations))
    sent, over = [number for _, number in days], days[-1][0]
    nothing, settled = _timed(engine, office, stations, over)
    assert not nothing
    naive = sum(_rungs(office, stations, over))
    with engine.connect() as connection:
        kept = connection.scalar(select(func.count()).select_from(outbox.NOTICE)) or 0
        assert naive == delivery_audit(connection, plan.key, _morning(over))[0].notices
    return Reconciled(
        stations * DUTIES, issued, first, bare, noop, kept, settled, naive, sum(sent), max(sent), peak_mib()
    )


def _timed(engine: Engine, office: Office, stations: int, day: date) -> tuple[int, Spent]:
    watch = Watch(engine)
    return _pass(engine, office, stations, day), watch.spent


@uncollected()
def _pass(engine: Engine, office: Office, stations: int, day: date) -> int:
    """As policy.decide and tasks.rounds do it, without the judging."""
    city, now, told = office.plan.key, _morning(day), 0
    with engine.begin() as connection:
        for number, obligation in enumerate(office.plan.obligations):
            duty = [obligation.key]
            filed = on_file(connection, city, duty, at(day, time.min))
            spoken = speak(office, _verdicts(obligation, number, stations, day), now, filed.issued, filed.just)
            told += outbox.issue(connection, city, spoken.calls, None, now)
            outbox.cancel_moot(connection, city, filed, spoken.wanted)
            open_matters.close_settled(connection, filed, spoken.calls, spoken.wanted | spoken.stock, now)
    return told


def _bare(engine: Engine) -> Spent:
    """Into a table of the same columns, checks and indexes, beside it."""
    table = outbox.NOTICE.to_metadata(MetaData(), name="bare")
    for named in (*table.indexes, *table.constraints):
        named.name = f"bare_{named.name}"
    table.create(engine)
    watch = Watch(engine)
    with engine.begin() as connection:
        connection.execute(table.insert().from_select(list(table.columns), select(outbox.NOTICE)))
    spent = watch.spent
    table.drop(engine)
    return spent


def _rungs(office: Office, stations: int, day: date) -> Iterator[int]:
    """How many have passed, listener by listener."""
    for number, obligation in enumerate(office.plan.obligations):
        for matter in matters(office, _verdicts(obligation, number, stations, day), _morning(day)):
            yield from (1 + len(thread.before) for thread, _ in matter.heard)


def _sent(engine: Engine, office: Office, stations: int) -> Iterator[tuple[date, int]]:
    """Each working day after the outage with its messages, until nobody waits any more; every one is taken to arrive."""
    day, calendar, house = BACK, office.calendar, office.plan.house
    while True:
        day = calendar.on_or_after(day)
        fresh = _pass(engine, office, stations, day)
        pace = Pace(*(end_of(calendar.step(day, -n)[0]) for n in (house.dwell_workdays, house.patience_workdays)))
        with engine.begin() as connection:
            new = outbox.attach(connection, office.plan.key, day, _morning(day), CHANNEL, pace)
            _arrived(connection, _morning(day))
        yield day, new
        with engine.connect() as connection:
            waiting = outbox.NOTICE.c.state == "planned"
            left = connection.scalar(select(func.count()).select_from(outbox.NOTICE).where(waiting))
        if day > BACK and not (fresh or left):
            return
        day += timedelta(days=1)


def _arrived(connection, now: datetime) -> None:
    taken = {"state": "accepted", "accepted_at": now, "body_sha": "bench"}
    connection.execute(outbox.DELIVERY.update().where(outbox.DELIVERY.c.state == "ready").values(**taken))
    said = outbox.NOTICE.c.state == "attached"
    connection.execute(outbox.NOTICE.update().where(said).values(state="done"))


def _plan() -> Plan:
    plan = load_plan("huizhou")
    whom = {"who": (Role.STATION,), "escalation": (Role.COUNTY_BUREAU, Role.LEADING_GROUP, Role.JOINT_CONFERENCE)}
    base = plan.by_key["station-plaque"].model_copy(update={**whom, "starts": LIVE, "copies": ()})
    duties = tuple(
        base.model_copy(update={"key": f"bench-{n}", "due": LIVE + timedelta(days=18 * n)}) for n in range(DUTIES)
    )
    # made anew: a copy would keep what the whole plan has worked out of itself
    return Plan(**{name: getattr(plan, name) for name in Plan.model_fields} | {"obligations": duties, "phases": ()})


def _directory(plan: Plan, stations: int) -> Directory:
    units = {"C": UnitCard("C", "某省", "city", None)}
    for n in range(stations):
        county = f"K{n // PER_COUNTY}"
        units.setdefault(county, UnitCard(county, county, "county", "C"))
        units[f"S{n}"] = UnitCard(f"S{n}", f"站{n}", "station", county)
    return Directory(units)


def _verdicts(o: Obligation, number: int, stations: int, day: date) -> Iterator[Verdict]:
    """Met, or open: not met once it is due. Equal rulings are one object, as the judge gives them."""
    late = o.due is not None and o.due < day
    stands = Ruling(Status.NOT_MET if late else Status.NOT_YET_DUE, "尚未办理。", o.due)
    met = Ruling(Status.MET, "已经办理。", o.due, done_on=o.due)
    duty, clause, kind = o.key, o.clause, SubjectKind.STATION
    for n, is_open in enumerate(_open(number, stations)):
        yield Verdict(duty, clause, kind, f"S{n}", None, stands if is_open else met)


@cache
def _open(number: int, stations: int) -> bytes:
    """Of each station whether it never does this duty; worked out before the clock runs."""
    return bytes((n * 2654435761 + number * 40503) % 4294967296 * 100 >> 32 < OPEN_OF_100 for n in range(stations))


def _morning(day: date) -> datetime:
    return at(day, time(9))
