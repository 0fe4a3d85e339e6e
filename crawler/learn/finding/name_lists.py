"""The site's own lists of the posts of each category and tag: pages of their own, or parts of one page for all."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.learn.finding.category_lists import CATEGORY_LISTS, TAG_LISTS, name_at
from crawler.learn.finding.listed import links_to
from crawler.markup.byline import label
from crawler.markup.characters import as_utf8, in_text
from crawler.markup.elements import elements
from crawler.markup.links.links import placed_links, shown_text
from crawler.sites.addresses.spellings import ENDING
from crawler.sites.stock.names import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.learn.finding.posts import Posts
    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

KINDS = {"categories": CATEGORY_LISTS, "tags": TAG_LISTS}
#: A further page of a list.
_PAGER = re.compile(r"/(?:page[/-]?)?\d+/?$")
#: How many posts a list has, behind its name.
_COUNT = re.compile(r"[\s\u00a0]*+(?:[(\[（【]\s*+\d++\s*+(?:\w++)?\s*+[)\]）】]|[-–—:×x]?\s*+\d++(?: \w++)?)\s*+$")
_COUNTED = re.compile(r"\s*+[(\[（【]\s*+\d++\s*+(?:\w++)?\s*+[)\]）】]\s*+$")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt"))
#: A heading is no longer, in bytes, nor is a text with a name, in characters; so many headings of a page are looked at.
_LONGEST, _MANY = 400, 200
#: So many posts are looked at for what stands beside lists, too.
_OTHERS = 3
#: So many names that feeds have are parts of a page that has a part for each.
_FEWEST = 3
#: What may be one; the white space before it is looked at afterwards, for pages may have hundreds of kilobytes of that.
_ID = re.compile(rb"""id=["']([^"'<>\s]{1,100})["']""")
_NOTHING = re.compile(r"(?!)")
#: A post that is in more lists than these, and in all, stands beside them.
_IN_ALL = 3


@dataclass(slots=True)
class NameList:
    """The posts with one name, the name as the list's address has it, and the texts that may be it."""

    posts: set[str] = field(default_factory=set)
    address: str = ""
    texts: Counter[str] = field(default_factory=Counter)

    def text(self, slug: str) -> str:
        """The name as most of the texts have it; where there is none, as the address does."""
        told: Counter[str] = Counter()
        for text, count in self.texts.items():
            if found := named(text, slug):
                told[found] += count
        return max(told, key=lambda one: (told[one], one)) if told else self.address or slug


def named(text: str, slug: str) -> str:
    """The name in a text that addresses have as this slug; empty if it is not in it, or the text is too long for any.

    >>> named("North Sea (12)", "north-sea"), named("Posts in “North Sea”", "north-sea"), named("分类：海", "海")
    ('North Sea', 'North Sea', '海')
    >>> named("C++", "c"), named("Web 2 3", "web-2"), named("Land", "sea")
    ('C++', 'Web 2', '')
    """
    if len(text) > _LONGEST:
        return ""
    for one in (label(text), label(_COUNT.sub("", text))):
        if slug_of(one) == slug:
            return one
    words = r"[\W_]+".join(map(re.escape, slug.split("-")))
    found = re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE)
    return found[0] if found else ""


def lists_of_kind(captured: Captured, posts: Posts, pattern: re.Pattern[str]) -> dict[str, NameList]:
    """The lists of one kind by the slugs of their names."""
    pages = [
        (page, name)
        for path, page in captured.pages.items()
        if path not in posts.days and not page.is_stub and (name := name_at(_PAGER.sub("/", path), pattern)) is not None
    ]
    if not pages:
        return {}
    spelt = {ENDING.sub("", path): path for path in posts.days}
    others = [captured.pages[path] for path in posts.days][-_OTHERS:]
    headings = _of_layouts(others)
    lists: dict[str, NameList] = {}
    linked: list[tuple[str, Counter[str]]] = []
    for page, name in pages:
        body = as_utf8(page.body)
        told = [(place, post) for place, _, post in links_to(captured, page, spelt)]
        if name:
            one = lists.setdefault(slug_of(name), NameList())
            one.address = name
            one.texts.update(_headings(page, body))
            linked.append((slug_of(name), Counter(post for _, post in told)))
            continue
        _add_parts(page, told, pattern, headings, lists)
        _add_links(captured, page, pattern, lists)
    counts = [Counter(post for _, _, post in links_to(captured, page, spelt)) for page in others]
    beside = _beside([one for _, one in linked], dict(zip((page.path for page in others), counts, strict=True)))
    for slug, counted in linked:
        lists[slug].posts |= {post for post, count in counted.items() if count > beside.get(post, 0)}
    return {slug: one for slug, one in lists.items() if slug and one.posts}


