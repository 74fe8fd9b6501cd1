"""When things happen, and what the office sees of them: thin async shells over the steps in tasks/."""

from tasks.logs import guard

# Prefect imports a flow into a process of its own, and everything logged there goes to its server.
guard()
