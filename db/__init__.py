"""What is remembered: records in versions, rulings and verdicts, notices and what became of them."""
