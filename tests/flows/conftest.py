"""The flow tests share one installation, because starting a Prefect server takes ten seconds."""

from tests.flows.installation import office

__all__ = ["office"]
