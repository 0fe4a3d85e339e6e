"""Where a rebuild works, and what nobody else may write while it does."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.archive import Archive
from crawler.archive.lock import Lock, is_writable
from crawler.archive.paths import CAPTURES, STAGE
from crawler.archive.swap import put_in_place
from crawler.batch.inputs import BadInput, gather
from crawler.batch.job import Job
from crawler.batch.run import Progress, Result, Workers, rebuild

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.archive.settings import Settings


@contextmanager
def stage_for(archive: Path, target: Path, recover: Callable[[], object], *, own: bool) -> Iterator[Path]:
    """The folder to work in, while nobody else writes to the target, or, if its ``own`` captures are read, to the archive.

    ``recover`` mends the archive before it is read, unless it can only be read.

    :raises ArchiveInUse: if somebody else writes to either.
    :raises NotWritable: if the target can only be read.
    """
    stage = target / STAGE if target.exists() else target.parent / f".{target.name}{STAGE}"
    lock, source = Lock(target if target.exists() else stage), Lock(archive)
    reads = own and target != archive and archive.exists()
    try:
        lock.take()
        if reads:
            source.share()
        if archive.exists() and (target == archive or (reads and is_writable(archive))):
            recover()
        yield stage
    except BadInput:
        shutil.rmtree(stage, ignore_errors=True)  # nothing was begun that could be gone on with
        raise
    finally:
        lock.release()
        source.release()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder to work in where nothing is to be kept."""
    with tempfile.TemporaryDirectory(prefix="backfile-") as folder:
        yield Path(folder)


def recover(settings: Settings, site: str) -> list[str]:
    """Mend what a crash left of an archive that this process has claimed; tells what was mended, a line each."""
    archive = Archive.from_settings(settings, site)
    mended = archive.recover()
    archive.index.merge()
    archive.close()
    return mended


def rebuild_in_place(settings: Settings, site: str, workers: Workers, progress: Progress) -> Result:
    """Make everything that captures give again, where it differs.

    :raises ArchiveInUse: if somebody else writes to the archive.
    """
    archive = Archive.folder_of(settings, site)
    with stage_for(archive, archive, lambda: recover(settings, site), own=True) as stage:
        job = Job(
            site=site,
            inputs=tuple(gather([str(archive / CAPTURES)], stage / "inputs")),
            stage=str(stage),
            old=str(archive),
            layout=settings.get("POSTS_LAYOUT"),
        )
        result = rebuild(job, workers, progress)
        put_in_place(stage, archive)
    return result
