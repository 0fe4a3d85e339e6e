"""A rebuild's job: all that each of its processes has to know, and the files by which it can be resumed."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

import crawler
from crawler.archive.paths import CATALOG
from crawler.period import Period
from crawler.sites.declared import load
from crawler.sites.learned.archived import of_text
from crawler.warc.parts import parts_of

if TYPE_CHECKING:
    from crawler.batch.input import Input
    from crawler.sites.site import Site
    from crawler.warc.parts import Part

#: The largest and the smallest number of posts in a chunk, and the number of chunks that few posts are divided into, so that
#: every process has something to do.
_MOST, _LEAST, _SHARES = 500, 20, 40


def chunk_size(posts: int) -> int:
    """The number of posts in a chunk, which does not depend on the number of processes."""
    return min(_MOST, max(_LEAST, posts // _SHARES))


@dataclass(frozen=True, slots=True)
class Job:
    """One rebuild. ``stage`` is the folder in which it works, ``old`` the folder of the archive that it is compared with."""

    site: str
    inputs: tuple[Input, ...]
    stage: str
    old: str | None
    layout: str
    #: From the origin that was asked to the canonical origin, for captures of a mirror.
    origins: dict[str, str] = field(default_factory=dict)
    #: Only posts published in this period are made.
    period: Period = field(default_factory=Period)
    diff: bool = False
    #: The text of a learned site's ``site.toml``, for workers that cannot reach the archive; empty for a declared site.
    learned: str = ""

    @property
    def about(self) -> Site:
        """The site."""
        return of_text(self.learned) if self.learned else load(self.site)

    @property
    def captures(self) -> Path:
        """The catalog with the captures alone, from which posts are made while they are added to the other one."""
        return Path(self.stage) / "captures.sqlite"

    @property
    def catalog(self) -> Path:
        """The new catalog."""
        return Path(self.stage) / "tree" / CATALOG

    @property
    def tree(self) -> Path:
        """The new archive, or the files that differ from the old one."""
        return Path(self.stage) / "tree"

    @property
    def plan(self) -> Path:
        """The database with the posts to make, in the order of their first captures."""
        return Path(self.stage) / "plan.sqlite"

    def scanned(self, number: int) -> Path:
        """The database with the scan of the input of this number, if it was scanned whole."""
        return Path(self.stage) / "scan" / f"{number:05}.sqlite"

    def scanned_part(self, number: int, part: Part) -> Path:
        """The database with the scan of a part of an input."""
        return Path(self.stage) / "scan" / f"{number:05}-{part.begin:015}.sqlite"

    def scans(self, number: int) -> list[Path]:
        """The databases with the scan of an input, in the order of the file."""
        whole = self.scanned(number)
        return [whole] if whole.exists() else [self.scanned_part(number, part) for part in parts_of(self.inputs[number].size)]

    def done(self, chunk: int) -> Path:
        """The database with the posts of the chunk of this number; it exists once the chunk is done."""
        return Path(self.stage) / "done" / f"{chunk:07}.sqlite"

    def remove_intermediates(self) -> None:
        """Remove what the new tree was made of, so that it need not get to the disk with that."""
        for folder in ("scan", "done", "inputs"):
            shutil.rmtree(Path(self.stage) / folder, ignore_errors=True)
        for database in (self.captures, self.plan):
            database.unlink(missing_ok=True)

    def fingerprint(self) -> bytes:
        """A text that is equal for two rebuilds with the same inputs, options and code."""
        code = hashlib.sha256()
        for path in sorted(Path(crawler.__file__).parent.rglob("*.py")):
            code.update(path.read_bytes())
        return orjson.dumps([asdict(self), code.hexdigest()])
