"""Reads from untrusted index lines the fields that ``scrapy status`` and ``scrapy report`` count."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.report.runs.skipped import Skipped

_WHAT = "lines of index.jsonl"
#: A larger number cannot be the size of a file.
_MOST = 1 << 50


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


def entries(lines: Iterable[bytes], zone: tzinfo, skipped: Skipped) -> Iterator[Entry]:
    """The posts of index lines; an invalid line is counted in ``skipped``."""
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
            yield _entry(found, zone)
        except _Invalid as error:
            skipped.count(_WHAT, str(error), str(found.get("id", "")))


def _entry(found: dict[str, Any], zone: tzinfo) -> Entry:
    published, seen = _time(found, "date", zone), _time(found, "first_seen", zone)
    categories = found.get("categories")
    if not isinstance(categories, list) or not all(isinstance(name, str) for name in categories):
        raise _Invalid(_reason(found, "categories"))
    try:
        local = seen.astimezone(zone).replace(tzinfo=None)
    except OverflowError:  # the last hours of the year 9999 lie beyond the calendar in another zone
        raise _Invalid(_reason(found, "first_seen")) from None
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
