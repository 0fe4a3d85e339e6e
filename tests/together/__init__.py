"""Every command beside every other, on one archive and at one time. ``python -m tests.together`` prints the table."""
