"""The second pass: any process derives one chunk of posts from captures, and records the chunk as done when all is written."""

from __future__ import annotations

import difflib
import gc
import os
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, fields
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from crawler.archive.catalog.capture_rows import CaptureRows
from crawler.archive.catalog.intermediate import new_database
from crawler.archive.catalog.new_catalog import POSTS, NewPosts
from crawler.archive.files import PostFiles, UnfitName, naming
from crawler.archive.lines import without_line_ends
from crawler.archive.payloads import Payloads
from crawler.archive.regular import read_regular
from crawler.atomic import write_whole
from crawler.derive.feeds import Feeds
from crawler.derive.posts import Derived, Entry, Evidence, derive
from crawler.derive.stumbled import unfit
from crawler.derive.visits import gone_before
from crawler.items import SITE_DEFECTS, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.batch.job import Job

#: As in a crawl (:mod:`crawler.crawl.garbage_collection`): many short-lived objects, few cycles.
_YOUNG = 100_000
_PAGES = "SELECT id, url FROM plan WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
_TABLES = f"""
{POSTS}
CREATE TABLE failed (url, code, reason);
CREATE TABLE differences (path, change);
CREATE TABLE made (counts);
"""


@dataclass(slots=True)
class ChunkResult:
    """The counts of one chunk, or of all."""

    posts: int = 0
    failed: int = 0
    written: int = 0
    broken_by_site: int = 0
    editions: Counter[str] = field(default_factory=Counter)
    fidelity: Counter[str] = field(default_factory=Counter)
    body_from: Counter[str] = field(default_factory=Counter)

    def count(self, entry: Entry, *, written: bool) -> None:
        """Count one post."""
        self.posts += 1
        self.written += written
        self.editions[entry["edition"]] += 1
        self.fidelity[entry["fidelity"]] += 1
        self.body_from[entry["body_from"]] += 1

    def add(self, other: ChunkResult) -> None:
        """Add the counts of another chunk."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


class PostMaker:
    """Derives the posts of one job; a process keeps it for as long as it works on that job."""

    def __init__(self, job: Job, path_of: Callable[[str], Path] | None = None) -> None:
        self.job = job
        self._site = job.about
        self._plan = _open_immutable(job.plan)
        self._rows = CaptureRows(_open_immutable(job.captures))
        paths = {one.name: Path(one.path) for one in job.inputs}
        self._payloads = Payloads(path_of or paths.__getitem__, self._rows.capture)
        feeds = Feeds(self._site, self._rows.history, self._payloads.exchange)
        feeds.refresh()
        #: Redirects and companions of one post are asked for in turn, mostly with the same addresses.
        history = lru_cache(maxsize=1)(self._rows.history)
        self._evidence = Evidence(
            lambda urls: history(tuple(urls)),
            self._payloads.exchange,
            self._payloads.location,
            self._site.parse_page,
            PostFiles(job.tree, job.layout).path_of,
            feeds,
            gone_before(self._rows.latest(self._site.home, good=True), self._site.keeps),
        )
        self._folders: set[str] = set()
        gc.freeze()
        gc.set_threshold(_YOUNG)

    def posts(self, first: int, last: int) -> Iterator[Derived]:
        """Derive the posts in these rows of the plan."""
        posts = groupby(self._plan.execute(_PAGES, (first, last)).fetchall(), lambda row: row[0])
        for pages in self._rows.histories([url for _, url in planned] for _, planned in posts):
            try:
                derived = derive(self._site, pages, self._evidence)
            except Exception as error:  # noqa: BLE001 - a defect of ours in one post must not stop all the others
                reason = f"defect in the crawler: {type(error).__name__}: {error}"
                derived = Derived(rejections=[Rejection(pages[-1].url, "defect", reason)])
            yield derived

    def write(self, path: str, content: bytes) -> bool:
        """Write a file of the new tree, unless the old archive has the same; return whether it was written."""
        if self.job.old is not None:
            with naming(f"{self.job.old}/{path}"):  # a disk may take the name for that of another post, which it has
                if _content(f"{self.job.old}/{path}") == content:
                    return False
        target = f"{self.job.stage}/tree/{path}"
        folder = target.rpartition("/")[0]
        if folder not in self._folders:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        try:
            fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except OSError:
            with naming(target):  # the chunk was cut short before, or something is wrong with the name
                fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            write_whole(fd, content, target)  # not atomic: a chunk that is cut short is made again
        finally:
            os.close(fd)
        return True

    def difference(self, path: str, content: str) -> str:
        """A unified diff of the old file and the new content."""
        old = (_content(f"{self.job.old}/{path}") or b"").decode("utf-8", "replace")
        lines = difflib.unified_diff(old.splitlines(), content.splitlines(), f"old/{path}", f"new/{path}", lineterm="", n=2)
        return "\n".join(lines)


def _open_immutable(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _content(path: str) -> bytes | None:
    try:
        return read_regular(path)
    except OSError:
        return None


_makers: dict[str, PostMaker] = {}


def make_chunk(job: Job, number: int, first: int, last: int, path_of: Callable[[str], Path] | None = None) -> ChunkResult:
    """Make the posts in these rows of the plan, unless an earlier run has, and return their counts.

    :param path_of: gives the path of an input by its name, where the job's path is not one of this machine.
    """
    done = job.done(number)
    if done.exists():
        return read_result(done)
    maker = _makers.get(job.stage)
    if maker is None:
        _makers.clear()
        maker = _makers[job.stage] = PostMaker(job, path_of)
    made, posts = ChunkResult(), NewPosts()
    with new_database(done, _TABLES) as db:
        for derived in maker.posts(first, last):
            _record(db, posts, maker, derived, made)
        posts.write(db)
        db.execute("INSERT INTO made VALUES (?)", (orjson.dumps(made),))
    return made


def _record(db: sqlite3.Connection, posts: NewPosts, maker: PostMaker, derived: Derived, made: ChunkResult) -> None:
    entry = derived.entry
    if entry is None:
        db.executemany("INSERT INTO failed VALUES (?,?,?)", [(r.url, r.code, r.reason) for r in derived.rejections[-1:]])
        made.failed += 1
        made.broken_by_site += bool(derived.rejections and derived.rejections[-1].code in SITE_DEFECTS)
        return
    if not maker.job.period.takes(entry["date"]):
        return
    if maker.job.diff:
        change = maker.difference(entry["path"], derived.content)
        if change:
            db.execute("INSERT INTO differences VALUES (?,?)", (entry["path"], change))
        made.count(entry, written=bool(change))
    else:
        try:
            written = maker.write(entry["path"], derived.content.encode())
        except UnfitName as error:
            _record(db, posts, maker, Derived(rejections=[unfit(entry["url"], error)]), made)
            return
        made.count(entry, written=written)
    posts.add(entry, without_line_ends(orjson.dumps(entry)).decode(), derived.urls)


def read_result(done: Path) -> ChunkResult:
    """The counts of a chunk that is done."""
    with closing(sqlite3.connect(done)) as db:
        values: dict[str, Any] = orjson.loads(db.execute("SELECT counts FROM made").fetchone()[0])
    made = ChunkResult()
    for name, value in values.items():
        setattr(made, name, Counter(value) if isinstance(value, dict) else value)
    return made
