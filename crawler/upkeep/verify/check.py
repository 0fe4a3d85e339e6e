"""Every check of an archive, one after the other."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.paths import CAPTURES, CATALOG
from crawler.archive.payloads import Payloads
from crawler.counted import counted
from crawler.upkeep.verify import captures, posts
from crawler.upkeep.verify.finding import Finding
from crawler.upkeep.verify.learned import site_findings
from crawler.upkeep.verify.render import CapturedPages, render_findings
from crawler.warc.parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.archive.catalog.catalog import Catalog
    from crawler.batch.processes import Workers
    from crawler.batch.run import Progress
    from crawler.sites.site import Site
    from crawler.upkeep.verify.snapshot import Snapshot

#: How many lines of the index a process checks at a time.
_CHUNK = 256
#: The number of the first of some lines, and what was found of each.
_CheckedLines = tuple[int, list[posts.Line]]


@dataclass(slots=True)
class Checked:
    """How much was checked."""

    files: int = 0
    bytes: int = 0
    posts: int = 0
    rendered: int = 0


@dataclass(frozen=True, slots=True)
class Verification:
    """One verification of a whole archive, or of a random sample: so many posts and their captures, if ``number`` is not 0.

    ``render``: with Jekyll. ``diff``: with the first lines that differ.
    """

    site: Site
    snapshot: Snapshot
    workers: Workers
    progress: Progress
    number: int = 0
    render: bool = False
    diff: bool = False

    def run(self, checked: Checked) -> Iterator[Finding]:
        """Yield every finding, and count in ``checked``."""
        snapshot = self.snapshot
        yield from snapshot.findings
        results = self.workers.run(_check, chain(self._parts(), self._tasks()))
        early: list[_CheckedLines] = []
        if not self.number:
            yield from self._files(checked, results, early)
        with snapshot.catalog() as catalog:
            if not self.number and catalog is not None:
                yield from captures.only_in_catalog(catalog, snapshot.sizes.keys())
            yield from self._posts(checked, catalog, chain(early, results))
            if catalog is not None:
                yield from self._by_site(checked, catalog)
            if self.render and catalog is not None:
                yield from self._render(checked, catalog)

    def _parts(self) -> Iterator[tuple[captures.CaptureFile]]:
        if not self.number:
            yield from ((one._replace(part=part),) for one in self._capture_files() for part in parts_of(one.size))

    def _files(
        self, checked: Checked, results: Iterator[captures.CheckedFile | _CheckedLines], early: list[_CheckedLines]
    ) -> Iterator[Finding]:
        """The findings of all files. Lines that are checked before the last of them are put into ``early``."""
        snapshot = self.snapshot
        total, seen = sum(snapshot.sizes.values()), 0
        found: dict[str, list[captures.CheckedFile]] = {name: [] for name in snapshot.sizes}
        for done in _first_files(results, sum(1 for _ in self._parts()), early):
            found[Path(done.about.path).name].append(done)
            seen += done.length
            self.progress("bytes of captures", seen, total)
        unread = [(one,) for one in self._capture_files() if not captures.is_read(found[Path(one.path).name], one.size)]
        for done in self.workers.run(captures.check_file, iter(unread)):
            found[Path(done.about.path).name] = [done]
        for name, size in snapshot.sizes.items():
            checked.files += 1
            checked.bytes += size
            of_file = sorted(found[name], key=captures.begin)
            yield from (problem for done in of_file for problem in done.problems)
            if not snapshot.was_replaced(name):  # since a post was forgotten
                differences = [difference for done in of_file for difference in done.differences]
                yield from sorted(differences, key=lambda one: one.where == CATALOG)  # first what the file alone has

    def _capture_files(self) -> Iterator[captures.CaptureFile]:
        snapshot = self.snapshot
        catalog = str(snapshot.folder / CATALOG) if snapshot.has_catalog else ""
        for name, size in snapshot.sizes.items():
            yield captures.CaptureFile(
                str(snapshot.archive / CAPTURES / name), size, str(snapshot.folder), catalog, self.site.name
            )

    def _lines(self) -> Iterator[bytes]:
        return iter(posts.sample(self.snapshot.lines(), self.number)) if self.number else self.snapshot.lines()

    def _posts(self, checked: Checked, catalog: Catalog | None, results: Iterable[_CheckedLines]) -> Iterator[Finding]:
        paths: set[str] = set()
        total, order = self.number or sum(1 for _ in self.snapshot.lines()), posts.Order()
        for first, lines in in_order(results):
            for number, line in enumerate(lines, first):
                if line.id:
                    checked.posts += 1
                    paths.add(line.path)
                    yield from order.findings(number, line)
                yield from line.findings
            self.progress("posts", checked.posts, total)
        if not self.number:
            yield from posts.strays(self.snapshot, paths)
            known = checked.posts if catalog is None else catalog.number_of_posts()
            if known != checked.posts:
                yield Finding(CATALOG, f"has {counted(known, 'post')}, and the index has {checked.posts}")

    def _tasks(self) -> Iterator[tuple[posts.Lines]]:
        lines, number = self._lines(), 1
        while chunk := list(islice(lines, _CHUNK)):
            yield (posts.Lines(number, chunk, self.snapshot, self.snapshot.has_catalog, self.number > 0, self.site.name),)
            number += len(chunk)

    def _render(self, checked: Checked, catalog: Catalog) -> Iterator[Finding]:
        entries = posts.entries(self._lines())

        def count() -> Iterator[posts.Entry]:
            for entry in entries:
                if entry["captures"]:
                    checked.rendered += entry["fidelity"] != "partial"
                    yield entry

        with self._captured(catalog) as captured:
            yield from render_findings(self.site, self.snapshot.archive, count(), captured, diff=self.diff)

    def _by_site(self, checked: Checked, catalog: Catalog) -> Iterator[Finding]:
        with self._captured(catalog) as captured:
            yield from site_findings(self.site, posts.entries(self._lines()), checked.posts, captured)

    @contextmanager
    def _captured(self, catalog: Catalog) -> Iterator[CapturedPages]:
        payloads = Payloads(lambda name: self.snapshot.archive / CAPTURES / Path(name).name, catalog.capture)
        with closing(payloads):
            yield CapturedPages(catalog, payloads)


def _check(about: captures.CaptureFile | posts.Lines) -> captures.CheckedFile | _CheckedLines:
    """Check a part of the captures, or lines of the index, perhaps in another process.

    Both are one run of tasks, so that no process waits for the last part of the captures.
    """
    return posts.check_lines(about) if isinstance(about, posts.Lines) else captures.check_part(about)


def _first_files(
    results: Iterator[captures.CheckedFile | _CheckedLines], number: int, early: list[_CheckedLines]
) -> Iterator[captures.CheckedFile]:
    """So many checked parts of files; what comes before the last of them and is none goes into ``early``."""
    while number and (done := next(results, None)) is not None:
        if isinstance(done, captures.CheckedFile):
            number -= 1
            yield done
        else:
            early.append(done)


def in_order(chunks: Iterable[tuple[int, list[posts.Line]]]) -> Iterator[tuple[int, list[posts.Line]]]:
    """Checked lines in their order; each chunk has the number of its first line."""
    waiting: dict[int, list[posts.Line]] = {}
    due = 1
    for first, lines in chunks:
        waiting[first] = lines
        while due in waiting:
            done = waiting.pop(due)
            yield due, done
            due += len(done)
