"""Numbers with the noun that they count."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """A number and its noun; ``many`` is the plural if it is not ``one`` with an s.

    >>> counted(1, "capture file"), counted(0, "capture file"), counted(1234, "address", "addresses")
    ('1 capture file', '0 capture files', '1,234 addresses')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def size_text(size: int) -> str:
    """A number of bytes as a person reads it: in MB, and where that would be next to nothing, in kB.

    >>> size_text(30_167), size_text(123_456_789), size_text(0)
    ('30.2 kB', '123.5 MB', '0.0 kB')
    """
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 / 10 else f"{size / 1e3:,.1f} kB"
