"""The inputs of a rebuild or an import: files of captures that can be read at any offset, each with a name of its own."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from crawler.atomic import atomic
from crawler.batch.input import WACZ, BadInput, Input, bad_input, is_captures
from crawler.batch.wacz import extracted
from crawler.errors import without_password
from crawler.invocation import install
from crawler.warc.members import pieces
from crawler.warc.recompress import recompress
from crawler.warc.scan import HELD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ZIP = b"PK\3\4"
#: So many records at the beginning of a file of our own tell how it is packed.
_LOOKED_AT = 20


def gather_inputs(given: Sequence[str], scratch: Path, *, own: bool = False) -> list[Input]:
    """The inputs that :func:`find_inputs` finds, each readable at any offset: if it is not, it is copied into ``scratch``.

    With ``own``, they are files that an archive wrote itself, each record by itself, and only their beginning is looked at.

    :raises BadInput: if there is no file of captures, or none that can be read.
    """
    inputs: list[Input] = []
    for number, one in enumerate(find_inputs(given, scratch)):
        try:
            inputs.append(one if one.is_bad else _readable(one, scratch / f"again-{number:05}.warc.gz", own=own))
        except BadInput as error:
            inputs.append(bad_input(one.name, error, scratch))
    _raise_if_none(inputs)
    return inputs


def find_inputs(given: Sequence[str], scratch: Path, *, as_given: bool = False) -> list[Input]:
    """The files of captures in files, folders, WACZ files and fsspec URLs (``s3://b/*.warc.gz``), in the order of their names.

    A file that is not on this machine, or in another one, is copied into ``scratch``. Names are as short as can be, or, with
    ``as_given``, whole paths.

    :raises BadInput: if there is no file of captures, or none that can be read.
    """
    found: dict[str, str] = {}
    inputs: list[Input] = []
    for one in given:
        try:
            for name, path in _remote(one, scratch) if "://" in one else _local(Path(one)):
                found[os.path.realpath(path)] = name
        except BadInput as error:
            inputs.append(bad_input(one, error, scratch))
    counts = Counter(Path(name).name for name in found.values())
    for number, (path, name) in enumerate(sorted(found.items(), key=lambda item: (item[1], item[0]))):
        short = Path(name).name if counts[Path(name).name] == 1 else name.lstrip("/")
        inputs += _of_file(name if as_given else short, Path(path), scratch / f"{number:05}")
    _raise_if_none(inputs)
    if not inputs:
        raise BadInput(f"there is no WARC, ARC or WACZ file in {', '.join(given)}")
    return sorted(inputs, key=lambda one: one.name)


def _of_file(name: str, path: Path, folder: Path) -> list[Input]:
    try:
        if path.name.lower().endswith(WACZ) or _start(path).startswith(_ZIP):
            return extracted(name, path, folder)
        about = path.stat()
        return [Input(name, str(path), about.st_size, about.st_mtime_ns)]
    except OSError as error:
        return [bad_input(name, BadInput(f"{path} cannot be read: {error.strerror or error}"), folder.parent)]
    except BadInput as error:
        return [bad_input(name, error, folder.parent)]


def _raise_if_none(inputs: list[Input]) -> None:
    if inputs and all(one.is_bad for one in inputs):
        raise BadInput("; ".join(reason for one in inputs for _, reason in one.faults))


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_ZIP))


def _local(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if is_captures(file.name) and file.is_file():
                yield str(file), str(file)
    elif path.exists():
        yield str(path), str(path)
    else:
        raise BadInput(f"{path} is not there")


def _remote(url: str, scratch: Path) -> Iterator[tuple[str, str]]:
    try:
        fsspec = import_module("fsspec")
    except ImportError:
        raise BadInput(
            f"{without_password(url)}: what reads addresses is not installed (fsspec); {install('remote')}"
        ) from None
    try:
        for file in fsspec.open_files(url if is_captures(url) else url.rstrip("/") + "/**", "rb"):
            name = str(file.path)
            if not is_captures(name):
                continue
            path = scratch / "remote" / f"{len(list((scratch / 'remote').glob('*'))):05}-{Path(name).name}"
            with file as stream:
                _copy(stream, path)
            yield name, str(path)
    except (OSError, ValueError, ImportError) as error:
        raise BadInput(without_password(f"{url} cannot be read: {str(error) or type(error).__name__}")) from None


def _copy(stream: IO[bytes], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path, durable=False) as copy:
        shutil.copyfileobj(stream, copy, 1 << 20)


def _readable(one: Input, again: Path, *, own: bool) -> Input:
    """An input, or a copy of it in which each record is compressed by itself, if in the file some are not."""
    path = Path(one.path)
    try:
        some = islice(pieces(path, 0, HELD), _LOOKED_AT if own else None)
        if all(piece.is_alone or piece.fault or piece.is_filling for piece in some):
            return one
        faults = one.faults + recompress(path, again, HELD)
        size = again.stat().st_size
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None
    return replace(one, path=str(again), size=size, faults=faults)
