"""Run reports: counted during a run, written and published at its end, and read back."""
