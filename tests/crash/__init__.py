"""Runs that are cut short at any moment, and what the next one makes of it. ``python -m tests.crash`` prints the table."""
