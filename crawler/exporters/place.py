"""Exports are made beside their place and put there whole: a reader never meets half of one."""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from crawler.atomic import atomic
from crawler.exporters.packed import Packed

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Instead of a file: the standard output.
STDOUT = Path("-")


@contextmanager
def file_at(target: Path) -> Iterator[BinaryIO]:
    """A file to write, which is ``target`` when the block ends well; packed if its name ends with ``.gz``.

    With :data:`STDOUT` it is the standard output, as it is.
    """
    if target == STDOUT:
        sys.stdout.flush()
        with open(os.dup(sys.stdout.fileno()), "wb") as out:  # noqa: PTH123 - of its own: who wraps it may close it
            yield out
        return
    with atomic(target) as plain:
        if target.suffix == ".gz":
            with Packed(plain) as packed:
                buffered = io.BufferedWriter(packed, 1 << 16)
                yield cast("BinaryIO", buffered)
                buffered.flush()
        else:
            yield plain


@contextmanager
def folder_at(target: Path, mark: str = "") -> Iterator[Path]:
    """A folder of an export to fill, in a place of its own (:func:`crawler.archive.staging.staged`); gone if the block raises.

    ``mark``: what its mark says.
    """
    if (target / MARK).exists():  # what a killed one left
        shutil.rmtree(target)
    target.mkdir(parents=True, exist_ok=True)
    try:
        (target / MARK).write_text(mark, "utf-8")
        yield target
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


#: A file in every folder that an export made; what a later export has to know to bring it up to date, if it can.
MARK = ".backfile-export"
