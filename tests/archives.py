"""An archive that a test's run made, as a reader of it sees it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema

from crawler.exporters.schemas import schema
from crawler.warc.members import iter_members
from crawler.warc.reader import MAX_RECORD, parse
from tests.replica import truth

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.warc.reader import Record

_VALIDATOR = jsonschema.Draft202012Validator(schema("index"))
_REPORTS = jsonschema.Draft202012Validator(schema("run"), format_checker=jsonschema.FormatChecker())
_PLAIN_TITLE = re.compile(r"\w+：\w+ 约[\w.,%]+")


def index(archive: Path) -> list[dict[str, Any]]:
    """The lines of an index, every one held against the schema, and no ID twice."""
    entries = truth.index(archive)
    for entry in entries:
        _VALIDATOR.validate(entry)
    assert len({entry["id"] for entry in entries}) == len(entries)
    return entries


def a_post(root: Path) -> dict[str, Any]:
    """One post without quirks whose body came from its share; the same one whatever order the posts came in."""
    plain = (
        entry
        for entry in index(root / "finews")
        if entry["body_from"] == "share"
        and not entry["notes"]
        and entry["id"].startswith("NW")
        and len(entry["categories"]) == 1
    )
    return min((entry for entry in plain if _PLAIN_TITLE.fullmatch(entry["title"])), key=lambda entry: entry["id"])


def reports(archive: Path) -> list[dict[str, Any]]:
    """The reports of all runs in their order, every one held against the schema."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted((archive / "runs").glob("*.json"))]
    for report in found:
        _REPORTS.validate(report)
    return found


def report(root: Path) -> dict[str, Any]:
    """The report of the last run."""
    return reports(root / "finews")[-1]


def record_at(path: Path, offset: int) -> Record:
    """The record at a byte of a WARC file."""
    _, _, content = next(iter_members(path, offset, MAX_RECORD))
    assert isinstance(content, bytes), content
    record = parse(content)
    assert record is not None
    return record


def words_of(archive: Path, entry: dict[str, Any]) -> list[bytes]:
    """What tells of the post: its address's end, and words of its text that no other has."""
    text, *others = (
        (archive / path).read_text("utf-8").split("---\n", 2)[2]
        for path in (entry["path"], *(other["path"] for other in index(archive) if other["id"] != entry["id"]))
    )
    own = [words for words in re.findall("[\u4e00-\u9fff]+", text) if not any(words in other for other in others)]
    return [entry["id"].encode(), max(own, key=len).encode()]
