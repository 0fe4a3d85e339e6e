"""The titles of posts by the texts of the links that lead to them from lists."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from crawler.learn.fields.titles import even
from crawler.learn.finding.listed import links_to, lists_of
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from crawler.learn.pages import Captured

#: So many lists are read; no title is longer, in characters.
_LISTS, _LONGEST = 200, 300


def link_titles(
    captured: Captured, posts: Iterable[str], told: Mapping[str, Collection[str]] = MappingProxyType({})
) -> dict[str, str]:
    """By the paths of posts, the text that most links to each have.

    One that links to several posts have is no title, but where heads or feeds have it as the post's, too.

    :param told: what these have, by the paths of posts, as :func:`even` gives it.
    """
    spelt = {ENDING.sub("", path): path for path in posts}
    texts: dict[str, Counter[str]] = {}
    for page in islice(lists_of(captured), _LISTS):
        for _, link, path in links_to(captured, page, spelt):
            if link.text and len(link.text) <= _LONGEST:
                texts.setdefault(path, Counter())[link.text] += 1
    often = Counter(text for several in texts.values() for text in several)
    own = {
        path: [text for text, _ in several.most_common() if often[text] == 1 or even(text) in told.get(path, ())]
        for path, several in texts.items()
    }
    return {path: titles[0] for path, titles in own.items() if titles}
