"""Upkeep of an archive: verify, import, forget."""
