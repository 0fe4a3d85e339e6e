"""What the contents of a site tell of kramdown: its settings, and whether those that are here marked the code in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.reconstruct import (
    Converter,
    Habits,
    available,
    has_html_files,
    kind_of,
    marked_elsewhere,
    marked_here,
    of_blanks,
    settings_of,
    with_ends,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crawler.learn.learned import Learned


#: Evidence that is had with Jekyll alone.
_TOLD = ("source", "kramdown", "habits")
#: What a site's source is, by whether Jekyll starts here.
_WITH, _WITHOUT = (
    "Jekyll starts here, so that Markdown can be proven",
    "no Jekyll starts here, so that Markdown cannot be proven",
)


def lacks_converter(known: Learned) -> bool:
    """Whether a site was learned with Jekyll, and Jekyll does not start now: what it told then, nothing here can tell."""
    return known.source == "markdown" and "kramdown" in known.evidence and not available()


def with_kramdown(learned: Learned, pages: Callable[[], Iterable[tuple[str, str]]], known: Learned) -> Learned:
    """Add what the contents tell of kramdown's settings, and whether Markdown can be proven here.

    :param pages: gives pages with their contents, one after the other: some are many times as long as these.
    :param known: what was learned before; it stays where :func:`lacks_converter`.
    """
    if lacks_converter(known):
        told_then = {name: told for name, told in known.evidence.items() if name.startswith(_TOLD)}
        evidence = {**learned.evidence, **told_then}
        habits = known.habits
        return replace(learned, source=known.source, kramdown=known.kramdown, habits=habits, evidence=evidence)
    source = "markdown" if available() else "html"
    evidence = {**learned.evidence, "source": _WITH if source == "markdown" else _WITHOUT}
    kind = kind_of(pages(), evidence) if source == "markdown" else ""
    contents = [with_ends(content, kind) for _, content in pages()] if source == "markdown" else []
    if not contents:
        return replace(learned, source=source, evidence=evidence)
    with Converter({}) as converter:
        others, having = marked_elsewhere(contents, converter)
        spelt = Habits(compressed=of_blanks(kind), marked_elsewhere=others > 0)
        contents = [marked_here(content, converter) for content in contents] if others else contents
    kramdown = settings_of(contents, spelt, evidence)
    with Converter(kramdown) as converter:
        habits = {"compressed": kind, "marked_elsewhere": spelt.marked_elsewhere}
        habits["html_files"] = has_html_files(contents, converter, spelt, evidence)
    if others:
        told = "has other boxes, classes or spans, and the same text, as Jekyll gives it here"
        evidence["habits.marked_elsewhere"] = f"code in {others} of {counted(having, 'content')} with any {told}"
    return replace(learned, source=source, kramdown=kramdown, habits=habits, evidence=evidence)
