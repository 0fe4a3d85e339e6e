"""The status of an archive: its last runs, coverage, schedule and size on disk."""
