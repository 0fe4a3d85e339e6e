"""Reads from untrusted index lines the fields that ``scrapy status`` and ``scrapy report`` count."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crawler.report.runs.skipped import Skipped

_WHAT = "lines of index.jsonl"
#: A larger number cannot be the size of a file.
_MOST = 1 << 50
#: The calendar's first and last year: a time in any other one is a time in every zone.
_FIRST, _LAST = 1, 9999
_Made = TypeVar("_Made")


class Entry(NamedTuple):
    """One post. ``published`` and ``seen`` are local times of the site, without a zone; ``late``: seconds between them."""

    published: datetime
    seen: datetime
    late: float
    #: All its categories, joined by a blank.
    category: str
    fidelity: str
    status: str
    size: int

    @property
    def day(self) -> date:
        """The day of publication."""
        return self.published.date()


class _Invalid(ValueError):
    """The text names the invalid field."""


class Dated(NamedTuple):
    """What is counted of a post: its day of publication, its categories joined by a blank, and the bytes of its file."""

    day: date
    category: str
    size: int


def entries(lines: Iterable[bytes], zone: tzinfo, skipped: Skipped) -> Iterator[Entry]:
    """The posts of index lines; an invalid line is counted in ``skipped``."""
    return _made(lines, zone, skipped, _entry)


def dated(lines: Iterable[bytes], zone: tzinfo, skipped: Skipped) -> Iterator[Dated]:
    """The same posts by the same checks, with what is counted alone, which takes half of the time besides reading JSON."""
    return _made(lines, zone, skipped, _dated)


def _made(
    lines: Iterable[bytes], zone: tzinfo, skipped: Skipped, make: Callable[[dict[str, Any], tzinfo], _Made]
) -> Iterator[_Made]:
    for line in lines:
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError:
            if line.strip():
                skipped.count(_WHAT, "no JSON")
            continue
        if not isinstance(found, dict):
            skipped.count(_WHAT, "no JSON object")
            continue
        try:
            yield make(found, zone)
        except _Invalid as error:
            skipped.count(_WHAT, str(error), str(found.get("id", "")))


def _entry(found: dict[str, Any], zone: tzinfo) -> Entry:
    published, seen, category = _checked(found, zone)
    return Entry(
        published.replace(tzinfo=None),
        _local(found, seen, zone),
        (seen - published).total_seconds(),
        category,
        _text(found, "fidelity"),
        _text(found, "status"),
        _size(found),
    )


def _dated(found: dict[str, Any], zone: tzinfo) -> Dated:
    published, seen, category = _checked(found, zone)
    if not _FIRST < seen.year < _LAST:
        _local(found, seen, zone)
    _text(found, "fidelity")
    _text(found, "status")
    return Dated(published.date(), category, _size(found))


def _checked(found: dict[str, Any], zone: tzinfo) -> tuple[datetime, datetime, str]:
    published, seen = _time(found, "date", zone), _time(found, "first_seen", zone)
    categories = found.get("categories")
    if not isinstance(categories, list) or not all(map(_is_text, categories)):
        raise _Invalid(_reason(found, "categories"))
    return published, seen, " ".join(categories)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _local(found: dict[str, Any], seen: datetime, zone: tzinfo) -> datetime:
    try:
        return seen.astimezone(zone).replace(tzinfo=None)
    except OverflowError:  # the last hours of the year 9999 lie beyond the calendar in another zone
        raise _Invalid(_reason(found, "first_seen")) from None


def _time(found: dict[str, Any], name: str, zone: tzinfo) -> datetime:
    value = found.get(name)
    try:
        if not isinstance(value, str):
            raise TypeError
        time = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise _Invalid(_reason(found, name)) from None
    return time if time.tzinfo else time.replace(tzinfo=zone)


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str):
        raise _Invalid(_reason(found, name))
    return value


def _size(found: dict[str, Any]) -> int:
    value = found.get("bytes")
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise _Invalid(_reason(found, "bytes"))
    return value


def _reason(found: dict[str, Any], name: str) -> str:
    return f"'{name}' is {'invalid' if name in found else 'missing'}"
