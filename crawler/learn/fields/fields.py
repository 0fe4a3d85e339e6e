"""Where the pages of a layout show title, time and the like: selectors that agree with what feeds and heads say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.fields.authors import WRITERS, is_author, is_of_home, is_of_site, names_any, proposed_for_author
from crawler.learn.fields.heads import HEAD, varying
from crawler.learn.fields.names import Names, are_all, are_titles, have_all, is_joined, names_of, proposed, without_others
from crawler.learn.fields.shown import Seen, seen, selectors, selectors_within, shown_outside
from crawler.learn.fields.titles import Affixes, begin_titles, is_title, title_of
from crawler.markup.byline import writer
from crawler.markup.characters import in_text
from crawler.markup.times import read_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.learn.finding.posts import Posts
    from crawler.learn.layouts.content import Span
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.page import Page

#: Selectors are looked for in so many posts of a layout, and tried on so many.
_SEARCHED, _TRIED = 6, 40
#: So many posts out of a hundred have to agree.
_MOST = 95
_CLOCK = re.compile(r"\d:\d\d")
#: So many selectors are tried for a field, and so many of those that agree are kept.
_PROPOSED, _KEPT = 40, 2
_YEAR = re.compile(r"(?:19|20)\d\d")
#: So many elements of a page are looked at.
_ELEMENTS = 3000
#: Of times that are a post's but for a day that its file name has otherwise, so many out of a hundred agree.
_SOME = 60
NO_HOME: Mapping[str, str] = MappingProxyType({})
KINDS = frozenset(("categories", "tags"))


@dataclass(slots=True)
class Told:
    """What is known of a post besides what its page shows: by feeds and by the data for search engines.

    ``is_only``: whether no other post of its layout is looked at; ``in_feed``: whether a feed tells the title.
    """

    page: Page
    span: Span
    day: str
    title: str
    author: str
    names: frozenset[str]
    is_only: bool = False
    in_feed: bool = False


@dataclass(slots=True)
class Fields:
    """The selectors of a layout, and the evidence for each field; ``titles``: the selectors for those in other layouts."""

    selectors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    titles: tuple[str, ...] = ()


def fields_of(place: Place, posts: Posts, affixes: Affixes, others: Sequence[Fields] = (), home: Page | None = None) -> Fields:
    """The selectors for the fields of a layout.

    :param affixes: of all titles of the site, by :func:`affixes_of`.
    :param others: those of the site's layouts with more posts: one page does not tell names that all pages have from its own,
        so that it shows them as others do.
    :param home: the home page, which shows what is the site's own.
    """
    metas = home.meta if home else NO_HOME
    several = [(page, span) for page, span in zip(place.pages, place.spans, strict=True) if not page.is_large]
    spread = several[:: max(1, len(several) // _TRIED)][:_TRIED]
    sample = [_told(page, span, posts, affixes, metas.get("author", "")) for page, span in spread]
    if not sample:
        return Fields()
    sample[0].is_only = len(sample) == 1
    wanted = _proposed(sample)
    found = Fields(titles=tuple(text for one in others for text in one.selectors.get("title", ())))
    wanted["title"] += [text for text in dict.fromkeys(found.titles) if text not in wanted["title"]]
    wanted |= _as_others(others) if len(sample) == 1 else {}
    shown: dict[str, list[Seen]] = {text: [] for texts in wanted.values() for text in texts}
    for one in sample:
        body = one.page.body
        for text, pages in shown.items():
            pages.append(seen(body, text, one.span))
    if home is not None and not any(one.author for one in sample):
        body = home.body
        wanted["author"] = [text for text in wanted["author"] if not is_of_home(text, shown[text], body)]
    for name, agrees in _AGREES.items():
        _single(found, name, sample, {text: shown[text] for text in wanted[name]}, agrees)
    for kind, names in _names(sample, {kind: {text: shown[text] for text in wanted[kind]} for kind in sorted(KINDS)}).items():
        elsewhere = [one.selectors[kind] for one in others if kind in one.selectors]
        if names is not None and not (names.is_label and elsewhere and (names.selector,) not in elsewhere):
            found.selectors[kind] = (names.selector,)
            known = f"; {names.agree} of these are in a feed, which has the same" if names.agree else ""
            found.evidence[kind] = f"{names.posts} of {counted(len(sample), 'post')} looked at show any{known}"
    if found.selectors.keys() >= KINDS:
        both = [[page.outside for page in shown[found.selectors[kind][0]]] for kind in sorted(KINDS)]
        if both[0] == both[1] or (is_joined(found.selectors["tags"][0]) and have_all(*both)):
            del found.selectors["tags"], found.evidence["tags"]
    _of_heads(found, [page for page, _ in several], metas)
    return found


def _of_heads(found: Fields, pages: Sequence[Page], home: Mapping[str, str]) -> None:
    """Add the elements of the head for a description and an image."""
    for name in HEAD:
        if (head := varying(pages, name, home)) is not None:
            found.selectors[name], found.evidence[name] = head


def _as_others(others: Sequence[Fields]) -> dict[str, list[str]]:
    """The selectors for names that other layouts have, by kind."""
    found = {kind: [text for one in others for text in one.selectors.get(kind, ())] for kind in KINDS}
    return {kind: texts for kind, texts in found.items() if texts}


def _names(sample: Sequence[Told], shown: Mapping[str, Mapping[str, Sequence[Seen]]]) -> dict[str, Names | None]:
    """The selectors for names of each kind. A feed that has one kind alone tells nothing of the other."""
    told, titles = [one.names for one in sample], [one.title for one in sample]
    shown = {
        kind: {text: pages for text, pages in texts.items() if not are_titles(pages, titles)} for kind, texts in shown.items()
    }
    found = {kind: names_of(texts, told) for kind, texts in shown.items()}
    for kind, other in (("categories", "tags"), ("tags", "categories")):
        names = found[kind]
        if names is not None and found[other] is None and are_all(shown[kind][names.selector], told):
            found[other] = names_of(shown[other], [frozenset()] * len(told))
    return found


def _proposed(sample: Sequence[Told]) -> dict[str, list[str]]:
    """The selectors that are to be tried for each field."""
    found: dict[str, Counter[str]] = {name: Counter() for name in (*_AGREES, *sorted(KINDS))}
    found["author"].update(WRITERS)
    for one in sample[:: max(1, len(sample) // _SEARCHED)]:
        body = one.page.body
        shown = list(islice(shown_outside(body, one.span), _ELEMENTS))
        found["author"].update(dict.fromkeys(proposed_for_author(shown, one.author), 1))
        for name, agrees in _AGREES.items():
            if name == "author":
                continue
            right = [
                element for element, text in shown if agrees(one, text) or (name == "time" and not one.day and _read(text))
            ]
            texts = [text for element in right for text in selectors(element)]
            if name == "title":  # the name of a site, and those of parts of a page, may be headings like it
                texts += selectors_within(body, right)
            found[name].update(dict.fromkeys(texts, 1))
        for kind in sorted(KINDS):
            found[kind].update(dict.fromkeys(proposed(kind, body, one.span, one.page.url), 1))
    for kind in KINDS:
        found[kind] = Counter({text: found[kind][text] for text in without_others(found[kind])})
    tried = {name: [text for text, _ in counted.most_common(_PROPOSED)] for name, counted in found.items()}
    tried["title"] = [text for text in tried["title"] if "description" not in text]
    return tried


def _told(page: Page, span: Span, posts: Posts, affixes: Affixes, of_site: str) -> Told:
    entries = posts.entries[page.path]
    headline, author = page.data.get("headline"), page.data.get("author")
    name = author.get("name") if isinstance(author, dict) else author
    in_head = title_of(page).removeprefix(affixes[0]).removesuffix(affixes[1])
    title = posts.titles.get(page.path, in_head)
    titles = [entry.title for entry in entries] + ([in_text(headline)] if isinstance(headline, str) else []) + [title]
    told = [entry.author for entry in entries] if posts.authors > 1 else []
    in_meta = page.meta.get("author", "")
    # What the home page says, too, is the author of the site, and others may have written the post.
    authors = map(writer, [name if isinstance(name, str) else "", in_meta if in_meta != of_site else "", *told])
    names = frozenset(name for entry in entries for name in entry.categories)
    first_title, first_author = next(filter(None, titles), ""), next(filter(None, authors), "")
    return Told(page, span, posts.days[page.path], first_title, first_author, names, in_feed=any(one.title for one in entries))


def _is_title(one: Told, text: str) -> bool | None:
    return is_title(one.title, text, is_only=one.is_only)


def _is_author(one: Told, text: str) -> bool | None:
    return is_author(one.author, text)


def _is_time(one: Told, text: str) -> bool | None:
    found = _read(text)
    if found is None:
        return False
    # A day in an address may be that of another zone; where none tells a day, a time is as good as any.
    return abs((found.date() - date.fromisoformat(one.day)).days) <= (1 if _CLOCK.search(text) else 0) if one.day else None


@lru_cache(maxsize=1024)
def _read(text: str) -> datetime | None:
    return read_time(text, "UTC") if _YEAR.search(text) else None


Agrees = Callable[["Told", str], "bool | None"]
#: Whether a text is what is known of the post; ``None`` if nothing is known that tells.
_AGREES: dict[str, Agrees] = {"title": _is_title, "time": _is_time, "author": _is_author}


def _single(found: Fields, name: str, sample: Sequence[Told], shown: Mapping[str, Sequence[Seen]], agrees: Agrees) -> None:
    """Find the selectors whose first element shows what is known of the posts."""
    kept, nearly = [], []
    for number, (selector, pages) in enumerate(shown.items()):
        judged = [agrees(one, page.first) for one, page in zip(sample, pages, strict=True)]
        titles = ((one.title, page.first, one.in_feed) for one, page in zip(sample, pages, strict=True))
        if name == "title" and begin_titles(list(titles), elsewhere=selector in found.titles):
            judged = [True] * len(judged)
        right, wrong = judged.count(True), judged.count(False)
        if name == "time" and sum(_read(page.first) is not None for page in pages) * 100 >= _MOST * len(pages):
            # Layouts show the time of the front matter, and days are told by file names, which may be others.
            wrong = 0 if right * 100 >= _SOME * len(judged) else wrong
        differ = len({page.first for page in pages}) > len(pages) // 2
        if name == "title" and len({page.first for page in pages}) == 1 < len(pages):  # the name of the site
            continue
        if (
            (right + wrong or (name == "author" and names_any(pages)) or (name == "time" and differ))
            and right + judged.count(None)
            and wrong * 100 <= (100 - _MOST) * len(judged)
        ):
            with_clock = sum(bool(_CLOCK.search(page.first)) for page in pages) if name == "time" else 0
            # What is the same for all is the site's author, and else what a layout says beside all of them.
            is_same = name == "author" and not right and is_of_site(pages)
            in_head = selector.startswith(("meta", "title"))
            if is_same and selector not in WRITERS:
                continue
            kept.append((-with_clock, is_same, in_head != is_same, number, selector, right))
        elif right * 100 >= _SOME * len(judged):
            nearly.append((-right, False, False, number, selector, right))
    if kept or nearly:
        best = sorted(kept or nearly)[:_KEPT]
        found.selectors[name] = tuple(selector for *_, selector, _ in best)
        looked_at = f"{counted(len(sample), 'post')} looked at"
        found.evidence[name] = f"shows what feed, head or address say in {best[0][-1]} of {looked_at}"
        if name == "author" and not best[0][-1]:
            named = sum(bool(writer(page.first)) for page in shown[best[0][-2]])
            found.evidence[name] = f"names one in {named} of {looked_at}; neither feed nor head tells who wrote a post"
