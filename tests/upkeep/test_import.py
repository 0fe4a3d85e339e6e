"""``scrapy import``: captures from elsewhere become captures of ours, and posts."""

from __future__ import annotations

import gzip
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from crawler.warc.members import iter_members
from crawler.warc.reader import parse
from tests.archives import a_post, index
from tests.batch.conftest import tables, tree, without_places
from tests.batch.rebuilding import edit, members, places
from tests.batch.test_wget import wget
from tests.replica.crawl import run
from tests.replica.server import SITE_HOST, ReplicaServer

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


def take(root: Path, *files: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    done = run("import", *map(str, files), settings={"ARCHIVE_ROOT": str(root)} | settings)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def sound(root: Path) -> None:
    """What was written is what a rebuild would write, and everything agrees."""
    for command in (("rebuild", "finews", "--diff"), ("verify", "finews")):
        done = run(*command, settings={"ARCHIVE_ROOT": str(root)})
        assert done.returncode == 0, done.stdout


def test_another_archive_of_ours(crawled: Path, tmp_path: Path) -> None:
    captures = crawled / "finews" / "captures"
    done = take(tmp_path, captures)
    assert done.returncode == 0, done.stdout
    new, old = tree(tmp_path / "finews"), tree(crawled / "finews")
    assert places(new.pop("index.jsonl")) == places(old.pop("index.jsonl"))
    assert new == old
    assert without_places(tables(tmp_path / "finews")) == without_places(tables(crawled / "finews"))
    sound(tmp_path)
    again = take(tmp_path, captures)
    assert again.returncode == 0
    assert "0 captures taken" in again.stdout
    assert len(list((tmp_path / "finews" / "captures").iterdir())) == 1


def test_what_wget_captured_page_first_and_answers_later(crawled: Path, tmp_path: Path, replica: ReplicaServer) -> None:
    right = index(crawled / "finews")
    for name, urls in {
        "pages": [entry["url"] for entry in right],
        "answers": [capture["url"] for entry in right for capture in entry["captures"][1:]],
    }.items():
        asked = "\n".join(urls)
        for origin, address in replica.origins.items():
            asked = asked.replace(origin, address)
        (tmp_path / name).write_text(asked)
    root, mapping = tmp_path / "root", json.dumps(replica.origins)
    first = take(root, wget(tmp_path, "one", f"--input-file={tmp_path / 'pages'}"), ORIGINS=mapping)
    assert first.returncode == 0, first.stdout
    assert {entry["body_from"] for entry in index(root / "finews")} == {"page"}
    second = take(root, wget(tmp_path, "two", f"--input-file={tmp_path / 'answers'}"), ORIGINS=mapping)
    assert second.returncode == 0, second.stdout
    new, old = tree(root / "finews"), tree(crawled / "finews")
    del new["index.jsonl"], old["index.jsonl"]
    assert new == old
    assert {entry["version"] for entry in index(root / "finews")} == {1}
    sound(root)


def test_an_edited_post_newest_captures_first(archive_root: Path, tmp_path: Path, replica: ReplicaServer) -> None:
    edit(archive_root, replica, ["更正：甲", "更正：乙"])
    records = members(archive_root / "finews")
    times = [record.time if (record := parse(gzip.decompress(member))) else "" for member in records]
    order = sorted(range(len(records)), key=lambda number: times[number], reverse=True)
    half = len(order) // 3
    for name, part in (("new", order[:half]), ("old", order[half:])):
        (tmp_path / f"{name}.warc.gz").write_bytes(b"".join(records[number] for number in part))
    for name in ("new", "old"):
        done = take(tmp_path / "root", tmp_path / f"{name}.warc.gz")
        assert done.returncode in (0, 1)  # a revisit whose payload comes later is named
    take(tmp_path / "root", tmp_path / "new.warc.gz")
    new, old = tree(tmp_path / "root" / "finews"), tree(archive_root / "finews")
    assert places(new.pop("index.jsonl")) == places(old.pop("index.jsonl"))
    assert new == old
    sound(tmp_path / "root")


def test_what_cannot_be_trusted_is_named_and_not_taken(crawled: Path, tmp_path: Path) -> None:
    records, post = members(crawled / "finews"), a_post(crawled)
    place = next(n for n, member in enumerate(records) if post["url"].encode() + b"\r\n" in gzip.decompress(member))
    content = gzip.decompress(records[place])
    records[place] = gzip.compress(content[:-20] + b"x" + content[-19:])
    (tmp_path / "x.warc.gz").write_bytes(b"".join(records))
    done = take(tmp_path / "root", tmp_path / "x.warc.gz")
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("cannot be read")]
    assert "the block is not what its digest says; not taken" in line
    assert post["id"] not in {entry["id"] for entry in index(tmp_path / "root" / "finews")}
    sound(tmp_path / "root")


def test_other_hosts_are_left_out(crawled: Path, tmp_path: Path) -> None:
    (file,) = (crawled / "finews" / "captures").iterdir()
    plain = b"".join(piece for _, _, piece in iter_members(file, 0, 1 << 26) if isinstance(piece, bytes))
    (tmp_path / "x.warc").write_bytes(plain.replace(SITE_HOST.encode(), b"finews.elsewherex.com"))
    assert len(SITE_HOST) == len("finews.elsewherex.com")
    done = take(tmp_path / "root", tmp_path / "x.warc")
    assert "0 new, 0 changed posts" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name a WARC or WACZ file"),
        (("no.warc.gz",), "no.warc.gz is not there"),
        (("README.md", "--site", "x"), "no site 'x'"),
    ],
)
def test_what_cannot_run(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run("import", *arguments, settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert not list(tmp_path.iterdir())


def test_an_import_cut_short_goes_on(crawled: Path, tmp_path: Path) -> None:
    """As a kill leaves it: captures taken, posts not made."""
    take(tmp_path, crawled / "finews" / "captures")
    right = tree(tmp_path / "finews")
    captures = tmp_path / "finews" / "captures"
    shutil.copytree(captures, tmp_path / "other" / "finews" / "captures", copy_function=shutil.copy2)
    (file,) = (tmp_path / "other" / "finews" / "captures").iterdir()
    with file.open("rb+") as half:
        half.truncate(file.stat().st_size // 2)
    done = take(tmp_path / "other", crawled / "finews" / "captures")
    assert done.returncode == 0, done.stdout
    assert places(tree(tmp_path / "other" / "finews")["index.jsonl"]) == places(right["index.jsonl"])
    sound(tmp_path / "other")
