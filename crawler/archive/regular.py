"""Files of an archive that are none: whoever opened a named pipe would wait for ever, and a device may have no end."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from crawler.archive.paths import CAPTURES, CATALOG, FILES, RUNS, SITE, WARC
from crawler.archive.root import root
from crawler.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path

#: What is read of each archive to find the sites that are there.
_OF_SITES = (SITE, CATALOG)
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def check_archives(names: Container[str]) -> None:
    """Check that no file which a command opens is something else: of archives with these names all, of others their site.

    :raises CannotRun: if one is; the text names it.
    """
    with suppress(OSError), os.scandir(root()) as archives:
        for archive in archives:
            if archive.is_dir():
                folder = root() / archive.name
                check_files(folder) if archive.name in names else _check(_files(folder, _OF_SITES))


def check_files(folder: Path) -> None:
    """Check an archive's folder in the same way.

    :raises CannotRun: if something in it is no file; the text names it.
    """
    _check(_files(folder, FILES))
    for below, ending in ((CAPTURES, WARC), (RUNS, "")):
        with suppress(OSError), os.scandir(folder / below) as found:
            odd = (one.path for one in found if one.name.endswith(ending) and not one.is_file() and not one.is_dir())
            _check(odd)


def read_regular(path: str | Path) -> bytes:
    """The content of a file.

    :raises OSError: if it cannot be read, or is no file.
    """
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe that nobody writes to is opened, too
    with open(number, "rb", buffering=0) as file:  # noqa: PTH123 - of every post
        about = os.fstat(number)
        if stat.S_ISDIR(about.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
        if kind := _kind(about):
            raise OSError(errno.EINVAL, f"is {kind}, and no file", os.fspath(path))
        return file.readall()


def _files(folder: Path, names: tuple[str, ...]) -> Iterator[str]:
    return (f"{folder}/{name}" for name in names)


def _check(paths: Iterator[str]) -> None:
    for path in paths:
        with suppress(OSError):
            kind = _kind(os.stat(path))  # noqa: PTH116 - many, at each start
            if kind:
                raise CannotRun(f"{path} is {kind}, where a file of the archive should be; move it away")


def _kind(about: os.stat_result) -> str:
    """What something is, if it is no file."""
    return _KINDS.get(stat.S_IFMT(about.st_mode), "")
