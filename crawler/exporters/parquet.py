"""Rows as Parquet: a file a month of publication, zstd, real times and lists. And as a dataset for Hugging Face's library."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from crawler import __version__
from crawler.atomic import atomic
from crawler.exporters.place import MARK, file_at, folder_at
from crawler.fields import DAY, LOCAL_TIME, TIME, fields_of, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from crawler.exporters.rows import Row
    from crawler.exporters.stand import Stand
    from crawler.fields import Field, Type
    from crawler.sites.site import Site

#: Rows of one group in a file, and rows that wait for theirs at most, over all months.
_GROUP, _WAITING = 2000, 8000
_MONTH, _FILE = "month={month}", "posts.parquet"
_PACKED: dict[str, Any] = {"compression": "zstd", "compression_level": 6}
#: The month of no posts.
NONE = "none"


def schema(zone_name: str) -> pa.Schema:
    """The columns. ``date`` is the time of publication in the site's zone, ``day`` its day there; the others are in UTC.

    Times of publication are in seconds, for nanoseconds end in 2262 and strangers write what year they like. One that is
    outside of the years 1 to 9999 in either zone is null, for no reader has a value for it; ``day`` and ``raw`` tell it.
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
    """Whether every file of an export has all columns that there are now: one of an earlier version may lack some."""
    return all(set(names_of("export")) <= _columns(path) for path in target.rglob("*.parquet"))


def _columns(path: Path) -> set[str]:
    with path.open("rb") as data:  # of its own, pyarrow takes no name that is not UTF-8
        return set(pq.read_schema(data).names)


class _Months:
    """A file a month, written a group of rows at a time."""

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
        if len(self._waiting[month]) >= _GROUP:
            self._write(month)
        elif self._held >= _WAITING:
            self._write(max(self._waiting, key=lambda name: len(self._waiting[name])))

    def _write(self, month: str) -> None:
        found = self._waiting.pop(month)
        self._held -= len(found)
        if month not in self._writers:
            path = self._folder / self._name.format(month=month)
            path.parent.mkdir(parents=True, exist_ok=True)
            file = self._files.enter_context(path.open("wb"))  # here: of its own, pyarrow takes no name that is not UTF-8
            self._writers[month] = pq.ParquetWriter(file, self._schema, **_PACKED)
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
    """What makes times and days of their texts, by field."""
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


def write_parquet(rows: Iterable[Row], target: Path, site: Site, stand: Stand) -> int:
    """A folder with ``month=YYYY-MM/posts.parquet``, as DuckDB, pandas and polars read it; gives the number of posts.

    ``stand``: how far it goes, and what it takes; it is kept in it.
    """
    with folder_at(target, json.dumps(stand.about())) as folder:
        return _write(rows, folder, f"{_MONTH}/{_FILE}", site)


def update_parquet(rows: Iterable[Row], months: Collection[str], target: Path, site: Site, stand: Stand) -> int:
    """Put these months' files in the place of those that are there; ``rows``: all posts of theirs. Gives their number.

    Cut short, it leaves months of before and after, and says that it stands where it stood: the next time does all of them.
    """
    waiting = target.with_name(f".{target.name}.months")
    with folder_at(waiting) as folder:
        number = _write(rows, folder, f"{_MONTH}/{_FILE}", site)
    for month in sorted(months):
        old, new = (folder / _MONTH.format(month=month) / _FILE for folder in (target, waiting))
        if new.exists():  # in one step: a month that was away for a moment would be looked for by nobody after a crash
            old.parent.mkdir(exist_ok=True)
            new.replace(old)
        elif old.exists():
            old.unlink()
            old.parent.rmdir()
    shutil.rmtree(waiting)
    with atomic(target / MARK) as mark:
        mark.write(json.dumps(stand.about()).encode())
    return number


