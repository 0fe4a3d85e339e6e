"""Where the pages of a layout show the categories and tags of a post: links with the classes or addresses of such."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.learn.fields.kind_words import CATEGORIES, TAGS
from crawler.learn.fields.shown import selectors, value
from crawler.learn.fields.titles import even
from crawler.markup.byline import label
from crawler.markup.characters import in_text
from crawler.markup.elements import elements
from crawler.markup.links.address import absolute, split
from crawler.markup.links.same_place import without_www

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.learn.fields.shown import Seen
    from crawler.learn.layouts.content import Span
    from crawler.markup.elements import Element

#: What the attributes of elements that show names say, by the kind of name.
_HINTS = {
    "categories": re.compile(rf"(?:^|[\s/._#?&-])(?:{CATEGORIES})(?:$|[\s/=._#-])", re.IGNORECASE),
    "tags": re.compile(rf"(?:^|[\s/._#?&-])(?:{TAGS}|tagged|taglist)(?:$|[\s/=._#-])", re.IGNORECASE),
}
_BESIDE = re.compile(r"(?:^|[\s_-])(?:nav|navbar|sidebar|widget|cloud)", re.IGNORECASE)
#: What themes call a list of links, be it that of the site or that of a post's names.
_MENU = re.compile(r"(?:^|[\s_-])menu", re.IGNORECASE)
_METAS = {
    "tags": ('meta[property="article:tag"]', 'meta[name="keywords"]', "meta[itemprop=keywords]"),
    "categories": ('meta[property="article:section"]',),
}
#: In selectors for elements that tell all names in one text.
_JOINED = "keywords"
#: Where the address of a list of posts with a name says so; the page of all lists has none behind it, or is a file of its own.
_IN_HREF = re.compile(rf"(?:/|[?#&])(?:{TAGS}|{CATEGORIES})(?:\.html?+)?[/=#]++(?=.)", re.IGNORECASE)
_LONGEST, _ABOVE = 60, 6
#: Parts of an article, in which no names of other posts stand.
_PARTS = ("header", "footer")
_NOT = ":not("
#: As many names as these on every page are those of the site, and not of a post.
_ALWAYS = 3
_ENOUGH = 8
#: Of no more different names than these, a text that leads nowhere may be the layout's.
_FEW = 2
#: So many posts out of a hundred have to agree.
_MOST = 95


@dataclass(frozen=True, slots=True)
class Names:
    """A selector for names, and in how many posts it finds any, and agrees with the feed.

    ``is_label``: what it finds leads nowhere and is one of two texts, so that it may be the layout's.
    """

    selector: str
    posts: int
    agree: int
    is_label: bool = False


def names_of(shown: Mapping[str, Sequence[Seen]], told: Sequence[frozenset[str]]) -> Names | None:
    """The best selector for the categories or the tags of posts; ``None`` if none is any.

    :param shown: what each selector finds in each page.
    :param told: the names that a feed has for each post, both categories and tags; none where it does not tell.
    """
    kept: list[tuple[tuple[int, ...], Names]] = []
    for text, pages in shown.items():
        outside = [tuple(filter(None, map(label, page.outside))) for page in pages]
        sets = set(map(frozenset, outside))
        always = (
            frozenset.intersection(*sets) if len(outside) >= _ENOUGH or (len(sets) == 1 < len(outside)) else frozenset[str]()
        )
        own = [frozenset(names) - always for names in outside]
        if sum(bool(page.inside) for page in pages) * 100 > (100 - _MOST) * len(pages) or len(always) >= _ALWAYS:
            continue
        known = [(names, there) for names, there in zip(outside, told, strict=True) if there]
        if is_joined(text) and always:
            continue  # they are the site's own
        right = sum(_alike(names) <= _alike(there) for names, there in known)
        with_any, total = sum(map(bool, own)), sum(map(len, outside))
        if right * 100 < _MOST * len(known) or not (with_any or (known and total)):
            continue
        # A selector by an address alone would find links of the contents of other posts.
        is_link = text.rpartition(" ")[2].startswith("a") and text.rpartition(" ")[2][1:2] in ("", ".", "[")
        # A layout may call its own heading so, in one language or two.
        is_label = not is_link and len(set(own)) <= _FEW and not known
        rank = (
            is_joined(text) or (is_label and len(own) >= _ENOUGH),
            -with_any,
            text.startswith("meta"),
            not is_link,
            total,
            "*=" in text and " " not in text,
            len(text),
        )
        shows = with_any or sum(map(bool, outside))  # of a few posts, all may well have the same names
        kept.append((rank, Names(text, shows, sum(bool(names) for names, _ in known), is_label)))
    return min(kept, key=lambda one: one[0])[1] if kept else None


def are_titles(pages: Sequence[Seen], titles: Sequence[str]) -> bool:
    """Whether what a selector finds is the title of most posts in which it finds anything: a table of contents may name it."""
    pairs = [(page.outside, title) for page, title in zip(pages, titles, strict=True) if page.outside and title]
    return sum(any(even(name) == even(title) for name in names) for names, title in pairs) * 2 > len(pairs) > 1


def is_joined(selector: str) -> bool:
    """Whether a selector is for elements that tell all names in one text."""
    return _JOINED in selector


def are_all(pages: Sequence[Seen], told: Sequence[frozenset[str]]) -> bool:
    """Whether what a selector finds are all the names that a feed has for the posts, and no others."""
    known = [(page.outside, there) for page, there in zip(pages, told, strict=True) if there]
    same = sum(_alike(map(label, names)) == _alike(there) for names, there in known)
    return bool(known) and same * 100 >= _MOST * len(known)


def _alike(names: Iterable[str]) -> set[str]:
    """Names as they are compared: feeds may escape what was typed as a reference (``A &amp;amp; B``), which pages do not."""
    return {in_text(name).lower() for name in names}


def have_all(some: Sequence[Sequence[str]], others: Sequence[Sequence[str]]) -> bool:
    """Whether the names of pages have those of another kind among them."""
    pairs = [(set(names), set(more)) for names, more in zip(some, others, strict=True) if names]
    return sum(names <= more for names, more in pairs) * 100 >= _MOST * len(pairs)


def proposed(kind: str, body: bytes, content: Span, url: str) -> Iterator[str]:
    """Selectors for the elements of a page that seem to show a name of this kind.

    Of links with addresses of the other kind, such selectors as would find these, too, leave them out, be it in other pages:
    themes have links to categories with ``rel="tag"``. A link that says nothing itself may stand in an element that does.
    """
    yield from _METAS[kind]
    hint = _HINTS[kind]
    others: dict[str, str] = {}
    found: list[tuple[Element, list[Element], list[str]]] = []
    for element, above in _showing(body, content, hint):
        own, address = _own(element, hint), _IN_HREF.search(element.attributes.get("href", ""))
        around = [f"{text} a" for one in above for text in selectors(one) if hint.search(text)] if element.name == "a" else []
        is_within = any(one.name != "article" and _says(hint, one) for one in above) and bool(around)
        if (own or is_within) and not _is_elsewhere(element, url):
            if address and not hint.search(address[0]):
                others |= dict.fromkeys((*own, *around), address[0])
            else:
                found.append((element, above, own))
    # They find nothing here; of other pages, they tell that the wide ones are too wide.
    yield from (_but(text, others) for text in others)
    # Some themes call the list of a post's names a menu.
    found = [one for one in found if not any(map(_is_menu, one[1]))] or found
    for element, above, plain in found:
        own = [_but(text, others) for text in plain]
        yield from own
        for one in above:
            if one.name in _PARTS:
                yield from (f"{one.name} {inner}" for inner in own)
            for text in selectors(one):
                if " " not in text and hint.search(text) and element.name == "a":
                    yield _but(f"{text} a", others)
                yield from (f"{text} {inner}" for inner in own)


def _but(text: str, others: Mapping[str, str]) -> str:
    """A selector that leaves out the links with the address of another kind which it would find, too."""
    return f'{text}:not([href*="{others[text]}"])' if text in others else text


def without_others(texts: Iterable[str]) -> Iterator[str]:
    """The selectors, but for those that a page has shown to find names of the other kind, too, or that are around these."""
    texts = list(texts)
    wide = {text.partition(_NOT)[0] for text in texts if _NOT in text}
    around = {text.removesuffix(" a") for text in wide if text.endswith(" a")}
    return (text for text in texts if text not in wide and text.rpartition(" ")[2] not in around)


def _is_elsewhere(element: Element, url: str) -> bool:
    """Whether an element leads to another host: there are no lists of the site's own."""
    href = absolute(url, element.attributes.get("href", ""))
    return href is not None and without_www(split(href).netloc) != without_www(split(url).netloc)


