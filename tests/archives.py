"""An archive that a test's run made, as a reader of it sees it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema

from crawler.exporters.index import schema
from tests.replica import truth

_VALIDATOR = jsonschema.Draft202012Validator(schema())
_PLAIN_TITLE = re.compile(r"\w+：\w+ 约[\w.,%]+")


def index(archive: Path) -> list[dict[str, Any]]:
    """The lines of an index, every one held against the schema, and no ID twice."""
    entries = truth.index(archive)
    for entry in entries:
        _VALIDATOR.validate(entry)
    assert len({entry["id"] for entry in entries}) == len(entries)
    return entries


def a_post(root: Path) -> dict[str, Any]:
    """One post without quirks whose body came from its share."""
    return next(
        entry
        for entry in index(root / "finews")
        if entry["body_from"] == "share" and not entry["notes"] and _PLAIN_TITLE.fullmatch(entry["title"])
    )
