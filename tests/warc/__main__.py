"""``python -m tests.warc FILE…``: what warcio, FastWARC and the reader here read of files, a line each; without files, of made ones."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from crawler.batch.inputs import find_inputs
from tests.warc.others import PACKINGS, Read, arc, by_fastwarc, by_warcio, ours
from tests.warc.test_against_others import KINDS


def made(folder: Path) -> list[str]:
    """A file of each kind of record in each packing."""
    for kind, one in KINDS.items():
        records = [replace(one, url=one.url.replace("/1", f"/{number}")) for number in range(4)]
        files = {name: pack([record.content for record in records]) for name, pack in PACKINGS.items()}
        if kind == "plain":
            files |= {f"ARC {version}, gzip": PACKINGS["gzip"](arc(*records, version=version)) for version in (1, 2)}
        for name, data in files.items():
            (folder / f"{kind}, {name}.warc".replace("/", " ")).write_bytes(data)
    return [str(folder)]


def _addresses(read: Read) -> Counter[str]:
    """How many records there are of each address of HTTP; what a tool took for one of a file that it cannot read is left out."""
    return Counter({url: number for url, number in _by_url(read).items() if url.startswith("http")})


def _by_url(read: Read) -> Counter[str]:
    found: Counter[str] = Counter()
    for (url, _), number in read.items():
        found[url] += number
    return found


def main(given: list[str]) -> None:
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        names = given or made(Path(folder))
        for one in find_inputs(names, Path(folder) / "scratch", as_given=True):
            data = Path(one.path).read_bytes()
            (found, faults), warcio, fastwarc = ours(Path(one.path)), by_warcio(data), by_fastwarc(data)
            numbers = [_addresses(read) for read in (found, warcio, fastwarc)]
            either = set(warcio) | set(fastwarc)
            counts = {
                "read": found.total(),
                "warcio": numbers[1].total(),
                "FastWARC": numbers[2].total(),
                "lost": ((numbers[1] | numbers[2]) - numbers[0]).total(),
                "only here": (numbers[0] - (numbers[1] | numbers[2])).total(),
                "same payload": sum(number for key, number in found.items() if key in either),
                "faults": len(faults) + len(one.faults),
            }
            total.update(counts)
            if given or counts["lost"]:
                print(Path(one.name).name, counts)
    print("all", dict(total))


if __name__ == "__main__":
    main(sys.argv[1:])
