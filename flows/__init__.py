"""When things happen, and what the office sees of them: thin async shells over the steps in tasks/."""
