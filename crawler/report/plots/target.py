"""Where the page goes: into the archive, over an earlier report, into a new file, or to standard output."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from crawler.archive.paths import REPORT
from crawler.atomic import atomic
from crawler.errors import CannotRun

_OURS = re.compile(rb'<meta name="generator" content="Backfile [^"]*report">')
#: The mark stands that near to a page's beginning.
_HEAD = 1000


class Target:
    """A place for the page, looked at before anything is counted."""

    def __init__(self, output: str | None, archive: Path, *, overwrite: bool = False) -> None:
        """Look at the place.

        :param output: ``-`` is standard output; ``None``: ``report.html`` in the archive.
        :param overwrite: whether a file may be replaced that is no report.
        :raises CannotRun: if something lies there that is not to be replaced, or nothing can be written there.
        """
        self._given = output
        self._stdout = output == "-"
        # What a link points at is meant, and not the link.
        self.path = Path(os.path.realpath(archive / REPORT if output is None else output))
        if not self._stdout:
            self._look(Path(os.path.realpath(archive)), overwrite=overwrite)

    def _look(self, archive: Path, *, overwrite: bool) -> None:
        path, shown = self.path, self._given or str(self.path)
        if path.is_dir():
            raise CannotRun(f"{shown} is a folder; name a file in it: --output {os.path.join(shown, REPORT)}")  # noqa: PTH118 - as it was given
        if path.exists() and not path.is_file():
            raise CannotRun(f"{shown} is no file; --output - writes to standard output")
        if not path.parent.is_dir():
            raise CannotRun(f"there is no folder {path.parent} to write {path.name} to; make it, or name another file")
        if path != archive / REPORT and path.is_relative_to(archive):
            raise CannotRun(
                f"{shown} lies in the archive, where only {REPORT} may be written; leave --output out, or name a file elsewhere"
            )
        if path.exists() and not overwrite and not _is_ours(path):
            raise CannotRun(f"{shown} is no earlier report of Backfile; name another file, or replace it with --overwrite")
        if self._given is None and not os.access(path.parent, os.W_OK):
            raise CannotRun(self._read_only("it may not be written to"))

    def _read_only(self, why: str) -> str:
        return f"the archive takes no {REPORT} ({why}); name a file elsewhere with --output FILE"

    def write(self, text: str) -> None:
        """Write the page, whole or not at all; say where it is.

        :raises CannotRun: if the place does not take it.
        """
        if self._stdout:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode())
            sys.stdout.buffer.flush()
            return
        try:
            with atomic(self.path, shared=True) as file:
                file.write(text.encode())
        except OSError as error:
            why = error.strerror or str(error)
            raise CannotRun(
                self._read_only(why) if self._given is None else f"{self._given} could not be written: {why}; name another file"
            ) from None
        print(self.path if self._given is None else self._given)


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _OURS.search(file.read(_HEAD)) is not None
    except OSError as error:
        raise CannotRun(f"{path} cannot be read to see what it is: {error.strerror}; name another file") from None
