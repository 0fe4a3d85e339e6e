"""Finds the spelling of each block that renders to the bytes of the page: render, compare, repair near the first difference."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from crawler.reconstruct.context import Context
    from crawler.reconstruct.draft import Choice, Draft, Either

#: Renders several texts; ``None`` for one that cannot be rendered.
Render = Callable[[Sequence[str]], "list[str | None]"]
#: What is tried for one draft: so many texts, and of long ones no more than have so many characters together.
_TRIALS, _CHARACTERS = 60, 1_000_000
_NEAR = 8
_REPEATED_ID = re.compile(r'(<h[1-6] id="[^"]*?)-\d+"')
_REPEATED_NOTE = re.compile(r'(id="fnref:[^"]*?):\d+"')
_FOOTNOTE = re.compile(r'(rel="footnote"[^>]{0,80}>)\d+(?=</a>)')


def first_difference(one: str, other: str) -> int:
    """The place of the first character in which two texts differ; -1 if they are the same."""
    if one == other:
        return -1
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def spell(draft: Draft, wanted: str, start: int, context: Context | None = None) -> Generator[str, str | None, bool]:
    """Choose spellings until the draft renders to ``wanted``, whose first byte in the content is ``start``.

    Yields texts to render and is sent what they render to; returns whether it succeeded. A context is given for a block
    that is rendered without the others.
    """
    place = yield from _render(draft, wanted, context)
    trials = min(_TRIALS, _CHARACTERS // (len(wanted) + 1))
    while place >= 0 and trials > 0:
        better = place
        byte = start + len(wanted[:place].encode("utf-8", "surrogateescape"))
        for choice, option in _near(draft, byte):
            before, choice.taken = choice.taken, option
            trials -= 1
            now = yield from _render(draft, wanted, context)
            if now < 0 or now > place:
                better = now
                break
            choice.taken = before
            if trials <= 0:
                break
        if better == place:
            return False
        place = better
    return place < 0


def _render(draft: Draft, wanted: str, context: Context | None) -> Generator[str, str | None, int]:
    """The first difference between what a draft renders to and what is wanted."""
    text = draft.text()
    if context is None:
        return first_difference((yield text) or "", wanted)
    context.left -= len(text) + 1
    found = (yield text + context.lacking(text, wanted)) or ""
    return first_difference(_alone(context.completed(found, wanted)), _alone(wanted))


def _alone(text: str) -> str:
    """A rendered block without what depends on others: numbers that make IDs of headings unique, and those of footnotes."""
    return _FOOTNOTE.sub(r"\1", _REPEATED_NOTE.sub(r'\1"', _REPEATED_ID.sub(r'\1"', text)))


def _near(draft: Draft, byte: int) -> list[tuple[Choice, int]]:
    """What could be chosen otherwise: before a byte, the nearest first, then behind it, then among the drafts around it."""
    before: dict[int, Choice] = {}
    behind: dict[int, Choice] = {}
    around: dict[int, Choice] = {}
    for start, end, choice in draft.choices():
        kind = around if start <= byte < end else before if start <= byte else behind
        kind[id(choice)] = choice
    choices = [*list(before.values())[::-1][:_NEAR], *list(behind.values())[:2], *list(around.values())[::-1]]
    return [(choice, option) for choice in choices for option in range(choice.options) if option != choice.taken]


def spell_all(blocks: Sequence[Either], wanted: Callable[[Either], str], render: Render, context: Context) -> None:
    """Spell many blocks at a time; the last draft is taken where none fits, and the HTML of all when too much is tried."""
    running = {}
    texts = {}
    for number, block in enumerate(blocks):
        search = _each(block, wanted(block), context)
        running[number], texts[number] = search, next(search)
    while running:
        numbers = list(running)
        for number, out in zip(numbers, render([texts[number] for number in numbers]), strict=True):
            try:
                texts[number] = running[number].send(out)
            except StopIteration:
                del running[number]
        if context.left < 0:
            for number in running:
                blocks[number].choice.taken = max(blocks[number].html, 0)
            return


def _each(block: Either, wanted: str, context: Context) -> Generator[str, str | None, None]:
    for number, draft in enumerate(block.drafts):
        block.choice.taken = number
        if (yield from spell(draft, wanted, block.start, context)):
            return
