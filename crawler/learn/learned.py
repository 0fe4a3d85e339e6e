"""What was learned of a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    name: str
    start: str
    end: str
    title: Texts = ()
    time: Texts = ()
    author: Texts = ()
    categories: Texts = ()
    tags: Texts = ()
    description: Texts = ()
    image: Texts = ()
    posts: int = 0
    first_seen: str = ""
    last_seen: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    name: str
    home: str
    zone: str = "UTC"
    permalink: str = "date"
    own_permalinks: Texts = ()
    pages: Texts = ()
    feeds: Texts = ()
    sitemaps: Texts = ()
    layouts: tuple[Layout, ...] = ()
    generator: str = ""
    kramdown: Mapping[str, object] = field(default_factory=dict)
    habits: Mapping[str, object] = field(default_factory=dict)
    source: str = "markdown"
    front_matter: str = ""
    samples: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
