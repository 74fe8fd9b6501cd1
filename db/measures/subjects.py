"""What each question speaks of, where that does not follow from the obligation that asks it.

A question that is not here (acts, reports, posts, reviews) takes the subject it is asked about.
"""

from __future__ import annotations

from policy.words import SubjectKind

_QUESTIONS = {
    SubjectKind.CITY: "beneficiaries_covered certified_staff city city_covered holders_in_city stations_per_supervisor topics",
    SubjectKind.COUNTY: "centre_opened charged_to_assistance county_budget transfers",
    SubjectKind.TOWNSHIP: "points_grown relief_first relief_workers station_opened town_updated workers_of_town",
    SubjectKind.STATION: (
        "assessed disability_specialists floor_space kinds_filled mode_given plaques qualified_at_station supervised "
        "visits_by_month"
    ),
    SubjectKind.POINT: "assessed equipment plaque_of_early_point villages_of_point workers_of_point",
    SubjectKind.VILLAGE: "head_of_room present_in_village village_covered village_served workers_of_village",
    SubjectKind.CENTRE: "centre_staffed",
    SubjectKind.AGENCY: "stations_of_agency",
    SubjectKind.PERSON: (
        "assessed contract_in_force departments first_post_of_round graded graduates_enrolled hours_before_post hours_in_year "
        "insurance integrated_in_term liaison_certified prejob_course ranked_last relief_assessed relief_employed "
        "rightly_placed schooled stations_of_supervisor supervisor_experience titles_of_hired villages_carried"
    ),
    SubjectKind.CONTRACT: (
        "approved_before_signing budgeted_in_year contract_terms direct_employer relief_terms renewals reserved"
    ),
    SubjectKind.HOUSEHOLD: "household_completed household_file household_plan",
    SubjectKind.BENEFICIARY: "case_steps matter_recorded planned visited",
    SubjectKind.VISIT: "visit_hours",
    SubjectKind.CANDIDATE: "candidacies recruitment_steps",
}


def speaks_of(question: str) -> tuple[SubjectKind, ...]:
    """The kinds of subject a question can be about; empty where it is about any."""
    return tuple(subject for subject, names in _QUESTIONS.items() if question in names.split())
