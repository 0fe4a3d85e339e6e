"""The inputs of a rebuild or an import: WARC files that can be read at any offset, each with a name of its own."""

from __future__ import annotations

import gzip
import os
import shutil
import zipfile
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from fastwarc.warc import ArchiveIterator

from crawler.atomic import atomic
from crawler.errors import CannotRun
from crawler.warc.scan import needs_recompression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".warc.lz4")
_WACZ = ".wacz"


class BadInput(CannotRun):
    """One line: an input, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Input:
    """A WARC file: its ``name`` in index and catalog, the ``path`` where it can be read, and when it was ``changed``."""

    name: str
    path: str
    size: int
    changed: int


def gather_inputs(given: Sequence[str], scratch: Path) -> list[Input]:
    """The WARC files in files, folders, WACZ files and fsspec URLs (``s3://bucket/*.warc.gz``), in the order of their names.

    A file that is not on this machine, or cannot be read at any offset, is copied into ``scratch`` first.

    :raises BadInput: if one cannot be found or read, or there is no WARC file.
    """
    found: dict[str, str] = {}
    for one in given:
        for name, path in _remote(one, scratch) if "://" in one else _local(Path(one)):
            found[os.path.realpath(path)] = name
    counts = Counter(Path(name).name for name in found.values())
    inputs: list[Input] = []
    for number, (path, name) in enumerate(sorted(found.items(), key=lambda item: (item[1], item[0]))):
        label = Path(name).name if counts[Path(name).name] == 1 else name.lstrip("/")
        if path.endswith(_WACZ):
            inputs += _extracted(label, Path(path), scratch / f"{number:05}")
        else:
            inputs.append(_readable(label, Path(path), scratch / f"{number:05}.warc.gz"))
    if not inputs:
        raise BadInput(f"there is no WARC or WACZ file in {', '.join(given)}")
    return sorted(inputs, key=lambda one: one.name)


def _local(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.name.endswith((*SUFFIXES, _WACZ)) and file.is_file():
                yield str(file), str(file)
    elif path.exists():
        yield str(path), str(path)
    else:
        raise BadInput(f"{path} is not there")


def _remote(url: str, scratch: Path) -> Iterator[tuple[str, str]]:
    try:
        fsspec = import_module("fsspec")
    except ImportError:
        raise BadInput(f"{url}: install what reads it with: make extras") from None
    try:
        for file in fsspec.open_files(url if url.endswith((*SUFFIXES, _WACZ)) else url.rstrip("/") + "/**", "rb"):
            name = str(file.path)
            if not name.endswith((*SUFFIXES, _WACZ)):
                continue
            path = scratch / "remote" / f"{len(list((scratch / 'remote').glob('*'))):05}-{Path(name).name}"
            with file as stream:
                _copy(stream, path)
            yield name, str(path)
    except (OSError, ValueError, ImportError) as error:
        raise BadInput(f"{url} cannot be read: {str(error) or type(error).__name__}") from None


def _copy(stream: IO[bytes], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path, durable=False) as copy:
        shutil.copyfileobj(stream, copy, 1 << 20)


def _extracted(label: str, path: Path, folder: Path) -> Iterator[Input]:
    """The WARC files in a WACZ file (https://specs.webrecorder.net/wacz/1.1.1/)."""
    try:
        with zipfile.ZipFile(path) as packed:
            for number, member in enumerate(packed.infolist()):
                if member.filename.startswith("archive/") and member.filename.endswith(SUFFIXES):
                    target = folder / f"{number:05}.warc.gz"  # a name from inside the file is never used as a path
                    with packed.open(member) as stream:
                        _copy(stream, target)
                    yield _readable(f"{label}/{Path(member.filename).name}", target, target.with_suffix(".again.gz"))
    except (OSError, zipfile.BadZipFile) as error:
        raise BadInput(f"{path} is no WACZ file: {error}") from None


def _readable(name: str, path: Path, again: Path) -> Input:
    try:
        with path.open("rb") as file:
            start = file.read(1 << 16)
        if needs_recompression(start):
            _recompress(path, again)
            path = again
        about = path.stat()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None
    return Input(name, str(path), about.st_size, about.st_mtime_ns)


def _recompress(path: Path, target: Path) -> None:
    """Write a copy of a WARC file with one gzip member a record."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic(target, durable=False) as out:
        records: Any = ArchiveIterator(str(path), parse_http=False, fsspec_args=False)
        for record in records:
            record.freeze()
            plain = BytesIO()
            record.write(plain)
            out.write(gzip.compress(plain.getvalue(), 6, mtime=0))
