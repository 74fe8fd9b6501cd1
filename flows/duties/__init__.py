"""The flow of each recurring duty, by its key in a plan."""

from flows.duties.staff_assessment import staff_assessment
from flows.duties.station_evaluation import station_evaluation
from flows.duties.supervision import supervision
from flows.duties.training import training

DUTY_FLOWS = {
    "staff_assessment": staff_assessment,
    "station_evaluation": station_evaluation,
    "supervision": supervision,
    "training": training,
}

__all__ = ["DUTY_FLOWS", "staff_assessment", "station_evaluation", "supervision", "training"]
