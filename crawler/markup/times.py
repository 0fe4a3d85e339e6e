"""Times as pages and feeds write them."""

from __future__ import annotations

import calendar
import re
from datetime import MAXYEAR, MINYEAR, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.markup.months import in_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What Jekyll's own filters and the themes that come with it write, and their likes elsewhere.
_FORMATS = (
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d.%m.%Y",
    "%Y年%m月%d日",
    "%Y년 %m월 %d일",
)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", ", %H:%M", ", %I:%M %p", " %I:%M %p")
#: What each part of a format may be at most: no text of another form is given to :meth:`datetime.strptime`, which makes a
#: pattern of a format anew where there are more than five, and takes milliseconds to find that a text has none of sixty.
_PARTS = {
    "%b": "|".join(filter(None, calendar.month_abbr)),
    "%B": "|".join(filter(None, calendar.month_name)),
    "%Y": r"\d{4}",
    "%p": "[ap]m",
    **dict.fromkeys(("%d", "%m", "%H", "%I", "%M", "%S"), r" ?\d{1,2}"),
}
_PART = re.compile("%[A-Za-z]")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
#: No time is longer; a stranger's text may be.
_LONGEST = 100
#: An element for a time, the start tag directly around it, and what says that the time is that of a change. The first is
#: looked for alone, for a pattern that may begin with any tag takes a hundred times as long.
_TIME = re.compile(rb"<time\b[^<>]{0,300}>")
_AROUND, _LONGEST_AROUND = re.compile(rb"<[a-z]{1,10}\b[^<>]{0,200}>\s{0,20}\Z"), 232
_OF_CHANGE = re.compile(rb"modified|updated", re.IGNORECASE)
#: What says that a time is that of publication, whatever else the tag has.
_PUBLISHED = re.compile(rb"\spubdate\b")
#: With what the times begin that stand for none.
_NONE = ("1970-01-01T", "1969-12-31T")
_MOMENT = re.compile(rb"\sdatetime=[\"']?([^\"'\s>]{4,40})")


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def read_time(text: str, zone: str, formats: Sequence[str] = ()) -> datetime | None:
    """The time that a text is, with an offset: the one it names, else that of the ``zone`` (IANA) then; ``None`` if it is none.

    A day alone is its midnight. ISO 8601 is read, RFC 5322, the forms of Jekyll's filters, some of other languages, and any of
    ``formats``, which are tried first (as :func:`time.strptime` has them, with English names).

    >>> read_time("Mar 1st, 2024", "Europe/Berlin").isoformat()
    '2024-03-01T00:00:00+01:00'
    >>> read_time("2024-06-21T02:15:00+02:00", "UTC").isoformat()
    '2024-06-21T02:15:00+02:00'
    """
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    found = _by_formats(text, formats) or _iso(text) or _by_its_form(_ORDINAL.sub("", in_numbers(text))) or _rfc(text)
    if found is None or not MINYEAR < found.year < MAXYEAR:  # zones reach beyond the first and last year
        return None
    return found if found.tzinfo else found.replace(tzinfo=_zone(zone))


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(re.sub(r" (?=[+-]\d\d:?\d\d$)", "", text.replace(" UTC", "+00:00")))
    except ValueError:
        return None


def _rfc(text: str) -> datetime | None:
    """RFC 5322, and so RSS; a day of the week, a number and a clock are what such times have."""
    try:
        return parsedate_to_datetime(text) if re.search(r"\d [A-Za-z]{3,9} \d+ \d\d:\d\d", text) else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The formats that are known of days and clocks, each with the texts that it may be."""
    return tuple((_form(day + clock), day + clock) for day in _FORMATS for clock in _CLOCKS)


def _form(of: str) -> re.Pattern[str]:
    between = map(re.escape, _PART.split(of))
    parts = [*(f"(?:{_PARTS[part]})" for part in _PART.findall(of)), ""]
    return re.compile("".join(text + part for text, part in zip(between, parts, strict=True)), re.IGNORECASE)


def _by_its_form(text: str) -> datetime | None:
    """The time that a text is in one of the known formats."""
    return _by_formats(text, [one for form, one in _forms() if form.fullmatch(text)])


def _by_formats(text: str, formats: Sequence[str]) -> datetime | None:
    for one in formats:
        try:
            return datetime.strptime(text, one)  # noqa: DTZ007 - the zone is added by who knows it
        except ValueError:
            continue
    return None


def is_no_time(text: str) -> bool:
    """Whether a time is what filters of Liquid make of no date at all: the beginning of the year 1970 in Greenwich.

    >>> is_no_time("1969-12-31T16:00:00-08:00"), is_no_time("1970-01-01T00:00:00Z"), is_no_time("1970-01-01T08:00:00Z")
    (True, True, False)
    """
    found = _iso(text) if text.startswith(_NONE) else None
    return found is not None and found.tzinfo is not None and found.timestamp() == 0


def count_times(body: bytes) -> int:
    """How many times of publication a page shows, be it those of others; none that say that they are of a change, or are none.

    One and the same time counts once where it is all that is shown: above a content and below it.

    >>> count_times(b'<time datetime="2024-05-11">11 May</time> <time itemprop="dateModified">12 May</time>')
    1
    >>> count_times(b'<p class="modified"><time>12 May</time></p><p><time class="dt-published">')
    1
    >>> count_times(b'<time datetime="2024-05-11T10:00" pubdate data-updated="true"></time>' * 2)
    1
    >>> count_times(b'<time datetime="1970-01-01T00:00:00+00:00">Jan 1, 1970</time>')
    0
    """
    of_changes = last = 0
    moments: list[bytes] = []
    for found in _TIME.finditer(body):
        around = _AROUND.search(body, max(last, found.start() - _LONGEST_AROUND), found.start())
        says_change = _OF_CHANGE.search(found[0] if around is None else around[0] + found[0]) is not None
        is_change = says_change and not _PUBLISHED.search(found[0])
        moment = None if is_change else _MOMENT.search(found[0])
        is_none = moment is not None and is_no_time(moment[1].decode("latin-1"))
        of_changes += is_change or is_none
        moments += [moment[1]] if moment and not is_none else []
        last = found.end()
    count = body.count(b"<time") - of_changes
    return 1 if len(moments) == count and len(set(moments)) == 1 else count
