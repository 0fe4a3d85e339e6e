"""Checks that every index line has its file and its captures, and that there are no other files."""

from __future__ import annotations

import hashlib
import os
import random
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from crawler.archive.entry import is_entry, is_path
from crawler.archive.paths import ALERT_SENT, CAPTURES, CATALOG, FILES, INDEX, POSTS, RUNS, STAGE, WARC, WORKERS
from crawler.archive.regular import read_regular
from crawler.upkeep.verify.finding import Finding
from crawler.upkeep.verify.texts import Texts
from crawler.warc.scan import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.archive.catalog.catalog import Catalog
    from crawler.upkeep.verify.snapshot import Snapshot

Entry = dict[str, Any]
_SOME_PATH = f"{POSTS}/x.md"
_OF_LINE = ("id", "first_seen", "path", "sha256", "url", "fidelity")
_OF_CAPTURE = {"url": str, "time": str, "file": str, "offset": int, "payload_digest": str}
_FOLDERS = {CAPTURES: (WARC,), RUNS: (".json", ".jsonl.gz", ALERT_SENT)}


class Lines(NamedTuple):
    """Lines of an index to check, the first of them the line of this ``number``.

    ``records``: whether the records of their captures are checked, too. ``catalog``: whether there is one to compare with.
    ``site``: the name of the site.
    """

    number: int
    lines: list[bytes]
    snapshot: Snapshot
    catalog: bool
    records: bool
    site: str


class Line(NamedTuple):
    """A line that was checked; ``id`` is empty for one that is none."""

    id: str
    first_seen: str
    path: str
    findings: list[Finding]


def check_lines(about: Lines) -> tuple[int, list[Line]]:
    """Check lines, perhaps in another process, apart from their order."""
    checked, below = [], Below(about.snapshot.archive)
    with ExitStack() as opened:
        catalog = opened.enter_context(about.snapshot.catalog()) if about.catalog else None
        texts = opened.enter_context(closing(Texts(about.site, about.snapshot.archive, catalog))) if catalog else None
        for number, line in enumerate(about.lines, about.number):
            entry = _entry(line, number)
            if isinstance(entry, Finding):
                checked.append(Line("", "", "", [entry]))
                continue
            found = list(file_findings(about.snapshot, entry, below))
            if catalog is not None:
                found += reference_findings(catalog, entry)
            if texts is not None:
                found += texts.findings(entry)
            if about.records:
                found += record_findings(about.snapshot.archive, entry)
            checked.append(Line(entry["id"], entry["first_seen"], entry["path"], found))
    return about.number, checked


class Order:
    """Checks the order of an index's lines, and that no post has two."""

    def __init__(self) -> None:
        self._last = ("", "")
        self._seen: set[str] = set()

    def findings(self, number: int, line: Line) -> Iterator[Finding]:
        """Check the next line."""
        key = (line.first_seen, line.id)
        if line.id in self._seen:
            yield Finding(INDEX, f"line {number}: the ID {line.id} stands there twice", line.id)
        elif key < self._last:
            yield Finding(INDEX, f"line {number}: {line.id} stands behind posts that were first seen later")
        self._seen.add(line.id)
        self._last = max(self._last, key)


def entries(lines: Iterable[bytes]) -> Iterator[Entry]:
    """The entries of the lines that are valid."""
    for line in lines:
        entry = _entry(line, 0)
        if not isinstance(entry, Finding):
            yield entry


def _entry(line: bytes, number: int) -> Entry | Finding:
    try:
        entry: Entry = orjson.loads(line)
        _check(entry)
    except orjson.JSONDecodeError:
        return Finding(INDEX, f"line {number} is no line of an index: it is no JSON")
    except KeyError as error:
        return Finding(INDEX, f"line {number} is no line of an index: it has no {error.args[0]}")
    except TypeError as error:
        return Finding(INDEX, f"line {number} is no line of an index: {error}")
    return entry


def _check(entry: Any) -> None:
    """Raise unless an entry is valid, apart from its path.

    :raises KeyError, TypeError: if it is not.
    """
    if not isinstance(entry, dict):
        raise TypeError("it is no JSON object")
    if not isinstance(entry["captures"], list) or not all(isinstance(one, dict) for one in entry["captures"]):
        raise TypeError("its captures are no list of objects")
    captures = [(capture[name], kind) for capture in entry["captures"] for name, kind in _OF_CAPTURE.items()]
    for value, kind in [*((entry[name], str) for name in _OF_LINE), *captures]:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is no {'text' if kind is str else 'whole number'}")
    if not is_entry(entry | {"path": _SOME_PATH}):  # file_findings() checks its own path
        raise TypeError("a field is missing, or not what index.schema.json says")


