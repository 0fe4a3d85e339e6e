"""Rows as Arrow's tables: the columns of Parquet exports, filled where posts are read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa

from crawler.fields import DAY, LOCAL_TIME, TIME, fields_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.exporters.packing import Row
    from crawler.fields import Field, Type
    from crawler.sites.site import Site


class Place(NamedTuple):
    """Where a row is: its month, and its number among the rows of that month in the chunk."""

    month: str
    number: int


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


def pack_arrow(rows: Sequence[Row], site: Site) -> tuple[dict[str, pa.Buffer], list[Place]]:
    """The rows of each month as a record batch, with an empty ``group``, and where each row is."""
    months: dict[str, list[Row]] = {}
    places = []
    for row in rows:
        found = months.setdefault(row["date"][:7], [])
        places.append(Place(row["date"][:7], len(found)))
        found.append(row)
    return {month: _batch(found, site.zone).serialize() for month, found in months.items()}, places


def _batch(rows: list[Row], zone_name: str) -> pa.RecordBatch:
    names, reads = schema(zone_name), _reads(zone_name)
    columns = []
    for field in names:
        if field.name == "group":
            columns.append(pa.nulls(len(rows), field.type))
            continue
        values = [row.get(field.name) for row in rows]
        read = reads.get(field.name)
        columns.append(pa.array(values if read is None else [value and read(value) for value in values], field.type))
    return pa.RecordBatch.from_arrays(columns, schema=names)


def _reads(zone_name: str) -> dict[str, Callable[[str], date | None]]:
    """The functions that make times and days of texts, by field."""
    by_type: dict[Type, Callable[[str], date | None]] = {
        TIME: datetime.fromisoformat,
        LOCAL_TIME: partial(_moment, site_zone=ZoneInfo(zone_name)),
        DAY: date.fromisoformat,
    }
    return {field.name: by_type[field.type] for field in fields_of("export") if field.type in by_type}


def _moment(text: str, site_zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(site_zone).astimezone(UTC)
    except OverflowError:
        return None


class Waiting:
    """Rows of one month that wait to be written."""

    def __init__(self, zone_name: str) -> None:
        self._schema = schema(zone_name)
        #: Batches, each with the first of its rows that waits and the one behind the last.
        self._slices: list[tuple[pa.RecordBatch, int, int]] = []
        self._data: pa.Buffer | None = None
        self._groups: list[str] = []

    def __len__(self) -> int:
        return len(self._groups)

    def add(self, data: pa.Buffer, number: int, group: str) -> None:
        """Add a row of a batch; rows of one batch come in order, but some of them may be left out."""
        if data is self._data and self._slices[-1][2] == number:
            batch, start, _ = self._slices[-1]
            self._slices[-1] = batch, start, number + 1
        else:
            batch = self._slices[-1][0] if data is self._data else pa.ipc.read_record_batch(pa.py_buffer(data), self._schema)
            self._slices.append((batch, number, number + 1))
            self._data = data
        self._groups.append(group)

    def table(self) -> pa.Table:
        """The rows as one table."""
        parts = [batch.slice(start, end - start) for batch, start, end in self._slices]
        table = pa.Table.from_batches(parts, self._schema).combine_chunks()
        place = self._schema.get_field_index("group")
        return table.set_column(place, self._schema.field(place), pa.array(self._groups, self._schema.field(place).type))
