"""Nothing that is logged in this process holds a telephone number or an address, whoever logs it and wherever it goes."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Any

from notifications.masking import masked

LOUD = ("httpx", "httpcore")
"""At INFO they write whole addresses, in which gateways want keys and numbers."""


class Masking(logging.Filter):
    """Masks the words of a record and its traceback. It lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            said = record.getMessage()
        except (TypeError, ValueError):
            said = f"{record.msg} {record.args}"  # the handler would say that these do not fit
        if (clean := masked(said)) != said:
            record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[0] and not record.exc_text:
            record.exc_text = masked("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return True


class _Factory:
    """Makes records as before and masks them at once: a filter on a handler would miss the handlers of others."""

    def __init__(self, before: Callable[..., logging.LogRecord]) -> None:
        self._before, self._masking = before, Masking()

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self._before(*args, **kwargs)
        self._masking.filter(record)
        return record


def guard() -> None:
    """From now on. Asked twice, it is done once."""
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    before = logging.getLogRecordFactory()
    if not isinstance(before, _Factory):
        logging.setLogRecordFactory(_Factory(before))
