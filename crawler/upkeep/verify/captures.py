"""Checks that every record of every WARC file matches its digests, and that the catalog has each capture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.intermediate import scan_problems, write_scan
from crawler.archive.paths import CAPTURES, CATALOG
from crawler.upkeep.verify.finding import Finding
from crawler.warc.scan import Problem, ScannedCapture, records, scanned_capture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.archive.catalog import Catalog


def check_file(path: str, size: int, target: str) -> int:
    """Check a WARC file up to byte ``size``, write its captures and problems to the database ``target``; return ``size``."""
    write_scan(Path(target), _items(Path(path), size))
    return size


def _items(path: Path, size: int) -> Iterator[tuple[ScannedCapture, None] | Problem]:
    for one in records(path, check=True):
        if one.offset >= size:
            break
        if one.fault:
            yield Problem(one.offset, one.fault)
        if one.record is not None:
            yield scanned_capture(one), None


def findings(
    catalog: Catalog | None, checked: dict[str, Path], canonical: Callable[[str], str], was_replaced: Callable[[str], bool]
) -> Iterator[Finding]:
    """The problems that :func:`check_file` found, and where catalog and files differ.

    ``checked`` maps the name of each file to the database that :func:`check_file` wrote; ``canonical`` is the site's. A file
    that was replaced meanwhile, since a post was forgotten, is not held against the catalog.
    """
    for name, notes in checked.items():
        for offset, what in scan_problems(notes):
            yield Finding(f"{CAPTURES}/{name}", f"byte {offset}: {what}", offset=offset)
        differences = catalog.differences(name, notes, canonical) if catalog is not None and not was_replaced(name) else ()
        for in_file, url, offset in differences:
            if in_file:
                what = f"byte {offset}: the capture of {url} is not in the catalog as it is"
                yield Finding(f"{CAPTURES}/{name}", what, url=url, offset=offset)
            else:
                yield Finding(CATALOG, f"no such capture of {url} at byte {offset} of {name}", url=url)
    if catalog is not None:
        yield from _only_in_catalog(catalog, set(checked))


def _only_in_catalog(catalog: Catalog, names: set[str]) -> Iterator[Finding]:
    for name in catalog.files():
        if name not in names:
            yield Finding(CATALOG, f"speaks of {name}, which is not in captures/")
    for file, offset, url in catalog.unresolved():
        what = f"the capture of {url} at byte {offset} of {file} leads to no payload with its digest"
        yield Finding(CATALOG, what, url=url)
