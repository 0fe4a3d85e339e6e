"""Every check of an archive, one after the other."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.paths import CAPTURES, CATALOG
from crawler.archive.payloads import Payloads
from crawler.counted import counted
from crawler.upkeep.verify import captures, posts
from crawler.upkeep.verify.finding import Finding
from crawler.upkeep.verify.learned import site_findings
from crawler.upkeep.verify.render import CapturedPages, render_findings
from crawler.upkeep.verify.texts import text_findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.archive.catalog import Catalog
    from crawler.batch.run import Progress, Workers
    from crawler.sites.site import Site
    from crawler.upkeep.verify.snapshot import Snapshot

#: How many lines of the index a process checks at a time.
_CHUNK = 256


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
        if not self.number:
            yield from self._files(checked)
        with snapshot.catalog() as catalog:
            if not self.number and catalog is not None:
                yield from captures.only_in_catalog(catalog, snapshot.sizes.keys())
            yield from self._posts(checked, catalog)
            if catalog is not None:
                yield from self._by_site(checked, catalog)
            if self.render and catalog is not None:
                yield from self._render(checked, catalog)

    def _files(self, checked: Checked) -> Iterator[Finding]:
        snapshot = self.snapshot
        total, found = sum(snapshot.sizes.values()), {}
        for about, problems, differences in self.workers.run(captures.check_file, ((one,) for one in self._capture_files())):
            found[Path(about.path).name] = problems, differences
            checked.files += 1
            checked.bytes += about.size
            self.progress("bytes of captures", checked.bytes, total)
        for name in snapshot.sizes:
            problems, differences = found[name]
            yield from problems
            if not snapshot.was_replaced(name):  # since a post was forgotten
                yield from differences

    def _capture_files(self) -> Iterator[captures.CaptureFile]:
        snapshot = self.snapshot
        catalog = str(snapshot.folder / CATALOG) if snapshot.has_catalog else ""
        for number, (name, size) in enumerate(snapshot.sizes.items()):
            notes = str(snapshot.folder / f"{number:05}.sqlite")
            yield captures.CaptureFile(str(snapshot.archive / CAPTURES / name), size, notes, catalog, self.site.name)

    def _lines(self) -> Iterator[bytes]:
        return iter(posts.sample(self.snapshot.lines(), self.number)) if self.number else self.snapshot.lines()

    def _posts(self, checked: Checked, catalog: Catalog | None) -> Iterator[Finding]:
        paths: set[str] = set()
        total, order = self.number or sum(1 for _ in self.snapshot.lines()), posts.Order()
        for first, lines in in_order(self.workers.run(posts.check_lines, self._tasks(catalog is not None))):
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

    def _tasks(self, has_catalog: bool) -> Iterator[tuple[posts.Lines]]:  # noqa: FBT001
        lines, number = self._lines(), 1
        while chunk := list(islice(lines, _CHUNK)):
            yield (posts.Lines(number, chunk, self.snapshot, has_catalog, self.number > 0),)
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
            yield from text_findings(self.site, posts.entries(self._lines()), catalog, captured.payloads)

    @contextmanager
    def _captured(self, catalog: Catalog) -> Iterator[CapturedPages]:
        payloads = Payloads(lambda name: self.snapshot.archive / CAPTURES / Path(name).name, catalog.capture)
        with closing(payloads):
            yield CapturedPages(catalog, payloads)


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
