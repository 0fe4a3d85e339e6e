"""Writes the page into the archive, over an earlier report, into a new file, or to standard output."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from crawler.archive.paths import REPORT
from crawler.atomic import atomic
from crawler.errors import CannotRun

_OURS = re.compile(rb'<meta name="generator" content="Backfile [^"]*report">')
#: The mark is within so many bytes of a page's beginning.
_HEAD = 1000


class Target:
    """The file for the page; it is checked before anything is counted."""

    def __init__(self, output: str | None, archive: Path, *, overwrite: bool = False) -> None:
        """Check the file.

        :param output: ``-`` is standard output; ``None`` is ``report.html`` in the archive.
        :param overwrite: whether a file that is not a report may be replaced.
        :raises CannotRun: if the file may not be replaced, or cannot be written.
        """
        self._named = output
        self._stdout = output == "-"
        # A symbolic link stays; the file that it points at is written.
        self.path = Path(os.path.realpath(archive / REPORT if output is None else output))
        if not self._stdout:
            self._check(Path(os.path.realpath(archive)), overwrite=overwrite)

    def _check(self, archive: Path, *, overwrite: bool) -> None:
        path, shown = self.path, self._named or str(self.path)
        if path.is_dir():
            raise CannotRun(f"{shown} is a folder; name a file in it: --output {os.path.join(shown, REPORT)}")  # noqa: PTH118 - in the form in which it was given
        if path.exists() and not path.is_file():
            raise CannotRun(f"{shown} is not a file; --output - writes to standard output")
        if not path.parent.is_dir():
            raise CannotRun(f"there is no folder {path.parent} to write {path.name} to; make it, or name another file")
        if path != archive / REPORT and path.is_relative_to(archive):
            raise CannotRun(
                f"{shown} is in the archive, where only {REPORT} may be written; leave --output out, or name a file elsewhere"
            )
        if path.exists() and not overwrite and not _is_ours(path):
            raise CannotRun(f"{shown} is no earlier report of Backfile; name another file, or replace it with --overwrite")
        if self._named is None and not os.access(path.parent, os.W_OK):
            raise CannotRun(self._read_only("it may not be written to"))

    def _read_only(self, why: str) -> str:
        return f"the archive takes no {REPORT} ({why}); name a file elsewhere with --output FILE"

    def write(self, text: str) -> None:
        """Write the page atomically, and print its path.

        :raises CannotRun: if it cannot be written.
        """
        if self._stdout:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode())
            sys.stdout.buffer.flush()
            return
        try:
            with atomic(self.path, shared=True) as file:  # of two reports at once, the one that ends last stays
                file.write(text.encode())
        except OSError as error:
            why = error.strerror or str(error)
            raise CannotRun(
                self._read_only(why) if self._named is None else f"{self._named} could not be written: {why}; name another file"
            ) from None
        print(self.path if self._named is None else self._named)


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _OURS.search(file.read(_HEAD)) is not None
    except OSError as error:
        raise CannotRun(f"{path} cannot be read to see what it is: {error.strerror}; name another file") from None
