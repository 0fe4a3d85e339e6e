"""The titles of posts as their authors typed them: what pages' own elements and all other places tell of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.learn.fields.raw_titles import raw_titles
from crawler.learn.fields.told_titles import told_titles
from crawler.learn.fields.typed_titles import typed_titles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.learn.finding.posts import Posts
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.learned import Layout
    from crawler.learn.pages import Captured


@dataclass(frozen=True, slots=True)
class TitlesAsTyped:
    """``titles``: by paths of posts, those that other places tell than the page's own element.

    ``smart``: whether layouts write typographic characters for ASCII; ``are_raw``: whether they leave HTML in titles as it was
    typed: ``yes``, ``no`` or ``unknown`` each.
    """

    titles: Mapping[str, str]
    smart: str
    are_raw: str
    evidence: dict[str, str]


def titles_as_typed(captured: Captured, posts: Posts, layouts: Sequence[tuple[Place, Layout]]) -> TitlesAsTyped:
    """What all places together tell of the titles."""
    told = list(told_titles(captured, posts))
    raw = raw_titles(layouts, told)
    typed = typed_titles(layouts, told, raw.typed)
    smart = "no" if raw.typed else typed.smart  # no filter made them
    return TitlesAsTyped({**typed.titles, **raw.titles}, smart, raw.are_raw, {**raw.evidence, **typed.evidence})
