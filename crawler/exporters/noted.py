"""What a site's lists of posts are made of, kept in its export: so that they can be made anew when a post is taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from crawler.exporters.place import file_at, posts_below

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

#: A line a post, in the export's folder; its name begins so that neither Jekyll nor Hugo looks at it.
NOTES = ".backfile-posts.jsonl"


def left_without(target: Path, ids: Collection[str]) -> tuple[list[Path], Iterator[dict[str, Any]] | None]:
    """Remove the notes of these posts. Gives their files, and the notes of the others.

    The files go last, when all else is done: as long as one is there, the next time begins anew, whatever stopped this one.
    The notes are ``None`` if there is no such post, or an older version of Backfile made the export and kept none.
    """
    found, notes = posts_below(target, ids), target / NOTES
    if not found or not notes.exists():
        return found, None
    with notes.open("rb") as lines, file_at(notes) as out:
        out.writelines(line for line in lines if orjson.loads(line)["id"] not in ids)
    return found, _read(notes)


def _read(notes: Path) -> Iterator[dict[str, Any]]:
    with notes.open("rb") as lines:
        yield from map(orjson.loads, lines)
