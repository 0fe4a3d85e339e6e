"""Values of attributes in which a theme wrote text as it was typed, with quotes in it that end the value for a browser."""

from __future__ import annotations

import re

from crawler.markup.characters import in_attribute, shown

#: A longer tag says nothing that anyone reads.
_LONGEST = 20_000
#: A value up to the quote that ends it: one that the end of the tag follows, or another attribute.
_WHOLE = re.compile(rb"\scontent=([\"'])(.*?)\1(?=\s++[a-zA-Z:-]++=|[\s/]*+>\Z)", re.DOTALL | re.IGNORECASE)


def content_of(tag: bytes, attributes: dict[str, str]) -> str:
    r"""The ``content`` of a ``<meta>``, whole where quotes in it cut it off; empty where nobody can say where it ends.

    :param tag: the bytes of the tag.
    :param attributes: its attributes, as a browser reads them. Names with quotes in them are what is left of a value.

    >>> content_of(b'<meta name="a" content="The "first" one" />', {"name": "a", "content": "The ", 'first"': "", 'one"': ""})
    'The "first" one'
    >>> content_of(b'<meta content="The "first"" name="a">', {"content": "The ", 'first""': "", "name": "a"})
    'The "first"'
    >>> content_of(b"<meta name='a' content='It's low'>", {"name": "a", "content": "It", "s": "", "low'": ""})
    "It's low"
    """
    value = attributes.get("content", "")
    if not any('"' in name or "'" in name for name in attributes):
        return value
    found = _WHOLE.search(tag) if len(tag) <= _LONGEST else None
    return in_attribute(shown(found[2])) if found else ""
