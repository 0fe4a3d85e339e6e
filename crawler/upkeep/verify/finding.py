"""What does not hold."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that is not as it should be, for a person.

    ``where`` is a path below the archive; ``post`` the ID of the post that it is about, ``url`` the address, and ``offset`` the
    byte of the file, if it is about one.
    """

    where: str
    what: str
    post: str = ""
    url: str = ""
    offset: int | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"
