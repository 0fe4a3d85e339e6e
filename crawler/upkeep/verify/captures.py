"""Checks that every record of every WARC file matches its digests, and that the catalog has each capture."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crawler.archive.catalog.catalog import Catalog
from crawler.archive.catalog.intermediate import scan_problems, write_scan
from crawler.archive.paths import CAPTURES, CATALOG
from crawler.sites.declared import load
from crawler.upkeep.verify.finding import Finding
from crawler.warc.parts import Part, are_whole, ordinary_pieces
from crawler.warc.scan import Problem, ScannedCapture, Segment, checked, records, scanned_capture

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

#: Behind the end of every file.
_END = 1 << 62


class CaptureFile(NamedTuple):
    """A WARC file to check. ``size``: how many of its bytes; ``notes``: the folder for a database with what is found.

    ``catalog``: the catalog to compare it with; empty for none. ``site``: the name of the site. ``part``: the part of the file
    to check, ``None`` for all of it.
    """

    path: str
    size: int
    notes: str
    catalog: str
    site: str
    part: Part | None = None


class CheckedFile(NamedTuple):
    """A file, or a part of one, that was checked: its problems, and where it and the catalog differ."""

    about: CaptureFile
    problems: list[Finding]
    differences: list[Finding]

    @property
    def length(self) -> int:
        """How many bytes that are."""
        part = self.about.part
        return part.end - part.begin if part else self.about.size


def begin(done: CheckedFile) -> int:
    """Where a checked part begins."""
    return done.about.part.begin if done.about.part else 0


def is_read(parts: Iterable[CheckedFile], size: int) -> bool:
    """Whether these parts are all of a file of so many bytes; else it has to be checked whole."""
    found = [done.about.part for done in sorted(parts, key=begin) if done.about.part is not None]
    return are_whole(found, size)


def check_file(about: CaptureFile) -> CheckedFile:
    """Check a WARC file, perhaps in another process."""
    return _checked(about, _items(records(Path(about.path), check=True, whole=False), about.size), (0, _END))


def check_part(about: CaptureFile) -> CheckedFile:
    """Check a part of a WARC file, perhaps in another process; see :func:`is_read`."""
    assert about.part is not None
    part = about.part
    found: list[tuple[ScannedCapture, None] | Problem] = []
    with suppress(OSError):
        found += _items(checked(ordinary_pieces(Path(about.path), part)), about.size)
    return _checked(about, found, (part.start, part.stop)) if part.stop >= 0 else CheckedFile(about, [], [])


def _checked(about: CaptureFile, items: Iterable[tuple[ScannedCapture, None] | Problem], place: tuple[int, int]) -> CheckedFile:
    path, notes = Path(about.path), Path(about.notes) / f"{Path(about.path).name}-{place[0]}.sqlite"
    write_scan(notes, items)
    problems = [Finding(f"{CAPTURES}/{path.name}", f"byte {at}: {what}", offset=at) for at, what in scan_problems(notes)]
    differences: list[Finding] = []
    if about.catalog:
        with closing(Catalog(Path(about.catalog), read_only=True)) as catalog:
            differences += _differences(catalog, path.name, place, notes, load(about.site).canonical)
    notes.unlink()
    return CheckedFile(about, problems, differences)


def _differences(
    catalog: Catalog, name: str, place: tuple[int, int], notes: Path, canonical: Callable[[str], str]
) -> Iterator[Finding]:
    for in_file, url, offset in catalog.differences(name, place, notes, canonical):
        if in_file:
            what = f"byte {offset}: the capture of {url} is not in the catalog as it is"
            yield Finding(f"{CAPTURES}/{name}", what, url=url, offset=offset)
        else:
            yield Finding(CATALOG, f"no such capture of {url} at byte {offset} of {name}", url=url)


def _items(segments: Iterable[Segment], size: int) -> Iterator[tuple[ScannedCapture, None] | Problem]:
    for one in segments:
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
