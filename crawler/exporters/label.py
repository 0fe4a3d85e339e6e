"""What an export says of itself, wherever its format has room for it: which archive, which posts, how many.

A gzip file says it in its header, a feed in a comment behind its end, a database in a table, a folder in a file.
CSV, CDXJ and JSON lines that are not packed have no such place: they are known by what they hold, and their filter is not.
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
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from crawler.atomic import atomic
from crawler.exporters import packed
from crawler.exporters.place import MARK

if TYPE_CHECKING:
    from pathlib import Path

#: What :meth:`crawler.exporters.filters.Filter.said` says of all posts.
FULL = "{}"
#: Bytes: of a file's first line at most, of a feed's head or end, and of a filter before its digest stands for it.
_LONGEST, _SOME, _LONG = 4_000_000, 4_096, 100
_SQLITE, _ZIP = b"SQLite format 3\0", b"PK\x03\x04"
_CDXJ = re.compile(rb'\S+ \d{14} \{.*"filename": "([\w.-]+)-\d{8}T\d{6}Z-\d{5}\.warc\.gz"')
_FEED = re.compile(rb'<feed[^>]* xmlns="http://www\.w3\.org/2005/Atom".*<generator[^>]*>Backfile</generator>', re.DOTALL)
_FEED_END = re.compile(rb"<!-- backfile (\{.*\}) -->\s*\Z")
_ROW, _COLUMNS = {"id", "site", "sha256", "raw", "text"}, {"id", "site", "url", "sha256", "text"}


@dataclass(frozen=True, slots=True)
class Label:
    """``filter``: as a filter says itself, or its digest; ``None``, as for the others: the export does not say."""

    format: str
    site: str | None = None
    filter: str | None = None
    posts: int | None = None

    @classmethod
    def read(cls, about: Any) -> Label | None:
        """What :meth:`about` gave; ``None`` for anything else."""
        if not isinstance(about, dict) or not isinstance(about.get("format"), str):
            return None
        site, said, posts = (about.get(name) for name in ("site", "filter", "posts"))
        return cls(
            about["format"],
            site if isinstance(site, str) else None,
            said if isinstance(said, str) else None,
            posts if isinstance(posts, int) else None,
        )

    def about(self) -> dict[str, Any]:
        """As an export keeps it."""
        return {"format": self.format, "site": self.site, "filter": self.filter, "posts": self.posts}


def kept_filter(said: str) -> str:
    """A filter as labels keep it: as it says itself, or a digest of that if it is long.

    >>> kept_filter('{"categories": ["emnews"]}')
    '{"categories": ["emnews"]}'
    >>> kept_filter("{" * 1000)
    'sha256:cc95e8eae567eb2a02c84288908961ad26f6be065f834097989dc1e42417cf02'
    """
    return said if len(json.dumps(said)) <= _LONG else f"sha256:{hashlib.sha256(said.encode()).hexdigest()}"


def attach(export: Path, label: Label, *, whole: bool = True) -> None:
    """Have an export say what it is, if it has a place for that.

    :param whole: whether no post was lost on the way; else it says that it cannot be brought up to date.
    :raises OSError: if the disk does not take it.
    :raises sqlite3.Error: if the database does not.
    """
    behind = {} if whole else {"token": "0"}
    if export.is_dir():
        mark, kept = export / MARK, {}
        with suppress(OSError, ValueError):
            kept = json.loads(mark.read_text("utf-8") or "{}")
        with atomic(mark) as file:
            file.write(json.dumps(kept | label.about() | behind).encode())
        return
    head = _start(export)
    if head.startswith(packed.MAGIC):
        packed.say(export, label.about())
    elif head == _SQLITE:
        with closing(sqlite3.connect(export)) as db, db:
            (number,) = db.execute("SELECT count(*) FROM posts").fetchone()
            db.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", [("posts", str(number)), *behind.items()])
    elif label.format == "atom":
        with export.open("ab") as file:
            file.write(b"<!-- backfile " + json.dumps(label.about()).replace("-", "\\u002d").encode() + b" -->\n")


def label_of(place: Path) -> Label | None:
    """What a file or folder says of itself, or shows by what it holds; ``None`` for what is no export of ours.

    Reads a few kilobytes, or one post if that is longer.
    """
    try:
        return _of_folder(place) if place.is_dir() else _of_file(place)
    except (OSError, ValueError, KeyError, IndexError, EOFError, zlib.error, sqlite3.Error, zipfile.BadZipFile, csv.Error):
        return None


def _of_folder(folder: Path) -> Label | None:
    kept = json.loads((folder / MARK).read_text("utf-8"))
    if isinstance(kept, dict) and "token" in kept:  # brought up to date, and then cut short
        kept = {"format": "parquet"} | kept
    return Label.read(kept)


def _of_file(path: Path) -> Label | None:
    head = _start(path)
    if head == _SQLITE:
        return _of_database(path)
    if head.startswith(_ZIP):
        return _of_wacz(path)
    if not head.startswith(packed.MAGIC):
        return _of_text(path)
    return Label.read(packed.said(path)) or _of_text(path)


def _of_database(path: Path) -> Label | None:
    # What a killed one had half changed is put back by SQLite, which may have to write for that.
    mode = "rw" if path.with_name(f"{path.name}-journal").exists() else "ro"
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True)) as db:
        about = dict(db.execute("SELECT name, value FROM about").fetchall())
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'posts_fts'").fetchone() is None:
            return None
    posts = int(about["posts"]) if "posts" in about else None
    return Label("sqlite", str(about["site"]), kept_filter(str(about["filter"])), posts)


def _of_wacz(path: Path) -> Label | None:
    with zipfile.ZipFile(path) as file:
        about = orjson.loads(file.read("datapackage.json"))
    ours = str(about["description"]).startswith("Archived with Backfile")
    return Label("wacz", str(about["title"]).partition(":")[0], FULL) if ours else None


def _of_text(path: Path) -> Label | None:
    with gzip.open(path) if _start(path).startswith(packed.MAGIC) else path.open("rb") as file:
        first = file.readline(_LONGEST)
        if first.startswith(b'{"id":'):
            row = orjson.loads(first)
            return Label("jsonl", row["site"]) if row.keys() >= _ROW and "captures" not in row else None
        if index := _CDXJ.match(first):
            return Label("cdxj", index[1].decode(), FULL)
        if first.lstrip(b"\xef\xbb\xbf").replace(b'"', b"").startswith(b"id,"):
            return _of_table(first, file.readline(_LONGEST))
        if _FEED.search(first + file.read(_SOME)) is None:
            return None
    with path.open("rb") as end:
        end.seek(max(0, path.stat().st_size - _SOME))
        found = _FEED_END.search(end.read())
    return Label.read(orjson.loads(found[1])) if found else Label("atom")


def _of_table(head: bytes, line: bytes) -> Label | None:
    names = next(csv.reader([head.decode("utf-8-sig")]))
    row = next(csv.reader([line.decode("utf-8", "replace")]), [])
    return Label("csv", row[names.index("site")] if row else None, None) if set(names) >= _COLUMNS else None


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_SQLITE))
