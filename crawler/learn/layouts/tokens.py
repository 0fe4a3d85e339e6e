"""A page as tags and the texts between them, with exact offsets; and what the texts around the contents have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from crawler.learn.layouts.content import BLANKS
from crawler.learn.learned import ANYTHING
from crawler.markup.tags import tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: How many bytes, and how many tags and texts, before and behind a content are looked at.
_NEAR, _TOKENS = 6000, 60
#: A text of a layout that is as long as this is no accident, if there is a start tag with attributes in it.
_TELLING = 12
#: A tag that no content has in it.
_STRUCTURE = re.compile(rb"</?(?:body|main|article|header|footer)[\s>]", re.IGNORECASE)
_BODY = re.compile(rb"</?body[\s>]", re.IGNORECASE)
_GAP = ANYTHING.encode()
#: A start tag that says what it is, whatever stands in its other attributes.
_CLASSED = re.compile(rb"""<\w+\b[^>]*?\s(?:class|rel|itemprop)=(["'])[^"'{]+\1""", re.IGNORECASE)


class Token(NamedTuple):
    """A tag, or a text without the white space at its ends: its bytes and the place of them."""

    text: bytes
    start: int
    end: int

    @property
    def is_tag(self) -> bool:
        """Whether it is a tag; a text may begin with a comment."""
        return self.text.startswith(b"<") and not self.text.startswith((b"<!", b"<?"))


def tokens(body: bytes, start: int = 0) -> Iterator[Token]:
    """The tags and the texts of a page from a byte on; blanks alone are no text."""
    place = start
    part = body[start:] if start else body
    for tag in tags(part):
        begin, end = tag.start + start, tag.end + start
        yield from _text(body, place, begin)
        yield Token(body[begin:end], begin, end)
        place = end
    yield from _text(body, place, len(body))


def _text(body: bytes, start: int, end: int) -> Iterator[Token]:
    text = body[start:end]
    begun = text.lstrip(BLANKS)
    if begun:
        first = start + len(text) - len(begun)
        whole = begun.rstrip(BLANKS)
        yield Token(whole, first, first + len(whole))


@dataclass(frozen=True, slots=True)
class Side:
    """What stands on one side of a content, the nearest first: the pieces, and the white space between each and the next.

    A piece is a tag or a text; :data:`~crawler.learn.learned.ANYTHING` stands in it for what differs from post to post.
    """

    pieces: tuple[bytes, ...]
    blanks: tuple[bytes, ...]

    def with_other(self, other: Side, *, over_more: bool = False) -> Side:
        """What two posts have in common, up to where one has a tag that the other has not.

        :param over_more: whether to go on behind what one has more than the other, such as a further tag in a list.
        """
        pieces: list[bytes] = []
        blanks: list[bytes] = []
        for number, (one, two) in enumerate(zip(self.pieces, other.pieces, strict=False)):
            both = one if one == two else _both(one, two)
            if both is None:
                break
            pieces.append(both)
            here, there = self.blanks[number], other.blanks[number]
            blanks.append(here if here == there else _GAP)
        if over_more and pieces:
            mine, its = self.beyond(len(pieces)), other.beyond(len(pieces))
            place = next((place for place, piece in enumerate(mine.pieces) if is_marked(piece) and piece in its.pieces), None)
            if place is not None:
                rest = mine.beyond(place).with_other(its.beyond(its.pieces.index(mine.pieces[place])))
                return Side((*pieces, _GAP, *rest.pieces), (*blanks, b"", *rest.blanks))
        return Side(tuple(pieces), tuple(blanks))

    def beyond(self, count: int) -> Side:
        """All but the nearest of the pieces."""
        return Side(self.pieces[count:], self.blanks[count:])

    def first(self, count: int) -> Side:
        """The nearest of the pieces."""
        return Side(self.pieces[:count], self.blanks[:count])

    @property
    def is_telling(self) -> bool:
        """Whether a start tag with attributes, a comment or a text is among the pieces that are the same in all posts."""
        whole = (piece for piece in self.pieces if _GAP not in piece and len(piece) >= _TELLING)
        return any(not piece.startswith(b"</") and b"highlight" not in piece for piece in whole)

    @property
    def is_whole(self) -> bool:
        """Whether all up to an end of the page's body is the same in all posts, so that nothing else is there."""
        return any(_BODY.match(piece) for piece in self.pieces)

    @property
    def has_structure(self) -> bool:
        """Whether a tag that no content has is among the pieces."""
        return any(_STRUCTURE.match(piece) for piece in self.pieces)

    @property
    def has_class(self) -> bool:
        """Whether a start tag has the same class in all posts, whatever its other attributes are."""
        return any(_CLASSED.match(piece) is not None and b"highlight" not in piece for piece in self.pieces)


def is_marked(piece: bytes) -> bool:
    """Whether a piece is a start tag with attributes that is the same in all posts."""
    return piece.startswith(b"<") and b"=" in piece and _GAP not in piece and b"highlight" not in piece


def _both(one: bytes, two: bytes) -> bytes | None:
    """A piece with a gap for two that differ: the same tag with other attributes, or another text; else ``None``."""
    name = _name(one)
    if name != _name(two):
        return None
    (head, _, tail), (other_head, _, other_tail) = (
        piece.partition(_GAP) if _GAP in piece else (piece, b"", piece) for piece in (one, two)
    )
    head, tail = common_start((head, other_head)), common_end((tail, other_tail))
    if not name:
        return _text_with_gap(head, tail)
    head = (
        head[: max(head.rfind(mark) for mark in (b"=", b'"', b"'", b" ", b"/", b"<" + name)) + 1]
        if not head.endswith(name)
        else head
    )
    ends = [found for mark in (b'"', b"'", b" ", b">") if (found := tail.find(mark)) >= 0]
    return head + _GAP + tail[min(ends) :] if ends else _GAP


def _text_with_gap(head: bytes, tail: bytes) -> bytes:
    r"""A text with a gap for what differs; of a comment at either end, what is the same of its tags and its mark stays.

    >>> _text_with_gap(b"<!-- <a>T", b"t</a> -->"), _text_with_gap(b"<!-- x -->\nMa", b"y"), _text_with_gap(b"M", b"y")
    (b'<!-- <a>{{*}}</a> -->', b'<!-- x -->{{*}}', b'{{*}}')
    """
    head = head[: head.rfind(b">") + 1] or b"<!--" if head.startswith(b"<!--") else b""
    mark = min((place for place in (tail.find(b"<"), tail.find(b"-->")) if place >= 0), default=len(tail))
    return head + _GAP + (tail[mark:] if tail.endswith(b"-->") else b"")


def _name(piece: bytes) -> bytes:
    """The name of a tag with its slash, empty for a text."""
    if not piece.startswith(b"<") or piece.startswith((b"<!", b"<?")):
        return b""
    return piece[1:].split(b">", 1)[0].split(maxsplit=1)[0]


def common_start(several: Sequence[bytes]) -> bytes:
    """What all of them begin with.

    >>> common_start([b"abc", b"abd"]), common_start([])
    (b'ab', b'')
    """
    least, most = (min(several), max(several)) if several else (b"", b"")
    size = next((number for number, (one, two) in enumerate(zip(least, most, strict=False)) if one != two), len(least))
    return least[:size]


def common_end(several: Sequence[bytes]) -> bytes:
    """What all of them end with.

    >>> common_end([b"abc", b"xbc"])
    b'bc'
    """
    return common_start([one[::-1] for one in several])[::-1]


def sides(body: bytes, first: int, last: int) -> tuple[Side, Side]:
    """What stands before and behind the content at these bytes."""
    left = body[max(0, first - _NEAR) : first]
    before = list(tokens(left))[-_TOKENS:][::-1]
    cut = first > _NEAR
    behind = list(tokens(body[last : last + _NEAR]))[:_TOKENS]
    cut_behind = last + _NEAR < len(body)
    return _side(left, before[: -1 if cut else None], ahead=False), _side(
        body[last : last + _NEAR], behind[: -1 if cut_behind else None], ahead=True
    )


def _side(part: bytes, found: Sequence[Token], *, ahead: bool) -> Side:
    pairs = list(pairwise(found))
    blanks = [part[one.end : two.start] if ahead else part[two.end : one.start] for one, two in pairs]
    return Side(tuple(one.text for one in found), (*blanks, b"") if found else ())


def written(side: Side, *, ahead: bool) -> bytes:
    r"""A side as the text of a layout; ``ahead``: it stands behind the content. White space beside a gap is the gap's.

    >>> written(Side((b"</h2>", b"{{*}}", b"<h2>"), (b"", b"\n ", b"")), ahead=False)
    b'<h2>{{*}}</h2>'
    """
    pieces: list[bytes] = []
    for number, piece in enumerate(side.pieces):
        pieces += [piece, side.blanks[number] if number + 1 < len(side.pieces) else b""]
    parts = b"".join(pieces if ahead else pieces[::-1]).split(_GAP)
    parts = [part.strip(BLANKS) for part in parts]
    while len(parts) > 1 and not (parts[-1] if ahead else parts[0]):
        parts.pop(-1 if ahead else 0)
    near = parts[:1] if ahead else parts[-1:]
    rest = [part for part in (parts[1:] if ahead else parts[:-1]) if part]
    return _GAP.join([*near, *rest] if ahead else [*rest, *near])
