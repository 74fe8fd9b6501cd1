"""What the office records: the kinds, how one cell is read, what a whole set must satisfy (contract 3)."""

from policy.records.cells import parse_cell
from policy.records.checks import Validated, validate
from policy.records.faults import Fault
from policy.records.kinds import KINDS, Field, RecordKind
from policy.records.tables import RawTable

__all__ = ["KINDS", "Fault", "Field", "RawTable", "RecordKind", "Validated", "parse_cell", "validate"]