def sample(lines: Iterable[bytes], number: int) -> list[bytes]:
    """A random sample of so many lines, in the index's order (reservoir sampling)."""
    kept: list[tuple[int, bytes]] = []
    for position, line in enumerate(lines):
        if len(kept) < number:
            kept.append((position, line))
        elif (slot := random.randrange(position + 1)) < number:  # noqa: S311 - not for security
            kept[slot] = (position, line)
    return [line for _, line in sorted(kept)]


class Below:
    """Tells which paths lead to a file below the ``_posts`` of an archive; where a folder leads to is asked once."""

    def __init__(self, archive: Path) -> None:
        self._archive = str(archive)
        self._top = f"{os.path.realpath(archive / POSTS)}/"  # which may be a link to another disk
        self._folders: dict[str, bool] = {}

    def has(self, path: str) -> bool:
        """Whether a path, relative to the archive's folder, stays below ``_posts``, whatever symbolic links are in it."""
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            self._folders[folder] = self._is_below(folder)
        whole = f"{self._archive}/{path}"
        return self._is_below(path) if os.path.islink(whole) else self._folders[folder]  # noqa: PTH114 - of every post

    def _is_below(self, path: str) -> bool:
        return f"{os.path.realpath(f'{self._archive}/{path}')}/".startswith(self._top)


def file_findings(snapshot: Snapshot, entry: Entry, below: Below) -> Iterator[Finding]:
    """Check that the file of an index line exists and has exactly the line's content."""
    if not is_path(entry["path"]) or not below.has(entry["path"]):
        yield Finding(INDEX, f"{entry['id']}: its path {entry['path']} leads out of {POSTS}/", entry["id"])
        return
    path = snapshot.archive / entry["path"]
    try:
        data = read_regular(path)
    except OSError as error:
        if not snapshot.changed_since(path):
            yield Finding(entry["path"], f"cannot be read: {error.strerror}", entry["id"])
        return
    if hashlib.sha256(data).hexdigest() != entry["sha256"] and not snapshot.changed_since(path):
        yield Finding(entry["path"], "is not the file that the index speaks of (SHA-256)", entry["id"])


def reference_findings(catalog: Catalog, entry: Entry) -> Iterator[Finding]:
    """Check that the catalog has the captures that an index line refers to, and the line itself."""
    for capture in entry["captures"]:
        row = catalog.at(capture["file"], capture["offset"])
        expected = (capture["url"], capture["time"], capture["payload_digest"])
        if row is None or (row.url, row.time, row.payload_digest) != expected:
            place = f"byte {capture['offset']} of {capture['file']}"
            what = f"{entry['id']}: its capture of {capture['url']} is not at {place}"
            yield Finding(INDEX, what, entry["id"], capture["url"])
    line = catalog.post_line(entry["id"])
    if line is None or orjson.loads(line) != entry:
        yield Finding(CATALOG, f"has another line of the post {entry['id']} than the index, or none", entry["id"])


def record_findings(archive: Path, entry: Entry) -> Iterator[Finding]:
    """Check the records of one entry; this is for a sample, for which WARC files are not read whole."""
    for capture in entry["captures"]:
        path, fault = archive / CAPTURES / Path(capture["file"]).name, "no record there"
        try:
            found = next(records(path, capture["offset"], check=True), None)
            if found is not None and found.record is not None:
                same = (found.record.url, found.record.payload_digest) == (capture["url"], capture["payload_digest"])
                fault = found.fault if same else "another record there"
        except OSError as error:
            fault = str(error)
        if fault:
            what = f"byte {capture['offset']}: {fault}"
            yield Finding(f"{CAPTURES}/{capture['file']}", what, entry["id"], capture["url"], capture["offset"])


def strays(snapshot: Snapshot, paths: set[str]) -> Iterator[Finding]:
    """A finding for each file that neither an index line nor the archive's own layout accounts for."""
    for folder, names, files in os.walk(snapshot.archive):
        below = Path(folder).relative_to(snapshot.archive)
        if below == Path():
            names[:] = sorted(name for name in names if name not in (STAGE, WORKERS))
        for name in sorted(files):
            path = (below / name).as_posix()
            suffixes = _FOLDERS.get(below.as_posix(), ())
            expected = path in paths or path in FILES or name.endswith(suffixes)
            if not expected and not snapshot.changed_since(Path(folder) / name):
                yield Finding(path, "is not in the index")
