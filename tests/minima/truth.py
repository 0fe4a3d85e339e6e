"""The blog's sources read back as data, to hold against them what an archive gives back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from tests.minima.build import SITE

if TYPE_CHECKING:
    from pathlib import Path

_PARTS = re.compile(r"---\n(?P<front>.*?)^---\n(?P<body>.*)", re.DOTALL | re.MULTILINE)
#: Sources that Jekyll puts on no page: one says that it is not published, one is from the future.
UNSEEN = frozenset({"2024-05-18-not-yet.md", "2031-01-01-by-then.md"})


@dataclass(frozen=True, slots=True)
class Source:
    """One source post: its front matter as YAML reads it, and all that stands behind it, byte for byte."""

    path: Path
    front: dict[str, Any]
    body: str


def sources() -> dict[str, Source]:
    """Every source post that is on the blog, by the name of its file."""
    found = {}
    for path in sorted((SITE / "_posts").iterdir()):
        parts = _PARTS.fullmatch(path.read_bytes().decode())
        if parts is None:
            raise ValueError(f"{path} has no front matter")
        if path.name not in UNSEEN:
            found[path.name] = Source(path, yaml.safe_load(parts["front"]), parts["body"])
    return found
