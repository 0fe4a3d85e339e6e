"""Tells whether a source post that a person gave as a sample is of the captured site at all."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from crawler.markup.characters import whole_utf8
from crawler.markup.source.body import without_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.archive.archive import Archive

_TAG = re.compile(r"<[^<>]*+>")
_LETTERS = re.compile(r"[^\W_]+")
#: What stands between two pieces of a source: markup, and ends of lines.
_BETWEEN = re.compile(r"[^\w\s.,;:!?'’\"“”–—-]+|\n|_")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?-")
#: A piece of text has so many letters or more, and so many pieces are searched.
_LONG, _PIECES = 20, 40


def foreign_samples(archive: Archive, samples: Mapping[str, str]) -> Iterator[str]:
    """A line for each sample that is of no captured page; none for one that is too short to tell."""
    left = {name: pieces for name, text in samples.items() if (pieces := _pieces(without_front_matter(text)))}
    urls = sorted(archive.catalog.urls()) if left else []
    for url in sorted(urls, key=lambda url: not any(_slug(name) in url for name in left)):
        if not left:
            return
        row = archive.catalog.latest(url, good=True)
        page = archive.captures.payloads.exchange(row) if row is not None else None
        if page is not None:
            letters = _letters(unescape(_TAG.sub("", whole_utf8(page.body).decode("utf-8", "replace"))))
            left = {name: pieces for name, pieces in left.items() if not _has(letters, pieces)}
    for name in left:
        yield f"the sample {name} is of no captured page: none has its text; its spelling is used all the same"


def _has(letters: str, pieces: list[str]) -> bool:
    """Whether a page has half of the pieces or more: Liquid and addresses are in the source alone."""
    return 2 * sum(piece in letters for piece in pieces) >= len(pieces)


def _pieces(body: str) -> list[str]:
    r"""Some of the runs of text in a source, from all over it.

    >>> _pieces("The *tide* comes in and goes out again,\nand so [does the moon](https://a.example/)")
    ['comesinandgoesoutagain']
    """
    found = [letters for part in _BETWEEN.split(body) if len(letters := _letters(part)) >= _LONG]
    return found[:: max(1, len(found) // _PIECES)][:_PIECES]


def _letters(text: str) -> str:
    """The letters and digits of a text alone: white space and quotes are not the same in a page."""
    return "".join(_LETTERS.findall(text))


def _slug(name: str) -> str:
    return _DATE.sub("", name).rpartition(".")[0] or name
