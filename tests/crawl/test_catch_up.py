"""What a run that was killed had captured and not written is made by the next, even if the site has it no more."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.archives import a_post, index
from tests.batch.conftest import tables, tree
from tests.replica.crawl import crawl
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

if TYPE_CHECKING:
    from pathlib import Path


def as_a_kill_leaves_it(root: Path, post: dict) -> None:
    """The archive as it was when the post's captures were there, and neither its file nor its line."""
    archive = root / "finews"
    (archive / post["path"]).unlink()
    kept = [
        line
        for line in (archive / "index.jsonl").read_bytes().splitlines(keepends=True)
        if json.loads(line)["id"] != post["id"]
    ]
    (archive / "index.jsonl").write_bytes(b"".join(kept))
    with closing(sqlite3.connect(archive / "catalog.sqlite")) as db, db:
        (first,) = db.execute("SELECT id FROM captures WHERE url = ?", (post["url"],)).fetchone()
        db.execute("DELETE FROM posts WHERE id = ?", (post["id"],))
        db.execute("DELETE FROM post_urls WHERE id = ?", (post["id"],))
        db.execute("UPDATE meta SET value = ? WHERE name = 'settled'", (first - 1,))
        db.execute("UPDATE meta SET value = ? WHERE name = 'index_size'", (sum(map(len, kept)),))


def test_a_post_that_is_deleted_by_now_is_made_of_its_captures(archive_root: Path, replica: ReplicaServer) -> None:
    archive = archive_root / "finews"
    right, posts, post = tree(archive), tables(archive)["posts"], a_post(archive_root)
    as_a_kill_leaves_it(archive_root, post)
    replica.replies[SITE_HOST, "/" + post["url"].split("/", 3)[3]] = [Reply(404, b"gone", {})]
    crawl(replica.origins, archive_root)
    assert tree(archive) == right
    assert tables(archive)["posts"] == posts
    assert post["id"] in {entry["id"] for entry in index(archive)}


def test_a_file_that_was_written_before_its_line_was(archive_root: Path, replica: ReplicaServer) -> None:
    archive = archive_root / "finews"
    right, post = tree(archive), a_post(archive_root)
    as_a_kill_leaves_it(archive_root, post)
    (archive / post["path"]).write_bytes(right[post["path"]])
    assert crawl(replica.origins, archive_root).returncode == 0
    assert tree(archive) == right
