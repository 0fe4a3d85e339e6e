"""Values of front matter, written as the site's writers do: a YAML library would write other bytes than the source has."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from crawler.markup.source.strangers_yaml import events, load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

_PLAIN = re.compile(r'[^"\\\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*')
_WORDS = re.compile(r"\w(?:[\w ()]*[\w()])?")
_BLANKS = re.compile(r"[ \t\n\v\f\r]+")
#: Plain scalars that Ruby's or Python's YAML, or YAML 1.2, takes for no text: nothing, yes and no, numbers, times, symbols.
_NUMBER = r"[-+]?(?:[0-9][0-9_,]*(?:\.[0-9_,]*)?|\.[0-9_,]*)(?:e[-+]?[0-9]+)?|[-+]?0(?:x[0-9a-f_,]+|o?[0-7_,]+|b[01_,]+)"
_TIME = r"[-+]?[0-9][0-9_]*(?::[0-9]{1,2})+(?:\.[0-9_]*)?|-?[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:t|[ \t]+)[0-9]{1,2}:.*)?"
_NO_TEXT = re.compile(
    rf"~|null|yes|no|on|off|true|false|<<|=|[-+]?\.(?:inf|nan)|:.+|{_NUMBER}|{_TIME}", re.IGNORECASE | re.ASCII
)
_NO_TEXT_ONLY = re.compile(rf"(?:{_NO_TEXT.pattern})\Z", _NO_TEXT.flags)
#: Events of YAML around the value of the only key.
_BEFORE, _BEHIND = 4, 3
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
    if _PLAIN.fullmatch(title) or _scalar(plain) == (title, False):
        return plain
    return '"' + "".join(map(_escape, title)) + '"'


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if _PLAIN.fullmatch(char):
        return char
    return f"\\u{ord(char):04X}"


def text_scalar(value: str) -> str:
    r"""A text as it stands behind ``name: ``: plain where every reader of YAML reads the same text, else in double quotes.

    >>> text_scalar("a  b (c)"), text_scalar("no"), text_scalar("12:30:45"), text_scalar("a #b")
    ('a  b (c)', '"no"', '"12:30:45"', '"a #b"')
    """
    return value if is_plain(value) else quote_title(value)


@lru_cache(maxsize=256)  # the categories of a site are few
def is_plain(value: str) -> bool:
    """Whether a text needs no quotes behind ``name: ``: as it stands it is text for Ruby, for Python, and by YAML 1.2."""
    if _NO_TEXT.fullmatch(value):
        return False
    return _WORDS.fullmatch(value) is not None or _scalar(value) == (value, True)


def names_line(names: Sequence[str]) -> str:
    """Categories or tags as they stand behind ``name: ``: a string, which Jekyll splits, or a list if a name has blanks.

    >>> print(names_line(["a", "b"]), names_line(["no"]), names_line(["a b", "c"]))
    a b "no" ["a b", "c"]
    """
    if all(words(name) == [name] for name in names):
        return text_scalar(" ".join(names))
    return f"[{', '.join(map(quote_title, names))}]"


def names_in(written: str) -> list[str]:
    """The categories or tags that Jekyll reads in what stands behind ``name: ``; none in what is neither a text nor a list.

    >>> names_in("AI #1"), names_in('["a b", c]'), names_in("no"), names_in("*x")
    (['AI'], ['a b', 'c'], [], [])
    """
    return list(_names_in(written))


@lru_cache(maxsize=256)
def _names_in(written: str) -> list[str]:
    if _WORDS.fullmatch(written) and not _NO_TEXT.fullmatch(written):
        return words(written)
    found = _scalar(written)
    if found is None:
        return _list(written)
    value, plain = found
    return [] if plain and _NO_TEXT.fullmatch(value) else words(value)


def words(text: str) -> list[str]:
    """The words of a text as Ruby splits it, which takes no other characters for blanks than those of ASCII."""
    return list(_words(text))


@lru_cache(maxsize=256)  # the categories and tags of a site are few
def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in _BLANKS.split(text) if word)


def _scalar(written: str) -> tuple[str, bool] | None:
    """The scalar that stands behind ``name: `` and whether it is a plain one; ``None`` if that is not all that stands there."""
    found = _nodes(written)
    if len(found) != 1 or not isinstance(found[0], yaml.ScalarEvent) or found[0].tag is not None:
        return None
    return found[0].value, found[0].implicit[0]


def _list(written: str) -> list[str]:
    found = _nodes(written)
    items = [item.value for item in found[1:-1] if isinstance(item, yaml.ScalarEvent)]
    is_list = len(items) == len(found) - 2 and isinstance(found[0], yaml.SequenceStartEvent)
    return items if is_list else []


def _nodes(written: str) -> list[yaml.Event]:
    """What YAML reads behind ``name: ``; empty if that is no YAML, is nested deeply, or does not end there."""
    try:
        found = list(events(f"name: {written}\n"))
    except (yaml.YAMLError, UnicodeEncodeError):
        return []
    inside = found[_BEFORE:-_BEHIND]
    one = len(inside) == 1 or isinstance(inside[-1], yaml.SequenceEndEvent) if inside else False
    return inside if one and isinstance(found[2], yaml.MappingStartEvent) else []


class _AsJekyll(yaml.CBaseLoader):
    """Makes texts of everything but for the plain scalars that are none, which are ``None``."""


_AsJekyll.add_implicit_resolver("!none", _NO_TEXT_ONLY, None)
_AsJekyll.add_constructor("!none", lambda _, __: None)


def read_fields(block: str) -> dict[str, Any]:
    """The fields of front matter as Jekyll reads them; what is no text, such as a date, is ``None``.

    :raises ValueError: if it is no YAML.
    """
    try:
        found = load(block, _AsJekyll)
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(str(error).splitlines()[0]) from None
    return found if isinstance(found, dict) else {}


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
