"""Values of front matter, written as the site's writers do: a YAML library would write other bytes than the source has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from crawler.markup.strangers_yaml import load

if TYPE_CHECKING:
    from datetime import datetime, timedelta

_PLAIN = re.compile(r'[^"\\\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*')
_WORDS = re.compile(r"\w[\w ()]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quote_title(title: str) -> str:
    r"""``title`` in double quotes, so that YAML reads the same title back.

    It is escaped (YAML 1.1, 5.7) only if YAML does not read it back as it is, because the writers escape nothing.

    >>> print(quote_title('Fed & Co: 5 < 6'))
    "Fed & Co: 5 < 6"
    >>> print(quote_title('so-called "growth"'))
    "so-called \"growth\""
    """
    plain = f'"{title}"'
    if _PLAIN.fullmatch(title) or _reads_back(plain, title):
        return plain
    return '"' + "".join(map(_escape, title)) + '"'


def _reads_back(scalar: str, title: str) -> bool:
    try:
        return bool(load(scalar, yaml.CSafeLoader) == title)
    except (yaml.YAMLError, UnicodeEncodeError):
        return False


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if _PLAIN.fullmatch(char):
        return char
    return f"\\u{ord(char):04X}"


def scalar(value: str) -> str:
    """The text that YAML reads in a ``value`` behind ``name: ``; the ``value`` itself if YAML reads no text there.

    >>> scalar("AI #1"), scalar("a  b"), scalar("*x")
    ('AI', 'a  b', '*x')
    """
    if _WORDS.fullmatch(value):
        return value
    try:
        read = load(f"name: {value}\n", yaml.CBaseLoader)["name"]
    except (yaml.YAMLError, UnicodeEncodeError):
        return value
    return read if isinstance(read, str) else value


def written_date(local: datetime, *, zone: bool, offset: timedelta) -> str:
    """The ``date`` value that Jekyll shows as ``local`` on a site whose time zone is ``offset``.

    A YAML time stamp without a zone is UTC (https://yaml.org/type/timestamp.html), and Jekyll shows it in the site's
    zone. So a time written without a zone is ``offset`` earlier than the time on the page.

    >>> from datetime import datetime, timedelta
    >>> written_date(datetime(2021, 12, 8, 18, 48, 44), zone=False, offset=timedelta(hours=8))
    '2021-12-08 10:48:44'
    """
    if not zone:
        return (local - offset).isoformat(" ", "seconds")
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{local.isoformat(' ', 'seconds')} {sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
