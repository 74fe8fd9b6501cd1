"""The sample city: Huizhou's real map, peopled with nobody real, from the first day of the programme to any day.

The same seed and day give the same bytes. A later day tells the same story further.
"""

from datetime import date
from pathlib import Path

from samples.employment import write_employment
from samples.evidence import write_evidence
from samples.hiring import write_candidates, write_funds
from samples.households import write_households
from samples.places import towns as the_towns
from samples.places import write_units
from samples.posts import write_heads, write_liaisons, write_staff, write_team
from samples.reviews import write_reviews
from samples.sheets import Row, write_sheets
from samples.staffing import staff as the_staff
from samples.supervision import team as the_team
from samples.supervision import write_supervision
from samples.training import write_training
from samples.world import World


def write_city(folder: Path, *, seed: int = 7, until: date) -> None:
    """Write one CSV a record kind (contract, section 3) with what the office knows at the end of `until`."""
    write_sheets(folder, city_records(seed, until))


def city_records(seed: int, until: date) -> dict[str, list[Row]]:
    """The same as rows by kind; every cell is a string, "" where nothing is given."""
    world = World(seed, until)
    towns = the_towns(world)
    staff, supervision = the_staff(world, towns), the_team(world, towns)
    write_units(world, towns)
    write_staff(world, staff, towns)
    write_heads(world, towns)
    write_team(world, supervision)
    write_liaisons(world)
    write_employment(world, staff)
    write_training(world, staff)
    write_supervision(world, supervision, towns)
    write_reviews(world, staff, supervision, towns)
    write_evidence(world, towns)
    write_households(world, towns)
    write_candidates(world, staff)
    write_funds(world)
    return world.rows
