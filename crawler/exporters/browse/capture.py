"""The page of a capture: its address, time and place in the archive, and the answer as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.archive.archive import Archive, opened
from crawler.exporters.browse.post import index_line, urls_of
from crawler.warc.content_encoding import UnreadableCoding, decoded
from crawler.warc.reader import DamagedRecord

if TYPE_CHECKING:
    from crawler.archive.catalog.schema import CaptureRow
    from crawler.archive.settings import Settings

#: The most letters of a body that are shown.
_SHOWN = 50_000


@dataclass(frozen=True, slots=True)
class CaptureView:
    """``payload`` is the capture whose body this one repeats. ``problem`` tells why no body can be shown."""

    post_id: str
    title: str
    row: CaptureRow
    payload: CaptureRow | None
    headers: list[tuple[str, str]]
    body: str
    size: int
    problem: str

    @property
    def cut(self) -> bool:
        """Whether the body is longer than what is shown."""
        return len(self.body) >= _SHOWN


def capture_view(settings: Settings, site: str, post_id: str, file: str, offset: int) -> CaptureView | None:
    """The capture at a byte of a file; ``None`` if it is not a capture of this post."""
    with opened(settings, site) as archive:
        entry = index_line(archive, post_id)
        row = archive.catalog.at(file, offset)
        if entry is None or row is None or row.url not in urls_of(archive, entry):
            return None
        payload = archive.catalog.capture(row.payload_id) if row.payload_id != row.id else None
        headers, body, problem = _read(archive, row)
    text = body[: 4 * _SHOWN].decode("utf-8", "replace")[:_SHOWN]
    return CaptureView(post_id, entry["title"], row, payload, headers, text, len(body), problem)


def _read(archive: Archive, row: CaptureRow) -> tuple[list[tuple[str, str]], bytes, str]:
    try:
        record = archive.captures.payloads.read(row)
        return record.headers, decoded(record.payload, record.headers), ""
    except (DamagedRecord, UnreadableCoding) as error:
        return [], b"", str(error)
