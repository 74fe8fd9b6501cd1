"""Slips of the pen in a plan, by seed: what a clerk may get wrong, and what he may change without harm.

A slip is a function on the three files as data; it changes one thing and gives the names by which a finding may speak of
the place: the key of an obligation or stage, the id of a clause or reading, a key of the house. None where the plan has
nothing of the kind. Targets are drawn from everything the slip could happen to, not from what a rule is known to find.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

Files = dict[str, Any]
Slip = Callable[[Files, Random], tuple[str, ...] | None]
SLIPS: dict[str, Slip] = {}
HARMLESS: dict[str, Slip] = {}


def slip(one: Slip) -> Slip:
    SLIPS[one.__name__] = one
    return one


def harmless(one: Slip) -> Slip:
    HARMLESS[one.__name__] = one
    return one


def plan_of(files: Files) -> Any:
    return files["plan.yaml"]


def obligations(files: Files, *fields: str) -> list[Any]:
    return [o for o in plan_of(files)["obligations"] if all(field in o for field in fields)]


def one_of(files: Files, draw: Random, *fields: str) -> Any:
    found = obligations(files, *fields)
    return draw.choice(found) if found else None


def names_of(o: Any) -> tuple[str, ...]:
    return (o["key"], o["clause"])


def chain_of(files: Files, o: Any) -> list[str]:
    chain = o["escalation"]
    return plan_of(files)["chains"][chain] if isinstance(chain, str) else chain
