"""The posts that an export holds, read as its readers do."""

from __future__ import annotations

import csv
import gzip
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pandas as pd
from lxml import etree

from crawler.exporters.formats import FORMATS
from crawler.items import PostFile
from crawler.sites.declared import load

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 1 << 30


def ids_in(root: Path, name: str) -> set[str] | None:  # noqa: PLR0911 - one for each format
    """The IDs of the posts in the export that lies in its usual place; ``None`` if there is none, or if it is one of captures."""
    if name not in FORMATS or not (place := root / f"finews{FORMATS[name].suffix}").exists():
        return None
    if name == "jsonl":
        with gzip.open(place) as file:
            return {json.loads(line)["id"] for line in file}
    if name == "csv":
        csv.field_size_limit(_LONGEST)
        with place.open(encoding="utf-8", newline="") as file:
            return {row["id"] for row in csv.DictReader(file)}
    if name == "sqlite":
        with closing(sqlite3.connect(place)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return {post_id for (post_id,) in db.execute("SELECT id FROM posts")}
    if name in ("parquet", "hf"):
        return {post_id for path in place.rglob("*.parquet") for post_id in pd.read_parquet(path)["id"]}
    if name == "atom":
        entries = etree.parse(place).iter("{http://www.w3.org/2005/Atom}entry")
        return {load("finews").post_id(entry.findtext("{http://www.w3.org/2005/Atom}id") or "") or "" for entry in entries}
    return {file.slug for path in place.rglob("*.md") if (file := PostFile.read(path.name)) is not None}
