"""Takes a folder of built HTML (``_site``, a ``gh-pages`` checkout) for captures, as a server would give its files."""

from __future__ import annotations

import mimetypes
import os
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from crawler import clock
from crawler.archive.paths import CAPTURES, CATALOG, INDEX, POSTS
from crawler.batch.input import is_captures
from crawler.counted import counted
from crawler.errors import CannotRun
from crawler.upkeep.importing import Imported
from crawler.warc.record import RawExchange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.archive.archive import Archive
    from crawler.sites.site import Site

_INDEX = ("index.html", "index.htm")
_HTML = (".html", ".htm")
#: The names that Jekyll reads its configuration from.
_CONFIG = ("_config.yml", "_config.yaml", "_config.toml")
#: And folders that it makes no pages of.
_SOURCES = (POSTS, "_layouts", "_includes")
#: What belongs to a checkout and not to its pages.
_OF_GIT = ".git"
_TYPES = mimetypes.MimeTypes()
_TEXTS = ("text/", "application/javascript", "application/json", "application/xml")
#: The status line says where the bytes are from.
_REASON = b"OK (read from a file)"


def is_built(folder: Path) -> bool:
    """Whether a folder has pages outside of archives of ours, whose pages are reports and posts that were given back."""
    return any(name.lower().endswith(_HTML) for _, _, names in _walk(folder) for name in names)


def refuse_sources(given: Iterable[Path]) -> None:
    """Refuse folders that Jekyll builds a site from: their pages, if there are any, are not at their addresses.

    :raises CannotRun: for the first of such; the line says which folder to name.
    """
    for folder in given:
        built = folder / "_site"
        has_config = any((folder / name).is_file() for name in _CONFIG)
        there = [name for name in _SOURCES if (folder / name).is_dir()] if has_config else []
        if not folder.is_dir() or has_captures(folder):
            continue
        if built.is_dir() and is_built(built):
            raise CannotRun(f"{folder} is what the site was built from; name the folder of its pages, {built}")
        if there:
            raise CannotRun(
                f"{folder} has a site's sources ({', '.join(there)}), not its pages; jekyll build makes these: name {built}"
            )


def has_captures(folder: Path) -> bool:
    """Whether a folder has a file of captures."""
    return any(is_captures(name) for _, _, names in os.walk(folder) for name in names)


def _walk(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """As :func:`os.walk`, and not into archives of ours."""
    for place, folders, names in os.walk(folder):
        if CAPTURES in folders and not {INDEX, CATALOG}.isdisjoint(names):
            folders.clear()
        else:
            yield place, folders, names


class FolderImporter:
    """Imports the files of folders into the archive of one site.

    :param maxsize: of the largest file that is taken, in bytes.
    """

    def __init__(self, archive: Archive, site: Site, maxsize: int) -> None:
        self._archive, self._site, self._maxsize = archive, site, maxsize
        self.result = Imported()

    def import_folder(self, folder: Path) -> None:
        """Store every file of a folder, but for captures, as the answer to a request for it, made when it was last changed.

        :raises OSError: if the disk does not take them.
        """
        now = clock.now()
        for file, path in self._files(folder):
            try:
                about = file.stat()
                body = file.read_bytes() if about.st_size <= self._maxsize else None
            except OSError as error:
                self.result.problems.append(f"{shown(file)} cannot be read: {error.strerror or error}")
                continue
            if body is None:
                self.result.problems.append(
                    f"{shown(file)}: {counted(about.st_size, 'byte')} are more than ASSET_MAXSIZE={self._maxsize}"
                )
                continue
            url = self._site.canonical(f"{self._site.home}{address(path)}")
            if not self._archive.forgotten.isdisjoint(self._site.about(url)):
                self.result.counts["forgotten"] += 1
                continue
            exchange = _exchange(url, path, body, datetime.fromtimestamp(about.st_mtime, UTC))
            if self._archive.catalog.is_stored(url, exchange.date, exchange.payload_digest):
                self.result.counts["known"] += 1
            else:
                self._archive.captures.store(exchange, now=now)
                self.result.counts["stored"] += 1
        self._archive.catalog.commit()

    def _files(self, folder: Path) -> Iterator[tuple[Path, str]]:
        """The files, each with its path below the folder, in the order of paths; none that a link leads out to."""
        root = folder.resolve()
        led_out = 0
        for place, folders, names in _walk(root):
            folders[:] = sorted(name for name in folders if name != _OF_GIT)
            for name in sorted(names):
                file = Path(place, name)
                if file.is_symlink() and not file.resolve().is_relative_to(root):
                    led_out += 1
                elif name != _OF_GIT and not is_captures(name) and file.is_file():
                    yield file, file.relative_to(root).as_posix()
        if led_out:
            self.result.problems.append(f"{shown(folder)}: {counted(led_out, 'link')} to files outside of it; not taken")


def shown(path: Path) -> str:
    r"""A path for a person, and for JSON: bytes of it that are no UTF-8 are escaped.

    >>> shown(Path("caf\udce9"))
    'caf\\xe9'
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def address(path: str) -> str:
    """The address of a file, relative to the home page, as a server has it: a folder stands for its ``index.html``.

    The bytes of its name make it, which need not be UTF-8.

    >>> address("a b/index.html"), address("index.html"), address("2024/x.html"), address("é?#.png")
    ('a%20b/', '', '2024/x.html', '%C3%A9%3F%23.png')
    """
    folder, slash, name = path.rpartition("/")
    return quote(os.fsencode(f"{folder}{slash}{'' if name in _INDEX else name}"))


def _exchange(url: str, path: str, body: bytes, time: datetime) -> RawExchange:
    kind = _TYPES.guess_type(path)[0] or "application/octet-stream"
    kind += "; charset=utf-8" if kind.startswith(_TEXTS) else ""
    headers = [
        (b"Content-Type", kind.encode()),
        (b"Last-Modified", format_datetime(time.replace(microsecond=0), usegmt=True).encode()),
        (b"Content-Length", str(len(body)).encode()),
    ]
    return RawExchange(url, time, b"", 200, headers, body, reason=_REASON)
