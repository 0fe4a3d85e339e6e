"""The findings of a verification."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that is wrong in an archive, for a person.

    ``where`` is a path below the archive. ``post`` (an ID), ``url`` and ``offset`` (in the file) are set if it is about one;
    ``diff`` has the first lines of a rendering that differ, if they were asked for.
    """

    where: str
    what: str
    post: str = ""
    url: str = ""
    offset: int | None = None
    diff: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"
