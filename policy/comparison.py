"""Reported figures beside the rules of a plan: what they would come to if its rules were applied (A76, A77).

A comparison and never a judgement: no statuses, no subjects, nobody is told. A number that was reported with a bound
hands the bound on to whatever is calculated from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from policy.numbers import zh_day
from policy.quantity import Bound, Quantity, exactly
from policy.reported import STAFF, Figure, Number, Programme, Target, counts
from policy.rulebook import Rule

Rules = Mapping[str, Rule]
WORKDAY_HOURS = 8
CUT = ("小时", "%")


@dataclass(frozen=True, slots=True)
class Line:
    """One number of the comparison. `told` are the clauses of the report it rests on, `rules` those of the plan."""

    topic: str
    what: str
    number: Quantity | None
    unit: str
    told: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    reading: str = ""
    note: str = ""

    @property
    def clauses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.told))

    @property
    def decimal(self) -> str:
        return self.number.decimal(self._places, always_cut=self.unit in CUT) if self.number else ""

    @property
    def said(self) -> str:
        return self.number.text(self.unit, self._places, always_cut=self.unit in CUT) if self.number else ""

    @property
    def _places(self) -> int:
        return 1 if self.unit == "%" else 2


def compare(programme: Programme, rules: Rules) -> tuple[Line, ...]:
    """Everything reported, then what the rules would make of it, then what it comes to for each head and station."""
    parts = (_reported, _supervisors, _hours, _staff, _villages, _training, _dates, _quotients)
    return tuple(line for part in parts for line in part(programme, rules))


def _reported(programme: Programme, rules: Rules) -> Iterator[Line]:
    for figure in programme.figures:
        yield Line("报道数", figure.title, figure.quantity, figure.unit, (figure.clause,), note=_of_when(figure))
    for target in programme.targets:
        yield Line("报道目标", target.title, target.quantity, target.unit, (target.clause,), note=_by_when(target))


def _of_when(figure: Figure) -> str:
    day = f"{zh_day(figure.as_of.first)}至{zh_day(figure.as_of.last)}" if figure.as_of else "日期未报道"
    return "；".join(part for part in (day, figure.unclear) if part)


def _by_when(target: Target) -> str:
    inferred = "（推定）" if target.basis == "inferred" else ""
    day = f"期限{zh_day(target.by)}{inferred}" if target.by else "期限未报道"
    return "；".join(part for part in (day, target.unclear) if part)


@dataclass(frozen=True, slots=True)
class Units:
    """What one supervisor has so many of, and in which reading."""

    number: Quantity
    clauses: tuple[str, ...]
    reading: str = ""


def _supervisors(programme: Programme, rules: Rules) -> Iterator[Line]:
    stations, points = programme.figure.get("stations"), programme.figure.get("points")
    ratio = rules.get("stations_per_supervisor")
    if stations is None or ratio is None:
        return
    alone = Units(stations.quantity, (stations.clause,))
    yield from _carried(programme, alone, ratio, rules.get("monitors"))
    if points:
        both = Units(alone.number + points.quantity, (stations.clause, points.clause), "社工点也各算一个")
        yield from _carried(programme, both, ratio, None)


def _carried(programme: Programme, units: Units, ratio: Rule, monitors: Rule | None) -> Iterator[Line]:
    needed = (units.number / ratio.quantity).rounded_up()
    yield Line("督导", "需要督导员", needed, "名", units.clauses, (ratio,), units.reading)
    supervisors = programme.figure.get("supervisors")
    if supervisors is None:
        return
    told = (*units.clauses, supervisors.clause)
    every = supervisors.quantity
    yield from _load(Units(units.number, told, units.reading), every, needed, (ratio,))
    if monitors and supervisors.value > monitors.number:
        reading = f"其中留{monitors.number}名做日常监管"
        yield from _load(Units(units.number, told, reading), every - monitors.quantity, needed, (ratio, monitors))


def _load(units: Units, carrying: Quantity, needed: Quantity, rules: tuple[Rule, ...]) -> Iterator[Line]:
    """What each supervisor has, how many are short, and how many units are left without one."""

    def line(what: str, number: Quantity, unit: str, note: str = "") -> Line:
        return Line("督导", what, number, unit, units.clauses, rules, units.reading, note)

    yield line("每名督导员负责", units.number / carrying, "个", _spread(units.number, carrying))
    yield line(*_gap("督导员", needed, carrying), "名")
    covered = carrying * rules[0].quantity
    yield line("现有督导员最多负责", covered, "个")
    left = units.number - covered
    if left.value > 0:
        yield line("没有督导员负责", left, "个")


def _spread(units: Quantity, carrying: Quantity) -> str:
    """Whole numbers: 111 to 14 are thirteen with eight and one with seven."""
    if units.bound is not Bound.EXACT or carrying.bound is not Bound.EXACT:
        return ""
    each, more = divmod(int(units.value), int(carrying.value))
    fewer = int(carrying.value) - more
    return f"{more}名各{each + 1}个、{fewer}名各{each}个" if more else f"每名{each}个"


def _gap(what: str, needed: Quantity, have: Quantity) -> tuple[str, Quantity]:
    """How many are short, or to spare; with a bound nobody knows which, and the difference is given as it is."""
    short = needed - have
    if short.bound is not Bound.EXACT:
        return f"需要的{what}减现有", short
    return (f"还差{what}", short) if short.value > 0 else (f"富余{what}", have - needed)


def _hours(programme: Programme, rules: Rules) -> Iterator[Line]:
    stations, visit = programme.figure.get("stations"), rules.get("visit")
    if stations is None or visit is None:
        return
    month = stations.quantity * _in_hours(visit)
    yield Line("督导", "每月督导时长", month, "小时", (stations.clause,), (visit,))
    supervisors = programme.figure.get("supervisors")
    if supervisors is None:
        return
    told = (stations.clause, supervisors.clause)
    each = month / supervisors.quantity
    yield Line("督导", "每名督导员每月督导时长", each, "小时", told, (visit,))
    days = each / exactly(WORKDAY_HOURS)
    yield Line("督导", "每名督导员每月督导天数", days, "天", told, (visit,), note=f"每天按{WORKDAY_HOURS}小时计")


def _staff(programme: Programme, rules: Rules) -> Iterator[Line]:
    stations, posts = programme.figure.get("stations"), rules.get("affairs_posts")
    if stations is None or posts is None:
        return
    needed, told, cited = stations.quantity * posts.quantity, [stations.clause], [posts]
    points, each = programme.figure.get("points"), rules.get("workers_per_point")
    if points and each:
        needed = needed + points.quantity * each.quantity
        told, cited = [*told, points.clause], [*cited, each]
    yield Line("人员", "需要社工", needed, "人", tuple(told), tuple(cited))
    for reading, have, counted in counts(programme, STAFF):
        what, short = _gap("社工", needed, have)
        yield Line("人员", what, short, "人", (*told, *counted), tuple(cited), reading)
        each_station = have / stations.quantity
        yield Line("人员", "平均每站社工", each_station, "人", (stations.clause, *counted), (posts,), reading)


def _villages(programme: Programme, rules: Rules) -> Iterator[Line]:
    points, each = programme.figure.get("points"), rules.get("villages_per_point")
    if points and each:
        most = points.quantity * each.quantity
        note = "全市村（居）数未报道，算不出比例"
        yield Line("覆盖", "现有社工点最多覆盖村（居）", most, "个", (points.clause,), (each,), note=note)


def _training(programme: Programme, rules: Rules) -> Iterator[Line]:
    yearly = rules.get("yearly_training")
    if yearly is None:
        return
    attended = programme.figure.get("training_person_times")
    note = "报道的是人次，不是学时，两者不能比" if attended else "报道没有写学时"
    for reading, people, told in counts(programme, STAFF):
        yield Line("培训", "每年需要学时", people * _in_hours(yearly), "小时", told, (yearly,), reading, note)


def _dates(programme: Programme, rules: Rules) -> Iterator[Line]:
    coverage = programme.figure.get("station_coverage")
    if coverage and coverage.as_of and "station_coverage" in rules:
        note = f"{_of_when(coverage)}，按最后一天比：{_later(coverage.as_of.last, rules['station_coverage'])}"
        yield _dated(coverage, rules["station_coverage"], note)
    for target in programme.targets:
        if target.key in rules:
            note = (
                f"{_by_when(target)}，{_later(target.by, rules[target.key])}" if target.by else "报道没有写期限，不能比"
            )
            yield _dated(target, rules[target.key], note)


def _dated(number: Number, rule: Rule, note: str) -> Line:
    return Line("期限", number.title, None, "", (number.clause,), (rule,), note=note)


def _later(day: date, rule: Rule) -> str:
    assert rule.due is not None, "a rule about coverage has a day"
    days = (day - rule.due).days
    return f"{'晚' if days > 0 else '早'}{abs(days)}天" if days else "同一天"


def _quotients(programme: Programme, rules: Rules) -> Iterator[Line]:
    for figure in programme.figures:
        for key in figure.per:
            yield from _per(programme, figure, key)
        if figure.share_of:
            what = f"{figure.title}占{_title(programme, figure.share_of)}"
            for reading, whole, counted in counts(programme, figure.share_of):
                share = figure.quantity / whole * exactly(100)
                yield Line("平均", what, share, "%", (figure.clause, *counted), (), reading)


def _per(programme: Programme, figure: Figure, key: str) -> Iterator[Line]:
    what = f"{figure.title}，按{_title(programme, key)}平均"
    for reading, divisor, counted in counts(programme, key):
        each, told = figure.quantity / divisor, (figure.clause, *counted)
        yield Line("平均", what, each, figure.unit, told, (), reading, figure.unclear)
        if figure.as_of:
            daily = each / exactly(figure.as_of.days)
            yield Line("平均", f"{what}，每天", daily, figure.unit, told, (), reading, _of_when(figure))


def _in_hours(rule: Rule) -> Quantity:
    return exactly(Fraction(rule.number, 60))


def _title(programme: Programme, key: str) -> str:
    return programme.figure[key].title if key in programme.figure else "社工"
