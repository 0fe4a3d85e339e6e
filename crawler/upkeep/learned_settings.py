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
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crawler.learn.learned import Learned


def lacks_converter(known: Learned) -> bool:
    """Whether a site was learned with Jekyll, and Jekyll does not start now: what it told then, nothing here can tell."""
    return known.source == "markdown" and "kramdown" in known.evidence and not available()


def with_kramdown(learned: Learned, pages: Callable[[], Iterable[tuple[str, str]]], known: Learned) -> Learned:
    """Add what the contents tell of kramdown's settings, and whether Markdown can be proven here.

    :param pages: gives pages with their contents, one after the other: some are many times as long as these.
    :param known: what was learned before; it stays where :func:`lacks_converter`.
    """
    if lacks_converter(known):
        evidence = {**learned.evidence, "kramdown": known.evidence["kramdown"]}
        habits = known.habits
        return replace(learned, source=known.source, kramdown=known.kramdown, habits=habits, evidence=evidence)
    source = "markdown" if available() else "html"
    contents = [content for _, content in pages()] if source == "markdown" else []
    if not contents:
        return replace(learned, source=source)
    with Converter({}) as converter:
        others, having = marked_elsewhere(contents, converter)
        spelt = Habits(compressed=kind_of(pages()), marked_elsewhere=others > 0)
        contents = [marked_here(content, converter) for content in contents] if others else contents
    kramdown = settings_of(contents, spelt)
    with Converter(kramdown) as converter:
        habits = {name: getattr(spelt, name) for name in ("compressed", "marked_elsewhere")}
        habits["html_files"] = has_html_files(contents, converter, spelt)
    which = "these settings" if kramdown else "Jekyll's own settings, and no others,"
    told = f"{which} give the most of {counted(len(contents), 'content')} byte for byte"
    evidence = {**learned.evidence, "kramdown": told}
    if others:
        told = "has other boxes, classes or spans, and the same text, as Jekyll gives it here"
        evidence["habits.marked_elsewhere"] = f"code in {others} of {counted(having, 'content')} with any {told}"
    return replace(learned, source=source, kramdown=kramdown, habits=habits, evidence=evidence)
