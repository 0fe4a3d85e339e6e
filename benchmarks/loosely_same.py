"""Evens out of a source post's body what is rendered to the same bytes however it is spelt, not only what no page can tell.

Besides what :func:`benchmarks.same_source.normalised` evens out: ASCII for curly quotes, dashes and dots, characters by name,
escapes without need, how far list markers stand from margin and text and how far the lines of an item are indented, the numbers
of a list, links whose text is their address, blanks and bars around the cells of tables, marks of quotes where none is due,
blanks around addresses, the word that stands for a table of contents, and how HTML without an inside ends.
"""

from __future__ import annotations

import html
import re

from benchmarks.same_source import normalised

_TYPOGRAPHY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "--", "—": "---", "…": "...", "\u00a0": " "})
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;)(?:[a-zA-Z]+|#\d+);")
_ESCAPE = re.compile(r"\\(?=[^\w\s])")
_MARKER = re.compile(r"^[ \t]*(?P<quote>(?:> ?)*)[ \t]*(?P<mark>\*|\d+\.)[ \t]+(?=\S)", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_OWN_ADDRESS = re.compile(r"\[(?P<text>[^\]\n]+)\]\((?P=text)\)")
_CELL_EDGE = re.compile(r"[ \t]*\|[ \t]*")
_CONTENTS = re.compile(r"^(?P<mark>\*|1\.) [^\n]*\n\{:[ ]?toc", re.MULTILINE)
_OUTER_EDGE = re.compile(r"^\|+(?=[^|\n]+\|)|(?<=[^|\n-])\|+$", re.MULTILINE)
_TARGET_EDGE = re.compile(r"\]\([ \n]*<?(?P<target>[^()<>\n]*?)>?[ \n]*\)")
#: The mark of a quote on a line that would belong to it without.
_LAZY = re.compile(r"(?<=\n)(?<!\n\n)(?<!^>\n)> ?(?=[^\s>*|#-])")
_VOID = re.compile(r"(?:[ \t]+|(?<=[\"'])|(?<=<[bh]r))/>")


def loosely_normalised(body: str) -> str:
    r"""The body without anything that is rendered to the same bytes however it is spelt.

    >>> loosely_normalised("It’s — [http://a](http://a)\n\n  *   b\n") == loosely_normalised("It's --- <http://a>\n\n- b")
    True
    >>> loosely_normalised("a\n\nb") == loosely_normalised("a b")
    False
    """
    text = normalised(body).translate(_TYPOGRAPHY)
    text = _ENTITY.sub(lambda found: html.unescape(found[0]).translate(_TYPOGRAPHY), text)
    text = _ESCAPE.sub("", text).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    text = _MARKER.sub(lambda found: f"{found['quote']}{'*' if found['mark'] == '*' else '1.'} ", text)
    text = _OWN_ADDRESS.sub(r"<\g<text>>", _VOID.sub(">", _INDENT.sub("", text)))
    text = _CONTENTS.sub(r"\g<mark> TOC\n{:toc", text.replace(">\n<!--", "><!--"))
    text = _LAZY.sub("", _TARGET_EDGE.sub(r"](\g<target>)", text))
    text = _OUTER_EDGE.sub("", _CELL_EDGE.sub("|", text))
    return re.sub(r"^\|?[-:|=]+$", "|---", text, flags=re.MULTILINE)
