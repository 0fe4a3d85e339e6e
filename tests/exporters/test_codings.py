"""Captures in every content coding that servers use, or say that they use, go into WACZ files and CDXJ indexes."""

from __future__ import annotations

import gzip
import json
import zipfile
import zlib
from typing import TYPE_CHECKING

import brotli
import pytest
import zstandard

from tests.archives import index
from tests.conftest import missing
from tests.replica.crawl import crawl, run
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "br": ("br", brotli.compress),
    "long br": ("br", lambda body: brotli.compress(body + b"<!-- -->" * 100_000, quality=1)),
    "br, and it is not": ("br", bytes),
    "br, cut off": ("br", lambda body: brotli.compress(body)[:-20]),
    "zstd": ("zstd", zstandard.compress),
    "zstd, and it is not": ("zstd", bytes),
    "gzip": ("gzip", gzip.compress),
    "gzip twice": ("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
    "br in gzip": ("br, gzip", lambda body: gzip.compress(brotli.compress(body))),
    "deflate": ("deflate", zlib.compress),
    "a coding that is none": ("utf-8", bytes),
}


@pytest.fixture
def coded(replica: ReplicaServer, crawled: Path, tmp_path: Path) -> Path:
    """An archive of posts each of which was served in another coding."""
    posts = sorted(entry["url"] for entry in index(crawled / "finews"))
    for url, (coding, encode) in zip(posts, CODED.values(), strict=False):
        path = "/" + url.split("/", 3)[3]
        reply = replica.reply(SITE_HOST, path)
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": coding}
        replica.replies[SITE_HOST, path] = [Reply(200, encode(reply.body), headers)]
    crawl(replica.origins, tmp_path / "root")
    assert run("verify", "finews", settings={"ARCHIVE_ROOT": str(tmp_path / "root")}).returncode == 0
    return tmp_path / "root"


@pytest.mark.parametrize("name", ["wacz", "cdxj"])
def test_each_is_exported(coded: Path, crawled: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / f"posts.{name}"
    done = run("export", "finews", "--format", name, "--output", str(target), settings={"ARCHIVE_ROOT": str(coded)})
    if "install" in done.stderr:
        missing(name, "make extras")
    assert done.returncode == 0, done.stderr
    posts = sorted(entry["url"] for entry in index(crawled / "finews"))[: len(CODED)]
    if name == "cdxj":
        lines = target.read_text()
        assert all(f'"url": "{url}"' in lines for url in posts)
        return
    listed = {entry["url"]: entry for entry in index(coded / "finews")}
    with zipfile.ZipFile(target) as packed:
        pages = [json.loads(line) for line in packed.read("pages/pages.jsonl").splitlines()[1:]]
    assert {page["url"] for page in pages} == listed.keys()
