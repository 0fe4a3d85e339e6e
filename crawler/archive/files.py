"""Source posts as files: a tree that Jekyll itself can build."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import contextmanager, suppress
from string import Formatter
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from crawler.archive.paths import POSTS
from crawler.archive.regular import read_regular
from crawler.atomic import sync, sync_files, temporary_name, write_unsynced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

#: Every post is written to this file beside ``_posts`` first, so that a crash leaves one temporary file.
_TEMPORARY = temporary_name("post")
#: Errors that are about one name: too long for this disk, with characters that it does not take, or that of a folder.
_OF_NAME = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.EISDIR, errno.ENOTDIR)


class UnfitName(OSError):
    """The disk takes no file of this name beside those that it has; other posts can be written."""


@contextmanager
def naming(path: str) -> Iterator[None]:
    """Tell what is wrong with a file's name from what is wrong with the disk, while the file is written within the block.

    :raises UnfitName: also if the disk takes the name for that of another file, which it has.
    """
    folder, _, name = path.rpartition("/")
    try:
        if _is_anothers(folder, name):
            reason = "this disk takes its name for another post's, which differs in upper and lower case or in accents alone"
            raise UnfitName(errno.EEXIST, reason, name)
        yield
    except OSError as error:
        if error.errno in _OF_NAME:
            raise UnfitName(error.errno, f"this disk does not take its name: {error.strerror}", name) from error
        raise


def _is_anothers(folder: str, name: str) -> bool:
    """Whether a disk that takes several spellings for one name has a file by another spelling of this one.

    The names in a folder are read only where there may be one: of a million posts in one folder, that takes a second.
    """
    if not os.path.lexists(f"{folder}/{name}"):
        return False
    spellings = {name.swapcase(), *(normalize(form, name) for form in ("NFC", "NFD"))} - {name}
    is_taken = any(os.path.lexists(f"{folder}/{one}") for one in spellings)
    return is_taken and name not in os.listdir(folder)  # noqa: PTH208 - a path object for each post takes time


class PostFiles:
    """Writes the source posts of an archive to ``_posts/…/YYYY-MM-DD-ID.md`` under ``folder``, each whole or not at all.

    ``layout`` is the folder below ``_posts``, with ``{year}``, ``{month}`` and ``{day}`` of the file name; if it is empty, all
    posts are in one folder. Jekyll reads both (https://jekyllrb.com/docs/posts/).

    :raises ValueError: for a layout with other fields, or one that leads out of ``_posts``.
    """

    def __init__(self, folder: Path, layout: str) -> None:
        self._folder = folder
        self._layout = layout.strip("/")
        _check_layout(layout)
        self._folders: dict[str, str] = {}  # of the source posts of each day
        self._made: set[str] = set()
        self._root = str(folder)
        self._written: set[str] = set()  # as text: path objects took a quarter of the time of a write

    @property
    def layout(self) -> str:
        """The folder below ``_posts``."""
        return self._layout

    def path_of(self, filename: str) -> str:
        """The path of a source post, relative to the archive's folder.

        >>> from pathlib import Path
        >>> PostFiles(Path("/tmp"), "{year}/{month}/{day}").path_of("2022-03-01-NW1.md")
        '_posts/2022/03/01/2022-03-01-NW1.md'
        """
        day = filename[:10]
        folder = self._folders.get(day)
        if folder is None:
            year, month, of_month = day.split("-")
            below = self._layout.format(year=year, month=month, day=of_month)
            folder = self._folders[day] = f"{POSTS}/{below}/" if below else f"{POSTS}/"
        return folder + filename

    def write(self, path: str, content: str) -> None:
        """Write a source post to ``path``, relative to the folder; :meth:`sync` makes it durable.

        :raises UnfitName: if it is the name alone that the disk does not take.
        :raises OSError: if it cannot be written; the post's own file is then unchanged.
        """
        file, parent = f"{self._root}/{path}", path.rpartition("/")[0]
        with naming(file):
            if parent not in self._made:
                (self._folder / parent).mkdir(parents=True, exist_ok=True)
                self._made.add(parent)
            write_unsynced(file, content.encode(), f"{self._root}/{_TEMPORARY}")
        self._written.add(file)

    def sync(self) -> None:
        """Make everything written so far survive a power cut.

        :raises OSError: if the disk does not take it.
        """
        sync_files(self._written)
        self._written.clear()

    def has(self, entry: Mapping[str, Any]) -> bool:
        """Whether the file of an index line exists and has exactly the line's content."""
        return self.read(entry) is not None

    def read(self, entry: Mapping[str, Any]) -> str | None:
        """The source post of an index line; ``None`` if its file is missing, or has another content than the line says."""
        try:
            data = read_regular(f"{self._root}/{entry['path']}")
        except OSError:
            return None
        return data.decode() if hashlib.sha256(data).hexdigest() == str(entry["sha256"]) else None

    def remove(self, path: str, *, durable: bool = False) -> None:
        """Remove a file of an earlier version; with ``durable`` it stays away after a power cut, too.

        A folder in its place, or a file in that of its folder, is somebody's own, and stays.
        """
        file = self._folder / path
        with suppress(IsADirectoryError, NotADirectoryError):
            file.unlink(missing_ok=True)
        if durable and file.parent.is_dir():
            sync(file.parent)


def _check_layout(layout: str) -> None:
    """Refuse a layout with unknown fields, or one that leads out of ``_posts``."""
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