def months_with(ids: Collection[str], target: Path) -> frozenset[str]:
    """In which months' files these posts are."""
    found, wanted = set(), pa.array(sorted(ids), pa.string())
    for path in target.glob(f"{_MONTH.format(month='*')}/{_FILE}"):
        with path.open("rb") as data, pq.ParquetFile(data) as file:
            column = file.read(columns=["id"])["id"]
        if pc.any(pc.is_in(column, wanted)).as_py():
            found.add(path.parent.name.partition("=")[2])
    return frozenset(found)


def take_out_of_parquet(target: Path, ids: Collection[str]) -> int:
    """Write files anew that have one of these posts; gives how many were in them. A file of which nothing is left goes."""
    wanted, found = pa.array(sorted(ids), pa.string()), 0
    for path in sorted(target.rglob("*.parquet")):
        with path.open("rb") as data, pq.ParquetFile(data) as file:
            count = pc.sum(pc.is_in(file.read(columns=["id"])["id"], wanted)).as_py() or 0
            if count and count < file.metadata.num_rows:
                with file_at(path) as out, pq.ParquetWriter(out, file.schema_arrow, **_PACKED) as writer:
                    for batch in file.iter_batches(_GROUP):
                        writer.write_batch(batch.filter(pc.invert(pc.is_in(batch["id"], wanted))))
        if count and count == file.metadata.num_rows:
            path.unlink()
            if path.parent != target and not any(path.parent.iterdir()):
                path.parent.rmdir()
        found += count
    return found


def take_out_of_dataset(target: Path, ids: Collection[str], site: Site) -> int:
    """As :func:`take_out_of_parquet`; the card tells how many there are now."""
    found = take_out_of_parquet(target, ids)
    if found:
        left = sum(map(_posts_in, target.rglob("*.parquet")))
        (target / "README.md").write_text(_card(site, left), "utf-8")
    return found


def _posts_in(path: Path) -> int:
    with path.open("rb") as file:
        return int(pq.read_metadata(file).num_rows)


def write_dataset(rows: Iterable[Row], target: Path, site: Site) -> int:
    """A folder for ``datasets.load_dataset``: Parquet files and a dataset card (https://huggingface.co/docs/hub/datasets-cards)."""
    with folder_at(target) as folder:
        number = _write(rows, folder, "data/{month}.parquet", site)
        (folder / "README.md").write_text(_card(site, number), "utf-8")
    return number


def _write(rows: Iterable[Row], folder: Path, name: str, site: Site) -> int:
    months = _Months(folder, name, site)
    try:
        for row in rows:
            months.add(row)
    finally:
        months.close()
    if not months.number:  # readers want to know the columns of nothing, too
        empty = folder / name.format(month=NONE)
        empty.parent.mkdir(parents=True, exist_ok=True)
        with empty.open("wb") as file:
            pq.write_table(schema(site.zone).empty_table(), file)
    return months.number


def _card(site: Site, number: int) -> str:
    about = {
        "pretty_name": f"{site.name}: source posts of {site.listed_hosts[0]}",
        "tags": ["web-archive", "jekyll"],
        "task_categories": ["text-generation", "text-classification"],
        "configs": [{"config_name": "default", "data_files": "data/*.parquet"}],
    }
    return f"""---
{yaml.safe_dump(about, allow_unicode=True, sort_keys=False)}---

# {site.name}

{number:,} posts of `{site.listed_hosts[0]}`, archived with Backfile {__version__}: the source posts of a site built with
Jekyll, as text, Markdown, article (`body`) and whole file (`raw`). The rights are those of whoever published them; the
archive claims none, and grants none.

| column | meaning |
| --- | --- |
| `text`, `markdown` | plain text, and the same as Markdown |
| `body`, `raw` | the article as the source has it; the source post, byte for byte |
| `fidelity` | how sure it is that `raw` is the source's own file: `exact`, `rendered` or `partial` |
| `group` | the ID of the first post that told the same story |
| `securities` | traded securities that the article names: code, exchange (ISO 10383), name |
| `date`, `first_seen` | when it was published, and when it was captured first |
"""
