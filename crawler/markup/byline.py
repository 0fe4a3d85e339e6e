"""Names in what layouts show of authors and tags, without the layouts' own words and marks around them."""

from __future__ import annotations

import re
import unicodedata

from crawler.markup.times import read_time

#: What layouts write before an author.
_BEFORE = re.compile(
    r"(?:(?:posted|written|published|created|contributed|story|text|words)\s++)?(?:by\b(?!-)|authors?\s*+[:：])[\s:：]*+"
    r"|(?:作者|撰文|著者|投稿者|文|글)\s*+[:：/／]\s*+|(?:автор|aut(?:eur|or|ore)|verfasser|von|par|por|door)\s*+[:：]\s*+",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"(?:(?:posted|written|published)\s++by\b|authors?\s*+[:：]|(?:作者|撰文|著者|投稿者)\s*+[:：/／])", re.IGNORECASE
)
#: Words of layouts that are nobody's name; some of them may stand within one.
_WORDS = re.compile(
    r"(?:by|posted|written|published|created|contributed|authors?|von|par|por|door|автор|作者|撰文|著者|投稿者)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+")
#: A full stop that ends what the layout says, and belongs to no initial or short form.
_STOP = re.compile(r"(?<!\b[A-Za-z])(?<!\b[JSDM]r)(?<!\bInc)(?<!\bLtd)(?<!\bEsq)\.$")
#: What stands between the day and the name in a byline; and a day behind the name, as themes write it.
_BETWEEN = re.compile(r"\s*[•·|]\s*|\s+[-–—]\s+")
_ON_DAY = re.compile(r"\s+(?:on|am|le|il|el|op)\s+(?=[^\s]{1,12}\s|\d)", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
#: A byline is no longer.
_LONGEST = 160
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
    >>> writer("Oct 30, 2018 • Ann Lee"), writer("by Ann on 30 October 2018"), writer("2018-10-30 | 5 min")
    ('Ann Lee', 'Ann', '')
    >>> writer("by ."), writer("Posted by"), writer("-"), writer("von ."), writer("文："), writer("Auteur :")
    ('', '', '', '', '', '')
    """
    text = _without_day(shown).lstrip(_AROUND)
    if all(map(_WORDS.fullmatch, _WORD.findall(text))):
        return ""
    said = _BEFORE.match(text)
    name = _STOP.sub("", text[said.end() :].rstrip(_AROUND)).strip(_AROUND) if said else text.rstrip(_AROUND)
    return name if any(map(str.isalpha, name)) else ""


def stands_beside_day(shown: str) -> bool:
    """Whether a text is a day and a name, as some themes write them in one element: ``Oct 30, 2018 • Ann Lee``.

    >>> stands_beside_day("Oct 30, 2018 • Ann Lee"), stands_beside_day("Ann Lee"), stands_beside_day("Oct 30, 2018 • sea")
    (True, False, False)
    """
    name = _without_day(shown)
    return name != shown and not name[:1].islower() and bool(writer(name))


def says_who(shown: str) -> bool:
    """Whether a text says itself that it names who wrote something; ``by`` alone may be said of a picture, or of a theme.

    >>> says_who("Posted by Ann Lee"), says_who("作者：林"), says_who("by Ann Lee"), says_who("Posted by"), says_who("Posted")
    (True, True, False, False, False)
    """
    return _SAYS.match(shown) is not None and len(shown) <= _LONGEST and bool(writer(shown))


def _without_day(shown: str) -> str:
    """What a byline has besides a day: the name alone; nothing, if there is none or more than that."""
    if len(shown) > _LONGEST or not _YEAR.search(shown):
        return shown
    parts = [part for part in _BETWEEN.split(shown) if part]
    if len(parts) == 1:
        parts = _ON_DAY.split(shown, maxsplit=1)
    rest = [part for part in parts if not (_YEAR.search(part) and read_time(part, "UTC"))]
    if len(rest) == len(parts):
        return shown
    named = [part for part in rest if not any(map(str.isdigit, part))]
    return named[0] if len(named) == 1 else ""


def label(shown: str) -> str:
    r"""A tag or category, without marks that a layout writes beside it; empty where there are only marks, or for ``Tags:``.

    >>> label("#sea"), label("salt,"), label("C#"), label(".net"), label("🎉"), label("-"), label("Share on:")
    ('sea', 'salt', 'C#', '.net', '🎉', '', '')
    >>> label("🏷️ sea"), label("\ue92c salt"), label("🎉sea"), label("#@sea"), label("#<3"), label("# sea"), label("##")
    ('sea', 'salt', '🎉sea', '@sea', '<3', 'sea', '')
    """
    text = shown.strip(_MARKS)
    if text.endswith((":", "：")):  # what a layout writes before something else
        return ""
    text = text[1:].lstrip(_MARKS) if text[:1] == "#" else _without_picture(text)
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
