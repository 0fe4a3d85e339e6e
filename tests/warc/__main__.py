"""``python -m tests.warc FILE…``: what warcio, FastWARC and the reader here read of files, a line each; without files, of made ones."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from crawler.batch.inputs import find_inputs
from tests.warc.others import PACKINGS, arc, compare
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


def main(given: list[str]) -> None:
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        names = given or made(Path(folder))
        for one in find_inputs(names, Path(folder) / "scratch", as_given=True):
            counts = compare(Path(one.path), len(one.faults))
            total.update(counts)
            if given or counts["lost"] or counts["other payload"]:
                print(Path(one.name).name, counts)
    print("all", dict(total))


if __name__ == "__main__":
    main(sys.argv[1:])
