"""Rows as JSON lines and as CSV."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Collection, Iterable
from pathlib import Path

import orjson

from crawler.exporters.place import file_at
from crawler.exporters.rows import Row

#: In a CSV file, what a table of values has in its cells; lists are JSON there.
COLUMNS = (
    *("id", "site", "url", "share_url", "path", "sha256", "bytes", "title", "date", "categories", "tags", "source", "edition"),
    *("body_from", "fidelity", "assumed", "notes", "version", "first_seen", "last_seen", "status", "author", "securities"),
    *("images", "links", "language", "length", "group", "text"),
)

#: Characters of a cell; the csv module takes 131,072 if it is told nothing.
_LONGEST = 1 << 30


def write_jsonl(rows: Iterable[Row], target: Path) -> int:
    """One JSON object a line, UTF-8; gives their number."""
    number = 0
    with file_at(target) as out:
        for row in rows:
            out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
            number += 1
        out.flush()
    return number


def write_csv(rows: Iterable[Row], target: Path) -> int:
    """RFC 4180 in UTF-8, with a head line; text in full, neither source nor Markdown; gives the number of posts."""
    number = 0
    with file_at(target) as out:
        text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
        table = csv.writer(text)
        table.writerow(COLUMNS)
        for row in rows:
            table.writerow([_cell(row[name]) for name in COLUMNS])
            number += 1
        text.flush()
        text.detach()
    return number


def take_out_of_jsonl(target: Path, ids: Collection[str]) -> int:
    """Write it anew without these posts, if any is in it; gives how many were."""
    found = 0
    with gzip.open(target) as lines:
        found = sum(orjson.loads(line)["id"] in ids for line in lines)
    if found:
        with gzip.open(target) as lines, file_at(target) as out:
            out.writelines(line for line in lines if orjson.loads(line)["id"] not in ids)
            out.flush()
    return found


def take_out_of_csv(target: Path, ids: Collection[str]) -> int:
    """Write it anew without these posts, if any is in it; gives how many were."""
    csv.field_size_limit(_LONGEST)
    with target.open(encoding="utf-8", newline="") as lines:
        found = sum(row[:1] != [] and row[0] in ids for row in csv.reader(lines))
    if found:
        with target.open(encoding="utf-8", newline="") as lines, file_at(target) as out:
            text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
            csv.writer(text).writerows(row for row in csv.reader(lines) if row[0] not in ids)
            text.flush()
            text.detach()
    return found


def _cell(value: object) -> object:
    return orjson.dumps(value).decode() if isinstance(value, list) else value
