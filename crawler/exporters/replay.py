"""WARC files -> WACZ (https://specs.webrecorder.net/wacz/1.1.1/) and CDXJ, by the libraries of the formats' own makers."""

from __future__ import annotations

import contextlib
import io
import shutil
import stat
import warnings
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler import __version__
from crawler.archive.entry import entry_of
from crawler.archive.lines import index_lines, json_line
from crawler.archive.lock import Lock
from crawler.archive.paths import CAPTURES, WARC
from crawler.archive.staging import discard, staged
from crawler.errors import CannotRun
from crawler.exporters.keep_out import KeepOut
from crawler.exporters.manifest import ALL_POSTS, Manifest
from crawler.exporters.output import STDOUT, open_file
from crawler.exporters.overwrite import check_overwrite
from crawler.exporters.warcio_brotli import teach_warcio
from crawler.invocation import command, install
from crawler.scratch import scratch_folder
from crawler.warc.scan import Problem, scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.sites.site import Site

#: The formats of captures, and what each is for.
REPLAY = {"wacz": "a WACZ file of the captures, for replay", "cdxj": "an index of the captures, for pywb"}
#: The most characters that are shown of a library's error.
_WHY = 150
_LIBRARIES = {"wacz": "wacz", "cdxj": "cdxj_indexer"}


class CannotExport(CannotRun):
    """One line that tells what is missing, or what the library's error was."""


def capture_files(archive: Path, scratch: Path) -> list[Path]:
    """The WARC files of an archive; of a file that a crawl is writing, a copy in ``scratch`` as it is now.

    It shares the archive's lock while it copies.

    :raises ArchiveInUse: if somebody is writing.
    :raises CannotExport: if there are none.
    """
    nothing = f"there are no captures in {archive}; make some with: {command(f'crawl {archive.name}')}"
    if not (archive / CAPTURES).is_dir():
        raise CannotExport(nothing)
    lock = Lock(archive)
    lock.share()
    try:
        paths = sorted((archive / CAPTURES).glob(f"*{WARC}"))
        files = [path if not _is_open(path) else Path(shutil.copyfile(path, scratch / path.name)) for path in paths]
    finally:
        lock.release()
    if not files:
        raise CannotExport(nothing)
    return files


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IWUSR)


def _check_library(name: str) -> None:
    """Check that the library for a format is installed, before any work.

    :raises CannotExport: if it is not; the line tells how to install it.
    """
    if find_spec(_LIBRARIES[name]) is None:
        raise CannotExport(f"{name} files are written by {_LIBRARIES[name]}; {install('wacz')}")


@contextlib.contextmanager
def _library(what: str, site: str) -> Iterator[io.StringIO]:
    """Run a library: its output goes to the returned buffer, and its errors become one line."""
    output = io.StringIO()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            warnings.simplefilter("ignore")
            teach_warcio()
            yield output
    except (OSError, CannotRun):
        raise
    except Exception as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())[:_WHY]
        raise CannotExport(
            f"{what} could not be made of the captures ({ascii(why)[1:-1]}); see: {command(f'verify {site}')}"
        ) from error


