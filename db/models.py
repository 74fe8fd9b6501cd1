"""The tables: rows, not rules. Validation is in policy/ (SQLModel does not validate tables).

Records are versions: `known_from` is the instant the ledger came to know a row, `known_to` the instant a correction or
an undo replaced it. Nothing is overwritten; a question is asked of (as_of, known). Every row names its city.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from db import fence_models as fence_models
from db import outbox_models as outbox_models  # the tables of what is said belong to the same metadata
from db import receipt_models as receipt_models
from db.columns import FOR_EVER, CivilDay, Instant, serial


class Version(SQLModel):
    """What every record row has. `ref` names the record in proofs and stays the same over its versions.

    `recorded_on` is what the row says of itself: the second since which the office had it, 0 from the start.
    """

    id: int | None = Field(default=None, primary_key=True)
    city: str
    ref: str
    known_from: int = Field(default=0, sa_type=BigInteger)
    known_to: int = Field(default=FOR_EVER, sa_type=BigInteger)
    recorded_on: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    batch: int | None = None
    replaced_by: int | None = None
    source: str | None = None


class Unit(Version, table=True):
    __table_args__ = (Index("ix_unit_code", "city", "code"), Index("ix_unit_kind", "city", "kind"))
    code: str
    name: str
    kind: str
    parent: str | None = None
    opened_on: date | None = Field(default=None, sa_type=CivilDay)
    closed_on: date | None = Field(default=None, sa_type=CivilDay)
    point: str | None = None
    covered_from: date | None = Field(default=None, sa_type=CivilDay)
    covered_to: date | None = Field(default=None, sa_type=CivilDay)
    mode: str | None = None
    kind_note: str | None = None
    email: str | None = None
    phone: str | None = None
    channels: str | None = None


class Person(Version, table=True):
    __table_args__ = (Index("ix_person_code", "city", "code"),)
    code: str
    name: str
    born_on: date | None = Field(default=None, sa_type=CivilDay)
    education: str | None = None
    household_city: str | None = None
    work_started_on: date | None = Field(default=None, sa_type=CivilDay)
    social_work_started_on: date | None = Field(default=None, sa_type=CivilDay)
    graduated_on: date | None = Field(default=None, sa_type=CivilDay)
    phone: str | None = None
    email: str | None = None
    channels: str | None = None
    id_number: str | None = None
    former_post: str | None = None


class Post(Version, table=True):
    __table_args__ = (Index("ix_post_person", "city", "person"), Index("ix_post_unit", "city", "unit"))
    person: str
    unit: str
    post: str
    starts_on: date | None = Field(default=None, sa_type=CivilDay)
    ends_on: date | None = Field(default=None, sa_type=CivilDay)
    full_time: bool | None = None


class Contract(Version, table=True):
    __table_args__ = (Index("ix_contract_person", "city", "person"),)
    code: str
    person: str
    employer: str
    starts_on: date = Field(sa_type=CivilDay)
    ends_on: date = Field(sa_type=CivilDay)
    renews: str | None = None
    insurance_lines: int | None = None
    ended_on: date | None = Field(default=None, sa_type=CivilDay)
    integrated: bool | None = None


class Certificate(Version, table=True):
    __table_args__ = (Index("ix_certificate_person", "city", "person"),)
    person: str
    level: str
    issued_on: date = Field(sa_type=CivilDay)
    valid_to: date | None = Field(default=None, sa_type=CivilDay)


class Training(Version, table=True):
    """`minutes` are as attended: of 60 a clock hour, or `academic` hours counted as 60 until the house converts."""

    __table_args__ = (Index("ix_training_day", "city", "person", "day"),)
    person: str
    starts_at: datetime = Field(sa_type=Instant)
    day: date = Field(sa_type=CivilDay)
    minutes: int
    category: str
    course: str | None = None
    topic: str | None = None
    provider: str | None = None
    academic: bool = False


class Course(Version, table=True):
    code: str
    category: str
    held_on: date = Field(sa_type=CivilDay)
    organiser: str | None = None
    topic: str | None = None
    ends_on: date | None = Field(default=None, sa_type=CivilDay)


class Assignment(Version, table=True):
    __table_args__ = (Index("ix_assignment_station", "city", "station"),)
    supervisor: str
    station: str
    starts_on: date = Field(sa_type=CivilDay)
    ends_on: date | None = Field(default=None, sa_type=CivilDay)


class Visit(Version, table=True):
    """One session; rows of one `visit` are one visit."""

    __table_args__ = (Index("ix_visit_station", "city", "station"), Index("ix_visit_visit", "city", "visit"))
    visit: str
    supervisor: str
    station: str
    starts_at: datetime = Field(sa_type=Instant)
    day: date = Field(sa_type=CivilDay)
    minutes: int
    point: str | None = None
    remote: bool | None = None


class Assessment(Version, table=True):
    """`departments` is `;`-joined."""

    __table_args__ = (Index("ix_assessment_subject", "city", "subject"),)
    code: str
    kind: str
    subject: str
    held_on: date = Field(sa_type=CivilDay)
    period_from: date | None = Field(default=None, sa_type=CivilDay)
    period_to: date | None = Field(default=None, sa_type=CivilDay)
    grade: str | None = None
    rank: int | None = None
    population: int | None = None
    assessor: str | None = None
    departments: str | None = None
    third_party: str | None = None
    qualified: bool | None = None


class Report(Version, table=True):
    __table_args__ = (Index("ix_report_clause", "city", "clause"),)
    code: str
    clause: str
    from_unit: str
    to_unit: str
    subject: str | None = None
    period: str | None = None
    sent_on: date | None = Field(default=None, sa_type=CivilDay)
    received_on: date | None = Field(default=None, sa_type=CivilDay)
    document: str | None = None


class Act(Version, table=True):
    __table_args__ = (Index("ix_act_clause", "city", "clause"), Index("ix_act_subject", "city", "clause", "subject"))
    code: str
    clause: str
    subject: str
    on: date = Field(sa_type=CivilDay)
    by: str | None = None
    item: str | None = None
    value: str | None = None
    unit: str | None = None
    verdict: str | None = None
    document: str | None = None
    note: str | None = None


class Exception_(Version, table=True):
    __tablename__ = "exception"
    code: str
    clause: str
    subject: str
    reason: str
    approver: str
    approved_on: date = Field(sa_type=CivilDay)
    expires_on: date = Field(sa_type=CivilDay)


class Leave(Version, table=True):
    person: str
    starts_on: date = Field(sa_type=CivilDay)
    ends_on: date = Field(sa_type=CivilDay)
    substitute: str | None = None


class Beneficiary(Version, table=True):
    __table_args__ = (
        Index("ix_beneficiary_code", "city", "code"),
        Index("ix_beneficiary_household", "city", "household"),
        Index("ix_beneficiary_village", "city", "village"),
    )
    code: str
    village: str
    category: str
    household: str | None = None
    registered_on: date | None = Field(default=None, sa_type=CivilDay)
    removed_on: date | None = Field(default=None, sa_type=CivilDay)
    file_on: date | None = Field(default=None, sa_type=CivilDay)
    plan_on: date | None = Field(default=None, sa_type=CivilDay)
    visited_on: date | None = Field(default=None, sa_type=CivilDay)
    served_on: date | None = Field(default=None, sa_type=CivilDay)


class Fund(Version, table=True):
    """`amount` in cents."""

    code: str
    unit: str
    year: int
    kind: str
    amount: int = Field(sa_type=BigInteger)
    on: date | None = Field(default=None, sa_type=CivilDay)
    person: str | None = None
    act: str | None = None


class Candidate(Version, table=True):
    """One row a step."""

    __table_args__ = (Index("ix_candidate_code", "city", "code"), Index("ix_candidate_person", "city", "person"))
    code: str
    name: str
    applied_on: date = Field(sa_type=CivilDay)
    born_on: date | None = Field(default=None, sa_type=CivilDay)
    education: str | None = None
    household_city: str | None = None
    work_started_on: date | None = Field(default=None, sa_type=CivilDay)
    former_post: str | None = None
    family_in_need: bool | None = None
    step: str | None = None
    step_on: date | None = Field(default=None, sa_type=CivilDay)
    person: str | None = None
    round: str | None = None
    deadline_on: date | None = Field(default=None, sa_type=CivilDay)


RECORD_TABLES: dict[str, type[Version]] = {
    "units": Unit,
    "people": Person,
    "posts": Post,
    "contracts": Contract,
    "certificates": Certificate,
    "trainings": Training,
    "courses": Course,
    "assignments": Assignment,
    "visits": Visit,
    "assessments": Assessment,
    "reports": Report,
    "acts": Act,
    "exceptions": Exception_,
    "leaves": Leave,
    "beneficiaries": Beneficiary,
    "funds": Fund,
    "candidates": Candidate,
}


class Batch(SQLModel, table=True):
    """One import: what it brought, and when it was taken back."""

    id: int | None = Field(default=None, primary_key=True)
    city: str
    source: str
    imported_at: datetime = Field(sa_type=Instant)
    digest: str
    added: int
    corrected: int
    undone_at: datetime | None = Field(default=None, sa_type=Instant)


class KeptKind(SQLModel, table=True):
    """A record kind that this city keeps, from when to when: without a row here nothing of that kind can be seen."""

    id: int | None = Field(default=None, primary_key=True)
    city: str
    kind: str
    known_from: int = Field(default=0, sa_type=BigInteger)
    known_to: int = Field(default=FOR_EVER, sa_type=BigInteger, sa_column_kwargs={"server_default": str(FOR_EVER)})
    batch: int | None = None


class Round(SQLModel, table=True):
    """One judgement of one phase or duty that was recorded, with what changed. Unique per part and instant."""

    __table_args__ = (UniqueConstraint("city", "part", "as_of", "known", name="uq_round"),)
    id: int | None = Field(default=None, primary_key=True)
    city: str
    part: str
    as_of: date = Field(sa_type=CivilDay)
    known: int = Field(sa_type=BigInteger)
    revision: str
    started_at: datetime = Field(sa_type=Instant)
    verdicts: int = 0
    changed: int = 0
    notices: int = 0


class RulingRow(SQLModel, table=True):
    """What was said of one measure; shared by every subject with that measure. `id` is the hash of the content."""

    __tablename__ = "ruling"
    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    duty: str
    clause: str
    kind: str
    period: int
    status: str
    due: date | None = Field(default=None, sa_type=CivilDay)
    done_on: date | None = Field(default=None, sa_type=CivilDay)
    measured: str | None = None
    required: str | None = None
    percent: str | None = None
    unit: str | None = None
    flags: str = ""
    alternatives: str = "[]"
    phase_state: str | None = None
    why: str = Field(sa_type=Text)


class VerdictRow(SQLModel, table=True):
    """History: a row stands until the round `ended`, which found another verdict or nothing to judge any more."""

    __tablename__ = "verdict"
    __table_args__ = (Index("ix_verdict_key", "city", "duty", "subject", "period"),)
    id: int | None = Field(default=None, sa_column=serial())
    city: str
    duty: str
    subject: str
    period: int
    ruling: int = Field(sa_type=BigInteger)
    round: int
    ended: int | None = None


class Judged(SQLModel, table=True):
    """How far an obligation has been judged, and the day that turns something without any record (`db/judged.py`)."""

    city: str = Field(primary_key=True)
    duty: str = Field(primary_key=True)
    text: str
    as_of: date = Field(sa_type=CivilDay)
    known: int = Field(sa_type=BigInteger)
    told: int
    turns: date = Field(sa_type=CivilDay)


# Phases: what a stage handed out, warned of, archived and carried over. Append-only.


class PhaseEvent(SQLModel, table=True):
    """One thing that a stage did, once: `subject` is a unit, or `duty/subject/period` for what is carried over.

    `detail` is JSON: the hand-out list, the dossier's path and SHA-256, who signed.
    """

    __tablename__ = "phase_event"
    __table_args__ = (UniqueConstraint("city", "phase", "event", "subject", name="uq_phase_event"),)
    id: int | None = Field(default=None, sa_column=serial())
    city: str
    phase: str
    event: str
    subject: str
    on: date = Field(sa_type=CivilDay)
    due: date | None = Field(default=None, sa_type=CivilDay)
    detail: str = Field(default="{}", sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
