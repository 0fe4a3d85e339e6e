"""Names in what layouts show of authors and tags, without the layouts' own words and marks around them."""

from __future__ import annotations

import re
import unicodedata

#: What layouts write before an author.
_BEFORE = re.compile(
    r"(?:(?:posted|written|published|created|contributed|story|text|words)\s++)?(?:by\b(?!-)|authors?\s*+[:：])[\s:：]*+"
    r"|(?:作者|撰文|著者|投稿者|文|글)\s*+[:：/／]\s*+|(?:автор|aut(?:eur|or|ore)|verfasser|von|par|por|door)\s*+[:：]\s*+",
    re.IGNORECASE,
)
#: Words of layouts that are nobody's name; some of them may stand within one.
_WORDS = re.compile(
    r"(?:by|posted|written|published|created|contributed|authors?|von|par|por|door|автор|作者|撰文|著者|投稿者)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+")
#: A full stop that ends what the layout says, and belongs to no initial or short form.
_STOP = re.compile(r"(?<!\b[A-Za-z])(?<!\b[JSDM]r)(?<!\bInc)(?<!\bLtd)(?<!\bEsq)\.$")
_AROUND = " \t\n\u00a0|·•,;:：–—-"
_MARKS = " \t\n\u00a0|·•,;"
#: Categories of Unicode of pictures, of characters of icon fonts, and of what joins and colours pictures.
_PICTURES = ("So", "Co", "Mn", "Cf", "Sk")


def writer(shown: str) -> str:
    """The name of who wrote a post, of what a page shows; empty where the layout shows its own words around no name.

    >>> writer("by Ann Lee."), writer("Posted by: Ann Jr."), writer("作者：林"), writer("Ann von Lee")
    ('Ann Lee', 'Ann Jr.', '林', 'Ann von Lee')
    >>> writer("文/林"), writer("Author：Ann"), writer("Autor: Ann"), writer("Autor Lee"), writer("by Lee. ")
    ('林', 'Ann', 'Ann', 'Autor Lee', 'Lee')
    >>> writer("by ."), writer("Posted by"), writer("-"), writer("von ."), writer("文："), writer("Auteur :")
    ('', '', '', '', '', '')
    """
    text = shown.lstrip(_AROUND)
    if all(map(_WORDS.fullmatch, _WORD.findall(text))):
        return ""
    said = _BEFORE.match(text)
    name = _STOP.sub("", text[said.end() :].rstrip(_AROUND)).strip(_AROUND) if said else text.rstrip(_AROUND)
    return name if any(map(str.isalpha, name)) else ""


def label(shown: str) -> str:
    r"""A tag or category, without marks that a layout writes beside it; empty where there are only marks.

    >>> label("#sea"), label("salt,"), label("C#"), label(".net"), label("🎉"), label("-"), label("# |")
    ('sea', 'salt', 'C#', '.net', '🎉', '', '')
    >>> label("🏷️ sea"), label("\ue92c salt"), label("🎉sea")
    ('sea', 'salt', '🎉sea')
    """
    text = shown.strip(_MARKS)
    text = text[1:] if text[:1] == "#" and text[1:2].isalnum() else _without_picture(text)
    return text if says_something(text) else ""


def _without_picture(text: str) -> str:
    """A name without pictures that a layout writes before it, with a blank between: ``🏷 sea``."""
    place = next((place for place, one in enumerate(text) if unicodedata.category(one) not in _PICTURES), 0)
    rest = text[place:].lstrip(_MARKS)
    return rest if place and text[place] in _MARKS and says_something(rest) else text


def says_something(text: str) -> bool:
    """Whether there is a letter, a digit or a picture in a text, and not only marks.

    >>> says_something("- . |"), says_something("7"), says_something("潮")
    (False, True, True)
    """
    return any(one.isalnum() or unicodedata.category(one) == "So" for one in text)
