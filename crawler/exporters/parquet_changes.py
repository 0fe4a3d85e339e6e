"""Changes Parquet exports: replaces months, and removes posts. The caller gives a copy, which may consist of links."""

from __future__ import annotations

import json
import shutil
from itertools import chain
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawler.atomic import atomic
from crawler.exporters.output import MANIFEST, open_file, open_folder
from crawler.exporters.parquet import FILE, GROUP, MONTH, PACKED, card, columns_of, digest_of, write_months
from crawler.exporters.regroup import new_groups

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from pathlib import Path

    from crawler.exporters.checkpoint import Checkpoint
    from crawler.exporters.packing import Packed
    from crawler.sites.site import Site


def update_parquet(rows: Iterable[Packed], months: Collection[str], target: Path, site: Site, checkpoint: Checkpoint) -> int:
    """Replace the files of these months by all posts of theirs (``rows``), and return the number of these posts.

    The caller gives a copy of the export, which may consist of links.
    """
    waiting = target.with_name(f".{target.name}.months")
    with open_folder(waiting) as folder:
        number = write_months(rows, folder, f"{MONTH}/{FILE}", site)
    for month in sorted(months):
        old, new = (folder / MONTH.format(month=month) / FILE for folder in (target, waiting))
        if new.exists():
            old.parent.mkdir(exist_ok=True)
            new.replace(old)
        elif old.exists():
            old.unlink()
            old.parent.rmdir()
    shutil.rmtree(waiting)
    with atomic(target / MANIFEST) as mark:
        mark.write(json.dumps(checkpoint.about()).encode())
    return number


def months_with(ids: Collection[str], target: Path) -> frozenset[str]:
    """The months whose files have any of these posts."""
    found, wanted = set(), pa.array(sorted(ids), pa.string())
    for path in target.glob(f"{MONTH.format(month='*')}/{FILE}"):
        with path.open("rb") as data, pq.ParquetFile(data) as file:
            column = file.read(columns=["id"])["id"]
        if pc.any(pc.is_in(column, wanted)).as_py():
            found.add(path.parent.name.partition("=")[2])
    return frozenset(found)


def remove_from_parquet(target: Path, ids: Collection[str]) -> int:
    """Write the files anew that have or name any of these posts, and return how many they had.

    A file without posts is deleted.
    """
    wanted, found = pa.array(sorted(ids), pa.string()), 0
    groups = new_groups(chain.from_iterable(map(_groups_in, target.rglob("*.parquet"))), ids)
    for path in sorted(target.rglob("*.parquet")):
        with path.open("rb") as data, pq.ParquetFile(data) as file:
            count = pc.sum(pc.is_in(file.read(columns=["id"])["id"], wanted)).as_py() or 0
            names = groups and any(group in groups for _, group, _ in _groups_in(path))
            if (count or names) and count < file.metadata.num_rows:
                with open_file(path) as out, pq.ParquetWriter(out, file.schema_arrow, **PACKED) as writer:
                    for batch in file.iter_batches(GROUP):
                        kept = batch.filter(pc.invert(pc.is_in(batch["id"], wanted)))
                        writer.write_batch(_regrouped(kept, groups) if groups else kept)
        if count and count == file.metadata.num_rows:
            path.unlink()
            if path.parent != target and not any(path.parent.iterdir()):
                path.parent.rmdir()
        found += count
    return found


def _groups_in(path: Path) -> list[tuple[str, str | None, datetime]]:
    """The ID, group and ``first_seen`` of each post of a file."""
    names = ["id", "group", "first_seen"]
    if not set(names) <= columns_of(path):  # an earlier version of Backfile made it
        return []
    with path.open("rb") as data, pq.ParquetFile(data) as file:
        columns = file.read(columns=names)
    return list(zip(*(columns[name].to_pylist() for name in names), strict=True))


def _regrouped(batch: pa.RecordBatch, groups: dict[str, str]) -> pa.RecordBatch:
    number = batch.schema.get_field_index("group")
    named = pa.array([groups.get(group, group) for group in batch["group"].to_pylist()], batch.schema.field(number).type)
    return batch.set_column(number, batch.schema.field(number), named)


def remove_from_dataset(target: Path, ids: Collection[str], site: Site) -> int:
    """Do as :func:`remove_from_parquet`, and correct number and digest in the dataset card, if the data changed."""
    before = digest_of(target)
    found = remove_from_parquet(target, ids)
    after = digest_of(target)
    if after != before:
        left = sum(map(_posts_in, target.rglob("*.parquet")))
        with atomic(target / "README.md") as file:
            file.write(card(site, left, after).encode())
    return found


def _posts_in(path: Path) -> int:
    with path.open("rb") as file:
        return int(pq.read_metadata(file).num_rows)
