"""Rows as JSON lines and as CSV, so that readers who guess what a column is guess right."""

from __future__ import annotations

import csv
import gzip
import io
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from crawler.archive.lines import json_line, without_line_ends
from crawler.exporters.leading import Written, in_index_order, write
from crawler.exporters.place import file_at
from crawler.fields import TEXT, fields_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from crawler.exporters.rows import Row
    from crawler.fields import Field


#: Characters of a cell; the csv module takes 131,072 if it is told nothing.
_LONGEST = 1 << 30


def columns() -> list[Field]:
    """What a table of values has in its cells; lists are JSON there."""
    return sorted(fields_of("csv"), key=lambda field: field.is_long)


def _texts() -> list[str]:
    """Columns of text, which readers could take for something else."""
    return [field.name for field in columns() if field.type == TEXT]


def _texts_and_lists() -> list[str]:
    return [field.name for field in columns() if field.type == TEXT or field.parts]


def write_jsonl(rows: Iterable[Row], target: Path) -> int:
    """One JSON object a line, UTF-8; gives their number."""
    with file_at(target) as out:
        number = write(((row, json_line(row)) for row in rows), out, _texts_and_lists(), target.parent)
        out.flush()
    return number


def write_csv(rows: Iterable[Row], target: Path) -> int:
    """RFC 4180 in UTF-8, with a head line; text in full, neither source nor Markdown; gives the number of posts.

    Text is quoted, numbers are not, and nothing stands for null: a reader who looks can tell ``""`` from it.
    """
    names = [field.name for field in columns()]
    with file_at(target) as out:
        out.write(_record(names))
        number = write(((row, _record(row[name] for name in names)) for row in rows), out, _texts(), target.parent)
        out.flush()
    return number


def take_out_of_jsonl(target: Path, ids: Collection[str]) -> int:
    """Write it anew without these posts, if any is in it; gives how many were."""
    with gzip.open(target) as lines:
        found = sum(orjson.loads(line)["id"] in ids for line in lines)
    if found:
        with gzip.open(target) as lines, file_at(target) as out:
            rows = ((orjson.loads(line), without_line_ends(line)) for line in lines)
            write(_without(ids, in_index_order(rows, _texts_and_lists())), out, _texts_and_lists(), target.parent)
            out.flush()
    return found


def take_out_of_csv(target: Path, ids: Collection[str]) -> int:
    """Write it anew without these posts, if any is in it; gives how many were."""
    with target.open("rb") as lines:
        found = sum(row["id"] in ids for row, _ in _read(lines))
    if found:
        with target.open("rb") as lines, file_at(target) as out:
            out.write(next(_records(lines)))
            lines.seek(0)
            write(_without(ids, in_index_order(_read(lines), _texts())), out, _texts(), target.parent)
            out.flush()
    return found


def _without(ids: Collection[str], rows: Iterable[Written]) -> Iterator[Written]:
    return (one for one in rows if one[0]["id"] not in ids)


def _record(values: Iterable[Any]) -> bytes:
    return (",".join(map(_cell, values)) + "\r\n").encode()


def _cell(value: object) -> str:
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    text = orjson.dumps(value).decode() if isinstance(value, list) else str(value)
    return '"' + text.replace('"', '""') + '"'


def _read(lines: BinaryIO) -> Iterator[Written]:
    """The rows of a CSV file, each with its bytes as they are."""
    csv.field_size_limit(_LONGEST)
    records = _records(lines)
    names = _cells(next(records))
    return ((dict(zip(names, _cells(record), strict=True)), record) for record in records)


def _cells(record: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(record.decode(), newline="")))


def _records(lines: BinaryIO) -> Iterator[bytes]:
    """Bytes of a record each: a newline within quotes ends none."""
    parts, is_open = list[bytes](), False
    for line in lines:
        parts.append(line)
        is_open ^= line.count(b'"') % 2 == 1
        if not is_open:
            yield b"".join(parts)
            parts.clear()
    if parts:
        yield b"".join(parts)
