"""What a crawl of a replica gave back, held against the source posts Jekyll was given."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SOURCE_DATE = b" +0800\n"


@dataclass(slots=True)
class Comparison:
    """Source posts by how well they came back; the lists hold file names."""

    #: Byte for byte.
    same: list[str] = field(default_factory=list)
    #: But for the zone of ``date``, which no page can tell; the index names it in ``assumed``.
    zone: list[str] = field(default_factory=list)
    #: The body rebuilt from the page: Jekyll makes the same page of it (CI proves it).
    rendered: list[str] = field(default_factory=list)
    #: Published under a title that the source's own YAML had changed.
    garbled: list[str] = field(default_factory=list)
    #: Not what it should be, which is a defect.
    wrong: list[str] = field(default_factory=list)
    #: Published and not in the archive, which is a defect.
    missing: list[str] = field(default_factory=list)
    #: In the archive and in no source, which is a defect.
    stray: list[str] = field(default_factory=list)
    #: Never published, or published without its layout: the source's front matter is broken.
    unpublished: list[str] = field(default_factory=list)
    fidelity: Counter[str] = field(default_factory=Counter)
    editions: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        """Whether every published post came back as well as it can."""
        return not (self.wrong or self.missing or self.stray)


def index(archive: Path) -> list[dict[str, Any]]:
    """The lines of an archive's index."""
    path = archive / "index.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def compare(replica: Path, archive: Path) -> Comparison:
    """Hold every source post of a replica against the archive that a crawl of it made."""
    sources = {path.name: path.read_bytes() for path in (replica / "posts").iterdir()}
    published = {path.stem for path in (replica / "site").rglob("*.html")}
    garbled = set(json.loads((replica / "truth.json").read_text("utf-8"))["garbled"])
    entries = {Path(entry["path"]).name: entry for entry in index(archive)}
    files = {path.name: path.read_bytes() for path in (archive / "_posts").rglob("*") if path.is_file()}
    result = Comparison()
    by_id = {entry["id"]: entry for entry in entries.values()}
    for name, source in sorted(sources.items()):
        entry = by_id.get(name[11:-3])
        if entry is None:
            place = result.missing if _has_page(name, source, published) else result.unpublished
            place.append(name)
            continue
        result.fidelity[entry["fidelity"]] += 1
        result.editions[entry["edition"]] += 1
        made = files.pop(Path(entry["path"]).name, b"")
        _place(result, source, made, entry, garbled=name in garbled).append(name)
    result.stray = sorted(files)
    return result


def _place(result: Comparison, source: bytes, made: bytes, entry: dict[str, Any], *, garbled: bool) -> list[str]:
    if source == made:
        return result.same
    if garbled:
        return result.garbled
    if "date.zone" in entry["assumed"] and _without_date(source) == _without_date(made):
        return result.zone
    if entry["body_from"] == "page" and entry["fidelity"] == "rendered" and _frame(source) == _frame(made):
        return result.rendered
    return result.wrong


def _without_date(source: bytes) -> bytes:
    return b"\n".join(line for line in source.split(b"\n") if not line.startswith(b"date: "))


def _frame(source: bytes) -> bytes:
    """Front matter (but for the date) and links: exact even where the body had to be taken from the page."""
    head, _, rest = _without_date(source).partition(b"\n---\n")
    share = rest.rfind(b"\n\n<http")
    return head + rest[share:]


def _has_page(name: str, source: bytes, published: set[str]) -> bool:
    """Whether Jekyll made a page with the layout of it."""
    return name[11:-3] in published and source.startswith(b"---\n")
