"""The first pass: what every input holds, each in a small database of its own, then all in the new catalog."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.forgotten import forgotten
from crawler.archive.holdings import note, problems
from crawler.archive.new_catalog import NewCatalog, note_first_captures
from crawler.archive.scratch import database
from crawler.sites.declared import load
from crawler.warc.scan import Found, NotSplit, Problem, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crawler.batch.job import Job
    from crawler.sites.site import Site


def scan_input(job: Job, number: int) -> int:
    """Scan one input; gives the number of its bytes. Runs in any process."""
    one, target = job.inputs[number], job.scanned(number)
    if target.exists():
        return one.size
    site = load(job.site)
    note(target, _items(Path(one.path), origin_undone(site, job.origins), site.post_id))
    return one.size


def _items(
    path: Path, address: Callable[[str], str], post_of: Callable[[str], str | None]
) -> Iterator[tuple[Found, str | None] | Problem]:
    try:
        for item in scan(path):
            if isinstance(item, Problem):
                yield item
            else:
                url = address(item.url)
                yield item._replace(url=url), post_of(url)
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
    found: list[str] = []
    with NewCatalog.begun(job.catalog) as catalog:
        for number, one in enumerate(job.inputs):
            catalog.add_file(one.name, one.size, job.scanned(number))
            found += [f"{one.name}: byte {offset}: {reason}" for offset, reason in problems(job.scanned(number))]
        return found + catalog.resolve()


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
        note_first_captures(db, job.catalog)
        # ``post``: the number of the post that a row is of.
        db.execute("CREATE TABLE plan (id, url, post)")
        db.execute(
            "INSERT INTO plan SELECT id, url, dense_rank() OVER (ORDER BY earliest, id)"
            " FROM (SELECT id, url, min(first) OVER (PARTITION BY id) AS earliest FROM pages) ORDER BY earliest, id, url"
        )
        db.executescript("DROP TABLE pages; DROP TABLE known")
        return int(db.execute("SELECT count(DISTINCT id) FROM plan").fetchone()[0])
