"""The formats that rows are exported to: what each is for, and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from crawler.errors import CannotRun
from crawler.exporters.rows import Row
from crawler.exporters.stand import Stand
from crawler.sites.site import Site


@dataclass(frozen=True, slots=True)
class Format:
    """``writes``: module and function, loaded only when it is asked for. ``suffix``: of the file; none for a folder."""

    what: str
    suffix: str
    writes: str
    #: Whether a part of the posts, those of the last runs say, is of use by itself.
    partial: bool = False
    #: Whether it tells which posts tell the same story, and what their texts say.
    groups: bool = True
    text: bool = True

    def writer(self) -> Callable[[Iterable[Row], Path, Site, Stand], int]:
        """What writes it.

        :raises CannotRun: if a library that it takes is not installed.
        """
        module, _, function = self.writes.partition(":")
        try:
            write = getattr(import_module(f"crawler.exporters.{module}"), function)
        except ImportError as error:
            raise missing(error) from None
        takes = {"lines": 2, "sqlite": 4, "parquet": 4}.get(module, 3)
        return lambda rows, target, site, stand: int(write(*(rows, target, site, stand)[:takes]))


def missing(error: ImportError) -> CannotRun:
    """What to do about a library that is not there."""
    return CannotRun(f"exports of posts take {error.name}; install it with: make extras")


FORMATS = {
    "jsonl": Format(
        "JSON lines: everything of each post, for scripts and search engines", ".jsonl.gz", "lines:write_jsonl", True
    ),
    "csv": Format("a table for spreadsheets, text in full", ".csv", "lines:write_csv", True),
    "parquet": Format(
        "a folder of Parquet files, one a month, for pandas, DuckDB, polars", ".parquet", "parquet:write_parquet"
    ),
    "sqlite": Format("a database with full-text search, for SQL and Datasette", ".db", "sqlite:write_sqlite"),
    "atom": Format("a feed of the hundred newest posts", ".atom", "atom:write_atom", True, groups=False),
    "hf": Format("a folder that Hugging Face's datasets.load_dataset loads", ".dataset", "parquet:write_dataset"),
    "jekyll": Format("a whole Jekyll site of the source posts", ".jekyll", "jekyll:write_jekyll", groups=False, text=False),
    "hugo": Format("a whole Hugo site of the same articles", ".hugo", "hugo:write_hugo", groups=False, text=False),
}
