"""The folder in which a rebuild works, and the locks that it holds meanwhile."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler.archive.archive import Archive
from crawler.archive.lock import Lock, is_writable
from crawler.archive.paths import CAPTURES, STAGE
from crawler.archive.publish import publish_tree
from crawler.batch.input import BadInput
from crawler.batch.inputs import gather_inputs
from crawler.batch.job import Job
from crawler.batch.run import Progress, Result, rebuild
from crawler.scratch import scratch_folder
from crawler.sites.declared import learned_text, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from crawler.archive.settings import Settings
    from crawler.batch.processes import Workers


@contextmanager
def locked_stage(archive: Path, target: Path, recover: Callable[[Lock], object], *, own: bool) -> Iterator[Path]:
    """The stage for a rebuild, with a lock on the target and, if the archive's ``own`` captures are read, on the archive.

    ``recover`` is called with the archive's lock before the archive is read, if the archive is writable.

    :raises ArchiveInUse: if another process writes to either.
    :raises NotWritable: if the target can only be read.
    """
    stage, lock = _locked(target)
    try:
        source = lock if target == archive else Lock(archive)
        if own and archive.exists() and source is not lock:
            (source.take if is_writable(archive) else source.share)()
        try:
            if own and archive.exists() and is_writable(archive):
                recover(source)
            yield stage
        finally:
            source.release()
    except BadInput:
        shutil.rmtree(stage, ignore_errors=True)  # nothing in it could be resumed
        raise
    finally:
        lock.release()
        if target.exists() and stage.parent != target:  # what is left of it, where files that are open cannot be removed
            shutil.rmtree(stage, ignore_errors=True)


def _locked(target: Path) -> tuple[Path, Lock]:
    """The stage for a target, and its lock: of the target, or of the stage while there is no target."""
    beside = target.parent / f".{target.name}{STAGE}"
    while True:
        is_there = target.exists()
        stage = target / STAGE if is_there else beside
        lock = Lock(target if is_there else stage)
        lock.take()
        if is_there == target.exists():
            if is_there:
                shutil.rmtree(beside, ignore_errors=True)  # a rebuild was killed when it had made the target
            return stage, lock
        lock.release()


@contextmanager
def temporary_stage() -> Iterator[Path]:
    """A stage of which nothing is kept."""
    with scratch_folder() as folder:
        yield folder


def recover(settings: Settings, site: str, lock: Lock) -> list[str]:
    """Repair an archive that this process has locked, and return what was repaired, a line each."""
    archive = Archive.from_settings(settings, site, lock=lock)
    repaired = archive.recover(load(site).canonical)
    archive.index.merge()
    archive.close()
    return repaired


def rebuild_in_place(settings: Settings, site: str, workers: Workers, progress: Progress) -> Result:
    """Rebuild an archive from its own captures; files that are right stay as they are.

    :raises ArchiveInUse: if another process writes to the archive.
    """
    archive = Archive.folder_of(settings, site)
    with locked_stage(archive, archive, lambda lock: recover(settings, site, lock), own=True) as stage:
        job = Job(
            site=site,
            inputs=tuple(gather_inputs([str(archive / CAPTURES)], stage / "inputs", own=True)),
            stage=str(stage),
            old=str(archive),
            layout=settings.get("POSTS_LAYOUT"),
            learned=learned_text(site),
        )
        result = rebuild(job, workers, progress)
        job.remove_intermediates()
        result.unplaced = publish_tree(stage, archive)
    return result
