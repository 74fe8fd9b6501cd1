"""No address and no telephone number in what is kept of a server's answer."""

from __future__ import annotations

import json
import re

OURS = r"(?<![0-9a-f])(?=\d*[a-f])[0-9a-f]{20}(?![0-9a-f])"
NUMBER = re.compile(rf"{OURS}|(?<!\d)((?:(?:00)?86[ -]?)?1[3-9]\d)[ -]?\d{{4}}[ -]?(\d{{4}})(?!\d)")
"""A telephone number, but not the digits within the name of one of our messages."""
ADDRESS = re.compile(r"([\w.+-])[\w.+-]*@([\w.-]+)")
KEPT = 300


def mask(text: str) -> str:
    """The first 300 characters on one line: 138****5678, z***@host."""
    return masked(" ".join(text.split()))[:KEPT]


def masked(text: str) -> str:
    """The whole text, however long, with its numbers and addresses masked."""
    return ADDRESS.sub(r"\1***@\2", NUMBER.sub(_hidden, text))


def _hidden(found: re.Match[str]) -> str:
    return f"{found[1]}****{found[2]}" if found[1] else found[0]


def masked_json(row: object) -> str:
    """What a gateway said, as it said it."""
    return masked(json.dumps(row, ensure_ascii=False))
