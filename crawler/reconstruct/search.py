"""Finds the spelling of each block that renders to the bytes of the page: render, compare, repair near the first difference."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from crawler.reconstruct.draft import Choice, Draft

#: Renders several texts; ``None`` for one that cannot be rendered.
Render = Callable[[Sequence[str]], "list[str | None]"]
_TRIALS, _NEAR = 60, 8
_REPEATED_ID = re.compile(r'(<h[1-6] id="[^"]*?)-\d+"')


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


def spell(draft: Draft, wanted: str, start: int, *, whole: bool = False) -> Generator[str, str | None, bool]:
    """Choose spellings until the draft renders to ``wanted``, whose first byte in the content is ``start``.

    Yields texts to render and is sent what they render to; returns whether it succeeded.
    """
    found = yield draft.text()
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
                now = compare((yield draft.text()) or "", wanted)
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
    return first_difference(without_numbers(found.strip("\n")), without_numbers(wanted))


def without_numbers(text: str) -> str:
    """A rendered block without the numbers that make IDs of headings unique, for it alone has no other headings."""
    return _REPEATED_ID.sub(r'\1"', text)


def _near(draft: Draft, byte: int) -> list[Choice]:
    """The choices of the pieces at a byte or before it, the nearest first, and of the one behind it."""
    before: dict[int, Choice] = {}
    behind: dict[int, Choice] = {}
    for piece in draft.pieces():
        if piece.choice.options > 1:
            (before if piece.start <= byte else behind)[id(piece.choice)] = piece.choice
    nearest = list(before.values())[::-1][:_NEAR]
    return [*nearest, *list(behind.values())[:2]]


def spell_all(blocks: Sequence[tuple[Sequence[Draft], str, int]], render: Render) -> list[int]:
    """Spell many blocks at a time: drafts, wanted HTML and first byte of each; which draft of each was taken, -1 for none."""
    taken = [-1] * len(blocks)
    running = {}
    texts = {}
    for number, (drafts, wanted, start) in enumerate(blocks):
        search = _each(drafts, wanted, start)
        running[number], texts[number] = search, next(search)
    while running:
        numbers = list(running)
        for number, out in zip(numbers, render([texts[number] for number in numbers]), strict=True):
            try:
                texts[number] = running[number].send(out)
            except StopIteration as end:
                taken[number] = end.value
                del running[number]
    return taken


def _each(drafts: Sequence[Draft], wanted: str, start: int) -> Generator[str, str | None, int]:
    for number, draft in enumerate(drafts):
        if (yield from spell(draft, wanted, start)):
            return number
    return -1
