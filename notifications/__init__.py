"""How people are told: channels, and the words of a message."""
