"""Finds the spelling of each block that renders to the bytes of the page: render, compare, repair near the first difference."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from crawler.reconstruct.draft import Choice, Draft, Either

#: Renders several texts; ``None`` for one that cannot be rendered.
Render = Callable[[Sequence[str]], "list[str | None]"]
_TRIALS, _NEAR = 60, 8
_REPEATED_ID = re.compile(r'(<h[1-6] id="[^"]*?)-\d+"')
_FOOTNOTE = re.compile(r'(rel="footnote"[^>]*>)\d+(?=</a>)')


def first_difference(one: str, other: str) -> int:
    """The place of the first character in which two texts differ; -1 if they are the same."""
    if one == other:
        return -1
    size = min(len(one), len(other))
    low, high = 0, size
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def spell(
    draft: Draft, wanted: str, start: int, definitions: str = "", *, whole: bool = False
) -> Generator[str, str | None, bool]:
    """Choose spellings until the draft renders to ``wanted``, whose first byte in the content is ``start``.

    Yields texts to render and is sent what they render to; returns whether it succeeded.
    """
    found = yield draft.text() + definitions
    compare = first_difference if whole else _difference
    place = compare(found or "", wanted)
    trials = _TRIALS
    while place >= 0 and trials > 0:
        moved = False
        byte = start + len(wanted[:place].encode("utf-8", "surrogateescape"))
        for choice in _near(draft, byte):
            before = choice.taken
            for option in range(choice.options):
                if option == before:
                    continue
                choice.taken = option
                trials -= 1
                now = compare((yield draft.text() + definitions) or "", wanted)
                if now < 0 or now > place:
                    place, moved = now, True
                    break
                choice.taken = before
            if moved or trials <= 0:
                break
        if not moved:
            return False
    return place < 0


def _difference(found: str, wanted: str) -> int:
    found = found.partition('<div class="footnotes"')[0] if '<div class="footnotes"' not in wanted else found
    return first_difference(without_numbers(found.strip("\n")), without_numbers(wanted))


def without_numbers(text: str) -> str:
    """A rendered block without what depends on others: numbers that make IDs of headings unique, and those of footnotes."""
    return _FOOTNOTE.sub(r"\1", _REPEATED_ID.sub(r'\1"', text))


def _near(draft: Draft, byte: int) -> list[Choice]:
    """The choices at a byte: those before it, the nearest first, the two behind it, those between drafts of what it is in."""
    before: dict[int, Choice] = {}
    behind: dict[int, Choice] = {}
    around: dict[int, Choice] = {}
    for start, end, choice in draft.choices():
        kind = around if start <= byte < end else before if start <= byte else behind
        kind[id(choice)] = choice
    nearest = list(before.values())[::-1][:_NEAR]
    return [*nearest, *list(behind.values())[:2], *list(around.values())[::-1]]


def spell_all(blocks: Sequence[Either], wanted: Callable[[Either], str], render: Render, definitions: str) -> None:
    """Spell many blocks at a time; the last draft is taken of one that no draft fits."""
    running = {}
    texts = {}
    for number, block in enumerate(blocks):
        search = _each(block, wanted(block), definitions)
        running[number], texts[number] = search, next(search)
    while running:
        numbers = list(running)
        for number, out in zip(numbers, render([texts[number] for number in numbers]), strict=True):
            try:
                texts[number] = running[number].send(out)
            except StopIteration:
                del running[number]


def _each(block: Either, wanted: str, definitions: str) -> Generator[str, str | None, None]:
    for number, draft in enumerate(block.drafts):
        block.choice.taken = number
        if (yield from spell(draft, wanted, block.start, definitions)):
            return
