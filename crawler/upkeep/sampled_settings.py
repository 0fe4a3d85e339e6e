"""Settings of kramdown that no page tells, and source posts do: which of them make the contents of these posts' pages."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.reconstruct import Converter, compressed, of_blanks, quotes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.learn.learned import Learned

#: Settings that only source posts tell.
ONLY_SAMPLES = ("header_offset", "footnote_prefix", "remove_line_breaks_for_cjk", "parse_block_html")
#: So many lines more are no chance, where no whole content comes out.
_LINES = 3
#: So many settings are found at most, from so many source posts of no more characters.
_ROUNDS, _POSTS, _LONGEST = 4, 12, 40_000
_LEVELS = (1, -1, 2, -2, 3, -3)
_QUIRKS = ("paragraph_end", "no_auto_typographic")
_CANDIDATES: tuple[Mapping[str, object], ...] = (
    *({"gfm_quirks": quirks} for quirks in ([], [_QUIRKS[1]], [*_QUIRKS])),
    *({name: True} for name in ("remove_line_breaks_for_cjk", "parse_block_html")),
)
_HEADING = re.compile(r"^#{1,6} |^[=-]+$", re.MULTILINE)
_NOTE, _SHOWN_NOTE = re.compile(r"^\[\^([^\]\s]+)\]:", re.MULTILINE), re.compile(r'<li id="fn:([^"]+)"')
_CODE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1|`[^`\n]+`|<[^>\n]*>", re.MULTILINE | re.DOTALL)


def with_settings(learned: Learned, samples: Sequence[tuple[str, str]]) -> Learned:
    """Add the settings with which more lines of the contents come out of the source posts.

    :param samples: bodies of source posts, and the contents Jekyll made of them; those with Liquid in them are left out.
    """
    pairs = [(body, content) for body, content in samples if "{%" not in body and "{{" not in body and len(body) <= _LONGEST]
    pairs = pairs[:_POSTS]
    if not pairs:
        return learned
    found = dict(learned.kramdown)
    if _quotes_are_typed(found, [body for body, _ in pairs]):
        del found["smart_quotes"]
    with Converter(found) as converter:
        best = before = _score(converter, found, pairs, learned)
        candidates: list[Mapping[str, object]] = [*_read(pairs), *_CANDIDATES, *(setting for _, setting in quotes())]
        for _ in range(_ROUNDS):
            scores = [(_score(converter, {**found, **one}, pairs, learned), one) for one in candidates]
            score, setting = max(scores, key=lambda scored: scored[0])
            if score <= best:
                break
            best, found = score, {**found, **setting}
    if found == learned.kramdown or (before < best <= (before[0], before[1] + _LINES - 1)):
        return learned
    told = f"{best[0]} of {counted(len(pairs), 'source post')} gave the content of the page so"
    known = learned.evidence.get("kramdown", "") if learned.kramdown else "no page tells it"
    return replace(learned, kramdown=found, evidence={**learned.evidence, "kramdown": f"{known}; {told}"})


def _score(
    converter: Converter, kramdown: Mapping[str, object], pairs: Sequence[tuple[str, str]], learned: Learned
) -> tuple[int, int]:
    """How many contents come out of the source posts as they are, and how many lines of them."""
    converter.configure(kramdown)
    kind = of_blanks(str(learned.habits.get("compressed", "")))
    whole = lines = 0
    for made, (_, content) in zip(converter.convert([body for body, _ in pairs]), pairs, strict=True):
        rendered = compressed(made or "", kind).strip()
        whole += rendered == content.strip()
        lines += (Counter(rendered.split("\n")) & Counter(content.strip().split("\n"))).total()
    return whole, lines


def _read(pairs: Sequence[tuple[str, str]]) -> Iterator[Mapping[str, object]]:
    """Candidates that concern what the source posts have."""
    if any(_HEADING.search(body) for body, _ in pairs):
        yield from ({"header_offset": level} for level in _LEVELS)
    for body, content in pairs:
        names, shown = _NOTE.findall(body), _SHOWN_NOTE.findall(content)
        prefixes = {one.removesuffix(name) for name in names for one in shown if one.endswith(name) and one != name}
        yield from ({"footnote_prefix": prefix} for prefix in sorted(prefixes)[:3])


def _quotes_are_typed(kramdown: Mapping[str, object], bodies: Sequence[str]) -> bool:
    """Whether the source posts have the quotes themselves that pages were thought to have of a setting."""
    first = next((mark for mark, setting in quotes() if setting["smart_quotes"] == kramdown.get("smart_quotes")), "")
    text = _CODE.sub("", "\n".join(bodies))
    return bool(first) and first != '"' and text.count(first) > text.count('"')
