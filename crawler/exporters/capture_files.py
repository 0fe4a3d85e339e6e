"""The capture files of an archive as they stand at one moment, while crawls go on."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

from crawler.archive.lock import Lock
from crawler.archive.paths import CAPTURES, WARC
from crawler.errors import CannotRun
from crawler.invocation import command


class NothingCaptured(CannotRun):
    """One line: there is nothing to export."""


def capture_files(archive: Path, scratch: Path) -> list[Path]:
    """The WARC files; of one that is still being written, a copy in ``scratch`` as it is now.

    Holds the archive's lock for as long as that copy takes.

    :raises ArchiveInUse: if somebody is writing.
    :raises NothingCaptured: if there are none.
    """
    nothing = f"there are no captures in {archive}; make some with: {command(f'crawl {archive.name}')}"
    if not (archive / CAPTURES).is_dir():
        raise NothingCaptured(nothing)
    lock = Lock(archive)
    lock.share()
    try:
        paths = sorted((archive / CAPTURES).glob(f"*{WARC}"))
        files = [path if not _open(path) else Path(shutil.copyfile(path, scratch / path.name)) for path in paths]
    finally:
        lock.release()
    if not files:
        raise NothingCaptured(nothing)
    return files


def _open(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IWUSR)
