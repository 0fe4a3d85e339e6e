"""WARC files -> WACZ (https://specs.webrecorder.net/wacz/1.1.1/) and CDXJ, by the libraries of the formats' own makers."""

from __future__ import annotations

import contextlib
import io
import tempfile
import warnings
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler import __version__
from crawler.archive.entry import entry_of
from crawler.archive.lines import json_line
from crawler.archive.paths import INDEX
from crawler.archive.staging import staged
from crawler.errors import CannotRun
from crawler.exporters.capture_files import capture_files
from crawler.exporters.earlier import check_earlier
from crawler.exporters.label import FULL, Label
from crawler.exporters.place import STDOUT, file_at
from crawler.invocation import command, install

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.sites.site import Site

#: Formats of captures: what each is for.
REPLAY = {"wacz": "a WACZ file of the captures, for replay", "cdxj": "an index of the captures, for pywb"}
#: Characters of what a library says at most.
_WHY = 150
_LIBRARIES = {"wacz": "wacz", "cdxj": "cdxj_indexer"}


class CannotExport(CannotRun):
    """One line: what is missing, or what the library said."""


def check_library(name: str) -> None:
    """See to it that what writes a format is installed, before any work.

    :raises CannotExport: if it is not, with what installs it.
    """
    if find_spec(_LIBRARIES[name]) is None:
        raise CannotExport(f"{name} files are written by {_LIBRARIES[name]}; install it with: {install('wacz')}")


@contextlib.contextmanager
def _theirs(what: str, site: str) -> Iterator[io.StringIO]:
    """While a library of others is at work: what it says is kept from the person, and what it stumbles over is one line."""
    said = io.StringIO()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            warnings.simplefilter("ignore")
            yield said
    except (OSError, CannotRun):
        raise
    except Exception as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())[:_WHY]
        raise CannotExport(
            f"{what} could not be made of the captures ({ascii(why)[1:-1]}); see: {command(f'verify {site}')}"
        ) from error


def export_captures(archive: Path, site: Site, name: str, target: Path, *, overwrite: bool = False) -> int:
    """Write the captures of an archive as ``wacz``, or an index of them as ``cdxj``; gives the number of capture files.

    :param target: an absolute path, or for ``cdxj`` :data:`~crawler.exporters.place.STDOUT`.
    :param overwrite: the consent to replace what is at ``target``, whatever it holds.
    :raises CannotRun: if there are none, ``target`` may not be written, or the library is missing.
    :raises ArchiveInUse: if somebody is writing to the archive, or to ``target``.
    """
    check_library(name)
    if target == STDOUT and name == "wacz":
        raise CannotExport(f"wacz is {REPLAY[name]}, which no pipe takes; name a place with --output")
    label = Label(name, site.name, FULL)
    if target != STDOUT:
        check_earlier(target, label, folder=False, overwrite=overwrite)
    with tempfile.TemporaryDirectory(prefix="backfile-") as scratch, contextlib.ExitStack() as stack:
        place = target if target == STDOUT else stack.enter_context(staged(target))
        found = capture_files(archive, Path(scratch))
        if name == "wacz":
            write_wacz(found, archive / INDEX, place, f"{site.name}: {site.listed_hosts[0]}")
        else:
            write_cdxj(found, place, site.name)
    return len(found)


def pages(index: Iterable[bytes]) -> Iterator[bytes]:
    """The posts as a page list: what a replay tool shows first (``json-pages-1.0``)."""
    yield json_line({"format": "json-pages-1.0", "id": "pages", "title": "Posts"})
    for number, line in enumerate(index, 1):
        post = entry_of(line)
        if post is None:
            raise CannotExport(f"line {number} of index.jsonl is none of an index; the next run mends it")
        page = post["captures"][0] if post["captures"] else {"time": post["first_seen"]}
        yield json_line({"id": post["id"], "url": post["url"], "ts": page["time"], "title": post["title"]})


def write_wacz(files: Sequence[Path], index: Path, target: Path, title: str) -> None:
    """One file that holds captures, their index and the list of posts.

    :raises CannotExport: if the library does not do it.
    """
    listed = target.with_name(f".{target.name}.pages.jsonl")
    with listed.open("wb") as out, contextlib.ExitStack() as stack:
        lines: Iterable[bytes] = stack.enter_context(index.open("rb")) if index.exists() else ()
        out.writelines(pages(lines))
    arguments = ["create", "-o", str(target), "-p", str(listed), "-c", "--title", title]
    arguments += ["--desc", f"Archived with Backfile {__version__}", *map(str, files)]
    site = title.partition(":")[0]
    with _theirs("a WACZ file", site) as said:
        failed = import_module("wacz.main").main(arguments)
    if failed:
        raise CannotExport(f"a WACZ file could not be made: {said.getvalue().strip().splitlines()[-1]}")


def write_cdxj(files: Sequence[Path], target: Path, site: str) -> None:
    """A sorted CDXJ index of the captures: what pywb looks them up in.

    :raises CannotExport: if the library does not do it.
    """
    with file_at(target) as out:
        text = io.TextIOWrapper(out, "utf-8", newline="\n", write_through=True)
        with _theirs("a CDXJ index", site):
            indexer: Any = import_module("cdxj_indexer.main").CDXJIndexer
            indexer(text, [str(path) for path in files], sort=True).process_all()
        text.flush()
        text.detach()
