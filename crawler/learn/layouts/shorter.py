"""Shorter texts around contents, where longer ones are those of some posts of the layout only: of those with a pager, say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.learn.layouts.content import between

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.learn.layouts.content import Span
    from crawler.learn.page import Page

#: No text is made shorter than so many bytes, and none in more steps.
_LEAST, _STEPS = 12, 6
#: So many pages that have a text are looked at, and so many that have none.
_LOOKED_AT = 60
Texts = tuple[bytes, bytes]
_ADDRESS = re.compile(rb"""(\shref=["'])[^"'<>]*\{\{\*\}\}[^"'<>]*(["'])""")


def shorter(texts: Mapping[Texts, int], pages: Sequence[Page], told: Mapping[int, Span]) -> dict[Texts, int]:
    """The texts, each in the form that finds a content in most pages, and wherever one was known the same.

    :param told: where contents are known to stand, by the number of the page.
    """
    found = dict(texts)
    for pair, count in texts.items():
        others = [one for one in found if one != pair]
        left = [number for number, page in enumerate(pages) if not any(between(page.body, *one) for one in (pair, *others))]
        if not left:
            break
        best = _best(pair, left[:_LOOKED_AT], pages, told)
        if best != pair:
            found.pop(pair)
            found.setdefault(best, count)
    return found


def _best(pair: Texts, left: Sequence[int], pages: Sequence[Page], told: Mapping[int, Span]) -> Texts:
    """The form of two texts that finds most of the pages that are left, and of such forms the longest."""
    known = {number: span for number, page in enumerate(pages) if (span := between(page.body, *pair)) is not None}
    known = dict(list(known.items())[:_LOOKED_AT])
    bodies = {number: pages[number].body for number in (*known, *left)}
    best, most = pair, 0
    for form in dict.fromkeys((*_forms(pair), *_forms(_looser(pair)))):
        spans = {number: between(body, *form) for number, body in bodies.items()}
        if any(spans[number] != span for number, span in known.items()):
            continue
        new = [number for number in left if spans[number] is not None]
        if len(new) > most and all(told.get(number, spans[number]) == spans[number] for number in new):
            best, most = form, len(new)
    return best


def _looser(pair: Texts) -> Texts:
    """The two texts with gaps for all of the addresses that have one: these may differ in more than they do in a few posts.

    >>> _looser((b'<a href="/a/{{*}}">{{*}}</a>', b'<hr><a class="b" href="/2020/{{*}}.html">'))
    (b'<a href="{{*}}">{{*}}</a>', b'<hr><a class="b" href="{{*}}">')
    """
    start, end = (_ADDRESS.sub(rb"\1{{*}}\2", text) for text in pair)
    return start, end


def _forms(pair: Texts) -> Iterator[Texts]:
    """The two texts with less and less of what is farthest from the content.

    >>> list(_forms((b"<h1>{{*}}</h1><div class='a'>", b"</div><hr class='b'>by")))[:2]
    [(b"<h1>{{*}}</h1><div class='a'>", b"</div><hr class='b'>"), (b"</h1><div class='a'>", b"</div><hr class='b'>by")]
    """
    starts, ends = [pair[0]], [pair[1]]
    while len(starts) <= _STEPS and (place := starts[-1].find(b"<", 1)) > 0 and len(starts[-1]) - place >= _LEAST:
        starts.append(starts[-1][place:])
    while len(ends) <= _STEPS and (place := ends[-1].rfind(b">", 0, -1) + 1) >= _LEAST:
        ends.append(ends[-1][:place])
    for both in range(1, len(starts) + len(ends) - 1):
        for number in range(max(0, both - len(ends) + 1), min(both, len(starts) - 1) + 1):
            yield starts[number], ends[both - number]
