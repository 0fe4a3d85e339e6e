"""What every process of a rebuild has to know; and what a rebuild leaves behind so that it can be resumed."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

import crawler
from crawler.archive.paths import CATALOG
from crawler.period import Period

if TYPE_CHECKING:
    from crawler.batch.inputs import Input

#: Posts that are made, noted as done and counted together: at most so many; of few posts fewer, so that every process
#: has something to do.
CHUNK, _LEAST, _SHARES = 500, 20, 40


def chunk_size(posts: int) -> int:
    """How many of all posts make a chunk; the same whatever the number of processes."""
    return min(CHUNK, max(_LEAST, posts // _SHARES))


@dataclass(frozen=True, slots=True)
class Job:
    """One rebuild. ``stage`` is the folder where it is made; ``old`` that of the archive it is compared with."""

    site: str
    inputs: tuple[Input, ...]
    stage: str
    old: str | None
    layout: str
    #: Asked origin -> canonical origin, for captures of a mirror.
    origins: dict[str, str] = field(default_factory=dict)
    #: The posts to be made, by their time of publication.
    period: Period = field(default_factory=Period)
    diff: bool = False

    @property
    def catalog(self) -> Path:
        """The new catalog."""
        return Path(self.stage) / "tree" / CATALOG

    @property
    def tree(self) -> Path:
        """The new archive, or what changes of the old one."""
        return Path(self.stage) / "tree"

    @property
    def plan(self) -> Path:
        """Which posts there are, in the order of their first captures."""
        return Path(self.stage) / "plan.sqlite"

    def scanned(self, number: int) -> Path:
        """What scanning the input of this number gave."""
        return Path(self.stage) / "scan" / f"{number:05}.sqlite"

    def done(self, chunk: int) -> Path:
        """What the chunk of this number gave."""
        return Path(self.stage) / "done" / f"{chunk:07}.sqlite"

    def fingerprint(self) -> bytes:
        """Equal for two rebuilds that must give the same: same inputs, same options, same code."""
        code = hashlib.sha256()
        for path in sorted(Path(crawler.__file__).parent.rglob("*.py")):
            code.update(path.read_bytes())
        return orjson.dumps([asdict(self), code.hexdigest()])
