"""A post page -> title, time, content and tags, cut out of the bytes as they stand.

No HTML parser: the layout pastes title and content in unescaped, and also puts the whole content into a
``<meta>`` of the head, from where it spills into the document before the real post. So the anchor is the
layout's own marker line, and the last one wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

#: Around the content in the layout; a byte each.
_BLANKS = "\n "


class UnreadablePage(ValueError):
    """A page without the parts that every post page has. ``code`` and ``at`` as in :class:`crawler.items.Rejection`."""

    def __init__(self, code: str, reason: str, at: int | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.at = at


@dataclass(frozen=True)
class PageMarkers:
    """The fixed strings between which a site's post layout puts the parts of a post.

    ``time`` stands before the local time (``YYYY-MM-DD HH:MM:SS``); the last place where time and title
    stand together is the post's. ``tags_joint`` joins several tags.
    """

    time: bytes
    time_end: bytes
    title: bytes
    title_end: bytes
    tags: bytes
    tags_end: bytes
    tags_joint: str

    @cached_property
    def start(self) -> re.Pattern[bytes]:
        """Time and title as they stand together."""
        time = rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"
        return re.compile(re.escape(self.time) + time + re.escape(self.time_end) + rb"\s*" + re.escape(self.title))


class Places(NamedTuple):
    """Where the parts of a post stand in its page: first byte, and the one behind the last."""

    time: tuple[int, int]
    title: tuple[int, int]
    content: tuple[int, int]
    tags: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PostPage:
    """What one post page shows. ``local_time`` has no zone; ``content`` is the rendered HTML."""

    title: str
    local_time: datetime
    content: str
    tags: list[str]
    #: Two pages that show the same are equal, wherever it stands.
    places: Places = field(compare=False, repr=False)


def read_page(body: bytes, markers: PageMarkers) -> PostPage:
    """Cut a post page into its parts.

    :raises UnreadablePage: ``layout`` if a marker is missing, ``encoding`` if it is not UTF-8.
    """
    last = None
    for match in markers.start.finditer(body):
        last = match
    if last is None:
        raise UnreadablePage("layout", "no line with the post's time before its title")
    title_end = body.find(markers.title_end, last.end())
    tags_start = body.rfind(markers.tags, last.end())
    if title_end < 0 or tags_start < title_end:
        raise UnreadablePage("layout", "no end of the title, or no line with the tags behind the content", last.end())
    tags_end = body.find(markers.tags_end, tags_start)
    if tags_end < 0:
        raise UnreadablePage("layout", "the line with the tags has no end", tags_start)
    try:
        local_time = datetime.fromisoformat(last[1].decode())
    except ValueError as error:
        raise UnreadablePage("layout", f"no such time: {last[1].decode()}", last.start(1)) from error
    content_start, tags_at = title_end + len(markers.title_end), tags_start + len(markers.tags)
    title = _text(body, last.end(), title_end)
    whole = _text(body, content_start, tags_start)
    tags = _text(body, tags_at, tags_end)
    begun = whole.lstrip(_BLANKS)
    content = begun.rstrip(_BLANKS)
    content_span = content_start + len(whole) - len(begun), tags_start - len(begun) + len(content)
    places = Places(last.span(1), (last.end(), title_end), content_span, (tags_at, tags_end))
    return PostPage(title, local_time, content, tags.split(markers.tags_joint) if tags else [], places)


def _text(body: bytes, start: int, end: int) -> str:
    try:
        return body[start:end].decode()
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 at byte {error.start} of a part: {error.reason}"
        raise UnreadablePage("encoding", reason, start + error.start) from error
