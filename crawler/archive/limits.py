"""When a file of captures is closed."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.archive.paths import WARC

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """When a file is closed: at ``size`` bytes, or ``age`` seconds after it was created."""

    size: int = 1_000_000_000
    age: float = 86_400


def is_closed(path: Path) -> bool:
    """Whether nothing is appended to a file any more: it cannot be written to."""
    return not path.stat().st_mode & stat.S_IWUSR


def created(path: Path) -> datetime:
    """The time of creation that a file's name tells."""
    text = path.name.removesuffix(WARC).rsplit("-", 2)[1]
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
