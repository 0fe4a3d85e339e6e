"""The real spider against the real replica: what lies on disk after one run."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from crawler import __version__
from crawler.exporters.schemas import schema
from tests.archives import index, record_at
from tests.replica.build import BUILT
from tests.replica.crawl import crawl, run, settings_for
from tests.replica.server import SITE_HOST
from tests.replica.truth import compare

if TYPE_CHECKING:
    from tests.replica.server import ReplicaServer


def test_every_published_post_comes_back(crawled: Path) -> None:
    result = compare(BUILT, crawled / "finews")
    assert (result.wrong, result.missing, result.stray) == ([], [], [])
    assert len(result.same) > 50


def test_posts_in_a_category_with_blanks_are_found(crawled: Path) -> None:
    found = {tuple(entry["categories"]) for entry in index(crawled / "finews")}
    assert ("Invest", "In", "touchuangzhoukan") in found
    assert ("31shangjing", "nanwankuaixian") in found


def test_every_line_follows_the_schema_and_no_id_stands_twice(crawled: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(schema("index"))
    assert len(index(crawled / "finews")) > 70


def test_a_line_says_what_the_file_is(crawled: Path) -> None:
    for entry in index(crawled / "finews"):
        content = (crawled / "finews" / entry["path"]).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_an_assumption_is_never_called_exact(crawled: Path) -> None:
    entries = index(crawled / "finews")
    assert not [entry["id"] for entry in entries if entry["assumed"] and entry["fidelity"] == "exact"]
    assert {entry["fidelity"] for entry in entries} == {"exact", "rendered"}


def test_every_capture_reference_leads_to_its_record(crawled: Path) -> None:
    for entry in index(crawled / "finews"):
        assert entry["captures"], entry["id"]
        for capture in entry["captures"]:
            record = record_at(crawled / "finews" / "captures" / capture["file"], capture["offset"])
            assert (record.url, record.time) == (capture["url"], capture["time"])
            assert record.payload_digest == capture["payload_digest"]


def test_captures_speak_of_canonical_urls_only(crawled: Path) -> None:
    for path in (crawled / "finews" / "captures").iterdir():
        for entry in index(crawled / "finews"):
            assert all("127.0.0.1" not in capture["url"] for capture in entry["captures"])
        assert path.name.endswith(".warc.gz")


def test_warcio_check_passes(crawled: Path) -> None:
    files = [str(path) for path in (crawled / "finews" / "captures").iterdir()]
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "digest pass" in done.stdout
    assert "fail" not in done.stdout


def test_bodies_are_kept_as_they_came_over_the_wire(crawled: Path) -> None:
    entry = index(crawled / "finews")[0]["captures"][0]
    record = record_at(crawled / "finews" / "captures" / entry["file"], entry["offset"])
    assert ("Content-Encoding", "gzip") in record.headers
    assert record.payload.startswith(b"\x1f\x8b")


def test_nothing_lies_there_that_should_not(crawled: Path) -> None:
    names = {path.name for path in (crawled / "finews").iterdir()}
    names -= {"catalog.sqlite-wal", "catalog.sqlite-shm"}  # SQLite's, which whoever looked since has left
    assert names == {"_posts", "captures", "runs", "index.jsonl", "catalog.sqlite", ".lock"}
    posts = {str(path.relative_to(crawled / "finews")) for path in (crawled / "finews" / "_posts").rglob("*") if path.is_file()}
    assert posts == {entry["path"] for entry in index(crawled / "finews")}


def test_pages_the_site_broke_are_named_and_no_loss(crawled: Path) -> None:
    (path,) = (crawled / "finews" / "runs").iterdir()
    report = json.loads(path.read_text("utf-8"))
    assert report["exit_code"] == 0
    assert {rejection["code"] for rejection in report["rejections"]} == {"garbled"}
    assert report["posts"]["new"] == len(index(crawled / "finews"))


def snapshot(root: Path) -> dict[str, int]:
    kept = [path for path in (root / "finews").rglob("*") if path.suffix in (".md", ".jsonl") and "runs" not in path.parts]
    return {str(path): path.stat().st_mtime_ns for path in kept}


def test_a_second_run_asks_conditionally_and_changes_nothing(archive_root: Path, replica: ReplicaServer) -> None:
    before = snapshot(archive_root)
    done = crawl(replica.origins, archive_root)
    assert done.returncode == 0, done.stderr
    assert {asked.status for asked in replica.log} == {304}
    assert all(asked.conditional for asked in replica.log)
    assert sorted(asked.path for asked in replica.log) == ["/", "/feed.xml"]
    assert snapshot(archive_root) == before


def test_a_clean_run_says_nothing_above_info(tmp_path: Path, replica: ReplicaServer) -> None:
    done = crawl(replica.origins, tmp_path, LOG_LEVEL="WARNING")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("layout", ["", "{year}"])
def test_the_layout_of_the_files_is_a_setting(tmp_path: Path, replica: ReplicaServer, layout: str) -> None:
    done = crawl(replica.origins, tmp_path, "-a", "limit=3", POSTS_LAYOUT=layout)
    assert done.returncode == 0, done.stderr
    depth = 2 + bool(layout)
    assert {len(Path(entry["path"]).parts) for entry in index(tmp_path / "finews")} == {depth}
    assert len(index(tmp_path / "finews")) == 3


def test_a_request_tells_who_asks(replica: ReplicaServer, tmp_path: Path) -> None:
    crawl(replica.origins, tmp_path, "-a", "limit=1", "-a", "sweep=0", CONTACT="mail@example.org")
    assert {asked.headers["User-Agent"] for asked in replica.log} == {f"Backfile/{__version__} (+mail@example.org)"}
    (path,) = (tmp_path / "finews" / "captures").iterdir()
    assert b"operator: mail@example.org" in gzip.decompress(path.read_bytes())


@pytest.mark.parametrize(
    "words", [("fetch",), ("shell", "-c", "1"), ("parse", "--spider", "finews")], ids=lambda words: words[0]
)
def test_so_does_that_of_a_command_which_keeps_nothing(replica: ReplicaServer, tmp_path: Path, words: tuple[str, ...]) -> None:
    settings = settings_for(replica.origins, tmp_path, CONTACT="mail@example.org")
    done = run(words[0], f"https://{SITE_HOST}/", *words[1:], settings=settings)
    assert done.returncode == 0, done.stderr
    assert {asked.headers["User-Agent"] for asked in replica.log} == {f"Backfile/{__version__} (+mail@example.org)"}


def test_ip_addresses_are_kept_where_the_handler_tells_them(replica: ReplicaServer, tmp_path: Path) -> None:
    handler = "crawler.crawl.download.aiohttp_handler.AiohttpHandler"
    handlers = json.dumps({"http": handler, "https": handler})
    done = crawl(replica.origins, tmp_path, "-a", "limit=1", "-a", "sweep=0", DOWNLOAD_HANDLERS=handlers)
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "finews" / "captures").iterdir()
    assert b"WARC-IP-Address: 127.0.0.1" in gzip.decompress(path.read_bytes())


def test_a_file_is_closed_at_the_size_that_is_set(tmp_path: Path, replica: ReplicaServer) -> None:
    crawl(replica.origins, tmp_path, "-a", "limit=5", CAPTURE_FILE_SIZE="5000")
    paths = sorted((tmp_path / "finews" / "captures").iterdir())
    assert len(paths) > 1
    assert all(not path.stat().st_mode & 0o222 for path in paths[:-1])
