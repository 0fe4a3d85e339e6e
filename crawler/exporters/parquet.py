"""Rows as Parquet, one file per month of publication, with real times and lists, or as a dataset for Hugging Face."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from crawler import __version__
from crawler.exporters.output import open_folder
from crawler.fields import DAY, LOCAL_TIME, TIME, fields_of, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from crawler.exporters.checkpoint import Checkpoint
    from crawler.exporters.rows import Row
    from crawler.fields import Field, Type
    from crawler.sites.site import Site

#: Rows of one row group, and the most rows of all months that wait in memory.
GROUP, _WAITING = 2000, 8000
MONTH, FILE = "month={month}", "posts.parquet"
PACKED: dict[str, Any] = {"compression": "zstd", "compression_level": 6}
#: Stands for the month in an export without posts.
NONE = "none"


def schema(zone_name: str) -> pa.Schema:
    """The columns. ``date`` is the time of publication in the site's zone, and ``day`` its day there; other times are in UTC.

    ``date`` is in seconds, because nanoseconds end in 2262 and a stranger may write any year. A time outside of the years 1 to
    9999 in either zone is null, because readers have no value for it; ``day`` and ``raw`` still tell it.
    """
    return pa.schema([(field.name, _arrow(field, zone_name)) for field in fields_of("export")])


def _arrow(field: Field, zone_name: str) -> pa.DataType:
    if field.type == TIME:
        return pa.timestamp("us", "UTC")
    if field.type == LOCAL_TIME:
        return pa.timestamp("s", zone_name)
    if field.has_objects:
        return pa.list_(pa.struct([(part.name, _arrow(part, zone_name)) for part in field.parts]))
    return pa.list_(_arrow(field.parts[0], zone_name)) if field.parts else pa.type_for_alias(field.type.arrow)


def has_all_columns(target: Path) -> bool:
    """Whether every file of an export has all columns of today: an earlier version of Backfile may have made it with fewer."""
    return all(set(names_of("export")) <= columns_of(path) for path in target.rglob("*.parquet"))


def columns_of(path: Path) -> set[str]:
    """The names of the columns of a file."""
    with path.open("rb") as data:  # pyarrow itself opens no file whose name is not UTF-8
        return set(pq.read_schema(data).names)


class _Months:
    """Writes one file per month, a group of rows at a time."""

    def __init__(self, folder: Path, name: str, site: Site) -> None:
        self._folder, self._name, self._schema = folder, name, schema(site.zone)
        self._reads = _reads(ZoneInfo(site.zone))
        self._waiting: dict[str, list[Row]] = defaultdict(list)
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._files = ExitStack()
        self.number = self._held = 0

    def add(self, row: Row) -> None:
        month = row["date"][:7]
        self._waiting[month].append(row)
        self.number += 1
        self._held += 1
        if len(self._waiting[month]) >= GROUP:
            self._write(month)
        elif self._held >= _WAITING:
            self._write(max(self._waiting, key=lambda name: len(self._waiting[name])))

    def _write(self, month: str) -> None:
        found = self._waiting.pop(month)
        self._held -= len(found)
        if month not in self._writers:
            path = self._folder / self._name.format(month=month)
            path.parent.mkdir(parents=True, exist_ok=True)
            file = self._files.enter_context(path.open("wb"))  # pyarrow itself opens no file whose name is not UTF-8
            self._writers[month] = pq.ParquetWriter(file, self._schema, **PACKED)
        self._writers[month].write_table(pa.Table.from_pylist([self._typed(row) for row in found], self._schema))

    def _typed(self, row: Row) -> Row:
        return row | {name: read(row[name]) for name, read in self._reads.items() if row[name] is not None}

    def close(self) -> None:
        with self._files:
            for month in sorted(self._waiting):
                self._write(month)
            for writer in self._writers.values():
                writer.close()


def _reads(site_zone: ZoneInfo) -> dict[str, Callable[[str], date | None]]:
    """The functions that make times and days of texts, by field."""
    by_type: dict[Type, Callable[[str], date | None]] = {
        TIME: datetime.fromisoformat,
        LOCAL_TIME: partial(_moment, site_zone=site_zone),
        DAY: date.fromisoformat,
    }
    return {field.name: by_type[field.type] for field in fields_of("export") if field.type in by_type}


def _moment(text: str, site_zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(site_zone).astimezone(UTC)
    except OverflowError:
        return None


def write_parquet(rows: Iterable[Row], target: Path, site: Site, checkpoint: Checkpoint) -> int:
    """Write ``month=YYYY-MM/posts.parquet``, as DuckDB, pandas and polars read it, and return the number of posts.

    The folder stores the checkpoint.
    """
    with open_folder(target, json.dumps(checkpoint.about())) as folder:
        return write_months(rows, folder, f"{MONTH}/{FILE}", site)


def write_dataset(rows: Iterable[Row], target: Path, site: Site) -> int:
    """Write Parquet files and a dataset card (https://huggingface.co/docs/hub/datasets-cards) for ``datasets.load_dataset``."""
    with open_folder(target) as folder:
        number = write_months(rows, folder, "data/{month}.parquet", site)
        (folder / "README.md").write_text(card(site, number), "utf-8")
    return number


def write_months(rows: Iterable[Row], folder: Path, name: str, site: Site) -> int:
    """Write one file per month, named by ``name`` with ``{month}`` in it, and return the number of posts."""
    months = _Months(folder, name, site)
    try:
        for row in rows:
            months.add(row)
    finally:
        months.close()
    if not months.number:  # readers need the columns of an empty export, too
        empty = folder / name.format(month=NONE)
        empty.parent.mkdir(parents=True, exist_ok=True)
        with empty.open("wb") as file:
            pq.write_table(schema(site.zone).empty_table(), file)
    return months.number


def card(site: Site, number: int) -> str:
    """The dataset card of an export of so many posts."""
    about = {
        "pretty_name": f"{site.name}: source posts of {site.listed_hosts[0]}",
        "tags": ["web-archive", "jekyll"],
        "task_categories": ["text-generation", "text-classification"],
        "configs": [{"config_name": "default", "data_files": "data/*.parquet"}],
    }
    return f"""---
{yaml.safe_dump(about, allow_unicode=True, sort_keys=False)}---

# {site.name}

{number:,} source posts of `{site.listed_hosts[0]}`, built with Jekyll and archived with Backfile {__version__}: text, Markdown,
article (`body`), whole file (`raw`). The rights are those of whoever published them; the archive claims and grants none.

| column | meaning |
| --- | --- |
| `text`, `markdown` | plain text, and the same as Markdown |
| `body`, `raw` | the article as the source has it; the source post, byte for byte |
| `fidelity` | how sure it is that `raw` is the source's own file: `exact`, `rendered` or `partial` |
| `group` | the ID of the first post that told the same story |
| `securities` | traded securities that the article names: code, exchange (ISO 10383), name |
| `date`, `first_seen` | when it was published, and when it was captured first |
"""
