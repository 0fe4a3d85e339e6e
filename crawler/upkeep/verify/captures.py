"""Checks that every record of every WARC file matches its digests, and that the catalog has each capture."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crawler.archive.catalog import Catalog
from crawler.archive.intermediate import scan_problems, write_scan
from crawler.archive.paths import CAPTURES, CATALOG
from crawler.sites.declared import load
from crawler.upkeep.verify.finding import Finding
from crawler.warc.scan import Problem, ScannedCapture, records, scanned_capture

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator


class CaptureFile(NamedTuple):
    """A WARC file to check. ``size``: how many of its bytes; ``notes``: where the database with what is found goes.

    ``catalog``: the catalog to compare it with; empty for none. ``site``: the name of the site.
    """

    path: str
    size: int
    notes: str
    catalog: str
    site: str


def check_file(about: CaptureFile) -> tuple[CaptureFile, list[Finding], list[Finding]]:
    """Check a WARC file, perhaps in another process; gives its problems, and where it and the catalog differ."""
    path, notes = Path(about.path), Path(about.notes)
    write_scan(notes, _items(path, about.size))
    problems = [Finding(f"{CAPTURES}/{path.name}", f"byte {at}: {what}", offset=at) for at, what in scan_problems(notes)]
    differences: list[Finding] = []
    if about.catalog:
        with closing(Catalog(Path(about.catalog), read_only=True)) as catalog:
            differences += _differences(catalog, path.name, notes, load(about.site).canonical)
    notes.unlink()
    return about, problems, differences


def _differences(catalog: Catalog, name: str, notes: Path, canonical: Callable[[str], str]) -> Iterator[Finding]:
    for in_file, url, offset in catalog.differences(name, notes, canonical):
        if in_file:
            what = f"byte {offset}: the capture of {url} is not in the catalog as it is"
            yield Finding(f"{CAPTURES}/{name}", what, url=url, offset=offset)
        else:
            yield Finding(CATALOG, f"no such capture of {url} at byte {offset} of {name}", url=url)


def _items(path: Path, size: int) -> Iterator[tuple[ScannedCapture, None] | Problem]:
    for one in records(path, check=True):
        if one.offset >= size:
            break
        if one.fault:
            yield Problem(one.offset, one.fault)
        if one.record is not None:
            yield scanned_capture(one), None


def only_in_catalog(catalog: Catalog, names: Collection[str]) -> Iterator[Finding]:
    """A finding for each file and each payload that only the catalog knows."""
    for name in catalog.files():
        if name not in names:
            yield Finding(CATALOG, f"speaks of {name}, which is not in captures/")
    for file, offset, url in catalog.unresolved():
        what = f"the capture of {url} at byte {offset} of {file} leads to no payload with its digest"
        yield Finding(CATALOG, what, url=url)
