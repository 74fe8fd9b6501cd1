"""A second, naive ledger: it keeps what happened and answers every question by playing it again from the start.

Imports push what they say of a record on that record's pile, an undo takes it off; the top of a pile is what is known.
No version ever has an end here, and nothing of the product is used.
"""

from .facts import KEYS

LONG_AGO = 0


class Buried(Exception):
    """A later batch lies on top of what this one brought."""


def name_of(kind, row):
    return (kind, *(str(row.get(field)) for field in KEYS.get(kind, ("code",))))


class Replay:
    """Events in the order in which they happened; instants are aware datetimes."""

    def __init__(self):
        self.events = []

    def brought(self, batch, instant, records):
        self.events.append(("import", batch, instant, records))

    def taken_back(self, batch, instant):
        self.events.append(("undo", batch, instant, None))

    def records(self, known_at):
        """kind -> rows, as far as they were known at the instant; a kind that was not kept then is missing."""
        piles, holders, now = {}, {}, None
        for number, (what, batch, instant, records) in enumerate(self.events):
            now = instant if now is None else max(now, instant)
            if number > 0 and now > known_at:
                break
            if what == "undo":
                take_off(piles, holders, batch)
            elif number == 0:
                lay_down(piles, holders, batch, now, records, known_at)
            else:
                put_on(piles, holders, batch, now, records)
        kept = {kind: [] for kind in holders}
        for (kind, *_), pile in piles.items():
            if pile:
                kept[kind].append(pile[-1][2])
        return kept


def lay_down(piles, holders, batch, now, records, known_at):
    """The first import tells the past: a row counts from the instant it was recorded, at the latest from now."""
    for kind, rows in records.items():
        holders[kind] = batch
        for row in sorted(rows, key=lambda row: recorded(row, now) or LONG_AGO):
            if (recorded(row, now) or LONG_AGO) <= known_at.timestamp():
                piles.setdefault(name_of(kind, row), []).append((batch, recorded(row, now) or LONG_AGO, row))


def put_on(piles, holders, batch, now, records):
    """A later import: of each record the newest thing said, if it says something else and is not the older word."""
    for kind, rows in records.items():
        holders.setdefault(kind, batch)
        newest = {}
        for row in sorted(rows, key=lambda row: recorded(row, now) or LONG_AGO):
            newest[name_of(kind, row)] = row
        for name, row in newest.items():
            since = recorded(row, now) or int(now.timestamp())
            pile = piles.setdefault(name, [])
            if not pile or (content(row) != content(pile[-1][2]) and since >= pile[-1][1]):
                pile.append((batch, since, row))


def take_off(piles, holders, batch):
    for pile in piles.values():
        while pile and pile[-1][0] == batch:
            pile.pop()
        if any(owner == batch for owner, _, _ in pile):
            raise Buried
    for kind in [kind for kind, holder in holders.items() if holder == batch]:
        heirs = [pile[-1][0] for name, pile in piles.items() if name[0] == kind and pile]
        del holders[kind]
        if heirs:
            holders[kind] = min(heirs)


def recorded(row, now):
    """Whole seconds; what says it will be recorded later is in hand now."""
    since = row.get("recorded_on")
    return None if since is None else min(int(since.timestamp()), int(now.timestamp()))


def content(row):
    return {field: value for field, value in row.items() if field != "recorded_on" and value is not None}
