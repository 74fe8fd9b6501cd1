"""Kinds of check, one file each: what is asked of the records, how the answer is judged, the Chinese sentence.

A check is a pydantic model (its fields are what a plan may say), `Facts` is the shape of one measured row, and `rule`
turns facts into a ruling. A new kind is a new file here plus a question in db/measures/.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from policy.checks.areas import Areas
from policy.checks.base import Check
from policy.checks.certified import CertifiedShare, QualifiedStaff
from policy.checks.decision import Decision
from policy.checks.done_by import DoneBy, Share
from policy.checks.eligibility import AgeLimit, Allowance, EducationLevel, HouseholdIn, YearsOfWork
from policy.checks.experience import Experience
from policy.checks.hung_after import HungAfter
from policy.checks.if_bound import DoneIfBound
from policy.checks.money import AmountAtLeast, AmountCap, ApprovedFirst
from policy.checks.not_before import NotBefore
from policy.checks.order_of_steps import OrderOfSteps
from policy.checks.paid_each import PaidEach
from policy.checks.phase_span import PhaseSpan
from policy.checks.plaque_size import PlaqueSize
from policy.checks.qualified_count import QualifiedCount, VisitLength
from policy.checks.ratio import Ratio
from policy.checks.renewal import Renewal
from policy.checks.reviewed_evidence import ReviewedEvidence
from policy.checks.standing import Standing
from policy.checks.sum_by import SumBy
from policy.checks.sum_in_period import SumInPeriod
from policy.checks.term import Term
from policy.checks.title_within import TitleWithin

AnyCheck = Annotated[
    DoneBy
    | Share
    | Areas
    | AmountAtLeast
    | AmountCap
    | ApprovedFirst
    | CertifiedShare
    | DoneIfBound
    | Experience
    | HungAfter
    | NotBefore
    | OrderOfSteps
    | PhaseSpan
    | PlaqueSize
    | QualifiedCount
    | QualifiedStaff
    | VisitLength
    | Ratio
    | Renewal
    | ReviewedEvidence
    | Standing
    | SumBy
    | SumInPeriod
    | Term
    | AgeLimit
    | Allowance
    | Decision
    | EducationLevel
    | HouseholdIn
    | PaidEach
    | TitleWithin
    | YearsOfWork,
    Field(discriminator="kind"),
]

__all__ = ["AnyCheck", "Check"]
