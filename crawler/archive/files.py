"""Source posts as files: a tree that Jekyll itself can build."""

from __future__ import annotations

import hashlib
from string import Formatter
from typing import TYPE_CHECKING, Any

from crawler.archive.paths import POSTS
from crawler.atomic import put, sync_files, temporary_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Every post has this name first, beside ``_posts``: a crash leaves one file.
_TEMPORARY = temporary_name("post")


class PostFiles:
    """The source posts of an archive: writes ``_posts/…/YYYY-MM-DD-ID.md`` under ``folder``, whole or not at all.

    ``layout`` is the folder below ``_posts`` with ``{year}``, ``{month}`` and ``{day}`` of the file name; empty for
    one flat folder. Jekyll reads either (https://jekyllrb.com/docs/posts/).
    """

    def __init__(self, folder: Path, layout: str) -> None:
        self._folder = folder
        self._layout = layout.strip("/")
        _check_layout(layout)
        self._made: set[str] = set()
        self._written: set[Path] = set()

    def path_of(self, filename: str) -> str:
        """Where a source post lies, from the archive's folder on.

        >>> from pathlib import Path
        >>> PostFiles(Path("/tmp"), "{year}/{month}/{day}").path_of("2022-03-01-NW1.md")
        '_posts/2022/03/01/2022-03-01-NW1.md'
        """
        year, month, day = filename[:10].split("-")
        below = self._layout.format(year=year, month=month, day=day)
        return "/".join(part for part in (POSTS, below, filename) if part)

    def write(self, path: str, content: str) -> None:
        """Write a source post to ``path`` (below the folder); it is on the disk for certain after :meth:`sync`.

        :raises OSError: if the disk does not take it; no half file is left under the post's name.
        """
        file = self._folder / path
        parent = str(file.parent)
        if parent not in self._made:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(parent)
        put(str(file), content.encode(), f"{self._folder}/{_TEMPORARY}")
        self._written.add(file)

    def sync(self) -> None:
        """Have everything written so far on the disk, so that it outlasts a power cut.

        :raises OSError: if the disk does not take it.
        """
        sync_files(self._written)
        self._written.clear()

    def has(self, entry: Mapping[str, Any]) -> bool:
        """Whether the file that an index line speaks of is there, byte for byte."""
        try:
            data = (self._folder / entry["path"]).read_bytes()
        except OSError:
            return False
        return hashlib.sha256(data).hexdigest() == str(entry["sha256"])

    def remove(self, path: str) -> None:
        """Take away the file of an earlier version that lay elsewhere."""
        (self._folder / path).unlink(missing_ok=True)


def _check_layout(layout: str) -> None:
    """Refuse a layout with fields that there are not, or one that leads elsewhere than below ``_posts``."""
    takes = "POSTS_LAYOUT takes {year}, {month}, {day}, names of folders, and / between them"
    try:
        fields = {name for _, name, form, conversion in Formatter().parse(layout) if name is not None or form or conversion}
    except ValueError as error:
        raise ValueError(f"POSTS_LAYOUT {layout!r} cannot be read: {error}; {takes}") from None
    for name in sorted(fields - {"year", "month", "day"}, key=str):
        raise ValueError(f"POSTS_LAYOUT {layout!r}: there is no field {{{name}}}; {takes}")
    if any(part in ("", ".", "..") for part in layout.strip("/").split("/")) and layout.strip("/"):
        raise ValueError(f"POSTS_LAYOUT {layout!r} leads out of the archive; {takes}")
    if not layout.isprintable() or "\\" in layout:
        raise ValueError(f"POSTS_LAYOUT {layout!r} is no folder; {takes}")
