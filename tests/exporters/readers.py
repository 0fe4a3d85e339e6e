"""Readers of JSON lines and CSV: pandas, DuckDB, polars and the csv module, told nothing, and as the documents tell them."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl

from crawler.exporters.lines import write_csv, write_jsonl
from tests.exporters.rows import packed

Rows = list[dict[str, Any]]
Reader = Callable[[Path], Rows]


def of_duckdb(query: str) -> Rows:
    found = duckdb.sql(query)
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def of_pandas(frame: pd.DataFrame) -> Rows:
    return [
        {str(name): None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def of_csv(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


#: Told nothing.
NAIVE_CSV: dict[str, Reader] = {
    "pandas": lambda path: of_pandas(pd.read_csv(path)),
    "duckdb": lambda path: of_duckdb(f"FROM '{path}'"),
    "polars": lambda path: pl.read_csv(path).to_dicts(),
}
NAIVE_JSONL: dict[str, Reader] = {
    "pandas": lambda path: of_pandas(pd.read_json(path, lines=True)),
    "duckdb": lambda path: of_duckdb(f"FROM read_json_auto('{path}')"),
    "polars": lambda path: pl.read_ndjson(path).to_dicts(),
}
_KEPT = {"dtype": "string", "keep_default_na": False}
#: Told that text is text, as docs/export.md says.
TOLD_CSV: dict[str, Reader] = {
    "pandas": lambda path: pd.read_csv(path, **_KEPT).to_dict("records"),
    "duckdb": lambda path: of_duckdb(f"FROM read_csv('{path}', all_varchar = true, allow_quoted_nulls = false)"),
    "polars": lambda path: pl.read_csv(path, infer_schema=False).to_dicts(),
    "csv": of_csv,
}
TOLD_JSONL: dict[str, Reader] = NAIVE_JSONL | {"pandas": lambda path: of_pandas(pd.read_json(path, lines=True, dtype=False))}

NAIVE = [("csv", name) for name in NAIVE_CSV] + [("jsonl", name) for name in NAIVE_JSONL]
TOLD = [("csv", name) for name in TOLD_CSV] + [("jsonl", name) for name in TOLD_JSONL]


def written(rows: Iterable[dict[str, Any]], path: Path) -> Path:
    if path.suffix == ".csv":
        write_csv(packed(rows, "csv"), path)
    else:
        write_jsonl(packed(rows, "jsonl"), path)
    return path
