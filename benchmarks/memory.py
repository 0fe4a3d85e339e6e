"""Captures of others that are made to take memory: what listing, rebuilding and importing them takes."""

from __future__ import annotations

import gzip
import zlib
from itertools import chain, repeat
from multiprocessing import get_context
from typing import TYPE_CHECKING

from benchmarks.measure import machine, timed
from crawler.scratch import scratch_folder
from tests.replica.crawl import scrapy
from tests.warc.others import Made, chunks

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

URL = "https://finews.withounder.com/dongliribao/2022/03/01/NW202203012292084800.html"
MB = 1 << 20
TEXT = b"".join(b"<p>Line %07d of a page.</p>\n" % number for number in range(MB // 25))[:MB]
END = b"\r\n\r\n"


def _head(length: int) -> bytes:
    return Made(url=URL, length=length + len(Made(body=b"").block), body=b"", end=b"").content


def _written(path: Path, parts: Iterable[bytes], *, packed: bool) -> Path:
    deflate = zlib.compressobj(6, zlib.DEFLATED, 31)
    with path.open("wb") as file:
        for part in parts:
            file.write(deflate.compress(part) if packed else part)
        file.write(deflate.flush() if packed else b"")
    return path


def _large(path: Path, megabytes: int, data: bytes, *, packed: bool) -> Path:
    return _written(path, chain([_head(megabytes * MB)], repeat(data, megabytes), [END]), packed=packed)


def _chunked(path: Path, megabytes: int, size: int) -> Path:
    one = Made(url=URL, stored=chunks(TEXT * megabytes, size), headers=("Transfer-Encoding: chunked",))
    path.write_bytes(gzip.compress(one.content, 1))
    return path


def _repeated(path: Path, member: bytes, number: int) -> Path:
    path.write_bytes(member * number)
    return path


def files(folder: Path) -> dict[str, Path]:
    """The files, each with what it is."""
    return {
        "a record of 1 GB": _large(folder / "a.warc", 1024, TEXT, packed=False),
        "the same, gzip": _large(folder / "b.warc.gz", 1024, TEXT, packed=True),
        "a record of 2 GB of zero bytes, gzip": _large(folder / "c.warc.gz", 2048, bytes(MB), packed=True),
        "63 MB in chunks of 4 KB": _chunked(folder / "d.warc.gz", 63, 4096),
        "10 MB in chunks of 2 bytes": _chunked(folder / "e.warc.gz", 10, 2),
        "a line of 1 GB": _written(folder / "f.warc", repeat(b"A" * MB, 1024), packed=False),
        "a head of 1 GB, gzip": _written(
            folder / "g.warc.gz", chain([b"WARC/1.0\r\nA: "], repeat(b"a" * MB, 1024)), packed=True
        ),
        "200,000 records": _repeated(folder / "h.warc.gz", gzip.compress(Made(url="http://site.test/").content), 200_000),
        "2,000,000 empty gzip members": _repeated(folder / "i.warc.gz", gzip.compress(b""), 2_000_000),
    }


def main(_rounds: int, _posts: int) -> None:
    """Print the table; both numbers are left aside."""
    print(f"{machine()}\n\n{'':40} {'list':>16} {'rebuild':>16} {'import':>16}")
    with scratch_folder() as folder:
        with get_context("spawn").Pool(1) as pool:  # the peak of a process counts what its parent held when it began
            made = pool.apply(files, (folder,))
        for what, path in made.items():
            cells = []
            for command in ("warc", "rebuild", "import"):
                with scratch_folder() as target:
                    given = {
                        "warc": (str(path),),
                        "rebuild": ("finews", "--jobs", "1", "--from", str(path), "--output", f"{target}/finews"),
                        "import": ("--site", "finews", str(path)),
                    }[command]
                    # 2: nothing in it can be read at all
                    one = timed(scrapy(command, *given, settings={"ARCHIVE_ROOT": target}), good=(0, 1, 2))
                cells.append(f"{one.peak:4.0f} MB {one.cpu:6.1f} s")
            print(f"{what:40} {cells[0]:>16} {cells[1]:>16} {cells[2]:>16}", flush=True)
            path.unlink()
