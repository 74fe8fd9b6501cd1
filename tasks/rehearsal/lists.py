"""What stands open, and on whose list: what db/open_matters.py asks of rows, kept in memory as it moves."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime

from db.delivery_words import NoticeFate
from policy.calendar import civil_day
from policy.levers import Key
from policy.position import STOCK
from tasks.rehearsal.levers import Pulled
from tasks.rehearsal.said import Said, Whom


class Lists:
    """By matter the last words of it. Between two lists most matters do not move; only those that did are looked at."""

    def __init__(self, milestones: Collection[str], pulled: Pulled) -> None:
        self._milestones, self._pulled = milestones, pulled
        self._open: dict[Key, dict[str, Said]] = defaultdict(dict)
        self._moved: set[Key] = set()
        self._listed: dict[Key, list[Said]] = {}
        self._lists: dict[Whom, set[str]] = defaultdict(set)
        self._hashes: dict[Whom, str] = {}
        self._ordered: dict[Whom, list[str]] = {}

    def put(self, key: Key, said: Said) -> None:
        self._open[key][said.call.key] = said
        self.move(key)

    def move(self, key: Key | None) -> None:
        """Something of the matter has been told."""
        if key:
            self._moved.add(key)

    def settle(self, keys: Collection[Key], still: Collection[str]) -> None:
        """Of these matters only what is in `still` stands open."""
        for key in keys & self._open.keys():
            self.move(key)
            left = {name: said for name, said in self._open[key].items() if name in still}
            if left:
                self._open[key] = left
            else:
                del self._open[key]

    def hashes(self, now: datetime) -> dict[Whom, str]:
        """By recipient a hash of the keys on the list. Where somebody has put something off all are looked at: that ends
        by itself."""
        everything = {*self._open, *self._listed} if self._pulled.silences else self._moved
        changed = {said.whom for key in everything for said in self._relist(key, now)}
        told = ((key, said) for key in everything for said in self._open.get(key, {}).values())
        self._moved = {key for key, said in told if _put_on_the_books(said, civil_day(now))}
        for whom in changed:
            self._hashes.pop(whom, None)
            if keys := self._lists[whom]:
                self._hashes[whom] = hashlib.sha256("|".join(self._in_order(whom, keys)).encode()).hexdigest()[:16]
        return self._hashes

    def _in_order(self, whom: Whom, keys: set[str]) -> list[str]:
        """Thousands of which most stayed: those are in order already, which sorting takes advantage of."""
        ordered = self._ordered[whom] = [key for key in self._ordered.get(whom, ()) if key in keys]
        ordered += keys.difference(ordered)
        ordered.sort()
        return ordered

    def _relist(self, key: Key, now: datetime) -> list[Said]:
        """Puts a matter on the lists on which it belongs now, and gives what was or is on one."""
        was, stands = self._listed.pop(key, []), self._stands(self._open.get(key, {}).values(), now)
        for said in was:
            self._lists[said.whom].discard(said.call.key)
        for said in stands:
            self._lists[said.whom].add(said.call.key)
        if stands:
            self._listed[key] = stands
        return [*was, *stands]

    def _stands(self, matter: Iterable[Said], now: datetime) -> list[Said]:
        """Of one matter what was said or is on the books; of a milestone that has climbed only what was said above."""
        today = civil_day(now)
        told = [s for s in matter if s.fate is NoticeFate.DONE or (s.why_not == STOCK and s.day < today)]
        if any(said.level and said.fate is NoticeFate.DONE for said in told):
            told = [said for said in told if said.level or said.call.word.duty not in self._milestones]
        return [s for s in told if s.recipient and not self._pulled.put_off(s.call, s.recipient, now)]


def _put_on_the_books(said: Said, day: date) -> bool:
    """It is listed from a later day on."""
    return said.why_not == STOCK and said.day == day
