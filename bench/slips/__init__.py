"""Slips of the pen in a plan, by seed: what a clerk may get wrong, one family a file, and what he may change without harm."""

from __future__ import annotations

from bench.slips import contents, dates, harmless, house, people, values  # noqa: F401 (each registers its own)
from bench.slips.draws import HARMLESS, SLIPS, Files, Slip

__all__ = ["HARMLESS", "SLIPS", "Files", "Slip"]
