"""Numbers with the noun that they count."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """A number and its noun; ``many`` is the plural if it is not ``one`` with an s.

    >>> counted(1, "capture file"), counted(0, "capture file"), counted(1234, "address", "addresses")
    ('1 capture file', '0 capture files', '1,234 addresses')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
