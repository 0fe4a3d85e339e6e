"""The manifest of an export: its format, its site, which posts it takes, and how many it has.

A gzip file has it in its header, a feed in a comment behind its end, a database in a table, a folder in a file.
CSV, CDXJ and JSON lines without gzip have no place for it: their content tells format and site, and nothing tells the filter.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import sqlite3
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from crawler.atomic import atomic
from crawler.exporters import gzip_file
from crawler.exporters.database import open_database
from crawler.exporters.output import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

#: What :meth:`crawler.exporters.filters.Filter.as_json` gives for a filter that takes all posts.
ALL_POSTS = "{}"
#: Bytes: the most that are read of a file's first line, the head or end of a feed, and the longest filter without a digest.
_LONGEST, _SOME, _LONG = 4_000_000, 4_096, 100
_SQLITE, _ZIP = b"SQLite format 3\0", b"PK\x03\x04"
_CDXJ = re.compile(rb'\S+ \d{14} \{.*"filename": "([\w.-]+)-\d{8}T\d{6}Z-\d{5}\.warc\.gz"')
_FEED = re.compile(rb'<feed[^>]* xmlns="http://www\.w3\.org/2005/Atom".*<generator[^>]*>Backfile</generator>', re.DOTALL)
_FEED_END = re.compile(rb"<!-- backfile (\{.*\}) -->\s*\Z")
_ROW, _COLUMNS = {"id", "site", "sha256", "raw", "text"}, {"id", "site", "url", "sha256", "text"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """``filter`` is the filter's JSON or its digest (see :func:`filter_key`). ``None`` means that the export does not tell."""

    format: str
    site: str | None = None
    filter: str | None = None
    posts: int | None = None

    @classmethod
    def read(cls, about: Any) -> Manifest | None:
        """The manifest that :meth:`about` gave; ``None`` for anything else."""
        if not isinstance(about, dict) or not isinstance(about.get("format"), str):
            return None
        site, wanted, posts = (about.get(name) for name in ("site", "filter", "posts"))
        return cls(
            about["format"],
            site if isinstance(site, str) else None,
            wanted if isinstance(wanted, str) else None,
            posts if isinstance(posts, int) else None,
        )

    def about(self) -> dict[str, Any]:
        """What an export stores of it."""
        return {"format": self.format, "site": self.site, "filter": self.filter, "posts": self.posts}


def filter_key(text: str) -> str:
    """What a manifest stores of a filter: its JSON, or a digest of the JSON if that is long.

    >>> filter_key('{"categories": ["emnews"]}')
    '{"categories": ["emnews"]}'
    >>> filter_key("{" * 1000)
    'sha256:cc95e8eae567eb2a02c84288908961ad26f6be065f834097989dc1e42417cf02'
    """
    return text if len(json.dumps(text)) <= _LONG else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def attach_manifest(export: Path, manifest: Manifest, *, whole: bool = True) -> None:
    """Store a manifest in an export, if the format has a place for it.

    :param whole: whether the export lacks no post; else its checkpoint is reset, so that the next export is made anew.
    :raises OSError: if the disk does not take it.
    :raises sqlite3.Error: if the database does not.
    """
    behind = {} if whole else {"token": "0"}
    if export.is_dir():
        file_name, kept = export / MANIFEST, {}
        with suppress(OSError, ValueError):
            kept = json.loads(file_name.read_text("utf-8") or "{}")
        with atomic(file_name) as file:
            file.write(json.dumps(kept | manifest.about() | behind).encode())
        return
    head = _start(export)
    if head.startswith(gzip_file.MAGIC):
        gzip_file.write_note(export, manifest.about())
    elif head == _SQLITE:
        with open_database(export) as db:
            db.execute("BEGIN IMMEDIATE")
            (number,) = db.execute("SELECT count(*) FROM posts").fetchone()
            db.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", [("posts", str(number)), *behind.items()])
            db.execute("COMMIT")
    elif manifest.format == "atom":
        with export.open("ab") as file:
            file.write(b"<!-- backfile " + json.dumps(manifest.about()).replace("-", "\\u002d").encode() + b" -->\n")


def manifest_of(path: Path) -> Manifest | None:
    """The manifest of a file or folder, or what its content tells; ``None`` if it is no export of ours.

    It reads a few kilobytes, or one post if that is longer.
    """
    try:
        return _of_folder(path) if path.is_dir() else _of_file(path)
    except (OSError, ValueError, KeyError, IndexError, EOFError, zlib.error, sqlite3.Error, zipfile.BadZipFile, csv.Error):
        return None


def _of_folder(folder: Path) -> Manifest | None:
    kept = json.loads((folder / MANIFEST).read_text("utf-8"))
    if isinstance(kept, dict) and "token" in kept:  # an update that was cut short has written the checkpoint alone
        kept = {"format": "parquet"} | kept
    return Manifest.read(kept)


def _of_file(path: Path) -> Manifest | None:
    head = _start(path)
    if head == _SQLITE:
        return _of_database(path)
    if head.startswith(_ZIP):
        return _of_wacz(path)
    if not head.startswith(gzip_file.MAGIC):
        return _of_text(path)
    return Manifest.read(gzip_file.read_note(path)) or _of_text(path)


def _of_database(path: Path) -> Manifest | None:
    # After a kill SQLite rolls the last transaction back, and must be allowed to write for that.
    mode = "rw" if path.with_name(f"{path.name}-journal").exists() else "ro"
    with open_database(path, mode) as db:
        about = dict(db.execute("SELECT name, value FROM about").fetchall())
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'posts_fts'").fetchone() is None:
            return None
    posts = int(about["posts"]) if "posts" in about else None
    return Manifest("sqlite", str(about["site"]), filter_key(str(about["filter"])), posts)


def _of_wacz(path: Path) -> Manifest | None:
    with zipfile.ZipFile(path) as file:
        about = orjson.loads(file.read("datapackage.json"))
    ours = str(about["description"]).startswith("Archived with Backfile")
    return Manifest("wacz", str(about["title"]).partition(":")[0], ALL_POSTS) if ours else None


def _of_text(path: Path) -> Manifest | None:
    with gzip.open(path) if _start(path).startswith(gzip_file.MAGIC) else path.open("rb") as file:
        first = file.readline(_LONGEST)
        if first.startswith(b'{"id":'):
            row = orjson.loads(first)
            return Manifest("jsonl", row["site"]) if row.keys() >= _ROW and "captures" not in row else None
        if index := _CDXJ.match(first):
            return Manifest("cdxj", index[1].decode(), ALL_POSTS)
        if first.lstrip(b"\xef\xbb\xbf").replace(b'"', b"").startswith(b"id,"):
            return _of_table(first, file.readline(_LONGEST))
        if _FEED.search(first + file.read(_SOME)) is None:
            return None
    with path.open("rb") as end:
        end.seek(max(0, path.stat().st_size - _SOME))
        found = _FEED_END.search(end.read())
    return Manifest.read(orjson.loads(found[1])) if found else Manifest("atom")


def _of_table(head: bytes, line: bytes) -> Manifest | None:
    names = next(csv.reader([head.decode("utf-8-sig")]))
    row = next(csv.reader([line.decode("utf-8", "replace")]), [])
    return Manifest("csv", row[names.index("site")] if row else None, None) if set(names) >= _COLUMNS else None


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_SQLITE))
