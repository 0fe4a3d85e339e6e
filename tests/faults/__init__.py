"""A tired and a hostile server. ``python -m tests.faults`` prints the table."""
