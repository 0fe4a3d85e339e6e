"""What does not hold."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that is not as it should be, for a person. ``post`` is the ID of the post that it is about, if it is one."""

    where: str
    what: str
    post: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"
