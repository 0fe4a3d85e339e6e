"""The pieces that a file of captures is split into."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from crawler.warc.heads import Head
    from crawler.warc.large import Large


class Piece(NamedTuple):
    """A record, or bytes that are none; with a ``fault``, ``content`` is as much of a record as there is.

    ``offset`` is where it begins in the file; a record inside a compressed part has the offset of that part. ``length`` reaches
    to the next piece; it is 0 for a record that has its part not for itself (``is_alone``), which cannot be read by its offset.
    """

    offset: int
    length: int
    content: bytes
    fault: str = ""
    is_alone: bool = False
    #: The head of ``content``, if it is known.
    head: Head | None = None
    #: What there is in place of ``content`` of a record that is larger than the limit.
    large: Large | None = None

    @property
    def is_filling(self) -> bool:
        """Whether these are bytes between records, zero bytes for example."""
        return not (self.fault or self.content or self.large)


class Copy(Protocol):
    """Whatever takes each large record, part by part."""

    def begin(self, head: bytes) -> None:
        """The head of a record."""

    def feed(self, data: bytes) -> None:
        """The next part of its block."""
