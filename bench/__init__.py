"""How fast, against the bare floor. Nothing imports this; figures and their story are in README.md."""
