"""WARC files -> WACZ (https://specs.webrecorder.net/wacz/1.1.1/) and CDXJ, by the libraries of the formats' own makers."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson

from crawler import __version__
from crawler.archive.lines import json_line
from crawler.errors import CannotRun
from crawler.exporters.capture_files import capture_files
from crawler.sites.site import Site


class CannotExport(CannotRun):
    """One line: what is missing, or what the library said."""


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise CannotExport(f"install what writes it, {name.partition('.')[0]}, with: make extras") from None


def export_captures(archive: Path, site: Site, name: str, target: Path) -> int:
    """Write the captures of an archive as ``wacz``, or an index of them as ``cdxj``; gives the number of capture files.

    :raises CannotRun: if there are none, somebody is writing, or the library is missing.
    """
    with tempfile.TemporaryDirectory(prefix="backfile-") as scratch:
        found = capture_files(archive, Path(scratch))
        if name == "wacz":
            write_wacz(found, archive / "index.jsonl", target, f"{site.name}: {site.listed_hosts[0]}")
        else:
            write_cdxj(found, target)
    return len(found)


def pages(index: Iterable[bytes]) -> Iterator[bytes]:
    """The posts as a page list: what a replay tool shows first (``json-pages-1.0``)."""
    yield json_line({"format": "json-pages-1.0", "id": "pages", "title": "Posts"})
    for line in index:
        post = orjson.loads(line)
        page = post["captures"][0] if post["captures"] else {"time": post["first_seen"]}
        yield json_line({"id": post["id"], "url": post["url"], "ts": page["time"], "title": post["title"]})


def write_wacz(files: Sequence[Path], index: Path, target: Path, title: str) -> None:
    """One file that holds captures, their index and the list of posts.

    :raises CannotExport: if the library is missing, or does not do it.
    """
    create = _library("wacz.main").main
    listed = target.with_name(f".{target.name}.pages.jsonl")
    temporary = target.with_name(f".{target.name}.part")
    said = io.StringIO()
    try:
        with listed.open("wb") as out, contextlib.ExitStack() as stack:
            lines: Iterable[bytes] = stack.enter_context(index.open("rb")) if index.exists() else ()
            out.writelines(pages(lines))
        arguments = ["create", "-o", str(temporary), "-p", str(listed), "-c", "--title", title]
        arguments += ["--desc", f"Archived with Backfile {__version__}", *map(str, files)]
        with contextlib.redirect_stdout(said):
            failed = create(arguments)
        if failed:
            raise CannotExport(f"no WACZ file could be made: {said.getvalue().strip().splitlines()[-1]}")
        os.replace(temporary, target)  # noqa: PTH105
    finally:
        listed.unlink(missing_ok=True)
        temporary.unlink(missing_ok=True)


def write_cdxj(files: Sequence[Path], target: Path) -> None:
    """A sorted CDXJ index of the captures: what pywb looks them up in.

    :raises CannotExport: if the library is missing.
    """
    indexer = _library("cdxj_indexer.main").CDXJIndexer
    temporary = target.with_name(f".{target.name}.part")
    try:
        with temporary.open("w", encoding="utf-8") as out:
            indexer(out, [str(path) for path in files], sort=True).process_all()
        os.replace(temporary, target)  # noqa: PTH105
    finally:
        temporary.unlink(missing_ok=True)