def export_captures(  # noqa: PLR0913
    archive: Path, site: Site, name: str, target: Path, *, overwrite: bool = False, patience: float = 0.0
) -> int:
    """Write the captures of an archive as ``wacz``, or an index of them as ``cdxj``, and return the number of capture files.

    If a post is forgotten meanwhile, it is made again.

    :param target: an absolute path, or for ``cdxj`` :data:`~crawler.exporters.output.STDOUT`.
    :param overwrite: the consent to replace what is at ``target``, whatever it holds.
    :param patience: for how many seconds another process that is writing to ``target`` is waited for.
    :raises CannotRun: if there are none, ``target`` may not be written, or the library is missing.
    :raises ArchiveInUse: if somebody is writing to the archive, or to ``target``.
    """
    if target == STDOUT and name == "wacz":
        raise CannotExport(f"wacz is {REPLAY[name]}, which no pipe takes; name a place with --output")
    manifest = Manifest(name, site.name, ALL_POSTS)
    if target != STDOUT:
        check_overwrite(target, manifest, folder=False, overwrite=overwrite)
    _check_library(name)
    number, out = 0, KeepOut(archive)

    def write(place: Path) -> None:
        nonlocal number
        with scratch_folder() as scratch:
            found = capture_files(archive, scratch)
            number = len(found)
            if name == "wacz":
                write_wacz(found, archive, place, f"{site.name}: {site.listed_hosts[0]}")
            else:
                write_cdxj(found, place, site.name)

    def again(_: object) -> None:
        discard(place)
        write(place)

    if target == STDOUT:
        write(target)
        if late := out.late():
            raise CannotExport(f"{', '.join(sorted(late))}: forgotten while this was written, which may name it; discard it")
        return number
    with staged(target, lambda: out.publishing(again), patience=patience) as place:
        write(place)
    return export_captures(archive, site, name, target, overwrite=overwrite, patience=patience) if out.late() else number


def pages(index: Iterable[bytes]) -> Iterator[bytes]:
    """The list of posts that a replay tool shows first (``json-pages-1.0``)."""
    yield json_line({"format": "json-pages-1.0", "id": "pages", "title": "Posts"})
    for number, line in enumerate(index, 1):
        post = entry_of(line)
        if post is None and not line.endswith(b"\n"):
            continue  # a run is just writing it
        if post is None:
            raise CannotExport(f"line {number} of index.jsonl is none of an index; the next run mends it")
        page = post["captures"][0] if post["captures"] else {"time": post["first_seen"]}
        yield json_line({"id": post["id"], "url": post["url"], "ts": page["time"], "title": post["title"]})


def write_wacz(files: Sequence[Path], archive: Path, target: Path, title: str) -> None:
    """Write captures, their index and the list of posts into one file.

    :raises CannotExport: if the library fails.
    """
    listed = target.with_name(f".{target.name}.pages.jsonl")
    with listed.open("wb") as out:
        out.writelines(pages(index_lines(archive)))
    arguments = ["create", "-o", str(target), "-p", str(listed), "-c", "--title", title]
    arguments += ["--desc", f"Archived with Backfile {__version__}", *map(str, files)]
    site = title.partition(":")[0]
    with _library("a WACZ file", site) as output:
        failed = import_module("wacz.main").main(arguments)
    if failed:
        raise CannotExport(f"a WACZ file could not be made: {output.getvalue().strip().splitlines()[-1]}")
    _check_captures(files, "a WACZ file", site)


def write_cdxj(files: Sequence[Path], target: Path, site: str) -> None:
    """Write a sorted CDXJ index of the captures, in which pywb looks them up.

    :raises CannotExport: if the library fails.
    """
    with open_file(target) as out:
        text = io.TextIOWrapper(out, "utf-8", newline="\n", write_through=True)
        with _library("a CDXJ index", site):
            indexer: Any = import_module("cdxj_indexer.main").CDXJIndexer
            indexer(text, [str(path) for path in files], sort=True).process_all()
        text.flush()
        text.detach()
    _check_captures(files, "a CDXJ index", site)


def _check_captures(files: Iterable[Path], what: str, site: str) -> None:
    """Check that all captures can be read: at some damages the libraries take a file for ended, and say nothing.

    The end of a file that a crawl is writing, or was when it was killed, may be cut off.

    :raises CannotExport: if some cannot.
    """
    for path in files:
        problem: Problem | None = None
        for item in scan(path):
            if problem is not None:
                break
            problem = item if isinstance(item, Problem) else None
        else:
            problem = None if _is_open(path) else problem
        if problem is not None:
            why = f"{path.name}, byte {problem.offset}: {problem.reason}"
            raise CannotExport(f"{what} could not be made of the captures ({why}); see: {command(f'verify {site}')}")
