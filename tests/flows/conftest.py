"""The flow tests share one installation, because starting a Prefect server takes ten seconds."""

from installation import office

__all__ = ["office"]
