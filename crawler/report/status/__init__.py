"""An archive at a glance: coverage, schedule, disk."""