def _showing(body: bytes, content: Span, hint: re.Pattern[str]) -> Iterator[tuple[Element, list[Element]]]:
    """The elements of a page outside of its content that may show a name, each with those around it, the nearest first."""
    around: list[Element] = []
    for element in elements(body, lambda tag: not content[0] <= tag.start < content[1]):
        while around and around[-1].inner_end <= element.start:
            around.pop()
        nearest = around[: -_ABOVE - 1 : -1]
        above = [one for one in nearest if not one.inner_start <= content[0] < one.inner_end or one.name == "article"]
        shows = element.name == "a" or (element.name in ("span", "li", "strong", "small") and _says(hint, element))
        if shows and not any(_is_beside(one) or _leads_on(one) for one in above) and 0 < len(value(body, element)) <= _LONGEST:
            yield element, above
        around.append(element)


def _leads_on(element: Element) -> bool:
    """Whether an element is a link that leads to no list of a name: what stands in it is of another post."""
    href = element.attributes.get("href", "")
    return element.name == "a" and bool(href) and _IN_HREF.search(href) is None


def _own(element: Element, hint: re.Pattern[str]) -> list[str]:
    """The selectors for an element that say what it shows."""
    own = []
    href = element.attributes.get("href", "")
    if hint.search(element.attributes.get("rel", "")):
        own += [f"a[rel~={word}]" for word in element.attributes["rel"].split() if hint.search(word)]
    own += [text for text in selectors(element) if hint.search(text)]
    if (in_href := _IN_HREF.search(href)) and hint.search(in_href[0]):
        own.append(f'{element.name}[href*="{in_href[0]}"]')
    return own


def _is_beside(element: Element) -> bool:
    """Whether an element is around what all pages have: the site's own links, or a list of all names."""
    return element.name == "nav" or _BESIDE.search(_named(element)) is not None


def _is_menu(element: Element) -> bool:
    """Whether an element is a menu by its name."""
    return _MENU.search(_named(element)) is not None


def _named(element: Element) -> str:
    return f"{element.attributes.get('class', '')} {element.attributes.get('id', '')}"


def _says(hint: re.Pattern[str], element: Element) -> bool:
    return any(hint.search(word) for word in element.attributes.get("class", "").split())
