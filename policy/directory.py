"""Who is who on a day: the tree of units, who holds which post, and so who has to act or hear.

A role is answered by a person where the text names one (a station head, a supervisor) and by an institution otherwise
(contract 2, Notices). Where nobody holds a post the unit itself is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from policy.verdict import Subject
from policy.words import Role, SubjectKind


class UnitCard(NamedTuple):
    """`open` on the day of the directory: a closed station is known by name, but nobody is told anything there."""

    code: str
    name: str
    kind: str
    parent: str | None
    open: bool = True


class Tree(dict[str, UnitCard]):
    """The units by code, and who stands above whom. From day to day the tree mostly stays while people come and go."""

    def __init__(self, cards: Mapping[str, UnitCard]) -> None:
        super().__init__(cards)
        self._enclosing: dict[tuple[str | None, str], str | None] = {}

    def with_open(self, opened: Set[str]) -> Tree:
        """The same units, of which these are open: who stands above whom needs not be found again."""
        changed = {
            card.code: card._replace(open=not card.open)
            for card in self.values()
            if card.open is not (card.code in opened)
        }
        tree = Tree({**self, **changed})
        tree._enclosing = self._enclosing
        return tree

    def above(self, unit: str | None) -> Iterator[UnitCard]:
        """The unit and everything above it, nearest first."""
        while unit and (card := self.get(unit)):
            yield card
            unit = card.parent

    def enclosing(self, unit: str | None, kind: str) -> str | None:
        """The code of the nearest unit of this kind at or above `unit`; a township's only station for a village."""
        if (unit, kind) not in self._enclosing:
            self._enclosing[unit, kind] = self._nearest(unit, kind)
        return self._enclosing[unit, kind]

    def _nearest(self, unit: str | None, kind: str) -> str | None:
        found = next((card.code for card in self.above(unit) if card.kind == kind), None)
        if found is None and kind == "station":
            return self._stations.get(self.enclosing(unit, "township") or "")
        return found

    @cached_property
    def _stations(self) -> dict[str, str]:
        """The station of each town; the first one where there are several."""
        stations = [card for card in self.values() if card.kind == "station" and card.parent]
        return {card.parent: card.code for card in reversed(stations) if card.parent}

    def below(self, unit: str | None, kind: str) -> Iterator[str]:
        """The codes of the open units of this kind under `unit`, in the order of the records."""
        for card in self._children.get(unit, ()):
            if card.kind == kind and card.open:
                yield card.code
            yield from self.below(card.code, kind)

    @cached_property
    def _children(self) -> dict[str | None, list[UnitCard]]:
        children: dict[str | None, list[UnitCard]] = defaultdict(list)
        for card in self.values():
            children[card.parent].append(card)
        return dict(children)

    def government(self, names: tuple[str, ...]) -> str | None:
        """The government office so called; the city where there is none on record."""
        return next((card.code for card in self._offices if card.name.endswith(names)), self.city)

    @cached_property
    def _offices(self) -> tuple[UnitCard, ...]:
        return tuple(card for card in self.values() if card.kind == "government")

    @cached_property
    def city(self) -> str | None:
        return next((card.code for card in self.values() if card.kind == "city"), None)


class Addressee(NamedTuple):
    """A tuple, because every rung of every open duty looks its listeners up."""

    role: Role
    unit: str | None
    person: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """Who supervises from `starts` to `ends`, both inclusive."""

    person: str
    starts: date
    ends: date


POST_OF = {
    Role.STATION_HEAD: "station_head",
    Role.STATION_EXECUTIVE_HEAD: "executive_deputy_head",
    Role.STATION_DEPUTY_HEAD: "deputy_head",
    Role.POINT_CONTACT: "point_contact",
}
UNIT_OF = {
    Role.STATION: "station",
    Role.TOWNSHIP: "township",
    Role.EMPLOYER: "township",
    Role.COUNTY_BUREAU: "county",
    Role.COUNTY_FINANCE: "county",
}
OWN = {Role.WORKER, Role.EMPLOYER, Role.CONTRACTOR}
"""Roles that mean another person or agency for each subject of a unit."""
GOVERNMENT = {Role.CITY_GOVERNMENT: ("市政府", "市人民政府"), Role.PROVINCIAL_DEPARTMENT: ("民政厅",)}
"""How the names of those units of kind government end that are no member departments (contract 3)."""


