"""What a person is told in one line."""

from __future__ import annotations


class CannotRun(Exception):
    """One line: what is wrong, where, and what to do. A command that meets it ends with exit code 2."""
