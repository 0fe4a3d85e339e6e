"""Rows as JSON lines and as CSV, in an order from which readers infer the types of columns right."""

from __future__ import annotations

import csv
import io
import re
from typing import IO, TYPE_CHECKING, Any

import orjson

from crawler.archive.lines import json_line, without_line_ends
from crawler.exporters.column_types import EncodedRow, in_index_order, write_examples_first
from crawler.exporters.output import open_again, open_file
from crawler.exporters.packing import LazyRow
from crawler.exporters.regroup import new_groups
from crawler.fields import TEXT, fields_of, names_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from crawler.exporters.packing import Packed, Row
    from crawler.fields import Field
    from crawler.sites.site import Site


#: The most characters of a cell; the csv module takes 131,072 by default.
_LONGEST = 1 << 30
#: A cell in quotes, or a comma behind a cell.
_COMMA = re.compile(rb'"[^"]*"|,')


def columns() -> list[Field]:
    """The columns of a CSV file. Lists are JSON in their cells."""
    return sorted(fields_of("csv"), key=lambda field: field.is_long)


def _texts() -> list[str]:
    """The columns of text, which a reader may take for another type."""
    return [field.name for field in columns() if field.type == TEXT]


def _texts_and_lists() -> list[str]:
    return [field.name for field in columns() if field.type == TEXT or field.parts]


#: A row as bytes: what stands before its group, and what stands behind it.
_Item = tuple[bytes, bytes]


def pack_jsonl(rows: Sequence[Row], _site: Site) -> tuple[None, list[_Item]]:
    """The lines of rows, in two parts each."""
    names = names_of("export")
    place = names.index("group")
    items = []
    for row in rows:
        before = json_line({name: row[name] for name in names[:place] if name in row})
        after = json_line({name: row[name] for name in names[place + 1 :] if name in row})
        items.append((before[:-2], after[1:] if len(after) == len(b"{}\n") else b"," + after[1:]))
    return None, items


def write_jsonl(rows: Iterable[Packed], target: Path) -> int:
    """Write one JSON object per line, in UTF-8, and return their number."""
    with open_file(target) as out:
        lines = (b'%s,"group":%s%s' % (before, json_line(group)[:-1], after) for (before, after), _, group in rows)
        number = write_examples_first(((LazyRow(line), line) for line in lines), out, _texts_and_lists(), target.parent)
        out.flush()
    return number


def pack_csv(rows: Sequence[Row], _site: Site) -> tuple[None, list[tuple[bytes, bytes, bytes]]]:
    """The records of rows, in two parts each, and their texts as JSON."""
    names = [field.name for field in columns()]
    place = names.index("group")
    items = []
    for row in rows:
        before, after = (_record(row[name] for name in some)[:-2] for some in (names[:place], names[place + 1 :]))
        short = {name: row[name] for name in _texts() if name in row}
        items.append((before + b",", b"," + after + b"\r\n", orjson.dumps(short)))
    return None, items


def write_csv(rows: Iterable[Packed], target: Path) -> int:
    """Write CSV (RFC 4180) in UTF-8 with a header, and return the number of posts. Neither source nor Markdown is in it.

    Text is quoted and numbers are not. An empty cell without quotes is null, and ``""`` is an empty text.
    """
    names = [field.name for field in columns()]
    with open_file(target) as out:
        out.write(_record(names))
        found = (
            (LazyRow(b'{"group":%s,%s' % (orjson.dumps(group), texts[1:])), b"%s%s%s" % (before, _cell(group).encode(), after))
            for (before, after, texts), _, group in rows
        )
        number = write_examples_first(found, out, _texts(), target.parent)
        out.flush()
    return number


def remove_from_jsonl(target: Path, ids: Collection[str]) -> int:
    """Write the file anew without these posts, if it has or names any of them, and return how many it had."""
    with open_again(target) as lines:
        found, groups = _found(map(orjson.loads, lines), ids)
    if found or groups:
        with open_again(target) as lines, open_file(target) as out:
            rows = (_regrouped(orjson.loads(line), line, groups) for line in lines)
            write_examples_first(
                _without(ids, in_index_order(rows, _texts_and_lists())), out, _texts_and_lists(), target.parent
            )
            out.flush()
    return found


def _found(rows: Iterable[Mapping[str, Any]], ids: Collection[str]) -> tuple[int, dict[str, str]]:
    """How many of these posts there are, and the new groups of others."""
    posts = [(row["id"], row.get("group"), row["first_seen"]) for row in rows]
    return sum(post_id in ids for post_id, _, _ in posts), new_groups(posts, ids)


def _regrouped(row: Row, line: bytes, groups: dict[str, str]) -> EncodedRow:
    group = groups.get(row.get("group", ""))
    return (row, without_line_ends(line)) if group is None else (row, json_line(row | {"group": group}))


def remove_from_csv(target: Path, ids: Collection[str]) -> int:
    """Write the file anew without these posts, if it has or names any of them, and return how many it had."""
    with open_again(target) as lines:
        found, groups = _found((row for row, _ in _read(lines)), ids)
    if found or groups:
        with open_again(target) as lines, open_file(target) as out:
            head = next(_records(lines))
            out.write(head)
            lines.seek(0)
            names = _cells(head)
            rows = ((row, _regrouped_record(row, record, names, groups)) for row, record in _read(lines))
            write_examples_first(_without(ids, in_index_order(rows, _texts())), out, _texts(), target.parent)
            out.flush()
    return found


def _regrouped_record(row: Mapping[str, Any], record: bytes, names: list[str], groups: dict[str, str]) -> bytes:
    """The bytes of a record, in which the cell of the group is another if it has to be."""
    group = groups.get(row.get("group", ""))
    if group is None:
        return record
    commas = [found.start() for found in _COMMA.finditer(record) if found[0] == b","]
    ends = [-1, *commas, len(record.rstrip(b"\r\n"))]
    number = names.index("group")
    return record[: ends[number] + 1] + _cell(group).encode() + record[ends[number + 1] :]


def _without(ids: Collection[str], rows: Iterable[EncodedRow]) -> Iterator[EncodedRow]:
    return (one for one in rows if one[0]["id"] not in ids)


def _record(values: Iterable[Any]) -> bytes:
    return (",".join(map(_cell, values)) + "\r\n").encode()


def _cell(value: object) -> str:
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    text = orjson.dumps(value).decode() if isinstance(value, list) else str(value)
    return '"' + text.replace('"', '""') + '"'


def _read(lines: IO[bytes]) -> Iterator[EncodedRow]:
    """The rows of a CSV file, each with its own bytes."""
    csv.field_size_limit(_LONGEST)
    records = _records(lines)
    names = _cells(next(records))
    return ((dict(zip(names, _cells(record), strict=True)), record) for record in records)


def _cells(record: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(record.decode(), newline="")))


def _records(lines: IO[bytes]) -> Iterator[bytes]:
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
