"""The HTML that kramdown made of a line or two of text -> that text in Markdown; and Liquid's escapes.

This is for digests and short titles, which are in no companion. They were not written as Markdown, so a character on the page
is that of the source, and only what kramdown has provably changed is undone.
"""

from __future__ import annotations

import re

from crawler.markup.closed import sub_closed
from crawler.markup.titles.typography import undo_typography

_AUTOLINK = re.compile(r'<a href="([^"]*)">([^<]*)</a>')
_LINK = re.compile(r'<a(?= href="([^"]*)"(?: title="([^"]*)")?(>))')
_CODE = re.compile(r'<code class="language-plaintext highlighter-rouge">(.*?)</code>')
_EMPHASIS = re.compile(r"<em>(.*?)</em>", re.DOTALL)
_STRONG = re.compile(r"<strong>(.*?)</strong>", re.DOTALL)
_BREAK = re.compile(r"<br />\n")
_TAG = re.compile(r"(<[^>]*>)")


def unrender(html: str) -> tuple[str, bool]:
    r"""The Markdown that kramdown renders as ``html``, the content of one paragraph.

    The second value tells whether other Markdown would give the same HTML (see :mod:`crawler.markup.titles.typography`).

    >>> unrender("A &amp; B &lt; C, <em>x</em>, <a href=\"http://a.b/?c=1&amp;d=2\">http://a.b/?c=1&amp;d=2</a>")
    ('A & B < C, *x*, <http://a.b/?c=1&d=2>', True)
    """
    text = _AUTOLINK.sub(_autolink, html)
    unsure = "<" in text or "&" in text
    text = _links(text)
    text = "\n".join(sub_closed(_CODE, "</code>", r"`\1`", line) for line in text.split("\n"))
    text = _BREAK.sub("  \n", text)
    text = sub_closed(_EMPHASIS, "</em>", _emphasis, text)
    text = sub_closed(_STRONG, "</strong>", r"**\1**", text)
    head, end, tail = text.rpartition(">")  # as in sub_closed
    pieces = _TAG.split(head + end)
    pieces[-1] += tail
    guessed = False
    for number in range(0, len(pieces), 2):
        # A straight quote on the page was escaped in the source; otherwise kramdown would have made it curly.
        escaped = re.sub(r"([\"'])", r"\\\1", pieces[number])
        pieces[number], piece_unsure = undo_typography(escaped)
        guessed = guessed or piece_unsure
    return _unescape("".join(pieces)).replace("\ue000", "<").replace("\ue001", ">"), unsure or guessed


def _autolink(found: re.Match[str]) -> str:
    if found[1] != found[2]:
        return found[0]
    return f"\ue000{found[1]}\ue001"


def _emphasis(found: re.Match[str]) -> str:
    """Emphasis with stars, or with underscores if the text has stars, which would end it."""
    mark = "_" if "*" in found[1] else "*"
    return f"{mark}{found[1]}{mark}"


def _links(text: str) -> str:
    """Replace links whose text is on one line; the next end of a link and of a line are searched once for all links."""
    kept, at, closing, newline = [], 0, 0, 0
    for link in _LINK.finditer(text):
        begin = link.end(3)
        if link.start() < at:
            continue
        if closing < begin:
            closing = text.find("</a>", begin)
        if newline < begin:
            newline = text.find("\n", begin)
            newline = len(text) if newline < 0 else newline
        if closing < 0:
            break
        if closing < newline:
            title = f' "{link[2]}"' if link[2] else ""
            kept.append(f"{text[at : link.start()]}[{text[begin:closing]}]({link[1]}{title})")
            at = closing + len("</a>")
    return "".join([*kept, text[at:]])


def _unescape(text: str) -> str:
    """Undo ``&amp;``, ``&lt;``, ``&gt;`` and ``&quot;``; the ``&lt;`` of what would be read as a tag stays."""
    text = re.sub(r"&lt;(?=[a-zA-Z/!?])", "\ue002", text)
    text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("\ue002", "&lt;")


_ESCAPED = re.compile(r"\{\{ '(\{[{%])' \}\}|\{%-?\s{0,9}((?:end)?raw)\s{0,9}-?%\}")


def unescape_liquid(text: str) -> str:
    """The inverse of :func:`escape_liquid`; what stands between ``raw`` and ``endraw`` stays as it is, without these.

    >>> unescape_liquid("a {{ '{{' }} b }}"), unescape_liquid("{% raw %}`{{ x }}`{% endraw %}")
    ('a {{ b }}', '`{{ x }}`')
    """
    parts, place, is_raw = list[str](), 0, False
    for found in _ESCAPED.finditer(text):
        if is_raw and found[2] != "endraw":
            continue
        is_raw = found[2] == "raw"
        parts += [text[place : found.start()], found[1] or ""]
        place = found.end()
    return "".join([*parts, text[place:]])


def escape_liquid(text: str) -> str:
    """Escape ``text`` so that Liquid, which Jekyll runs on every post, renders it as ``text``.

    >>> escape_liquid("a {{ b }}")
    "a {{ '{{' }} b }}"
    """
    return re.sub(r"\{[{%]", lambda found: "{{ '" + found[0] + "' }}", text)
