"""What a post was made of: fewer captures never replace more.

An index line names the captures that its post was made of. If some of them are no longer there, or can no longer be read, the
captures that are left may give a worse post.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from crawler.items import LESS_EVIDENCE, UNREADABLE, Rejection
from crawler.warc.redact import is_redacted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crawler.archive.archive import Archive
    from crawler.archive.catalog.schema import CaptureRow
    from crawler.derive.posts import Derived

Line = Mapping[str, Any]


def keep_better(archive: Archive, derived: Derived, old: dict[str, Any] | None, pages: Iterable[CaptureRow]) -> None:
    """Give a derived post the index line and source post that the archive has, if some captures of those cannot be read.

    :param old: the line that the archive has of the post.
    :param pages: the captures of the post's pages.
    """
    entry = derived.entry
    if entry is None or old is None or entry == old:
        return

    def holds(url: str, payload_digest: str) -> bool:
        rows = archive.catalog.with_content(url, payload_digest)
        return any(archive.captures.payloads.exchange(row) is not None for row in rows)

    times = {row.time for row in pages}
    damaged = any(rejection.code == UNREADABLE for rejection in derived.rejections)
    reason = lost_evidence(old, entry, holds, times.__contains__, damaged=damaged)
    if reason:
        known = but_taken_out(old, archive.captures.folder)
        reason = lost_evidence(known, entry, holds, times.__contains__, damaged=damaged)
    content = archive.files.read(old) if reason else None
    if content is not None:
        gone = {name: entry[name] for name in ("status", "last_seen")} if entry["status"] == "gone" else {}
        derived.entry, derived.content = old | gone, content
        derived.reject(Rejection(old["url"], LESS_EVIDENCE, f"{reason}; the post stays as it was"))


def but_taken_out(line: Line, captures: Path) -> Line:
    """An index line without the captures that a person took out for good, as feeds with the text of another post."""
    kept = [one for one in line["captures"] if not is_redacted(captures / one["file"], one["offset"])]
    return {**line, "captures": kept} if kept else line


def lost_evidence(
    old: Line, new: Line, holds: Callable[[str, str], bool], was_seen: Callable[[str], bool], *, damaged: bool
) -> str:
    """Why the ``new`` index line of a post is made of less than its ``old`` one, empty if it is not.

    A page that was captured later is never less: the post was edited.

    :param holds: whether there is a capture of this URL with this payload digest that can be read.
    :param was_seen: whether there is a visit to the post at this time.
    :param damaged: whether some captures cannot be read at all.
    """
    before, after = old["captures"], new["captures"]
    if not before or not after or _is_edited(before[0], after[0]):
        return ""
    used = {capture["payload_digest"] for capture in after}
    for capture in before:
        if capture["payload_digest"] not in used and not holds(capture["url"], capture["payload_digest"]):
            return f"its capture of {capture['url']}, once at byte {capture['offset']} of {capture['file']}, cannot be read"
    if len(after) < len(before):
        return f"it was made of {len(before)} captures, and the present rules use {len(after)} of them"
    if new["first_seen"] > old["first_seen"] and not was_seen(old["first_seen"]):
        return f"its captures from before {new['first_seen']} cannot be read"
    if damaged and new["version"] < old["version"]:
        return f"it has {old['version']} versions, and the captures that can be read give {new['version']}"
    return ""


def _is_edited(before: Line, after: Line) -> bool:
    """Whether the page of a post is another one now, captured later."""
    return bool(before["payload_digest"] != after["payload_digest"] and before["time"] < after["time"])
