"""The page of a post: the article, its source, its captures, and how it changed."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from crawler.archive.archive import Archive, opened
from crawler.derive.writer import PostWriter
from crawler.exporters.addresses import category_names
from crawler.exporters.browse.sanitize import sanitized
from crawler.sites.declared import load
from crawler.text.reading import Reading, read

if TYPE_CHECKING:
    from crawler.archive.catalog.schema import CaptureRow
    from crawler.archive.settings import Settings


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the source post. ``diff`` has the lines that differ from the version before, each with its kind."""

    number: int
    time: str
    fidelity: str
    diff: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PostView:
    """The content of the page. ``article`` is HTML that is safe to show, and everything else is text."""

    entry: dict[str, Any]
    categories: list[str]
    article: str
    source: str
    reading: Reading
    captures: list[CaptureRow]
    versions: list[Version]


def post_view(settings: Settings, site: str, post_id: str) -> PostView | None:
    """The content of a post's page from the archive as it is now; ``None`` if there is no such post."""
    with opened(settings, site) as archive:
        if index_line(archive, post_id) is None:
            return None
        derived = PostWriter.from_settings(archive, settings).derive(post_id)
        if derived.entry is None:
            return None
        about = load(site)
        reading = read(about, derived.content, derived.entry["url"], derived.entry["path"])
        captures = archive.catalog.history(urls_of(archive, derived.entry))
        return PostView(
            entry=derived.entry,
            categories=category_names(derived.entry["categories"], joined=about.jekyll.joins_categories),
            article=sanitized(reading.html),
            source=derived.content,
            reading=reading,
            captures=captures,
            versions=_versions(derived.versions),
        )


def index_line(archive: Archive, post_id: str) -> dict[str, Any] | None:
    """The index line of a post, ``None`` if the archive has none."""
    line = archive.catalog.post_line(post_id)
    return json.loads(line) if line else None


def urls_of(archive: Archive, entry: dict[str, Any]) -> list[str]:
    """All addresses whose captures are about a post."""
    return sorted({*archive.catalog.post_urls(entry["id"]), *(one["url"] for one in entry["captures"])})


def _versions(found: list[tuple[dict[str, Any], str]]) -> list[Version]:
    first = [Version(1, entry["last_seen"], entry["fidelity"], []) for entry, _ in found[:1]]
    later = [
        Version(entry["version"], entry["last_seen"], entry["fidelity"], _diff(before, after))
        for (_, before), (entry, after) in pairwise(found)
    ]
    return [*first, *later]


def _diff(before: str, after: str) -> list[tuple[str, str]]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    kinds = {"+": "added", "-": "removed", "@": "place"}
    return [(kinds.get(line[:1], "same"), line) for line in lines if not line.startswith(("---", "+++"))]
