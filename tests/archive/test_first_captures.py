"""The plan of a rebuild, made while captures come in, is the one that all captures together give."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.catalog.intermediate import write_scan
from crawler.archive.catalog.new_catalog import NewCatalog
from crawler.warc.scan import ScannedCapture

#: The post at each address; the last one is of none.
_POSTS = {"/a": "1", "/old-a": "1", "/b": "2", "/c": "3", "/": None}
_CAPTURES = st.tuples(
    st.sampled_from(sorted(_POSTS)), st.sampled_from([0, 200, 200, 304, 404]), st.booleans(), st.sampled_from(["", "x", "y"])
)


def scanned(number: int, url: str, status: int, digest: str, *, is_revisit: bool) -> tuple[ScannedCapture, str | None]:
    kind = "revisit" if is_revisit else "response"
    time = f"2026-01-01T00:00:{number:02}Z"
    return ScannedCapture(number * 10, 10, kind, url, time, status or (0 if is_revisit else 200), digest), _POSTS[url]


def planned(files: list[list[Any]], folder: Path, *, left_out: set[str], taken: set[str] | None) -> tuple[int, Any, Any]:
    """The number of planned posts, the plan, and the one that the catalog's captures give."""
    with NewCatalog.created(folder / "captures.sqlite") as catalog:
        catalog.plan_posts(folder / "plan.sqlite", left_out, None if taken is None else taken.__contains__)
        for at, captures in enumerate(files):
            items = [scanned(number, *one[:2], one[3], is_revisit=one[2]) for number, one in enumerate(captures)]
            write_scan(folder / f"{at}.sqlite", items)
            catalog.add_file(f"{at}", 1, [folder / f"{at}.sqlite"])
        catalog.resolve()
        number = catalog.make_plan()
        rows = catalog._db.execute("SELECT id, url FROM captures WHERE status = 200 ORDER BY id").fetchall()
        numbers = catalog._db.execute("SELECT id FROM captures WHERE type = 'response' AND payload_id != id").fetchall()
    assert numbers == []
    first: dict[str, int] = {}
    pages: dict[str, set[str]] = {}
    for row, url in rows:
        post = _POSTS[url]
        if post is not None and post not in left_out and (taken is None or url in taken):
            first.setdefault(post, row)
            pages.setdefault(post, set()).add(url)
    expected = [(post, url) for post in sorted(first, key=first.__getitem__) for url in sorted(pages[post])]
    with closing(sqlite3.connect(folder / "plan.sqlite")) as db:
        return number, db.execute("SELECT id, url FROM plan ORDER BY rowid").fetchall(), expected


@given(
    st.lists(st.lists(_CAPTURES, max_size=12), max_size=4),
    st.sets(st.sampled_from(["1", "2", "3"]), max_size=2),
    st.none() | st.sets(st.sampled_from(sorted(_POSTS))),
)
def test_the_plan_is_the_same_as_of_all_captures(files: list[list[Any]], left_out: set[str], taken: set[str] | None) -> None:
    with TemporaryDirectory() as folder:
        number, plan, expected = planned(files, Path(folder), left_out=left_out, taken=taken)
    assert plan == expected
    assert number == len({post for post, _ in plan})
