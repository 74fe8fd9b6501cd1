"""The columns of every record kind, and the writing of one CSV a kind."""

import csv
from pathlib import Path

Row = dict[str, str]

_COLUMNS = {
    "units": "code name kind parent opened_on closed_on point covered_from covered_to mode kind_note email",
    "people": "code name born_on education household_city work_started_on social_work_started_on graduated_on"
    " phone email id_number former_post",
    "posts": "person unit post starts_on ends_on full_time",
    "contracts": "code person employer starts_on ends_on renews insurance_lines ended_on integrated",
    "certificates": "person level issued_on valid_to",
    "trainings": "person starts_at hours category course topic provider unit_of_hours",
    "courses": "code category held_on organiser topic ends_on",
    "assignments": "supervisor station starts_on ends_on",
    "visits": "visit supervisor station starts_at hours point remote",
    "assessments": "code kind subject held_on period_from period_to grade rank population assessor departments"
    " third_party qualified",
    "reports": "code clause from_unit to_unit subject period sent_on received_on document",
    "acts": "code clause subject on by item value unit verdict document note",
    "exceptions": "code clause subject reason approver approved_on expires_on",
    "leaves": "person starts_on ends_on substitute",
    "beneficiaries": "code village category household registered_on removed_on file_on plan_on visited_on served_on",
    "funds": "code unit year kind amount on person act",
    "candidates": "code name applied_on born_on education household_city work_started_on former_post"
    " family_in_need step step_on person round deadline_on",
}
COLUMNS: dict[str, tuple[str, ...]] = {
    kind: (*names.split(), "recorded_on", "source") for kind, names in _COLUMNS.items()
}


def write_sheets(folder: Path, records: dict[str, list[Row]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, rows in records.items():
        # The BOM lets Excel and WPS open the file as UTF-8.
        with (folder / f"{kind}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS[kind])
            writer.writerows(row.values() for row in rows)
