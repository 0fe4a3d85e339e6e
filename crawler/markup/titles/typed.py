"""A title as its author typed it: themes and plug-ins make curly quotes, dashes and dots of ASCII, and never the other way."""

from __future__ import annotations

import re
from html import escape, unescape
from itertools import islice

#: What Jekyll's ``smartify`` makes, and of what.
_MADE = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "--", "—": "---", "…": "..."}
_MARKED = re.compile("[“”‘’–—…]")
_QUOTED = re.compile("[“”‘’…]")
_ASCII = re.compile(r"[\"']|--|\.\.\.")
_HEAD = re.compile(rb"</head\s*>", re.IGNORECASE)
#: A title is no longer, in characters; so many places of it are looked at.
_LONGEST, _PLACES = 300, 20


def has_marks(title: str) -> bool:
    """Whether a title has typographic characters that Jekyll's ``smartify`` makes."""
    return _MARKED.search(title) is not None


def has_quotes(title: str) -> bool:
    """Whether such a character is a quote, an apostrophe or three dots, and not only a dash.

    >>> has_quotes("It’s"), has_quotes("Salt – and more")
    (True, False)
    """
    return _QUOTED.search(title) is not None


def has_ascii(title: str) -> bool:
    """Whether a title has ASCII of which ``smartify`` would make typographic characters.

    >>> has_ascii("It's"), has_ascii("so--so"), has_ascii("a-b. c")
    (True, True, False)
    """
    return _ASCII.search(title) is not None


def in_ascii(title: str) -> str:
    r"""A title with the ASCII of which ``smartify`` may have made its typographic characters.

    >>> in_ascii("“It’s” – so…")
    '"It\'s" -- so...'
    """
    return _MARKED.sub(lambda found: _MADE[found[0]], title)


def as_typed(title: str, body: bytes) -> str:
    r"""The title with the ASCII that the body of a page has in the place of typographic characters; as it is if it has none.

    What stands alone between tags or quotes counts.

    >>> as_typed("It’s – so…", b"<head><title>It\xe2\x80\x99s</title></head><a href='/'> It's -- so... </a>")
    "It's -- so..."
    >>> as_typed("It’s", b"<head></head><h1>It&#39;s a day</h1>")
    'It’s'
    """
    if not _MARKED.search(title) or len(title) > _LONGEST:
        return title
    spelt = b"".join(map(_spellings, re.findall(r"\s+|\S", title)))
    head = _HEAD.search(body)
    for found in islice(re.finditer(rb"[>\"']\s*+(" + spelt + rb")\s*+[<\"']", body[head.end() if head else 0 :]), _PLACES):
        text = " ".join(unescape(found[1].decode("utf-8", "replace")).split())
        if text != title:
            return text
    return title


def _spellings(part: str) -> bytes:
    """What may stand in a page for a character; for white space, any of it."""
    if part.isspace():
        return rb"\s++"
    plain = _MADE.get(part)
    texts = [part, escape(part), *([plain, escape(plain), plain.replace("'", "&#39;")] if plain else [])]
    return b"(?:" + b"|".join(re.escape(text.encode()) for text in dict.fromkeys(texts)) + b")"
