"""A post that is taken out is out everywhere, stays out, and everything else is as it was."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.blank import TooShort, blank
from crawler.archive.forgotten import FILE, forgotten
from crawler.archive.pieces import pieces
from crawler.archive.reader import MAX_RECORD, parse
from crawler.sites.finews import facts
from tests.archives import a_post, index, report, words_of
from tests.bulk.conftest import tree
from tests.replica.crawl import crawl, run
from tests.replica.server import ReplicaServer


def settings(root: Path) -> dict[str, str]:
    return {"ARCHIVE_ROOT": str(root)}


def captured(archive: Path) -> bytes:
    """All that the captures hold, every coding undone."""
    found = []
    for path in sorted((archive / "captures").glob("*.warc.gz")):
        for _, _, content in pieces(path, 0, MAX_RECORD):
            assert not isinstance(content, str)
            record = parse(content)
            body = record.payload if record is not None else b""
            found += [content, gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body]
    return b"\n".join(found)


def about(entry: dict, url: str) -> bool:
    return entry["id"] in facts.about(url)


def test_a_post_is_out_everywhere_and_stays_out(archive_root: Path, replica: ReplicaServer, tmp_path: Path) -> None:
    archive = archive_root / "finews"
    entry = a_post(archive_root)
    others = [one for one in index(archive) if one["id"] != entry["id"]]
    before, words = tree(archive), words_of(archive, entry)
    backup = tmp_path / "backup"
    shutil.copytree(archive / "captures", backup)
    token = json.loads(run("changes", "finews", settings=settings(archive_root)).stdout.splitlines()[-1])["token"]

    done = run(
        "forget", "finews", entry["id"], "--reason", "asked for by its author", "--listings", settings=settings(archive_root)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (archive / entry["path"]).exists()
    assert index(archive) == others
    assert [word for word in words if word in captured(archive)] == []
    assert {name: data for name, data in tree(archive).items() if name != "index.jsonl"} == {
        name: data for name, data in before.items() if name not in (entry["path"], "index.jsonl")
    }
    assert forgotten(archive) == {entry["id"]}
    assert "asked for by its author" in (archive / FILE).read_text("utf-8")
    told = run("changes", "finews", "--since", token, settings=settings(archive_root)).stdout.splitlines()
    assert [(line["change"], line.get("id")) for line in map(json.loads, told)] == [("forgotten", entry["id"]), ("end", None)]
    verified = run("verify", "finews", settings=settings(archive_root))
    assert verified.returncode == 0, verified.stdout
    files = sorted(str(path) for path in (archive / "captures").glob("*"))
    checked = subprocess.run([sys.executable, "-m", "warcio.cli", "check", *files], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")

    assert crawl(replica.origins, archive_root, "-a", "sweep=1", "-a", "recheck=1").returncode == 0
    assert [asked.path for asked in replica.log if entry["id"] in asked.path] == []
    assert report(archive_root)["posts"]["new"] == 0
    imported = run("import", str(backup), settings=settings(archive_root))
    assert imported.returncode == 0, imported.stdout
    assert run("rebuild", "finews", settings=settings(archive_root)).returncode == 0
    assert [one["id"] for one in index(archive)] == [one["id"] for one in others]
    assert run("verify", "finews", settings=settings(archive_root)).returncode == 0
    assert [asked.path for asked in replica.log if entry["id"] in asked.path] == []


def test_listings_stay_unless_they_are_meant_and_are_counted(archive_root: Path) -> None:
    entry = a_post(archive_root)
    words = words_of(archive_root / "finews", entry)
    done = run("forget", "finews", entry["id"], "--reason", "x", settings=settings(archive_root))
    assert done.returncode == 0, done.stdout
    assert "captured listings still name it" in done.stdout
    assert words[1] not in captured(archive_root / "finews"), "its text is out of the feed, too"
    assert run("verify", "finews", settings=settings(archive_root)).returncode == 0


def test_what_was_cut_short_is_gone_on_with_by_the_next_run(archive_root: Path, replica: ReplicaServer) -> None:
    archive, entry = archive_root / "finews", a_post(archive_root)
    words = words_of(archive, entry)
    line = {"id": entry["id"], "time": "2022-03-04T00:00:00.000000Z", "reason": "promised, and killed then"}
    (archive / FILE).write_text(json.dumps(line) + "\n", "utf-8")
    done = crawl(replica.origins, archive_root)
    assert done.returncode == 0, done.stderr
    assert f"{entry['id']} was still to be forgotten" in report(archive_root)["mended"]
    assert entry["id"] not in {one["id"] for one in index(archive)}
    assert words[1] not in captured(archive)
    assert run("verify", "finews", settings=settings(archive_root)).returncode == 0
    assert crawl(replica.origins, archive_root).returncode == 0
    assert report(archive_root)["mended"] == []


@pytest.mark.parametrize("arguments", [[], ["finews"], ["finews", "NW1"], ["nosite", "NW1", "--reason", "x"]])
def test_what_cannot_be_done_is_said(archive_root: Path, arguments: list[str]) -> None:
    done = run("forget", *arguments, settings=settings(archive_root))
    assert done.returncode == 2
    assert not (archive_root / "finews" / FILE).exists()


@given(st.integers(230, 100_000))
def test_a_blank_has_just_the_length(length: int) -> None:
    made = blank(length, datetime(2022, 3, 1, tzinfo=UTC))
    assert len(made) == length
    content = zlib.decompress(made, 31)
    assert content.startswith(b"WARC/1.1\r\nWARC-Type: metadata\r\n")
    assert parse(content) is None
    with pytest.raises(TooShort):
        blank(100, datetime(2022, 3, 1, tzinfo=UTC))
