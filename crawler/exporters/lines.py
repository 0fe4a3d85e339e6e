"""Rows as JSON lines and as CSV, in an order from which readers infer the types of columns right."""

from __future__ import annotations

import csv
import gzip
import io
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from crawler.archive.lines import json_line, without_line_ends
from crawler.exporters.column_types import EncodedRow, in_index_order, write_examples_first
from crawler.exporters.output import open_file
from crawler.fields import TEXT, fields_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from crawler.exporters.rows import Row
    from crawler.fields import Field


#: The most characters of a cell; the csv module takes 131,072 by default.
_LONGEST = 1 << 30


def columns() -> list[Field]:
    """The columns of a CSV file. Lists are JSON in their cells."""
    return sorted(fields_of("csv"), key=lambda field: field.is_long)


def _texts() -> list[str]:
    """The columns of text, which a reader may take for another type."""
    return [field.name for field in columns() if field.type == TEXT]


def _texts_and_lists() -> list[str]:
    return [field.name for field in columns() if field.type == TEXT or field.parts]


def write_jsonl(rows: Iterable[Row], target: Path) -> int:
    """Write one JSON object per line, in UTF-8, and return their number."""
    with open_file(target) as out:
        number = write_examples_first(((row, json_line(row)) for row in rows), out, _texts_and_lists(), target.parent)
        out.flush()
    return number


def write_csv(rows: Iterable[Row], target: Path) -> int:
    """Write CSV (RFC 4180) in UTF-8 with a header, and return the number of posts. Neither source nor Markdown is in it.

    Text is quoted and numbers are not. An empty cell without quotes is null, and ``""`` is an empty text.
    """
    names = [field.name for field in columns()]
    with open_file(target) as out:
        out.write(_record(names))
        number = write_examples_first(
            ((row, _record(row[name] for name in names)) for row in rows), out, _texts(), target.parent
        )
        out.flush()
    return number


def remove_from_jsonl(target: Path, ids: Collection[str]) -> int:
    """Write the file anew without these posts, if it has any of them, and return how many it had."""
    with gzip.open(target) as lines:
        found = sum(orjson.loads(line)["id"] in ids for line in lines)
    if found:
        with gzip.open(target) as lines, open_file(target) as out:
            rows = ((orjson.loads(line), without_line_ends(line)) for line in lines)
            write_examples_first(
                _without(ids, in_index_order(rows, _texts_and_lists())), out, _texts_and_lists(), target.parent
            )
            out.flush()
    return found


def remove_from_csv(target: Path, ids: Collection[str]) -> int:
    """Write the file anew without these posts, if it has any of them, and return how many it had."""
    with target.open("rb") as lines:
        found = sum(row["id"] in ids for row, _ in _read(lines))
    if found:
        with target.open("rb") as lines, open_file(target) as out:
            out.write(next(_records(lines)))
            lines.seek(0)
            write_examples_first(_without(ids, in_index_order(_read(lines), _texts())), out, _texts(), target.parent)
            out.flush()
    return found


def _without(ids: Collection[str], rows: Iterable[EncodedRow]) -> Iterator[EncodedRow]:
    return (one for one in rows if one[0]["id"] not in ids)


def _record(values: Iterable[Any]) -> bytes:
    return (",".join(map(_cell, values)) + "\r\n").encode()


def _cell(value: object) -> str:
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    text = orjson.dumps(value).decode() if isinstance(value, list) else str(value)
    return '"' + text.replace('"', '""') + '"'


def _read(lines: BinaryIO) -> Iterator[EncodedRow]:
    """The rows of a CSV file, each with its own bytes."""
    csv.field_size_limit(_LONGEST)
    records = _records(lines)
    names = _cells(next(records))
    return ((dict(zip(names, _cells(record), strict=True)), record) for record in records)


def _cells(record: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(record.decode(), newline="")))


def _records(lines: BinaryIO) -> Iterator[bytes]:
    """The bytes of each record; a newline within quotes does not end a record."""
    parts, is_open = list[bytes](), False
    for line in lines:
        parts.append(line)
        is_open ^= line.count(b'"') % 2 == 1
        if not is_open:
            yield b"".join(parts)
            parts.clear()
    if parts:
        yield b"".join(parts)
