"""The file or folder that an export is written to. A file is replaced atomically; a folder is filled in staging."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from crawler.atomic import atomic
from crawler.exporters.gzip_file import GzipWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

#: This path stands for the standard output.
STDOUT = Path("-")
#: Every folder of an export has a file of this name, with the export's manifest and, if it has one, its checkpoint.
MANIFEST = ".backfile-export"


@contextmanager
def open_file(target: Path) -> Iterator[BinaryIO]:
    """A file that replaces ``target`` when the block ends without an error. It is gzipped if the name ends with ``.gz``.

    For :data:`STDOUT` it is the standard output, and never gzipped.
    """
    if target == STDOUT:
        sys.stdout.flush()
        with open(os.dup(sys.stdout.fileno()), "wb") as out:  # noqa: PTH123 - a duplicate, so that the caller may close it
            yield out
        return
    with atomic(target) as plain:
        if target.suffix == ".gz":
            with GzipWriter(plain) as zipped:
                buffered = io.BufferedWriter(zipped, 1 << 16)
                yield cast("BinaryIO", buffered)
                buffered.flush()
        else:
            yield plain


def open_again(path: Path) -> IO[bytes]:
    """Open what :func:`open_file` wrote, for reading."""
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


@contextmanager
def open_folder(target: Path, manifest: str = "") -> Iterator[Path]:
    """An export's folder to fill, which is removed if the block raises. The caller gives a path in staging.

    :param manifest: the content of its :data:`MANIFEST`.
    """
    if (target / MANIFEST).exists():  # a killed export left it
        shutil.rmtree(target)
    target.mkdir(parents=True, exist_ok=True)
    try:
        (target / MANIFEST).write_text(manifest, "utf-8")
        yield target
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
