"""Contents made whole where each has something once: what stands beyond a rule, a heading or a quote is content, too."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from crawler.learn.layouts.anchors import is_code, named
from crawler.learn.layouts.edges import is_named_edge
from crawler.markup.elements import VOID

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    from crawler.learn.layouts.content import Span
    from crawler.learn.layouts.tokens import Token

_VOID = frozenset(name.encode() for name in VOID)
#: The start tag of a block as kramdown writes it.
_PLAIN = re.compile(rb"<(?:(?:p|blockquote|ul|ol|dl|pre|h[2-6]|table)(?: id=\"[^\"]*\")?>|div class=\"footnotes\")")
#: Elements that are parts of a text: whatever is in one of them is in the content around it, too.
_OF_TEXT = frozenset(
    b"a abbr b blockquote br cite code dd del dl dt em h2 h3 h4 h5 h6 i img ins kbd li mark ol p pre q s small span strong sub"
    b" sup table tbody td tfoot th thead tr u ul var".split()
)
_LISTS = frozenset(b"ul ol dl table".split())
#: The host in the address of a link to another site; of a tag so many bytes are looked at.
_ADDRESS = re.compile(rb"""<a\s[^>]*?\bhref\s*+=\s*+["']?https?://([^/"'\s>?#]++)""", re.IGNORECASE)
_LONGEST = 2000
#: Elements that divide a page: a content does not go on behind one.
_DIVIDES = frozenset(b"article aside body footer form header main nav".split())
#: So much text that no other page has makes blocks those of contents; a name or a day has less, in bytes.
_LEAST = 16


class Piece(NamedTuple):
    """The tokens of a page, and those of its content: the first one, and the one behind the last."""

    found: Sequence[Token]
    low: int
    high: int


def grown(pieces: Sequence[Piece], known: Sequence[Callable[[bytes], bool]]) -> list[Span]:
    """The first token of each content and the one behind its last, made wider where at least every other one can be.

    A content goes on to the farthest block in the same element that has text which no other page has, on each side. Between
    them may stand anything but what shows a title or a day, or what layouts name as their own.

    :param known: whether a text of a page shows the title or the day of its post.
    """
    trees = [_Tree(piece.found) for piece in pieces]
    shared = Counter(text for piece in pieces for text in _texts(piece.found))
    links = Counter(text for piece in pieces for text in {token.text for token in piece.found if named(token)[0] == b"a"})
    # What most pages link to with one and the same tag is in a menu.
    hosts = {_host(text) for text, count in links.items() if count * 2 > len(pieces)}
    own = _Own(shared, hosts | {b""})
    wider = [_wider(tree, piece, one, own) for tree, piece, one in zip(trees, pieces, known, strict=True)]
    spans = [(piece.low, piece.high) for piece in pieces]
    for side in (0, 1):
        more = [one[side] != span[side] for one, span in zip(wider, spans, strict=True)]
        if sum(more) * 2 >= len(pieces):
            spans = [(one[0], span[1]) if not side else (span[0], one[1]) for one, span in zip(wider, spans, strict=True)]
    return spans


def _texts(found: Sequence[Token]) -> set[tuple[bytes, ...]]:
    """The texts of a page, and each two that follow each other."""
    texts = [token.text for token in found if not token.is_tag]
    return {(text,) for text in texts} | set(pairwise(texts))


def _host(tag: bytes) -> bytes:
    """The host that the tag of a link names; empty for one within the site."""
    found = _ADDRESS.match(tag[:_LONGEST])
    return found[1].lower() if found else b""


@dataclass(frozen=True, slots=True)
class _Own:
    """``shared``: in how many pages a text stands, or two that follow each other; ``hosts``: those of the menu's links."""

    shared: Mapping[tuple[bytes, ...], int]
    hosts: Container[bytes]

    def text_of(self, inside: Sequence[Token]) -> int:
        """How much text, outside of links within the site, no other page has.

        All of a list without such links counts that no other page has as a whole.
        """
        texts: list[bytes] = []
        links, has_links = 0, False
        for token in inside:
            name, closing = named(token)
            if name == b"a":
                is_within = not closing and _host(token.text) in self.hosts
                has_links = has_links or is_within
                links = links + 1 if is_within else 0
            elif not token.is_tag and not links and not token.text.startswith(b"<"):
                texts.append(token.text)
        if not has_links and named(inside[0])[0] in _LISTS and any(self.shared[pair] == 1 for pair in pairwise(texts)):
            return sum(map(len, texts))
        return sum(len(text) for text in texts if self.shared[text,] == 1)


@dataclass(slots=True)
class _Tree:
    """The elements of a page: of each tag ``mates`` has the other one, of each token ``around`` the start tag around it."""

    found: Sequence[Token]
    mates: list[int] = field(default_factory=list)
    around: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mates = list(range(len(self.found)))
        opened: list[int] = []
        open_names = Counter[bytes]()
        for number, token in enumerate(self.found):
            name, closing = named(token)
            if closing and open_names[name]:
                while True:
                    begun = opened.pop()
                    its_name = named(self.found[begun])[0]
                    open_names[its_name] -= 1
                    self.mates[begun] = number if its_name == name else number - 1
                    if its_name == name:
                        break
                self.mates[number] = begun
                self.around.append(opened[-1] if opened else -1)
                continue
            self.around.append(opened[-1] if opened else -1)
            if name and not closing and name not in _VOID and not _is_closed(token.text, name):
                opened.append(number)
                open_names[name] += 1
        for begun in opened:
            self.mates[begun] = len(self.found) - 1

    def before(self, number: int, parent: int) -> Iterator[Span]:
        """The elements and texts in the same element before a token, the nearest first: the first token, and the last."""
        place = number - 1
        while place > parent:
            begun = self.mates[place] if named(self.found[place])[1] else place
            yield begun, place
            place = begun - 1

    def behind(self, number: int, parent: int) -> Iterator[Span]:
        """Those behind the token before ``number``."""
        place, last = number, self.mates[parent] if parent >= 0 else len(self.found)
        while place < last:
            yield place, max(place, self.mates[place])
            place = max(place, self.mates[place]) + 1

    def widened(self, low: int, high: int) -> tuple[int, int, int] | None:
        """The tokens, with all elements that they have in part, and the one around; ``None`` if a layout's is among these."""
        parent = self.around[low]
        while parent >= 0 and self.mates[parent] < high:
            if named(self.found[parent])[0] not in _OF_TEXT:
                return None
            low, parent = parent, self.around[parent]
        last, outer = max(high - 1, self.mates[high - 1]), self.around[high - 1]
        while outer not in (parent, -1):
            if named(self.found[outer])[0] not in _OF_TEXT:
                return None
            last, outer = max(last, self.mates[outer]), self.around[outer]
        return low, last + 1, parent


def _is_closed(text: bytes, name: bytes) -> bool:
    """Whether a token is a whole element, as that of a script is."""
    return text.endswith(b"</" + name + b">")


def _wider(tree: _Tree, piece: Piece, known: Callable[[bytes], bool], own: _Own) -> Span:
    """The content of one page, as wide as it may be; that of the outermost element of a text in which it becomes wider."""
    best = low, high = piece.low, piece.high
    place = tree.widened(low, high) if low < high else None
    while place is not None:
        low, high, parent = place
        first = _farthest(piece.found, tree.before(low, parent), known, own)
        last = _farthest(piece.found, tree.behind(high, parent), known, own)
        if first is not None or last is not None:
            best = first[0] if first else low, last[1] + 1 if last else high
        is_of_text = parent >= 0 and named(piece.found[parent])[0] in _OF_TEXT
        place = (parent, tree.mates[parent] + 1, tree.around[parent]) if is_of_text else None
    return best


def _farthest(found: Sequence[Token], several: Iterator[Span], known: Callable[[bytes], bool], own: _Own) -> Span | None:
    """The last of some elements, from the nearest on, that is a block of contents; ``None`` if there is none."""
    best, size = None, 0
    for first, last in several:
        opening = found[first]
        name, closing = named(opening)
        inside = found[first : last + 1]
        if closing or name in _DIVIDES or is_named_edge(opening.text):
            break
        if any(not token.is_tag and known(token.text) for token in inside):
            break
        more = own.text_of(inside) if _PLAIN.match(opening.text) or is_code(opening) else 0
        size += more
        if more and size >= _LEAST:
            best, size = (first, last), 0
    return best
