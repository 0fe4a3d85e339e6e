"""Follows an archive into an SQLite full-text index: python docs/examples/follow_search.py SITE INDEX.db [ARCHIVE_ROOT]."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

from crawler.sites.declared import load
from crawler.text.reading import read
from crawler.text.search import searchable


def main(site: str, place: str, root: str = "output") -> None:
    db = sqlite3.connect(place)
    db.executescript(
        "CREATE TABLE IF NOT EXISTS bookmark (token TEXT);"
        "CREATE TABLE IF NOT EXISTS posts (id TEXT PRIMARY KEY, title TEXT, url TEXT, title_words TEXT, text_words TEXT);"
        "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5 (title_words, text_words, content = 'posts');"
    )
    (token,) = db.execute("SELECT coalesce(max(token), '0') FROM bookmark").fetchone()
    command = [sys.executable, "-m", "scrapy", "changes", "-s", f"ARCHIVE_ROOT={root}", site, "--since", token]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as changes:
        assert changes.stdout is not None
        for line in map(json.loads, changes.stdout):
            if line["change"] == "reset":
                db.execute("DELETE FROM posts")
                db.execute("INSERT INTO search (search) VALUES ('rebuild')")
            elif line["change"] != "end":
                put(db, Path(root) / site, line["id"], line["post"])
            db.execute("DELETE FROM bookmark")
            db.execute("INSERT INTO bookmark VALUES (?)", (line["token"],))
    if changes.returncode:  # it has said why
        sys.exit(changes.returncode)
    db.commit()  # posts and bookmark together: whatever stops this before, it begins again where it stood
    found = db.execute("SELECT count(*) FROM posts").fetchone()[0]
    print(f"{place}: {found} posts")


def put(db: sqlite3.Connection, archive: Path, post_id: str, post: dict | None) -> None:
    """Take the old version out, put the new one in."""
    old = db.execute("SELECT rowid, title_words, text_words FROM posts WHERE id = ?", (post_id,)).fetchone()
    if old:
        db.execute("INSERT INTO search (search, rowid, title_words, text_words) VALUES ('delete', ?, ?, ?)", old)
        db.execute("DELETE FROM posts WHERE id = ?", (post_id,))
    if post is None:
        return
    reading = read(load(post["site"]), (archive / post["path"]).read_text("utf-8"), post["url"], post["path"])
    words = (searchable(post["title"]), searchable(reading.text))
    row = db.execute("INSERT INTO posts VALUES (?, ?, ?, ?, ?)", (post_id, post["title"], post["url"], *words)).lastrowid
    db.execute("INSERT INTO search (rowid, title_words, text_words) VALUES (?, ?, ?)", (row, *words))


if __name__ == "__main__":
    main(*sys.argv[1:]) if sys.argv[2:] else sys.exit(__doc__)
