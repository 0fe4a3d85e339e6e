"""A title as the page has it written: with references of HTML (``&#8220;``) and tags, which its author may have typed."""

from __future__ import annotations

import re

from crawler.markup.characters import in_text

#: A longer text is no title, in characters.
LONGEST = 600
_TAG = re.compile(r"<(?=[a-zA-Z/!?])[^>]*+(?:>|\Z)")
_BEFORE = re.compile(r"(?:<(?=[a-zA-Z/!?])[^>]*+>\s*+)++")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
#: What Liquid's ``escape`` writes.
_OF_ESCAPE = frozenset(("&amp;", "&lt;", "&gt;", "&quot;", "&#39;"))
#: What it writes of a reference that was typed.
_TWICE = re.compile(r"&amp;(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
#: What it would not have left.
_BARE = re.compile(r"[\"']|&(?!#?[a-zA-Z0-9]{1,32};)")
#: Code in a text as no layout and hardly any author writes it, but kramdown.
_CODE = re.compile(r'<code class="(?:language-plaintext )?highlighter-rouge">([^<>`]{1,200}+)</code>')


def written(inside: str) -> str:
    """What is written in an element, in one line, without the tags at its ends; empty if there are tags within it, or too much.

    >>> written(" <a href='/'>A &amp; <!-- b --> c</a> "), written("<i></i> A &#8211;  b ")
    ('', 'A &#8211; b')
    """
    if len(inside) > LONGEST:
        return ""
    text = inside.strip()
    if begun := _BEFORE.match(text):
        text = text[begun.end() :]
    while text.endswith(">") and (opened := text.rfind("<")) >= 0 and _TAG.fullmatch(text, opened):
        text = text[:opened].rstrip()
    return "" if _TAG.search(text) else " ".join(text.split())


def has_references(text: str) -> bool:
    """Whether a text has references of HTML."""
    return _REFERENCE.search(text) is not None


def has_tags(text: str) -> bool:
    """Whether a text has tags of HTML."""
    return _TAG.search(text) is not None


def is_typed(text: str) -> bool:
    """Whether a text has references that Liquid's ``escape`` does not write.

    >>> is_typed("&#8220;so&#8221;"), is_typed("a &amp; b"), is_typed("a &#038; b")
    (True, False, True)
    """
    return any(one not in _OF_ESCAPE for one in _REFERENCE.findall(text))


def is_escaped(text: str) -> bool:
    """Whether a text has what ``escape`` writes, and hardly any author types.

    >>> is_escaped("It&#39;s"), is_escaped("a &amp;#8211; b"), is_escaped("a &amp; b")
    (True, True, False)
    """
    return "&#39;" in text or "&quot;" in text or _TWICE.search(text) is not None


def is_bare(text: str) -> bool:
    """Whether a text has characters that ``escape`` would have written otherwise.

    >>> is_bare("It's"), is_bare("a & b"), is_bare("a &amp; b")
    (True, True, False)
    """
    return _BARE.search(text) is not None


def plain(text: str) -> str:
    """What a browser shows of a title that is pasted into a page as it is.

    >>> plain("&#8220;a <em>b</em>&#8221; &amp; c")
    '“a b” & c'
    """
    return in_text(_TAG.sub("", text)) if "<" in text or "&" in text else text


def in_backticks(inside: str) -> str:
    """What is written in an element, with code that kramdown made as it was typed.

    >>> in_backticks('a <code class="highlighter-rouge">b</code> <code>c</code>')
    'a `b` <code>c</code>'
    """
    return _CODE.sub(r"`\1`", inside)
