"""The notes of an exported Jekyll or Hugo site: what its lists of posts are made of, so that a post can be removed later."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import orjson

from crawler.exporters.output import open_file
from crawler.items import PostFile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

#: One line per post, in the export's folder. Neither Jekyll nor Hugo reads a file of such a name.
NOTES = ".backfile-posts.jsonl"


def write_post(path: Path, content: bytes) -> Path:
    """Write a post's file into a new export, and return where: beside its folder, if the disk takes its name for another's.

    So do disks that know no upper and lower case. Neither Jekyll nor Hugo makes anything of the names of these folders.
    """
    for number in count(2):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            path = path.parent.with_name(f"{path.parent.name[:7]}-{number}") / path.name
        else:
            break
    return path


def files_of(target: Path, ids: Collection[str]) -> list[Path]:
    """The files of these posts in an exported site."""
    if (target / NOTES).exists() and "file" in next(_notes(target), {}):
        found = [target / note["file"] for note in _notes(target) if note["id"] in ids]
        return [path for path in found if path.exists() and path.resolve().is_relative_to(target.resolve())]
    # An older version of Backfile made the export, when every file was named by its post's ID.
    files = ((path, PostFile.read(path.name)) for path in target.rglob("*"))
    return [path for path, file in files if file is not None and file.slug in ids]


def other_notes(target: Path, ids: Collection[str]) -> Iterator[dict[str, Any]] | None:
    """The notes of all other posts; ``None`` if the lists need no change, or the export has no notes."""
    if not (target / NOTES).exists() or not any(note["id"] in ids for note in _notes(target)):
        return None
    return (note for note in _notes(target) if note["id"] not in ids)


def remove_files(target: Path, ids: Collection[str]) -> int:
    """Remove the files of these posts, then their notes, and return the number of files.

    This is the last step of a removal: one that was cut short is found by its notes, and is done again from the start.
    """
    found, others = files_of(target, ids), other_notes(target, ids)
    for path in found:
        path.unlink()
    if others is not None:
        with (target / NOTES).open("rb") as lines, open_file(target / NOTES) as out:
            out.writelines(line for line in lines if orjson.loads(line)["id"] not in ids)
    return len(found)


def _notes(target: Path) -> Iterator[dict[str, Any]]:
    with (target / NOTES).open("rb") as lines:
        yield from map(orjson.loads, lines)
