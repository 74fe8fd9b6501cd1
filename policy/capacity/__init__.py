"""Can a month's supervision be done at all: quotas against people and working days (HZ-4.2.4-02, -08, -09, -10)."""
