"""What inputs of a rebuild or an import are, and how a bad one is named without stopping the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.errors import CannotRun

if TYPE_CHECKING:
    from pathlib import Path

_KINDS = (".warc", ".arc")
SUFFIXES = tuple(f"{kind}{packed}" for kind in _KINDS for packed in ("", ".gz", ".zst", ".lz4", ".bz2", ".xz"))
WACZ = ".wacz"


class BadInput(CannotRun):
    """Raised for an input that cannot be read; its message is one line, which names the input and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file of captures: its ``name`` in index and catalog, the ``path`` where it can be read, and when it was ``changed``.

    ``faults`` has the byte and the reason of each loss that the file at ``path``, which may be a copy, does not show. An input
    that cannot be read at all has no bytes.
    """

    name: str
    path: str
    size: int
    changed: int
    faults: tuple[tuple[int, str], ...] = ()

    @property
    def is_bad(self) -> bool:
        """Whether nothing of it can be read."""
        return bool(self.faults) and not self.size


def is_captures(name: str) -> bool:
    """Whether a file of this name may hold captures, whatever the case of its letters.

    >>> is_captures("A.WARC.GZ"), is_captures("index.cdx.gz")
    (True, False)
    """
    return name.lower().endswith((*SUFFIXES, WACZ))


def bad_input(name: str, error: BadInput, scratch: Path) -> Input:
    """An input that cannot be read: an empty file stands for it."""
    scratch.mkdir(parents=True, exist_ok=True)
    nothing = scratch / "nothing"
    nothing.touch()
    return Input(name, str(nothing), 0, 0, ((0, str(error)),))
