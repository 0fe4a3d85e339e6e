"""Numbers of things, as they are read aloud."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """A number and what it counts; ``many`` if that is more than ``one`` with an s behind it.

    >>> counted(1, "capture file"), counted(0, "capture file"), counted(1234, "address", "addresses")
    ('1 capture file', '0 capture files', '1,234 addresses')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
