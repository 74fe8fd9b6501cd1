"""How the records of a made-up city came to the office: a first import, late rows, corrections, old copies, undos.

No name, number or place in here belongs to anybody.
"""

from datetime import UTC, datetime, timedelta
from random import Random

from tests.policy.random_city import RandomCity

OPENED = datetime(2021, 12, 1, 1, tzinfo=UTC)
ALWAYS = ("units", "people")
"""Kept from the start; every other kind may be missing for a while, or for good."""


class RandomHistory(RandomCity):
    """The events of one office, the same for the same seed: (what, number, instant, rows by kind)."""

    def __init__(self, seed, events=7):
        self.seed, self.count = seed, events
        super().__init__(Random(seed), 0.2)

    def events(self):
        """`import` brings rows; `undo` names the number of the import to take back, if that can be done.

        The first, on which the rest builds, goes at the end if at all.
        """
        records = self.records()
        late = {kind: [] for kind in records}
        for kind in list(records):
            if kind not in ALWAYS:
                self.hold_back(kind, records, late)
        now = OPENED + timedelta(days=self.rng.randrange(200))
        yield "import", 0, now, records
        for number in range(1, self.count):
            # A second event may come within the same second, or after the clock was put back.
            now += self.rng.choice((timedelta(0), timedelta(hours=-5), *(timedelta(days=d) for d in (1, 20, 90, 200))))
            if self.rng.random() < 0.3:
                yield "undo", self.rng.randrange(1, self.count), now, None
            else:
                yield "import", number, now, self.batch(records, late, now)
        if self.odd():
            yield "undo", 0, now + timedelta(days=1), None

    def hold_back(self, kind, records, late):
        """Some rows come later; some kinds wholly."""
        part = self.rng.choice((0, 0.2, 0.2, 0.5, 1))
        late[kind] = [row for row in records[kind] if self.rng.random() < part]
        records[kind] = [row for row in records[kind] if row not in late[kind]]
        if part == 1:
            del records[kind]

    def batch(self, records, late, now):
        """Late rows, corrections of what is there, and rows brought once more."""
        brought = {}
        for kind in self.rng.sample(sorted(late), self.rng.randint(2, len(late))):
            came = [row for row in late[kind] if self.rng.random() < 0.5]
            there = self.rng.sample(records.get(kind, []), min(4, len(records.get(kind, []))))
            brought[kind] = [*came, *there[:1], *(self.corrected(row, now) for row in there[1:])]
            records.setdefault(kind, []).extend(came)
        return brought

    def corrected(self, row, now):
        """Another day, fewer minutes, or a unit closed; recorded now, at some time before, or not said when."""
        changed = {field: self.moved(field, value) for field, value in row.items()}
        if "hours" in row:
            changed["hours"] = row["hours"] // self.rng.choice((1, 2))
        if row.get("kind") in ("station", "point", "village"):
            changed["closed_on"] = self.rng.choice((None, (now - timedelta(days=30)).date()))
        past = now - timedelta(days=self.rng.choice((0, 1, 30, 300, 600)))
        return changed | {"recorded_on": self.rng.choice((None, None, past))}
