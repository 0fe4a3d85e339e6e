"""The files of captures inside WACZ files (https://specs.webrecorder.net/wacz/1.1.1/)."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import IO

from crawler.atomic import atomic
from crawler.batch.input import WACZ, BadInput, Input, bad_input, is_captures

#: A collection of WACZ files is one, and nobody puts those into others.
_DEEPEST = 3
#: What :mod:`zipfile` raises for files that are none, or damaged.
_ERRORS = (OSError, EOFError, zipfile.BadZipFile, ValueError, IndexError, struct.error, NotImplementedError, RuntimeError)


def extracted(label: str, path: Path, folder: Path, depth: int = 1) -> list[Input]:
    """The files of captures in a WACZ file, and in WACZ files inside it, extracted into ``folder``.

    :raises BadInput: if it is none, or there is no such file in it.
    """
    inputs: list[Input] = []
    try:
        with zipfile.ZipFile(path) as packed:
            members = [one for one in packed.infolist() if is_captures(one.filename)]
            counts = Counter(_base(one.filename) for one in members)
            for number, member in enumerate(members):
                base = _base(member.filename)
                name = f"{label}/{number:05}-{base}" if counts[base] > 1 else f"{label}/{base}"
                inputs += _member(packed, member, name, folder / f"{number:05}", depth)
    except _ERRORS as error:
        raise BadInput(f"{path} is no WACZ file: {error}") from None
    if not inputs:
        raise BadInput(f"{path}: there is no WARC or ARC file in it")
    return inputs


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, place: Path, depth: int) -> list[Input]:
    """One file of a WACZ file; a damaged one is named, and the others are read. Its own name is never used as a path."""
    is_wacz = name.lower().endswith(WACZ)
    target = place.with_suffix(WACZ if is_wacz else ".warc.gz")
    try:
        if is_wacz and depth >= _DEEPEST:
            raise BadInput("WACZ files in WACZ files, deeper than anybody packs them")
        with packed.open(member) as stream:
            damage = _copy_up_to_damage(stream, target)
        changed = Path(str(packed.filename)).stat().st_mtime_ns
        one = Input(name, str(target), target.stat().st_size, changed)
        inputs = extracted(name, target, place, depth + 1) if is_wacz else [one]
    except (BadInput, *_ERRORS) as error:
        return [bad_input(name, BadInput(str(error)), place.parent)]
    if damage:
        inputs.append(bad_input(f"{name}: packed", BadInput(damage), place.parent))
    return inputs


def _copy_up_to_damage(stream: IO[bytes], path: Path) -> str:
    """Copy what can be unpacked; return why the rest cannot be, or an empty text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path, durable=False) as copy:
        copied = 0
        try:
            while data := stream.read(1 << 16):
                copy.write(data)
                copied += len(data)
        except (zipfile.BadZipFile, zlib.error, EOFError, lzma.LZMAError) as error:
            if not copied:
                raise BadInput(f"cannot be unpacked: {error}") from None
            return f"unpacked up to byte {copied} only: {error}"
    return ""
