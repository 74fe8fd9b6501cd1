"""The flow of each kind of stage; a kind without one of its own runs as `standard`."""

from flows.phases.branding import branding
from flows.phases.deepening import deepening
from flows.phases.integration import integration
from flows.phases.operation import operation
from flows.phases.setup import setup
from flows.phases.standard import standard

PHASE_FLOWS = {
    "integration": integration,
    "setup": setup,
    "operation": operation,
    "deepening": deepening,
    "branding": branding,
}

__all__ = ["PHASE_FLOWS", "branding", "deepening", "integration", "operation", "setup", "standard"]
