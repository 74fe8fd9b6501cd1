"""To whom the open rows speak: when somebody comes to a chair or leaves it, those who speak to that chair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from db.changes import Groups
from db.measures.reading import Touched
from policy.directory import POST_OF, Directory, UnitCard
from policy.levers import Key
from policy.plan import Obligation
from policy.words import Role

ROLE_OF = {post: role for role, post in POST_OF.items()}
EMPLOYED = frozenset({Role.EMPLOYER, Role.CONTRACTOR})
CARING = EMPLOYED | {Role.WORKER}
FAR = ("city", "county", "township", "government")
"""Units that are asked for from everywhere."""
K = TypeVar("K")


class Audience:
    """The open rows by subject and by the unit of their subject."""

    def __init__(self, obligations: Iterable[Obligation], groups: Groups) -> None:
        self._roles: dict[str, frozenset[Role]] = {}
        self.know(obligations)
        self._groups = groups
        self._cards: Directory | None = None
        self._unit: dict[Key, str] = {}
        self._at: dict[str, set[Key]] = defaultdict(set)
        self._about: dict[str, set[Key]] = defaultdict(set)

    def know(self, obligations: Iterable[Obligation]) -> None:
        """Whom these speak to; of several wordings of one obligation, whom any of them speaks to."""
        for o in obligations:
            self._roles[o.key] = self._roles.get(o.key, frozenset()) | {*o.who, *o.copies, *o.escalation}

    def join(self, key: Key, unit: str | None) -> None:
        unit, before = unit or "", self._unit.get(key)
        if before == unit:
            return
        if before is not None:
            self._at[before].discard(key)
        self._unit[key] = unit
        self._at[unit].add(key)
        self._about[key[1]].add(key)

    @property
    def keys(self) -> Collection[Key]:
        return self._unit.keys()

    def leave(self, key: Key) -> None:
        unit = self._unit.pop(key, None)
        if unit is not None:
            self._at[unit].discard(key)
            self._about[key[1]].discard(key)

    def stirred(self, cards: Directory, touched: Touched) -> set[Key]:
        """The rows that may speak to somebody else by these cards than by those of the call before."""
        before, self._cards = self._cards or cards, cards
        keys = {key for card in _cards_between(before, cards) for key in self._by_unit(card, before, cards)}
        keys |= self._by_chairs(before, cards, touched)
        about = [code for _, code in _between(before.unit_of, cards.unit_of)]
        hired = _between(before.employers, cards.employers)
        keys |= {key for code in about for key in self._about.get(code, ())}
        keys |= {p for _, code in hired for p in self._about.get(code, ()) if self._hear(p, EMPLOYED)}
        persons = {code for kind, code in hired if kind == "person"}
        villages = _between(before.carers, cards.carers)
        villages |= {village for village, person in cards.carers.items() if person in persons}
        return keys | {p for village in villages for p in self._at.get(village, ()) if self._hear(p, CARING)}

    def _hear(self, key: Key, roles: Collection[Role]) -> bool:
        return not self._roles[key[0]].isdisjoint(roles)

    def _by_chairs(self, before: Directory, cards: Directory, touched: Touched) -> set[Key]:
        chairs = {(ROLE_OF[post], unit) for post, unit in _between(before.holders, cards.holders)}
        chairs |= {(Role.SUPERVISOR, station) for station in _between(before.supervisors, cards.supervisors)}
        # A turn ends without a word in the records.
        chairs |= {(Role.SUPERVISOR, touch.names[1] or "") for touch in touched.get("assignments", ())}
        found: set[Key] = set()
        for role, chair in chairs:
            kind = "point" if role is Role.POINT_CONTACT else "station"
            units = self._near(chair, lambda unit: cards.enclosing(unit, kind) == chair)  # noqa: B023
            found |= {key for unit in units for key in self._at[unit] if role in self._roles[key[0]]}
        return found

    def _by_unit(self, card: UnitCard, before: Directory, cards: Directory) -> Iterator[Key]:
        """Whose way up leads through this unit, or whose way down to it."""
        if card.kind in FAR:
            yield from self._unit
            return
        if card.kind == "station":
            units = {*self._near(card.code, bool), *_way(before, card.code), *_way(cards, card.code)}
        else:
            units = set(self._near(card.code, lambda unit: card.code in _way(before, unit) | _way(cards, unit)))
        for unit in units:
            yield from self._at.get(unit, ())

    def _near(self, unit: str, wanted: Callable[[str], Any]) -> list[str]:
        """The units of the same town that are wanted and have something open."""
        return [one for one in self._groups.whole([unit]) if self._at.get(one) and wanted(one)]


def _way(cards: Directory, unit: str) -> set[str]:
    return {card.code for card in cards.above(unit)}


def _between(before: Mapping[K, Any], after: Mapping[K, Any]) -> set[K]:
    """The keys under which the two say different things."""
    if before is after or before == after:
        return set()
    return {key for key, _ in before.items() ^ after.items()}


def _cards_between(before: Directory, after: Directory) -> Iterator[UnitCard]:
    """The cards that came, went or say another place, kind or state; what a unit is called names nobody."""
    for code in _between(before.units, after.units):
        old, new = before.units.get(code), after.units.get(code)
        if old is None or new is None or (old.kind, old.parent, old.open) != (new.kind, new.parent, new.open):
            yield from (card for card in (old, new) if card)
