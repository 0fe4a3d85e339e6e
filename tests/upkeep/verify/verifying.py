"""``scrapy verify`` as a person runs it, and what tests change in an archive before."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.replica.crawl import run

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path


def verify(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = run("verify", "finews", *arguments, settings={"ARCHIVE_ROOT": str(root)})
    assert "Traceback" not in done.stdout + done.stderr
    return done


def catalog(archive: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(archive / "catalog.sqlite")) as db, db:
        assert db.execute(statement, values).rowcount == 1


def change_line(archive: Path, post_id: str, change: Callable[[dict], None]) -> None:
    """Change a post's line in index and catalog alike."""
    lines = []
    for line in (archive / "index.jsonl").read_bytes().splitlines():
        entry = json.loads(line)
        if entry["id"] == post_id:
            change(entry)
            text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
            catalog(archive, "UPDATE posts SET line = ? WHERE id = ?", text, post_id)
            lines.append(text.encode() + b"\n")
            continue
        lines.append(line + b"\n")
    (archive / "index.jsonl").write_bytes(b"".join(lines))


def deface(archive: Path, post: dict) -> str:
    (archive / post["path"]).write_bytes(b"defaced")
    return f"{post['path']}: is not the file that the index speaks of (SHA-256)"
