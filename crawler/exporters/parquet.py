"""Rows as Parquet, one file per month of publication, with real times and lists, or as a dataset for Hugging Face."""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import yaml

from crawler import __version__
from crawler.exporters.arrow import Waiting, schema
from crawler.exporters.output import open_folder
from crawler.fields import names_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crawler.exporters.checkpoint import Checkpoint
    from crawler.exporters.packing import Packed
    from crawler.sites.site import Site

#: Rows of one row group, and the most rows of all months that wait in memory.
GROUP, _WAITING = 2000, 8000
MONTH, FILE = "month={month}", "posts.parquet"
PACKED: dict[str, Any] = {"compression": "zstd", "compression_level": 6}
#: Stands for the month in an export without posts.
NONE = "none"


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
        self._folder, self._name, self._zone = folder, name, site.zone
        self._waiting: dict[str, Waiting] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._files = ExitStack()
        self.number = self._held = 0

    def add(self, row: Packed) -> None:
        """Add a row that :func:`crawler.exporters.arrow.pack_arrow` packed."""
        month, number = row.item
        if month not in self._waiting:
            self._waiting[month] = Waiting(self._zone)
        found = self._waiting[month]
        found.add(row.shared[month], number, row.group)
        self.number += 1
        self._held += 1
        if len(found) >= GROUP:
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
            self._writers[month] = pq.ParquetWriter(file, schema(self._zone), **PACKED)
        self._writers[month].write_table(found.table())

    def close(self) -> None:
        with self._files:
            for month in sorted(self._waiting):
                self._write(month)
            for writer in self._writers.values():
                writer.close()


def write_parquet(rows: Iterable[Packed], target: Path, site: Site, checkpoint: Checkpoint) -> int:
    """Write ``month=YYYY-MM/posts.parquet``, as DuckDB, pandas and polars read it, and return the number of posts.

    The folder stores the checkpoint.
    """
    with open_folder(target, json.dumps(checkpoint.about())) as folder:
        return write_months(rows, folder, f"{MONTH}/{FILE}", site)


def write_dataset(rows: Iterable[Packed], target: Path, site: Site) -> int:
    """Write Parquet files and a dataset card (https://huggingface.co/docs/hub/datasets-cards) for ``datasets.load_dataset``."""
    with open_folder(target) as folder:
        number = write_months(rows, folder, "data/{month}.parquet", site)
        (folder / "README.md").write_text(card(site, number, digest_of(folder)), "utf-8")
    return number


def write_months(rows: Iterable[Packed], folder: Path, name: str, site: Site) -> int:
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


def digest_of(folder: Path) -> str:
    """The digest of the data files of a folder, with their names."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.parquet")):
        with path.open("rb") as file:
            found.update(f"{path.relative_to(folder)} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return found.hexdigest()


def card(site: Site, number: int, digest: str) -> str:
    """The dataset card of an export of so many posts.

    :param digest: of the data. ``datasets`` keeps what it once read by what the card says of the configuration, and by
        nothing else: without it, a later export would give the rows of the earlier one.
    """
    about = {
        "pretty_name": f"{site.name}: source posts of {site.listed_hosts[0]}",
        "tags": ["web-archive", "jekyll"],
        "task_categories": ["text-generation", "text-classification"],
        "configs": [
            {"config_name": "default", "data_files": "data/*.parquet", "description": f"SHA-256 of the data: {digest}"}
        ],
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
