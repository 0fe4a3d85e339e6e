"""The first pass: what every input holds, each in a small database of its own, then all in the new catalog."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.forgotten import forgotten
from crawler.archive.schema import create_indexes, create_tables
from crawler.atomic import replacing
from crawler.sites.site import Site, load
from crawler.warc.scan import Found, NotSplit, Problem, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crawler.batch.job import Job

_BATCH = 5000
_ROWS = "url, time, status, type, offset, length, payload_digest, post"


def database(path: Path) -> sqlite3.Connection:
    """A new database whose making is not guarded: what a crash leaves of it is made again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    return db


@contextmanager
def new_database(path: Path) -> Iterator[sqlite3.Connection]:
    """As :func:`database`, at ``path`` once it is whole: what is there is done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, durable=False) as temporary, closing(database(temporary)) as db:
        yield db


def scan_input(job: Job, number: int) -> int:
    """Scan one input; gives the number of its bytes. Runs in any process."""
    one, target = job.inputs[number], job.scanned(number)
    if target.exists():
        return one.size
    site = load(job.site)
    address, post_of = origin_undone(site, job.origins), site.post_id
    with new_database(target) as db:
        db.execute(f"CREATE TABLE found ({_ROWS})")
        db.execute("CREATE TABLE problems (offset, reason)")
        db.execute("BEGIN")
        rows: list[tuple[object, ...]] = []
        for item in _items(Path(one.path)):
            if isinstance(item, Problem):
                db.execute("INSERT INTO problems VALUES (?, ?)", (item.offset, item.reason))
                continue
            url, digest = address(item.url), item.payload_digest
            rows.append((url, item.time, item.status, item.type, item.offset, item.length, digest, post_of(url)))
            if len(rows) == _BATCH:
                db.executemany("INSERT INTO found VALUES (?,?,?,?,?,?,?,?)", rows)
                rows = []
        db.executemany("INSERT INTO found VALUES (?,?,?,?,?,?,?,?)", rows)
        db.execute("COMMIT")
    return one.size


def _items(path: Path) -> Iterator[Found | Problem]:
    try:
        yield from scan(path)
    except (OSError, NotSplit) as error:
        yield Problem(0, str(error))


def origin_undone(site: Site, origins: Mapping[str, str]) -> Callable[[str], str]:
    """Under which address a capture is filed: that of the site, wherever it was asked for.

    ``origins``: asked origin -> canonical origin.
    """
    pairs = sorted(origins.items(), reverse=True)

    def address(url: str) -> str:
        for asked, origin in pairs:
            if url.startswith(asked) and url[len(asked) : len(asked) + 1] in ("", "/", "?"):
                return site.canonical(origin + url[len(asked) :])
        return site.canonical(url)

    return address


def collect(job: Job) -> list[str]:
    """Fill the new catalog's captures from all scans, in the order of names and offsets; gives the problems, a line each.

    A revisit gets its payload here, in whichever input that lies.
    """
    problems: list[str] = []
    with closing(database(job.catalog)) as db:
        create_tables(db)
        for number, one in enumerate(job.inputs):
            db.execute("ATTACH ? AS one", (str(job.scanned(number)),))
            db.execute("BEGIN")
            db.execute(
                "INSERT INTO captures (url, time, status, type, file, offset, length, payload_digest, payload_id)"
                " SELECT url, time, status, type, ?, offset, length, payload_digest, 0 FROM one.found ORDER BY offset",
                (one.name,),
            )
            db.execute("INSERT INTO files VALUES (?, ?)", (one.name, one.size))
            db.execute("COMMIT")
            found = db.execute("SELECT offset, reason FROM one.problems ORDER BY offset")
            problems += [f"{one.name}: byte {offset}: {reason}" for offset, reason in found]
            db.execute("DETACH one")
        db.execute("UPDATE captures SET payload_id = id WHERE type = 'response'")
        create_indexes(db)
        problems += _resolve(db)
        for name in ("settled", "synced_captures"):
            db.execute("INSERT INTO meta SELECT ?, coalesce(max(id), 0) FROM captures", (name,))
    return problems


def _resolve(db: sqlite3.Connection) -> list[str]:
    """Give each revisit the stored response that it stands for; those that have none are taken out and named."""
    db.execute("BEGIN")
    db.execute(
        "UPDATE captures SET payload_id = coalesce((SELECT min(p.id) FROM captures p WHERE p.type = 'response'"
        " AND p.payload_digest = captures.payload_digest), 0) WHERE type = 'revisit' AND payload_digest != ''"
    )
    # One without a digest, as RFC 9110's 304 may be kept, stands for what its address said before.
    db.execute(
        "UPDATE captures SET payload_id = coalesce((SELECT p.payload_id FROM captures p WHERE p.url = captures.url"
        " AND p.status = 200 AND p.time <= captures.time AND p.payload_id ORDER BY p.time DESC, p.id DESC LIMIT 1), 0)"
        " WHERE type = 'revisit' AND payload_digest = ''"
    )
    db.execute(
        "UPDATE captures SET payload_digest = (SELECT p.payload_digest FROM captures p WHERE p.id = captures.payload_id)"
        " WHERE payload_digest = '' AND payload_id"
    )
    db.execute(
        "UPDATE captures SET status = (SELECT p.status FROM captures p WHERE p.id = captures.payload_id)"
        " WHERE status = 0 AND payload_id"
    )
    orphans = db.execute("SELECT file, offset, url FROM captures WHERE payload_id = 0 ORDER BY id").fetchall()
    db.execute("DELETE FROM captures WHERE payload_id = 0")
    db.execute("COMMIT")
    return [
        f"{file}: byte {offset}: a revisit of {url} whose payload is in none of the inputs" for file, offset, url in orphans
    ]


def make_plan(job: Job) -> int:
    """Note which posts were captured, in the order of their first captures; gives their number.

    Captures of one post may lie under several addresses (its categories were edited, say).
    """
    site = load(job.site)
    with closing(database(job.plan)) as db:
        db.execute("CREATE TABLE known (url PRIMARY KEY, id) WITHOUT ROWID")
        for number in range(len(job.inputs)):
            db.execute("ATTACH ? AS one", (str(job.scanned(number)),))
            db.execute("INSERT OR IGNORE INTO known SELECT DISTINCT url, post FROM one.found WHERE post IS NOT NULL")
            db.execute("DETACH one")
        if job.period:  # the address tells the day of the zone that the site was built in; the post's own time decides later
            db.create_function("near", 1, lambda url: job.period.is_near(site.post_day(url)), deterministic=True)
            db.execute("DELETE FROM known WHERE NOT near(url)")
        if job.old:
            db.executemany("DELETE FROM known WHERE id = ?", [(post_id,) for post_id in forgotten(Path(job.old))])
        db.execute("ATTACH ? AS new", (str(job.catalog),))
        db.execute(
            "CREATE TABLE pages AS SELECT known.id, url, min(captures.id) AS first"
            " FROM known CROSS JOIN new.captures USING (url) WHERE status = 200 GROUP BY url"
        )
        db.execute("DETACH new")
        # ``post``: the number of the post that a row is of.
        db.execute("CREATE TABLE plan (id, url, post)")
        db.execute(
            "INSERT INTO plan SELECT id, url, dense_rank() OVER (ORDER BY earliest, id)"
            " FROM (SELECT id, url, min(first) OVER (PARTITION BY id) AS earliest FROM pages) ORDER BY earliest, id, url"
        )
        db.executescript("DROP TABLE pages; DROP TABLE known")
        return int(db.execute("SELECT count(DISTINCT id) FROM plan").fetchone()[0])
