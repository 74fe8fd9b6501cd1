"""What the key of a notice is made of: who hears which rung of what matter, counted from which day.

Person, unit and role are in it, the address is not: a corrected address re-sends nothing.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from policy.directory import Addressee


def around(city: str, duty: str, period: str | None, counted: date | None, mark: str = "") -> tuple[str, str]:
    """What stands before and after the code of the subject; a rung and its listener follow. `mark` is that of an
    inhibition."""
    return f"v1|{city}|{duty}|", f"|{period}|{counted}|{mark}"


def ending(rung: str, to: Addressee, again: str) -> str:
    """`again` is empty for who hears of it for the first time."""
    return f"{rung}|{to.role}|{to.unit}|{to.person}{again}"


def hashed(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:32]
