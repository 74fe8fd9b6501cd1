"""A second, naive judge of the Huizhou plan: the differential oracle of the tests.

Written from the papers, row by row over plain dicts, sharing no line with the product.
"""

from . import beneficiaries, contracts, coverage, milestones, staffing, supervision, years
from .facts import City

AREAS = (coverage, staffing, contracts, milestones, supervision, years, beneficiaries)


def judge_city(records, as_of, *, known_at=None, readings=None):
    """Verdicts for the judged Huizhou clauses and the phases, as they stand at the end of `as_of` in Shanghai.

    `records` is kind -> rows with parsed values; a kind that is missing is wholly absent. Rows that do not
    apply are left out. `readings` is e.g. {"A35": "monthly_sum"}.
    """
    city = City(records, as_of, known_at, readings)
    return [verdict for area in AREAS for verdict in area.judge(city)]
