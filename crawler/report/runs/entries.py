"""Index lines as status and report count them: what they need of a line, read without trusting it."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.report.runs.passed import Passed

_WHAT = "lines of index.jsonl"
#: More than any file has: what is larger is no number of bytes.
_MOST = 1 << 50


class Entry(NamedTuple):
    """One post. ``published`` and ``seen`` are local times of the site without a zone; ``late``: seconds between them."""

    published: datetime
    seen: datetime
    late: float
    #: Joined by a blank.
    category: str
    fidelity: str
    status: str
    size: int

    @property
    def day(self) -> date:
        """The day of publication."""
        return self.published.date()


class _Odd(ValueError):
    """Which field is not as it should be."""


def entries(lines: Iterable[bytes], zone: tzinfo, passed: Passed) -> Iterator[Entry]:
    """The posts of index lines; a line that is none of an index is noted in ``passed``."""
    for line in lines:
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError:
            if line.strip():
                passed.note(_WHAT, "no JSON")
            continue
        if not isinstance(found, dict):
            passed.note(_WHAT, "no JSON object")
            continue
        try:
            yield _entry(found, zone)
        except _Odd as error:
            passed.note(_WHAT, str(error), str(found.get("id", "")))


def _entry(found: dict[str, Any], zone: tzinfo) -> Entry:
    published, seen = _time(found, "date", zone), _time(found, "first_seen", zone)
    categories = found.get("categories")
    if not isinstance(categories, list) or not all(isinstance(name, str) for name in categories):
        raise _Odd(_reason(found, "categories"))
    try:
        local = seen.astimezone(zone).replace(tzinfo=None)
    except OverflowError:  # in another zone, the last hours of the year 9999 are beyond it
        raise _Odd(_reason(found, "first_seen")) from None
    return Entry(
        published.replace(tzinfo=None),
        local,
        (seen - published).total_seconds(),
        " ".join(categories),
        _text(found, "fidelity"),
        _text(found, "status"),
        _size(found),
    )


def _time(found: dict[str, Any], name: str, zone: tzinfo) -> datetime:
    value = found.get(name)
    try:
        if not isinstance(value, str):
            raise TypeError
        time = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise _Odd(_reason(found, name)) from None
    return time if time.tzinfo else time.replace(tzinfo=zone)


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str):
        raise _Odd(_reason(found, name))
    return value


def _size(found: dict[str, Any]) -> int:
    value = found.get("bytes")
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise _Odd(_reason(found, "bytes"))
    return value


def _reason(found: dict[str, Any], name: str) -> str:
    return f"'{name}' is {'odd' if name in found else 'missing'}"
