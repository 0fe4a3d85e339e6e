"""What ``--from`` names -> WARC files that can be read at any offset, each under a name of its own."""

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
from crawler.warc.scan import is_packed_otherwise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".warc.lz4")
_PACKED = ".wacz"


class BadInput(CannotRun):
    """One line: which input, what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Input:
    """A WARC file: ``name`` stands in index and catalog, ``path`` is where it can be read."""

    name: str
    path: str
    size: int
    changed: int


def gather(given: Sequence[str], scratch: Path) -> list[Input]:
    """The WARC files that files, folders, WACZ files and fsspec URLs (``s3://bucket/*.warc.gz``) name.

    What does not lie on this machine, or cannot be read at any offset, is copied into ``scratch`` first. The order
    in which they are given makes no difference.

    :raises BadInput: for what cannot be found or opened, and if no WARC file is among it.
    """
    found: dict[str, str] = {}
    for one in given:
        for name, path in _remote(one, scratch) if "://" in one else _local(Path(one)):
            found[os.path.realpath(path)] = name
    counts = Counter(Path(name).name for name in found.values())
    inputs: list[Input] = []
    for number, (path, name) in enumerate(sorted(found.items(), key=lambda item: (item[1], item[0]))):
        label = Path(name).name if counts[Path(name).name] == 1 else name.lstrip("/")
        if path.endswith(_PACKED):
            inputs += _unpacked(label, Path(path), scratch / f"{number:05}")
        else:
            inputs.append(_readable(label, Path(path), scratch / f"{number:05}.warc.gz"))
    if not inputs:
        raise BadInput(f"there is no WARC or WACZ file in {', '.join(given)}")
    return sorted(inputs, key=lambda one: one.name)


def _local(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.name.endswith((*SUFFIXES, _PACKED)) and file.is_file():
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
        for file in fsspec.open_files(url if url.endswith((*SUFFIXES, _PACKED)) else url.rstrip("/") + "/**", "rb"):
            name = str(file.path)
            if not name.endswith((*SUFFIXES, _PACKED)):
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


def _unpacked(label: str, path: Path, folder: Path) -> Iterator[Input]:
    """The WARC files in a WACZ file (https://specs.webrecorder.net/wacz/1.1.1/)."""
    try:
        with zipfile.ZipFile(path) as packed:
            for number, member in enumerate(packed.infolist()):
                if member.filename.startswith("archive/") and member.filename.endswith(SUFFIXES):
                    target = folder / f"{number:05}.warc.gz"  # a stranger's name makes no path of ours
                    with packed.open(member) as stream:
                        _copy(stream, target)
                    yield _readable(f"{label}/{Path(member.filename).name}", target, target.with_suffix(".again.gz"))
    except (OSError, zipfile.BadZipFile) as error:
        raise BadInput(f"{path} is no WACZ file: {error}") from None


def _readable(name: str, path: Path, again: Path) -> Input:
    try:
        with path.open("rb") as file:
            start = file.read(1 << 16)
        if is_packed_otherwise(start):
            _pack_anew(path, again)
            path = again
        about = path.stat()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None
    return Input(name, str(path), about.st_size, about.st_mtime_ns)


def _pack_anew(path: Path, target: Path) -> None:
    """Write a file that is compressed as a whole with a gzip member a record."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic(target, durable=False) as out:
        records: Any = ArchiveIterator(str(path), parse_http=False, fsspec_args=False)
        for record in records:
            record.freeze()
            plain = BytesIO()
            record.write(plain)
            out.write(gzip.compress(plain.getvalue(), 6, mtime=0))
