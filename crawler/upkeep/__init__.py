"""Verify, import, forget."""
