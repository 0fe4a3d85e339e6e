"""Descriptions and images that the heads of pages have: which are posts' own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.fields.titles import even, title_of
from crawler.markup.byline import says_something

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.learn.page import Page

#: In so many posts out of a hundred a description or image has to be one of its own.
_OWN = 20
#: The selectors that are tried, by the keys of front matter.
HEAD = {
    "description": ('meta[name="description"]', 'meta[property="og:description"]'),
    "image": ('meta[property="og:image"]', 'meta[name="twitter:image"]', 'meta[property="twitter:image"]'),
}


def varying(pages: Sequence[Page], name: str, home: Mapping[str, str]) -> tuple[tuple[str, ...], str] | None:
    """The elements of the head for a description or an image, and the evidence: where it differs, or few posts have one.

    It is one, and for a description another that says something else: themes have what they make of contents in one of them.

    :param pages: all of a layout.
    :param home: what the head of the home page has; that is no post's own.
    """
    found = {selector: told for selector in HEAD[name] if (told := _told(pages, name, selector, home))}
    if not found:
        return None
    first, evidence = next(iter(found.items()))
    others = [selector for selector in found if name == "description" and _differ(pages, first, selector)]
    return (first, *others), evidence


def _told(pages: Sequence[Page], name: str, selector: str, home: Mapping[str, str]) -> str:
    """The evidence that an element has what is the posts' own; empty if it has not."""
    of_site = {even(home.get(_key(selector), "")) for selector in HEAD[name]}
    said = ((page, _said(page, selector)) for page in pages)
    own = [text for page, text in said if says_something(text) and even(text) != even(title_of(page))]
    differ = len(set(own)) > 1 and len(set(own)) * 100 >= _OWN * len(pages)
    few = Counter(text for text in own if even(text) not in of_site)
    rare = few and len(pages) > 1 and (max(few.values()) == 1 or max(few.values()) * 100 <= _OWN * len(pages))
    if not differ and not rare:
        return ""
    return f"{len(own)} of {counted(len(pages), 'post')} have one, {len(set(own))} of them differ"


def _differ(pages: Sequence[Page], one: str, other: str) -> bool:
    """Whether two elements say different things in some posts, and both say something."""
    both = [(even(_said(page, one)), even(_said(page, other))) for page in pages]
    return sum(bool(text) and bool(more) and text != more for text, more in both) * 100 >= _OWN * len(pages)


def _said(page: Page, selector: str) -> str:
    return " ".join(page.meta.get(_key(selector), "").split())


def _key(selector: str) -> str:
    return selector.split('"')[1]