@dataclass(frozen=True)
class Directory:
    """`holders` by (post, unit) and `carers` by village on one day; `supervisors` by station over time, newest first.

    `unit_of` and `names` speak of subjects that are no units: (kind, code) -> unit code, name; `employers` of persons,
    contracts and candidates whose employer is an agency.
    """

    units: dict[str, UnitCard]
    holders: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    supervisors: dict[str, tuple[Turn, ...]] = field(default_factory=dict)
    carers: dict[str, str] = field(default_factory=dict)
    unit_of: dict[tuple[str, str], str] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    employers: dict[tuple[str, str], str] = field(default_factory=dict)
    _subjects: dict[tuple[str, SubjectKind], Subject] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    _answers: dict[tuple[Role, object, date | None], tuple[Addressee, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    _audiences: dict[tuple[tuple[Role, ...], str, str, date | None], tuple[tuple[Addressee, ...], ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @cached_property
    def _tree(self) -> Tree:
        return self.units if isinstance(self.units, Tree) else Tree(self.units)

    def subject(self, kind: SubjectKind, code: str) -> Subject:
        # Asked for again with every obligation it has.
        subject = self._subjects.get((code, kind))
        if subject is None:
            subject = self._subjects[code, kind] = self._subject(kind, code)
        return subject

    def _subject(self, kind: SubjectKind, code: str) -> Subject:
        card = self.units.get(code)
        if card and card.kind == kind.value:
            return Subject(kind, code, card.name, code)
        return Subject(kind, code, self.names.get((kind, code), code), self.unit_of.get((kind, code)))

    def above(self, unit: str | None) -> Iterator[UnitCard]:
        return self._tree.above(unit)

    def enclosing(self, unit: str | None, kind: str) -> str | None:
        return self._tree.enclosing(unit, kind)

    def place(self, subject: Subject, kind: SubjectKind) -> str | None:
        """The code of the subject itself where it is of this kind, else of the unit of this kind in which it lies."""
        if subject.kind is kind:
            return subject.code
        return self._tree.city if kind is SubjectKind.CITY else self.enclosing(subject.unit, kind.value)

    def each(self, roles: tuple[Role, ...], subject: Subject, on: date) -> tuple[tuple[Addressee, ...], ...]:
        """Whom each of these roles means for this subject."""
        question = (roles, subject.kind, subject.code, on if Role.SUPERVISOR in roles else None)
        audience = self._audiences.get(question)
        if audience is None:
            audience = self._audiences[question] = tuple(self.addressees(role, subject, on) for role in roles)
        return audience

    def addressees(self, role: Role, subject: Subject, on: date | None = None) -> tuple[Addressee, ...]:
        """Whom a role means for this subject; one entry unless several persons hold the post, or several units below
        the subject bear the duty.

        A supervisor is the one assigned on `on` (the due day of a past month), or whoever is assigned last.
        """
        # All subjects of one unit share their answers, but where somebody of their own is meant.
        about = (subject.kind, subject.code, subject.unit) if role in OWN else subject.unit
        question = (role, about, on if role is Role.SUPERVISOR else None)
        if question not in self._answers:
            self._answers[question] = self._addressees(role, subject, on)
        return self._answers[question]

    def _addressees(self, role: Role, subject: Subject, on: date | None) -> tuple[Addressee, ...]:
        if role in GOVERNMENT:
            return (Addressee(role, self._tree.government(GOVERNMENT[role]), None),)
        if role is Role.EMPLOYER and (agency := self._agency(subject)):
            return (Addressee(role, agency, None),)
        if role is Role.CONTRACTOR:
            # Whom a bureau hired itself has no contractor.
            agency = self.enclosing(subject.unit, "agency") or self._agency(subject)
            return (Addressee(role, agency, None),) if agency else ()
        if role in UNIT_OF:
            own = self.enclosing(subject.unit, UNIT_OF[role])
            # A duty of the whole city that counties bear is borne by each of them.
            each = (own,) if own else tuple(self._tree.below(subject.unit, UNIT_OF[role])) or (None,)
            return tuple(Addressee(role, unit, None) for unit in each)
        if role in POST_OF:
            return self._post(role, subject)
        if role is Role.WORKER:
            return (self._worker(subject),)
        if role is Role.SUPERVISOR:
            station = self.enclosing(subject.unit, "station")
            return (Addressee(role, station, self._supervisor(station or "", on)),)
        return (Addressee(role, self._tree.city, None),)

    def _supervisor(self, station: str, on: date | None) -> str | None:
        turns = self.supervisors.get(station, ())
        return next((t.person for t in turns if on is None or t.starts <= on <= t.ends), None)

    def _post(self, role: Role, subject: Subject) -> tuple[Addressee, ...]:
        unit = self.enclosing(subject.unit, "point" if role is Role.POINT_CONTACT else "station")
        persons = self.holders.get((POST_OF[role], unit or ""), ())
        return tuple(Addressee(role, unit, person) for person in persons) or (Addressee(role, unit, None),)

    def _worker(self, subject: Subject) -> Addressee:
        if subject.kind is SubjectKind.PERSON:
            return Addressee(Role.WORKER, subject.unit, subject.code)
        return Addressee(Role.WORKER, subject.unit, self.carers.get(subject.unit or ""))

    def _agency(self, subject: Subject) -> str | None:
        """The agency that employs the subject, or whoever looks after it; None where the town employs."""
        own = self.employers.get((subject.kind, subject.code))
        return own or self.employers.get((SubjectKind.PERSON, self.carers.get(subject.unit or "", "")))