def lists_elsewhere(captured: Captured, posts: Posts, names: frozenset[str]) -> dict[str, NameList]:
    """The lists in a page whose address does not say that it has such: that with most of the names that feeds have as ids.

    :param names: the slugs of these.
    """
    found = {path: len(names & ids_in(page.body)) for path, page in captured.pages.items() if path not in posts.days}
    path = max(found, key=lambda one: (found[one], one), default="")
    if found.get(path, 0) < _FEWEST:
        return {}
    page, spelt = captured.pages[path], {ENDING.sub("", path): path for path in posts.days}
    told = [(place, post) for place, _, post in links_to(captured, page, spelt)]
    lists: dict[str, NameList] = {}
    headings = _of_layouts([captured.pages[path] for path in posts.days][-_OTHERS:])
    _add_parts(page, told, _NOTHING, headings, lists)
    folders = [slug in map(slug_of, post.split("/")[:-1]) for slug, one in lists.items() for post in one.posts]
    return {slug: one for slug, one in lists.items() if slug} if folders.count(True) * 2 < len(folders) else {}


def ids_in(body: bytes) -> frozenset[str]:
    """The ids of a page's elements, as addresses would have them.

    >>> sorted(ids_in(b'<p id="North Sea"> <p class=a  id="North-Sea" data-id="c"> <p class="x"id="d">'))
    ['north-sea']
    """
    names = {found[1] for found in _ID.finditer(body) if body[max(0, found.start() - 1) : found.start()].isspace()}
    return frozenset(slug_of(unquote(name.decode("utf-8", "replace"))) for name in names)


def _of_layouts(pages: Sequence[Page]) -> list[set[str]]:
    """The headings of a few posts: what all of them have is their layouts', and no name."""
    return [set(_headings(page, as_utf8(page.body), _MANY)) for page in pages]


def _add_parts(
    page: Page,
    told: list[tuple[int, str]],
    pattern: re.Pattern[str],
    headings: Sequence[set[str]],
    lists: dict[str, NameList],
) -> None:
    """Add the parts of a page to the lists: each is one of the name that it begins with."""
    body = as_utf8(page.body)
    for part, text, post in _parts(body, _inside(page, body), told):
        is_layouts = len(headings) == _OTHERS and all(text in several for several in headings)
        if not is_layouts and not pattern.fullmatch(text):
            one = lists.setdefault(slug_of(text), NameList())
            one.address = one.address or (part if slug_of(part) == slug_of(text) else "")
            one.posts.add(post)
            one.texts[text] += 1


def _beside(lists: Sequence[Counter[str]], others: Mapping[str, Counter[str]]) -> dict[str, int]:
    """How often posts are linked to that stand beside each list, as the newest do: once more in a list that has them.

    :param lists: how often each page of a list links to each post.
    :param others: the same of a few posts, by their paths.
    """
    found = {}
    in_all = set.intersection(*map(set, lists)) if lists else set[str]()
    for post in in_all:
        often = [counts[post] for counts in lists]
        beside_posts = min((counts[post] for path, counts in others.items() if path != post), default=0)
        least = min(often)
        if len(lists) > 1 and (beside_posts or max(often) > least or len(lists) > _IN_ALL):
            found[post] = min(least, beside_posts or least)
    return found


def _inside(page: Page, body: bytes) -> dict[str, str]:
    """The texts of the links that lead to parts of the page, by the parts' ids."""
    found = ((link.url.partition("#"), link.text) for _, link in placed_links(body, page.url))
    return {unquote(part): text for (url, _, part), text in found if part and url == page.url.partition("#")[0]}


def _headings(page: Page, body: bytes, count: int = 10) -> Iterator[str]:
    """The texts that may say what a list is of: its first headings, and its title."""
    for element in elements(body, lambda tag: tag.name in _HEADINGS)[:count]:
        if element.inner_end - element.inner_start <= _LONGEST:
            yield shown_text(body[element.inner_start : element.inner_end].decode("utf-8", "replace"))
    yield " ".join(in_text(page.title).split())


def _add_links(captured: Captured, page: Page, pattern: re.Pattern[str], lists: dict[str, NameList]) -> None:
    """Add what the links of the page of all lists call each list."""
    for _, link in placed_links(as_utf8(page.body), page.url):
        path, _, part = link.url.partition("#")
        slug = slug_of(name_at(captured.relative(path) or "", pattern) or "") or slug_of(part)
        if slug in lists:
            lists[slug].texts[link.text] += 1


def _parts(body: bytes, inside: Mapping[str, str], told: list[tuple[int, str]]) -> Iterator[tuple[str, str, str]]:
    """The ids of the parts of a page, what each is called, and a post of it.

    A part begins with a heading, or with an element to which a link within the page leads.

    :param inside: the texts of these links by where they lead.
    :param told: the links to posts, in order.
    """
    starts = [place for place, _ in told]
    marks: list[tuple[int, str, str]] = []
    for element in elements(body, lambda tag: tag.name in _HEADINGS or tag.attributes.get("id", "") in inside):
        part = element.attributes.get("id", "")
        nearest = bisect_left(starts, element.start)
        has_post = nearest < len(starts) and starts[nearest] < element.inner_end
        text = inside.get(part, "")
        if element.name in _HEADINGS and not has_post and element.inner_end - element.inner_start <= _LONGEST:
            text = shown_text(body[element.inner_start : element.inner_end].decode("utf-8", "replace"))
        text = named(text, slug_of(part)) or label(_COUNTED.sub("", text))
        if text and len(text) <= _LONGEST:
            marks.append((element.start, part, text))
    number = 0
    for place, post in told:
        while number < len(marks) and marks[number][0] < place:
            number += 1
        if number:
            yield marks[number - 1][1], marks[number - 1][2], post
