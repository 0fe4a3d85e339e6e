"""Rebuilds as a person runs them, and what tests compare and change of an archive before one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.warc.members import iter_members
from tests.archives import a_post
from tests.replica.crawl import crawl, run
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


HTML = {"Content-Type": "text/html; charset=utf-8"}


def rebuild(root: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    done = run("rebuild", "finews", *arguments, settings={"ARCHIVE_ROOT": str(root)} | settings)
    assert "Traceback" not in done.stderr
    return done


def places(entries: bytes) -> list[dict[str, object]]:
    """An index without the names of files and the offsets in them."""
    found = [json.loads(line) for line in entries.splitlines()]
    for entry in found:
        for capture in entry["captures"]:
            del capture["file"], capture["offset"]
    return found


def members(archive: Path) -> list[bytes]:
    """Every record of an archive as it stands in its file."""
    found = []
    for path in sorted((archive / "captures").glob("*.warc.gz")):
        data = path.read_bytes()
        found += [data[start : start + length] for start, length, _ in iter_members(path, 0, 1 << 26)]
    return found


def edit(root: Path, replica: ReplicaServer, texts: list[str]) -> None:
    """Let a post's title change from crawl to crawl."""
    post = a_post(root)
    path = "/" + post["url"].split("/", 3)[3]
    body = replica.reply(SITE_HOST, path).body
    for text in texts:
        replica.replies[SITE_HOST, path] = [Reply(200, body.replace(post["title"].encode(), text.encode()), HTML)]
        assert crawl(replica.origins, root, "-a", "recheck=1").returncode == 0
