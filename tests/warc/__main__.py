"""``python -m tests.warc [--posts SITE] [--origins JSON] FILE…``: what warcio, FastWARC and the reader here read of files.

Without files, of made ones. With ``--posts``, each file is rebuilt by itself, and the posts are counted that it gives; captures
of a mirror need the setting ``ORIGINS``, too.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from crawler.batch.inputs import find_inputs
from tests.replica.crawl import run
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


def posts(site: str, origins: str, file: str) -> int:
    """How many posts a file gives."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / site
        run(
            "rebuild", site, "--from", file, "--output", str(target), "-s", f"ORIGINS={origins}", "-s", f"ARCHIVE_ROOT={folder}"
        )
        index = target / "index.jsonl"
        return index.read_bytes().count(b"\n") if index.exists() else 0


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.warc", description="Hold what is read here against other tools.")
    options.add_argument("files", nargs="*", metavar="FILE")
    options.add_argument("--posts", metavar="SITE", help="count the posts of this site, too")
    options.add_argument("--origins", default="{}", metavar="JSON", help="the setting ORIGINS for that")
    given = options.parse_args()
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for file in given.files or made(Path(folder)):
            counts: Counter[str] = Counter()
            for one in find_inputs([file], Path(folder) / "scratch", as_given=True):
                each = Counter(compare(Path(one.path), len(one.faults)))
                if not given.files and (each["lost"] or each["other payload"]):
                    print(Path(one.name).name, dict(each))
                counts.update(each)
            if given.posts:
                counts["posts"] = posts(given.posts, given.origins, file)
            if given.files:
                print(file, dict(counts), flush=True)
            total.update(counts)
    print("all", dict(total))


if __name__ == "__main__":
    main()
