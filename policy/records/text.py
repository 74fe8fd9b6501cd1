"""The text of a cell, freed of what forms and spreadsheets leave around it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time

AROUND = " \t\r\n\u00a0\u3000\ufeff"


def plain(raw: object) -> str:
    """The text of a cell: 13800138000.0 is 13800138000, a day is 2021-07-01, the leading apostrophe is gone."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ", timespec="minutes") if raw.time() != time() else raw.date().isoformat()
    return str(raw).strip(AROUND).removeprefix("'")


def narrow(raw: object) -> str:
    """Plain text with full-width letters, digits and marks made half-width."""
    text = plain(raw)
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def bare(raw: object) -> str:
    """A word, heading or name for comparing: without spaces, marks, hyphens and case."""
    return re.sub(r"[\s_★*-]+", "", narrow("" if raw is None else raw)).lower()
