"""Whether layouts write titles as they were typed, with references of HTML in them; and titles in which tags were typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.markup.elements import first_element
from crawler.markup.shown import MEANT
from crawler.markup.titles.written import LONGEST, has_references, has_tags, is_bare, is_escaped, is_typed, plain, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.learn.fields.told_titles import ToldTitle
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.learned import Layout


@dataclass(frozen=True, slots=True)
class RawTitles:
    """``are_raw``: ``yes``, ``no`` or ``unknown``. ``typed``: the posts whose pages tell what was typed as HTML.

    ``titles``: by paths of posts, those that have tags in them that were typed.
    """

    are_raw: str
    typed: frozenset[str]
    titles: Mapping[str, str]
    evidence: dict[str, str]


def raw_titles(layouts: Sequence[tuple[Place, Layout]], told: Iterable[ToldTitle]) -> RawTitles:
    """What the elements for titles have, and heads, feeds and lists for search beside them.

    A reference that no filter of Liquid writes was typed, if not all titles have one: such a one is the layout's.
    A tag was typed if another place has the title with it: layouts paste none into heads, feeds or lists.
    """
    inside = dict(_inside(layouts))
    texts = {path: text for path, one in inside.items() if (text := written(one))}
    typed = {path for path, text in texts.items() if is_typed(text)}
    typed = typed if len(typed) < len(texts) or len(texts) == 1 else set()
    bare, escaped = (sum(map(kind, texts.values())) for kind in (is_bare, is_escaped))
    are_raw = "yes" if typed or bare else "no" if escaped else "unknown"
    with_tags: dict[str, list[str]] = {}
    for one in told:
        if has_tags(one.written):
            with_tags.setdefault(one.path, []).append(one.written)
    titles = {path: title for path, text in inside.items() if (title := _with_tags(with_tags.get(path, ()), text))}
    evidence = {}
    if texts:
        evidence["raw_titles"] = (
            f"{counted(len(typed), 'title')} with references that no filter writes, {bare} with characters that one changes,"
            f" {escaped} with what it makes of them"
        )
    if titles:
        evidence["titles"] = f"{counted(len(titles), 'title')} with tags as head, feed or lists have them, too"
    found = {path for path, text in texts.items() if are_raw == "yes" and has_references(text)} | titles.keys()
    return RawTitles(are_raw, frozenset(found), titles, evidence)


def _inside(layouts: Sequence[tuple[Place, Layout]]) -> Iterator[tuple[str, str]]:
    """By the paths of posts, what is written in their elements for titles."""
    for place, layout in layouts:
        for page in place.pages if layout.title else ():
            if page.is_large:
                continue
            body = page.body
            one = first_element(body, layout.title[0])
            is_said = one is None or any(one.attributes.get(name) for name in MEANT)
            if one is not None and not is_said and one.inner_end - one.inner_start <= LONGEST:
                yield page.path, body[one.inner_start : one.inner_end].decode("utf-8", "replace")


def _with_tags(told: Iterable[str], inside: str) -> str:
    """What is written in an element, with tags, that another place has just so; empty if there is no such title."""
    if not has_tags(inside):
        return ""
    shown = " ".join(plain(inside).split())
    one_line = " ".join(inside.split())
    for one in told:
        title = " ".join(one.split())
        if len(title) <= LONGEST and title in one_line and " ".join(plain(title).split()) == shown:
            return title
    return ""
